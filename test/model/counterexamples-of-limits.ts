/** What the model found of revoked certificates, subjects and the managed CA, as in counterexamples.test.ts. */
export const OF_LIMITS: readonly (readonly [string, string])[] = [
  [
    "a host that moves from an uploaded CA to the managed one leaves the upload's list",
    `{"world":"managed CA","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":{"managed":true}},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
];
