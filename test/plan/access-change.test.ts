import { changesOf } from "../../src/plan/access-change";
import type { Access, AccessChange } from "../../src/plan/access-change";
import { buildExpressions } from "../../src/rules/expression";
import type { Demand } from "../../src/rules/expression";
import { HOST, OTHER_HOST, SKI_A, SKI_B, SKI_C } from "./zone";

const texts = (demand: Demand) => [...buildExpressions(demand).values()];

/** A rule resource of ours, with the texts that it writes unless others are given. */
function access(change: Partial<Access> = {}): Access {
  const { hostnames = [HOST], issuerSkis = [SKI_A], paths } = change;
  const expressions = hostnames.length > 0 ? texts({ hostnames, issuerSkis, paths }) : [];
  return { ref: "mtls_1_2", action: "block", hostnames, issuerSkis, paths, expressions, ...change };
}

const still: AccessChange = {
  opened: [],
  closed: [],
  pathsOpened: { named: [], elsewhere: false, except: [] },
  pathsClosed: { named: [], elsewhere: false, except: [] },
  issuersRefused: [],
};

describe("what a changed rule means", () => {
  it.each<[string, Partial<Access>, Partial<Access>, Partial<AccessChange>]>([
    ["nothing, where it is the same", {}, {}, {}],
    ["nothing, where hosts change places", { hostnames: [HOST, OTHER_HOST] }, { hostnames: [OTHER_HOST, HOST] }, {}],
    [
      "nothing, where only the spelling changes",
      {},
      { expressions: access().expressions.map((text) => `(${text})`) },
      {},
    ],
    ["a host that is opened", { hostnames: [HOST, OTHER_HOST] }, { hostnames: [HOST] }, { opened: [OTHER_HOST] }],
    ["a host that is closed", { hostnames: [HOST] }, { hostnames: [HOST, OTHER_HOST] }, { closed: [OTHER_HOST] }],
    ["one of each", { hostnames: [HOST] }, { hostnames: [OTHER_HOST] }, { opened: [HOST], closed: [OTHER_HOST] }],
    ["all hosts opened, by an action that only logs", {}, { action: "log" }, { opened: [HOST] }],
    ["all hosts closed, by an action that refuses", { action: "log" }, {}, { closed: [HOST] }],
    ["nothing, between block and challenge", {}, { action: "managed_challenge" }, {}],
    ["an issuer that is refused", { issuerSkis: [SKI_A, SKI_B] }, { issuerSkis: [SKI_B] }, { issuersRefused: [SKI_A] }],
    ["an issuer that is refused for another", {}, { issuerSkis: [SKI_B] }, { issuersRefused: [SKI_A] }],
    ["nothing, where an issuer comes", {}, { issuerSkis: [SKI_A, SKI_B] }, {}],
    [
      "nothing of issuers on a host that is opened",
      { issuerSkis: [SKI_A, SKI_B] },
      { issuerSkis: [SKI_B], hostnames: [OTHER_HOST] },
      { opened: [HOST], closed: [OTHER_HOST] },
    ],
    [
      "an issuer once, though two hosts refuse it, in the order of before",
      { issuerSkis: [SKI_C, SKI_B, SKI_A], hostnames: [HOST, OTHER_HOST] },
      { issuerSkis: [SKI_B], hostnames: [HOST, OTHER_HOST] },
      { issuersRefused: [SKI_C, SKI_A] },
    ],
    [
      "no issuer that was refused before",
      { issuerSkis: [SKI_A, SKI_B], expressions: access().expressions },
      { issuerSkis: [SKI_A] },
      {},
    ],
    [
      "a path that is opened",
      { paths: ["/admin/*", "/login"] },
      { paths: ["/login"] },
      { pathsOpened: { named: ["/admin/*"], elsewhere: false, except: [] } },
    ],
    [
      "a path that is closed",
      { paths: ["/login"] },
      { paths: ["/login", "/admin/*"] },
      { pathsClosed: { named: ["/admin/*"], elsewhere: false, except: [] } },
    ],
    [
      "every path but some opened, where the whole host was closed",
      {},
      { paths: ["/login", "/admin/*"] },
      { pathsOpened: { named: [], elsewhere: true, except: ["/admin/*", "/login"] } },
    ],
    [
      "every path but some closed, where the whole host is closed now",
      { paths: ["/login"] },
      {},
      { pathsClosed: { named: [], elsewhere: true, except: ["/login"] } },
    ],
    ["nothing, where a pattern is within another", { paths: ["/admin/*"] }, { paths: ["/admin/*", "/admin/keys"] }, {}],
    [
      "what is below a path opened, where the path itself stays",
      { paths: ["/admin/*"] },
      { paths: ["/admin/"] },
      { pathsOpened: { named: ["/admin/*"], elsewhere: false, except: [] } },
    ],
    [
      "what is below a path closed, where the path itself was",
      { paths: ["/admin/"] },
      { paths: ["/admin/*"] },
      { pathsClosed: { named: ["/admin/*"], elsewhere: false, except: [] } },
    ],
    [
      "a star inside of a path no pattern",
      { paths: ["/a*b", "/c"] },
      { paths: ["/c"] },
      { pathsOpened: { named: ["/a*b"], elsewhere: false, except: [] } },
    ],
    [
      "every path but one opened, one that was named before among them",
      { paths: ["/a"], expressions: access().expressions },
      { paths: ["/login"] },
      { pathsOpened: { named: ["/a"], elsewhere: true, except: ["/login"] } },
    ],
    [
      "one path for another",
      { paths: ["/a"] },
      { paths: ["/b"] },
      {
        pathsOpened: { named: ["/a"], elsewhere: false, except: [] },
        pathsClosed: { named: ["/b"], elsewhere: false, except: [] },
      },
    ],
    [
      "no path of a host that is opened or closed as a whole",
      { hostnames: [HOST], paths: ["/a"] },
      { hostnames: [OTHER_HOST], paths: ["/b"] },
      { opened: [HOST], closed: [OTHER_HOST] },
    ],
    [
      "an issuer that is refused on a path that stays closed",
      { paths: ["/a"], issuerSkis: [SKI_A, SKI_B] },
      { paths: ["/a"], issuerSkis: [SKI_B] },
      { issuersRefused: [SKI_A] },
    ],
    [
      "no issuer on a path that is only closed now",
      { paths: ["/a"], issuerSkis: [SKI_A] },
      {
        paths: ["/a", "/b"],
        issuerSkis: [SKI_A],
        expressions: [
          ...texts({ hostnames: [HOST], issuerSkis: [SKI_A], paths: ["/a"] }),
          ...texts({ hostnames: [HOST], issuerSkis: [SKI_B], paths: ["/b"] }),
        ],
      },
      { pathsClosed: { named: ["/b"], elsewhere: false, except: [] } },
    ],
    [
      "all hosts, where one text becomes two",
      { hostnames: [HOST, OTHER_HOST] },
      {
        hostnames: [HOST, OTHER_HOST],
        expressions: [HOST, OTHER_HOST].flatMap((name) => texts({ hostnames: [name], issuerSkis: [SKI_A] })),
      },
      {},
    ],
  ])("is %s", (_, before, after, expected) => {
    expect(changesOf(access(before), access(after))).toStrictEqual({ ...still, ...expected });
  });
});
