import type { Fields } from "../cloud";
import { rulesOf } from "../ground";
import type { Ground, Rule } from "../ground";
import type { Probe } from "../probe";
import { resultOf, told } from "../told";
import type { Observed } from "../told";

/** Each tried as a rule, which isn't made. */
async function tried(ground: Ground, rules: Readonly<Record<string, Fields>>): Promise<Observed> {
  const seen: Record<string, Observed> = {};
  for (const [name, more] of Object.entries(rules)) seen[name] = told(await ground.tryRule(more));
  return seen;
}

function expressions(ground: Ground, texts: readonly string[]): Readonly<Record<string, Fields>> {
  const host = `http.host eq "${ground.hostname()}"`;
  return Object.fromEntries(texts.map((text) => [text, { expression: `${host} and ${text}` }]));
}

/** The whole list, by PUT: only where every rule of it is this run's own. */
async function putRules(
  ground: Ground,
  change: (rules: readonly Rule[]) => readonly Fields[],
  query?: { dry_run: string },
) {
  const rules = await ground.rules();
  if (!rules.every((rule) => JSON.stringify(rule).includes(ground.head.mark)))
    throw new Error("Somebody made a rule in the zone meanwhile, which a PUT of all rules would touch.");
  return ground.write({ method: "PUT", path: ground.entryPoint, body: { rules: change(rules) }, query });
}

const response = (more: Fields) => ({
  action_parameters: { response: { status_code: 403, content: "no", content_type: "text/plain", ...more } },
});

export const rules: readonly Probe[] = [
  {
    claim: "a PATCH that leaves fields out",
    async observe(ground) {
      const rule = await ground.addRule();
      const path = `${await ground.ruleset()}/rules/${rule.id}`;
      const { action, expression } = rule;
      const patched = await ground.write({ method: "PATCH", path, body: { action, expression } });
      const now = rulesOf(resultOf(patched)).find(({ id }) => id === rule.id);
      const ref = now?.ref === rule.ref ? "kept" : now?.ref === rule.id ? "its id" : "another";
      return {
        "action and expression alone": { description: String(now?.description), enabled: Boolean(now?.enabled), ref },
        "enabled alone": told(await ground.write({ method: "PATCH", path, body: { enabled: false } })),
      };
    },
  },
  {
    claim: "a rule that a PUT repeats",
    async observe(ground) {
      const before = await ground.addRule();
      const after = rulesOf(resultOf(await putRules(ground, (rules) => rules))).find(({ ref }) => ref === before.ref);
      const kept = (name: string) => JSON.stringify(before[name]) === JSON.stringify(after?.[name]);
      return { "keeps its id": kept("id"), "its version": kept("version"), "its date": kept("last_updated") };
    },
  },
  {
    claim: "an unknown rule id in a PUT",
    async observe(ground) {
      await ground.addRule();
      const stranger = { ...ground.rule(), id: ground.stray("hex") };
      return told(await putRules(ground, (rules) => [...rules, stranger], { dry_run: "true" }));
    },
  },
  {
    claim: "versions of a ruleset",
    async observe(ground) {
      await ground.addRule();
      const ruleset = await ground.ruleset();
      const { status, result } = await ground.read(`${ruleset}/versions`);
      const current = resultOf(await ground.read(ruleset)).version;
      const newest = (Object.values(result) as Fields[]).find(({ version }) => version === current);
      return { status, "has the newest": newest !== undefined, fields: Object.keys(newest ?? {}).sort() };
    },
  },
  {
    claim: "an expression that doesn't parse",
    observe: async (ground) => ({
      blank: told(await ground.tryRule({ expression: "" })),
      damaged: await tried(ground, expressions(ground, ["http.hots eq 1", '(ip.src eq "x"', "http.host"])),
    }),
  },
  {
    claim: "the spelling of an expression",
    async observe(ground) {
      const host = `http.host eq "${ground.hostname()}"`;
      const spelled = [`(${host})`, `${host} && (not ssl || http.request.uri.path in {"/b" "/a"})`];
      const kept: string[] = [];
      for (const expression of spelled) kept.push((await ground.addRule({ expression })).expression);
      return kept;
    },
  },
  {
    claim: "a `response` of a block",
    observe: (ground) =>
      tried(ground, {
        "as documented": response({}),
        "status 399": response({ status_code: 399 }),
        "status 500": response({ status_code: 500 }),
        "no content": response({ content: undefined }),
        "2049 bytes": response({ content: "x".repeat(2049) }),
        "an image": response({ content_type: "image/png" }),
      }),
  },
  {
    claim: "unknown fields of a body",
    async observe(ground) {
      const { pem } = await ground.authority("unknown field");
      const upload = await ground.upload(pem, { certificate: "x" });
      const ca = upload.success ? String(upload.result.id) : await ground.ca(pem);
      return {
        "of an upload": told(upload),
        "of a hostname list": told(await ground.putList(ca, { hostnames: [], hostname: "x" })),
        "of a rule": told(await ground.tryRule({ exprssion: "true" })),
      };
    },
  },
  {
    claim: "grammar, verdicts, error texts and positions",
    observe: (ground) =>
      tried(
        ground,
        expressions(ground, [
          "cf.tls_client_auth.cert_verified",
          "cf.tls_client_auth.cert_verified eq true",
          'cf.tls_client_auth.cert_issuer_ski in {"AB" "CD"}',
          'cf.tls_client_auth.cert_issuer_ski in {"AB", "CD"}',
          "http.host in {}",
          "NOT ssl",
          "not\tssl",
          "http.host eq 'x'",
          'http.host eq "\\n"',
          'http.host wildcard "a**b"',
          'lower(http.host) eq r#"x"#',
          "ip.src in {10.0.0.0/8 2001:db8::/32}",
          'any(http.request.headers.names[*] eq "x")',
        ]),
      ),
  },
  {
    claim: "the expression `true`",
    observe: async (ground) => told(await ground.tryRule({ expression: "true" })),
  },
];
