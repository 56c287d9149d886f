/** What the model found of revoked certificates, subjects, the managed CA and rules for every host, as in counterexamples.test.ts. */
export const OF_LIMITS: readonly (readonly [string, string])[] = [
  [
    "a host that moves from an uploaded CA to the managed one leaves the upload's list",
    `{"world":"managed CA","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":{"managed":true}},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a certificate that is revoked no more is let in on a host that comes in the same change",
    `{"world":"managed CA","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":{"managed":true}},"hosts":["a.example.com"],"revoked":true}],"isRefreshing":false}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"]}]}],"order":0}]}`,
  ],
  [
    "so it is after a run that was killed, where a CA comes",
    `{"world":"revocation","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"revoked":true}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"revoked":true}],"fault":{"at":1,"kind":"the provider is killed before it"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["b.example.com"]}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "so it is where the killed run let it in already",
    `{"world":"revocation","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"revoked":true}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}],"fault":{"at":1,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["b.example.com"]}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "and where the killed run brought the CA",
    `{"world":"revocation and rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"revoked":true}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["b.example.com"]}],"fault":{"at":6,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["b.example.com"]}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "a host that a killed run let go of isn't closed again by the rule that it left, before its association shows",
    `{"world":"moves and lag","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"],"mode":"shared"},{"name":"n","cas":{"ca":{"of":"m-ca"}},"hosts":["c.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"},{"name":"n","cas":{"ca":{"of":"m-ca"}},"hosts":["c.example.com"],"mode":"shared"}],"fault":{"at":11,"kind":"the provider is killed before it"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"},{"name":"n","cas":{"ca":{"of":"m-ca"}},"hosts":["b.example.com","c.example.com"],"mode":"shared"}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "a host that waits to move lets in no clients of the CA that its old rule changes to",
    `{"world":"managed CA","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":{"managed":true}},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":{"managed":true}},"hosts":["a.example.com"]}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "a rule for every host holds no list of a component that is gone, on hosts that it doesn't name",
    `{"world":"every host","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"]}],"isRefreshing":false}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"paths":["/admin/*"],"everyHost":true}]}],"order":0}]}`,
  ],
  [
    "a rule for every host and another's for a host, with other issuers and the same paths, are refused",
    `{"world":"every host","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"paths":["/admin/*"],"everyHost":true},{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"],"paths":["/admin/*"]}]}],"order":0}]}`,
  ],
  [
    "a rule without an issuer beside another on its host is refused, whatever the paths",
    `{"world":"unpinned managed CA","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":{"managed":"unpinned"}},"hosts":["b.example.com"],"paths":["/admin/*"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":{"managed":"unpinned"}},"hosts":["b.example.com"],"paths":["/admin/*"]},{"name":"n","cas":{"ca":"one"},"hosts":["b.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":{"managed":"unpinned"}},"hosts":["b.example.com"],"paths":["/admin/*"]}]}],"order":0}]}`,
  ],
  [
    "a rule whose uploaded CA is exchanged for the managed one without an issuer may be refused",
    `{"world":"unpinned managed CA","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":{"managed":"unpinned"}},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "clients of a CA that a rule for every host names, on a host that it doesn't, may come and go",
    `{"world":"every host","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"paths":["/admin/*"],"everyHost":true}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["c.example.com"],"paths":["/admin/*"],"everyHost":true}]}],"order":0}]}`,
  ],
  [
    "a preview holds no list by a rule for every host that doesn't name the host",
    `{"world":"every host","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["c.example.com"],"paths":["/admin/*"],"everyHost":true}]}],"order":0},{"foreign":{"rule":"host in"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"paths":["/admin/*"],"everyHost":true}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "nor does it hold one where others' rule behind a skip is named beside it",
    `{"world":"every host","steps":[{"foreign":{"rule":"skip"}},{"foreign":{"rule":"host in"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"]}],"isRefreshing":false}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"paths":["/admin/*"],"everyHost":true}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "a host that only a rule for every host closed isn't waited for: a component that comes",
    `{"world":"every host","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"],"paths":["/admin/*"],"everyHost":true}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"],"paths":["/admin/*"]},{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"]}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "so it isn't where a component that is there takes it up",
    `{"world":"every host","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"paths":["/admin/*"],"everyHost":true},{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0}]}`,
  ],
];
