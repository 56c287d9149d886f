import { mintAuthorities } from "./authorities";
import { OF_LIMITS } from "./counterexamples-of-limits";
import { Explorer, worldNamed } from "./explorer";
import type { Plan } from "./plan";
import { replay } from "./shrink";
import { storyOf } from "./story";

/*
 * What the model found once, each by the text that `npm run model -- --replay` takes.
 */

const MENDED: [string, string][] = [
  [
    "clients of a CA that leaves may be refused by others' rules too",
    `{"world":"rules of others","steps":[{"foreign":{"rule":"ends_with"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"two"},"hosts":["b.example.com"],"paths":["/admin/*"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"paths":["/admin/*"]}]}],"order":0}]}`,
  ],
  [
    "a destroy may empty an exclusive list of others' hostnames, which it names",
    `{"world":"hosts of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"foreign":{"host":"c.example.com","ca":"one"}},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
  [
    "so may the replacement of its CA",
    `{"world":"hosts of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"foreign":{"host":"c.example.com","ca":"one"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "so may a component that gives its CA up for another",
    `{"world":"hosts of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"foreign":{"host":"b.example.com","ca":"one"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"two"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a hostname that the program declares is its own, whoever was there first",
    `{"world":"hosts of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"foreign":{"host":"b.example.com","ca":"one"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"}]}],"order":0}]}`,
  ],
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
    "a stack of the same names in another backend is refused",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "two backends of the same names at the same moment take up what says the same",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":1855080587}]}`,
  ],
  [
    "two backends at the same moment, one without an answer",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}],"fault":{"at":4,"kind":"it is not carried out, and the answer is lost"}},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "two backends that put one list at the same moment",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}]}],"order":1945653326}]}`,
  ],
  [
    "two backends that hold one rule undo each other's",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":1855080587},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a rule that Cloudflare refused beside a stranger's is none of our state",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":1828655747},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
  [
    "a preview says of others' rules what the run says",
    `{"world":"rules of others","steps":[{"foreign":{"rule":"issuer alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a rule that others' rules contradict may be refused",
    `{"world":"rules of others","steps":[{"foreign":{"rule":"issuer alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a narrower rule for some paths alone is no contradiction",
    `{"world":"contradiction","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"paths":["/admin/*"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a rule that lets more in than another stack's shuts nobody out",
    `{"world":"two stacks","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":{"foreign":"one"},"cb":"two"},"hosts":["c.example.com"]}]}],"order":0}]}`,
  ],
  [
    "two certificates of one key on one host are refused",
    `{"world":"two components","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"renewed"},"hosts":["b.example.com"]}]}],"order":1}]}`,
  ],
  [
    "a host that leaves keeps each CA under others' rules that take any",
    `{"world":"rules of others","steps":[{"foreign":{"rule":"path alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two","cb":"one"},"hosts":["a.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two","cb":"one"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a host that moves between two components stays closed",
    `{"world":"two components","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com","c.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a host that moves between two components stays closed in the reverse order",
    `{"world":"two components","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com","c.example.com"]}]}],"order":1}]}`,
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
    "what a rule released isn't its list's any more: another stack may have put it there",
    `{"world":"two stacks","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":{"foreign":"one"}},"hosts":["c.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"],"mode":"shared"}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":{"foreign":"one"}},"hosts":["b.example.com","c.example.com"],"mode":"shared"}]}],"order":0}]}`,
  ],
  [
    "a preview refuses what the delete of a list would: others' rule lets clients in by their serial numbers",
    `{"world":"rules of others","steps":[{"foreign":{"rule":"serial and host"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"paths":["/admin/*"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"two"},"hosts":["b.example.com"],"paths":["/admin/*"]}]}],"order":0}]}`,
  ],
  [
    "a host that moves stays closed where the CLI is killed and the provider lives on",
    `{"world":"equal names","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com","c.example.com"],"within":"acme:index:Team"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"m","cas":{"ca":"two"},"hosts":["c.example.com"],"within":"acme:index:Team"}],"fault":{"at":5,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":1}]}`,
  ],
  [
    "a host under others' rule that takes any CA keeps its list, and the preview says so",
    `{"world":"rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"],"paths":["/admin/*"]}]}],"order":0},{"foreign":{"rule":"ends_with"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"],"paths":["/admin/*"]}]}],"order":0},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
  [
    "a list that another component wrote without its hostnames is written once more before a rule stands on it",
    `{"world":"two components, one CA","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"},{"name":"n","cas":{"ca":{"of":"m-ca"}},"hosts":["a.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"destroy","stack":0,"fault":{"at":1,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"},{"name":"n","cas":{"ca":{"of":"m-ca"}},"hosts":["c.example.com"],"mode":"shared"}],"isRefreshing":true}],"order":1}]}`,
  ],
  [
    "a rule that stands unchanged closes a host that another lets go of",
    `{"world":"contradiction","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com"],"paths":["/admin/*"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com"],"paths":["/admin/*"]}]}],"order":4}]}`,
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
    "what a rule held on an exclusive list stays its own, also where others put it back",
    `{"world":"hosts of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"foreign":{"host":"b.example.com","ca":"one"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"]}]}],"order":0}]}`,
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
    "a host that moves stays closed where others' rule takes a certificate of any CA",
    `{"world":"moves and rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"foreign":{"rule":"wildcard"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a host that moves stays closed where others' rule takes any certificate that is shown",
    `{"world":"moves and rules of others","steps":[{"foreign":{"rule":"matches"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":1}]}`,
  ],
  [
    "who got in neither before nor after wasn't wronged by others' rule",
    `{"world":"moves and rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"foreign":{"rule":"issuer alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "an issuer that no upload holds may be under an uploaded root: its rule holds a list",
    `{"world":"rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}],"isRefreshing":false}],"order":0},{"foreign":{"rule":"issuer alone"}},{"foreign":{"rule":"host in"}},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
  [
    "a CA that a destroy deletes verifies nobody, also where an edge takes any CA of the account",
    `{"world":"rules of others","steps":[{"foreign":{"rule":"ends_with"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"paths":["/admin/*"]}],"isRefreshing":false}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"two"},"hosts":["b.example.com"],"paths":["/admin/*"]}],"fault":{"at":1,"kind":"Ctrl-C before it: operations under way end"}}],"order":0},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
  [
    "what a rule releases from a shared list stays out where another stack wrote from an older look",
    `{"world":"two stacks","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["a.example.com","b.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["b.example.com"],"mode":"shared"}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":{"foreign":"one"}},"hosts":["c.example.com"],"mode":"shared"}]}],"order":2}]}`,
  ],
  [
    "a hostname that passes from one stack to another while both run may need a refresh",
    `{"world":"two stacks","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":{"foreign":"one"}},"hosts":["c.example.com"]}]}],"order":2}]}`,
  ],
  [
    "a CA that a killed run uploaded and a destroy deletes verifies nobody",
    `{"world":"moves and rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}],"fault":{"at":1,"kind":"the CLI is killed before it, and the provider ends its operations"}}],"order":0},{"foreign":{"rule":"issuer alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}],"isRefreshing":true}],"order":0},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
  [
    "two components on one CA exchange a host and the CA in one step",
    `{"world":"moves and lag","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"mode":"shared"},{"name":"n","cas":{"ca":{"of":"m-ca"}},"hosts":["c.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["c.example.com"],"mode":"shared"},{"name":"n","cas":{"ca":{"of":"m-ca"}},"hosts":["b.example.com"],"mode":"shared"}],"isRefreshing":false}],"order":0}]}`,
  ],
  [
    "a component that is gone may leave a list behind that others' rule by issuer holds, and the error names it",
    `{"world":"moves and rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"],"paths":["/admin/*"]}]}],"order":0},{"foreign":{"rule":"issuer alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"],"paths":["/admin/*"]}]}],"order":0}]}`,
  ],
  [
    "a destroy takes nothing from clients of its CA on hosts where an edge asked for another CA's certificates",
    `{"world":"moves and rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}],"isRefreshing":false}],"order":0},{"foreign":{"rule":"issuer alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"],"paths":["/admin/*"]}],"isRefreshing":false}],"order":0},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
  [
    "a host that waited in vain to move is open in the next up, as the error of the wait said",
    `{"world":"two components","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com"]}],"fault":{"at":5,"kind":"Ctrl-C before it: operations under way end"}}],"order":4},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"renewed"},"hosts":["a.example.com"]}]}],"order":0}]}`,
  ],
  [
    "others' rule that took certificates of another CA stood on nothing of a list that goes",
    `{"world":"moves and rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"foreign":{"rule":"issuer alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"],"paths":["/admin/*"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "two hosts that wait in vain to move, with Ctrl-C",
    `{"world":"equal names","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","c.example.com"]},{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"],"within":"acme:index:Team"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"]},{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com","b.example.com"],"within":"acme:index:Team"}],"fault":{"at":8,"kind":"Ctrl-C before it: operations under way end"}}],"order":5},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com","c.example.com"]},{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"],"within":"acme:index:Team"}]}],"order":0}]}`,
  ],
];

/** The story of whoever is wronged. */
async function toldBy(text: string): Promise<string | undefined> {
  const plan = JSON.parse(text) as Plan;
  const nothing = () => undefined;
  const around = new Explorer(await mintAuthorities(), nothing, nothing).around(worldNamed(plan.world));
  const finding = await replay(around, plan);
  return finding && storyOf(around, finding);
}

test.each([...MENDED, ...OF_LIMITS])("nobody is wronged: %s", async (_, plan) => {
  expect(await toldBy(plan)).toBeUndefined();
});
