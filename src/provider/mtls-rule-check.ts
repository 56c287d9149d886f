import { createHash } from "node:crypto";
import { buildExpressions } from "../rules/expression";
import { REF_PREFIX } from "../rules/position";
import type { CheckFailure, Properties } from "./handler";
import { readHostnames } from "./hostname-associations";
import { InputReader } from "./inputs";
import type { MtlsRuleState } from "./mtls-rule";
import { lookAtZone } from "./rule-preflight";
import { preflight } from "./preflight";
import type { Session } from "./session";
import { hasUnknown, UNKNOWN } from "./unknown";

const OPTIONS = [
  "zoneId",
  "hostnames",
  "issuerSkis",
  "paths",
  "action",
  "description",
  "position",
  "associations",
  "owner",
];

/** Everything of a rule is known before it is written, its text included, so that a preview shows it. */
export async function checkRule(
  session: Session,
  olds: Properties,
  news: Properties,
): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }> {
  const read = new InputReader(news);
  read.only(OPTIONS);
  const zoneId = read.identifier("zoneId", "The dashboard shows it on the zone's overview page.");
  const action = read.oneOf("action", ["block", "log"]);
  const owner = read.text("owner", "The resource's constructor gives it.");
  const hostnames = readHostnames(session, read);
  const issuerSkis = readSkis(read);
  const paths = readPaths(read);
  const ref = `${REF_PREFIX}${digest(owner.split("/").slice(0, 2).join("/"))}_${digest(owner)}`;
  const description = read.optionalText("description") ?? `Mutual TLS, managed by Pulumi (${owner})`;
  const position = news.position ?? "first";
  const inputs: Properties = {
    ...news,
    zoneId,
    action,
    owner,
    hostnames,
    issuerSkis,
    paths,
    ref,
    description,
    position,
    enabled: true,
    associations: news.associations ?? [],
  };
  inputs.expressions = UNKNOWN;
  if (read.failures.length === 0 && !hasUnknown([hostnames, issuerSkis, paths])) {
    const state = inputs as unknown as MtlsRuleState;
    try {
      inputs.expressions = buildExpressions(state).filter(Boolean);
    } catch (error) {
      read.fail("paths", (error as Error).message);
    }
    if (!hasUnknown(zoneId)) {
      session.declarations.declareRule(zoneId, ref);
      const look = () => lookAtZone(session, state);
      const reasons = await preflight(session, olds, inputs, ["zoneId", "expressions", "action"], look);
      for (const reason of reasons) read.fail("", reason);
    }
  }
  return { inputs, failures: read.failures };
}

/** Upper-case hex without colons, whichever way they were given; sorted, so that their order is no diff. */
function readSkis(read: InputReader): string[] | typeof UNKNOWN {
  const given = read.texts("issuerSkis");
  if (given === UNKNOWN) return UNKNOWN;
  const skis = given.map((ski) => ski.replace(/[:\s]/g, "").toUpperCase());
  const wrong = given.find((_, index) => !/^([0-9A-F]{2}){8,64}$/.test(skis[index] ?? ""));
  if (wrong !== undefined)
    read.fail(
      "issuerSkis",
      `"${wrong.slice(0, 60)}" isn't a subject key identifier: hex digits, e.g. \`ca.issuerSkis\` of a CaCertificate.`,
    );
  if (skis.length === 0 && read.failures.length === 0) {
    read.fail(
      "issuerSkis",
      "issuerSkis is empty: give `ca.issuerSkis` of a CaCertificate. Without an issuer, certificates of any CA of the account would be let in.",
    );
  }
  return [...new Set(skis)].sort();
}

function readPaths(read: InputReader): string[] | typeof UNKNOWN | undefined {
  const paths = read.texts("paths");
  if (paths === UNKNOWN || paths.length === 0) return paths === UNKNOWN ? UNKNOWN : undefined;
  const wrong = paths.find((path) => !path.startsWith("/") || path.slice(0, -1).includes("*"));
  if (wrong !== undefined)
    read.fail(
      "paths",
      `"${wrong.slice(0, 60)}" isn't a path: "/admin" is that path alone, "/admin/*" everything below it.`,
    );
  return [...new Set(paths)].sort();
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
