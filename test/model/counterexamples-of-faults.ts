/** What the model found after a fault, as in counterexamples.test.ts. */
export const OF_FAULTS: readonly (readonly [string, string])[] = [
  [
    "after a kill the program that changed comes with a refresh, or nothing is promised",
    `{"world":"rotation","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"renewed"},"hosts":["a.example.com"]}],"fault":{"at":6,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"renewed"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a host that a killed run added, and the program before it",
    `{"world":"renewal","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"one"},"hosts":["a.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"one"},"hosts":["a.example.com","b.example.com"]}],"fault":{"at":3,"kind":"the provider is killed after it"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"one"},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "the rule of a killed run, and the program before it",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com","b.example.com"]}],"fault":{"at":5,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "what a killed create uploaded stays where the next program has another key",
    `{"world":"renewal","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}],"fault":{"at":1,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"renewed"},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "an upload whose answer never came stays, labelled",
    `{"world":"full account","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}],"fault":{"at":2,"kind":"the network fails after it, for the rest of the run"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"renewed"},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a killed update of a rule that came to stand on a list, with a refresh",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"two","cb":"one"},"hosts":["a.example.com"]}],"fault":{"at":10,"kind":"the provider is killed after it"}}],"order":0},{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"two","cb":"one"},"hosts":["b.example.com"]}],"isRefreshing":true}],"order":0}]}`,
  ],
  [
    "a list that a run without a network put, refreshed before it shows",
    `{"world":"lag","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}],"fault":{"at":5,"kind":"the network fails before it, for the rest of the run"}}],"order":0},{"commands":[{"do":"refresh","stack":0}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "an interrupted destroy, and up with a refresh",
    `{"world":"rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}]}],"order":0},{"commands":[{"do":"destroy","stack":0,"fault":{"at":2,"kind":"the network fails after it, for the rest of the run"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}],"isRefreshing":true}],"order":0}]}`,
  ],
  [
    "two backends at the same moment, one without an answer",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}],"fault":{"at":4,"kind":"it is not carried out, and the answer is lost"}},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a host that moves stays closed where something else fails",
    `{"world":"two components","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com","c.example.com"]}],"fault":{"at":9,"kind":"it is refused with 403"}}],"order":0}]}`,
  ],
  [
    "a shared list whose write isn't shown yet is emptied before its CA is deleted",
    `{"world":"lag","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"}],"fault":{"at":4,"kind":"the network fails after it, for the rest of the run"}}],"order":0},{"commands":[{"do":"destroy","stack":0}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"],"mode":"shared"}]}],"order":0}]}`,
  ],
  [
    "a list whose lost write shows only after it was emptied is emptied again",
    `{"world":"lag","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["b.example.com"]}],"fault":{"at":7,"kind":"the network fails after it, for the rest of the run"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a host that moves stays closed where the CLI is killed and the provider lives on",
    `{"world":"equal names","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com","c.example.com"],"within":"acme:index:Team"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"m","cas":{"ca":"two"},"hosts":["c.example.com"],"within":"acme:index:Team"}],"fault":{"at":5,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":1}]}`,
  ],
  [
    "a list that another component wrote without its hostnames is written once more before a rule stands on it",
    `{"world":"two components, one CA","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"},{"name":"n","cas":{"ca":{"of":"m-ca"}},"hosts":["a.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"destroy","stack":0,"fault":{"at":1,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"},{"name":"n","cas":{"ca":{"of":"m-ca"}},"hosts":["c.example.com"],"mode":"shared"}],"isRefreshing":true}],"order":1}]}`,
  ],
  [
    "a refresh that waits, as the docs say after a kill, sees what the killed run did",
    `{"world":"lag","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two","cb":"one"},"hosts":["a.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"]}],"fault":{"at":11,"kind":"the provider is killed before it"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two","cb":"one"},"hosts":["a.example.com"]}],"isRefreshing":true}],"order":0}]}`,
  ],
  [
    "after a lost answer the program that changed comes with a refresh, too",
    `{"world":"two components","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}],"fault":{"at":2,"kind":"the network fails after it, for the rest of the run"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0}]}`,
  ],
  [
    "what stayed on a shared list for a rule leaves it where the list goes with its CA",
    `{"world":"hosts of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["b.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["a.example.com"],"mode":"shared"}],"fault":{"at":2,"kind":"it is refused with 403"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"}]}],"order":0}]}`,
  ],
  [
    "so it does where the CA is swapped under its key after a run without a network",
    `{"world":"hosts of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"}],"fault":{"at":7,"kind":"the network fails after it, for the rest of the run"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"],"mode":"shared"}],"isRefreshing":true}],"order":0}]}`,
  ],
  [
    "an interrupted up and then an interrupted destroy: to go back takes a refresh",
    `{"world":"two components","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"]},{"name":"o","cas":{"ca":"renewed"},"hosts":["c.example.com"]}],"fault":{"at":1,"kind":"the network fails after it, for the rest of the run"}}],"order":0},{"commands":[{"do":"destroy","stack":0,"fault":{"at":2,"kind":"the provider is killed after it"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"]},{"name":"o","cas":{"ca":"renewed"},"hosts":["c.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a CA that a destroy deletes verifies nobody, also where an edge takes any CA of the account",
    `{"world":"rules of others","steps":[{"foreign":{"rule":"ends_with"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"paths":["/admin/*"]}],"isRefreshing":false}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"two"},"hosts":["b.example.com"],"paths":["/admin/*"]}],"fault":{"at":1,"kind":"Ctrl-C before it: operations under way end"}}],"order":0},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
  [
    "a CA that a killed run uploaded and a destroy deletes verifies nobody",
    `{"world":"moves and rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}],"fault":{"at":1,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"foreign":{"rule":"issuer alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}],"isRefreshing":true}],"order":0},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
  [
    "a host that waited in vain to move is open in the next up, as the error of the wait said",
    `{"world":"two components","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com"]}],"fault":{"at":5,"kind":"Ctrl-C before it: operations under way end"}}],"order":4},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"renewed"},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "two hosts that wait in vain to move, with Ctrl-C",
    `{"world":"equal names","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","c.example.com"]},{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"],"within":"acme:index:Team"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"]},{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com","b.example.com"],"within":"acme:index:Team"}],"fault":{"at":8,"kind":"Ctrl-C before it: operations under way end"}}],"order":5},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com","c.example.com"]},{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"],"within":"acme:index:Team"}]}],"order":0}]}`,
  ],
  [
    "whom our rule refused, although a killed run put their CA on the host, isn't wronged by others' rule when the host leaves",
    `{"world":"rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0},{"foreign":{"rule":"path alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two","cb":"one"},"hosts":["b.example.com"]}],"fault":{"at":6,"kind":"the provider is killed before it"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two","cb":"one"},"hosts":["a.example.com"]}],"isRefreshing":true}],"order":0}]}`,
  ],
  [
    "the list of a CA that a killed run brought waits for the delete of the rule that stands on it, where the component is gone",
    `{"world":"moves and lag","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"mode":"shared"},{"name":"n","cas":{"ca":{"of":"m-ca"}},"hosts":["c.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"mode":"shared"},{"name":"n","cas":{"cb":"two"},"hosts":["c.example.com"],"mode":"shared"}],"fault":{"at":19,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"mode":"shared"}],"isRefreshing":true}],"order":1}]}`,
  ],
  [
    "a host that waited in vain to move with Ctrl-C is closed by the last call of the next up",
    `{"world":"moves and lag","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com","c.example.com"]}],"fault":{"at":5,"kind":"Ctrl-C before it: operations under way end"}}],"order":4},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com","c.example.com"]}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "a hostname that a killed run took out of its list isn't held there by others' rule when the CA is replaced",
    `{"world":"rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}],"fault":{"at":5,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"foreign":{"rule":"wildcard"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"]}],"isRefreshing":true}],"order":0}]}`,
  ],
  [
    "a certificate that a killed run let in again isn't refused while another host moves away",
    `{"world":"moves and revocation","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"],"revoked":true},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}],"fault":{"at":1,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"]}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "a list that a failed up put and that doesn't show yet isn't emptied under others' rule by a destroy that waits",
    `{"world":"lag and rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"]}],"fault":{"at":5,"kind":"the network fails before it, for the rest of the run"}}],"order":0},{"foreign":{"rule":"host in"}},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
];
