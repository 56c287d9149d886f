import { mintAuthorities } from "./authorities";
import { OF_FAULTS } from "./counterexamples-of-faults";
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
    "a stack of the same names in another backend is refused",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "two backends of the same names at the same moment take up what says the same",
    `{"world":"two backends","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":1855080587}]}`,
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
    "what a rule released isn't its list's any more: another stack may have put it there",
    `{"world":"two stacks","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":{"foreign":"one"}},"hosts":["c.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"],"mode":"shared"}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":{"foreign":"one"}},"hosts":["b.example.com","c.example.com"],"mode":"shared"}]}],"order":0}]}`,
  ],
  [
    "a preview refuses what the delete of a list would: others' rule lets clients in by their serial numbers",
    `{"world":"rules of others","steps":[{"foreign":{"rule":"serial and host"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"],"paths":["/admin/*"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"cb":"two"},"hosts":["b.example.com"],"paths":["/admin/*"]}]}],"order":0}]}`,
  ],
  [
    "a host under others' rule that takes any CA keeps its list, and the preview says so",
    `{"world":"rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com","b.example.com"],"paths":["/admin/*"]}]}],"order":0},{"foreign":{"rule":"ends_with"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"],"paths":["/admin/*"]}]}],"order":0},{"commands":[{"do":"destroy","stack":0}],"order":0}]}`,
  ],
  [
    "a rule that stands unchanged closes a host that another lets go of",
    `{"world":"contradiction","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com"],"paths":["/admin/*"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["a.example.com"],"paths":["/admin/*"]}]}],"order":4}]}`,
  ],
  [
    "what a rule held on an exclusive list stays its own, also where others put it back",
    `{"world":"hosts of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["a.example.com"]}]}],"order":0},{"foreign":{"host":"b.example.com","ca":"one"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"two"},"hosts":["a.example.com"]}]}],"order":0}]}`,
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
    "what a rule releases from a shared list stays out where another stack wrote from an older look",
    `{"world":"two stacks","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["a.example.com","b.example.com"],"mode":"shared"}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"two"},"hosts":["b.example.com"],"mode":"shared"}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":{"foreign":"one"}},"hosts":["c.example.com"],"mode":"shared"}]}],"order":2}]}`,
  ],
  [
    "a hostname that passes from one stack to another while both run may need a refresh",
    `{"world":"two stacks","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["c.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}]},{"do":"up","stack":1,"program":[{"name":"m","cas":{"ca":{"foreign":"one"}},"hosts":["c.example.com"]}]}],"order":2}]}`,
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
    "others' rule that took certificates of another CA stood on nothing of a list that goes",
    `{"world":"moves and rules of others","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"]}]}],"order":0},{"foreign":{"rule":"issuer alone"}},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]},{"name":"n","cas":{"ca":"two"},"hosts":["c.example.com"],"paths":["/admin/*"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one"},"hosts":["b.example.com"]}]}],"order":0}]}`,
  ],
  [
    "a CA that goes from one key of a component to another while the host is exchanged: its hostnames there are the stack's own",
    `{"world":"rotation","steps":[{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"one","cb":"renewed"},"hosts":["b.example.com"]}]}],"order":0},{"commands":[{"do":"up","stack":0,"program":[{"name":"m","cas":{"ca":"renewed"},"hosts":["a.example.com"]}],"isRefreshing":false}],"order":0}]}`,
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

test.each([...MENDED, ...OF_FAULTS, ...OF_LIMITS])("nobody is wronged: %s", async (_, plan) => {
  expect(await toldBy(plan)).toBeUndefined();
});
