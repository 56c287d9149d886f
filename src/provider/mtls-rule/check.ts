import { buildExpressions, NoRoom } from "../../rules/expression";
import { canonicalPath } from "../../rules/path";
import type { Checked, Origin, Properties } from "../engine/contract";
import { readClients } from "./clients";
import { readHostnames } from "../hostname-associations/check";
import { shownWrong } from "../../wording/shown";
import { InputReader } from "../engine/inputs";
import { usualOf } from "./form";
import { readResponse } from "./response";
import type { MtlsRuleState } from "./state";
import { clashes } from "./clash";
import { lookAtZone } from "./preflight";
import { preflight } from "../session/preflight";
import type { Session } from "../session";
import { hasUnknown, UNKNOWN } from "../engine/unknown";

const OPTIONS = [
  "zoneId",
  "hostnames",
  "everyHost",
  "issuerSkis",
  "cas",
  "revoked",
  "paths",
  "response",
  "action",
  "description",
  "position",
  "adopt",
  "associations",
];

/** What isn't the program's to give, and comes back from state where it says `ignoreChanges: ["*"]`. */
const COMPUTED = ["owner", "ref", "enabled", "expressions", "rulesetId", "ruleIds", "overdue"];

const DEMANDED = ["hostnames", "everyHost", "issuerSkis", "cas", "revoked", "paths"];

/** Everything of a rule is known before it is written, its text included, so that a preview shows it. */
export async function checkRule(
  session: Session,
  olds: Properties,
  news: Properties,
  { elsewhere }: Origin,
): Promise<Checked> {
  const read = new InputReader(news);
  const inputs: Properties = { ...news, ...readRule(session, read, news) };
  // In a real run the engine takes no unknown value, and would say so in place of the failures.
  inputs.expressions = read.failures.length > 0 ? [] : UNKNOWN;
  if (read.failures.length > 0 || hasUnknown(DEMANDED.map((key) => inputs[key])))
    return { inputs, failures: read.failures };
  const state = inputs as unknown as MtlsRuleState;
  try {
    inputs.expressions = [...buildExpressions(state).values()];
  } catch (error) {
    read.fail(error instanceof NoRoom ? error.property : "", (error as Error).message);
  }
  if (!hasUnknown([inputs.zoneId, inputs.expressions, inputs.action])) {
    session.program.declareRule(state, elsewhere);
    session.program.remember("rule", String(olds.zoneId), String(olds.ref));
    for (const reason of clashes(session, state)) read.fail("", reason);
  }
  // A list may be of a CA that is yet to be uploaded; what Cloudflare is asked about must be known.
  if (!hasUnknown({ ...inputs, associations: [] })) {
    const before = olds.ref === undefined ? undefined : (olds as unknown as MtlsRuleState);
    const look = (ahead: Session) => lookAtZone(ahead, state, before);
    const reasons = await preflight(
      session,
      olds,
      inputs,
      ["zoneId", "expressions", "action", "position", "response"],
      look,
    );
    for (const reason of reasons) read.fail("", reason);
  }
  return { inputs, failures: read.failures };
}

/** The inputs on their canonical form, but for the texts that come of them. */
function readRule(session: Session, read: InputReader, news: Properties): Properties {
  read.only(OPTIONS, COMPUTED);
  const owner = read.text("owner", "The resource's constructor gives it.");
  const usual = usualOf(owner);
  const adopt = read.optionalText("adopt")?.trim();
  if (adopt === "") read.fail("adopt", "adopt is empty: give the id or ref of the rule to take over, or leave it out.");
  read.flag("everyHost");
  if (news.everyHost === true && (news.paths === undefined || news.paths === null))
    read.fail(
      "everyHost",
      "everyHost needs paths, or the whole zone would be closed: name them, or leave everyHost out.",
    );
  return {
    zoneId: read.identifier("zoneId", "The dashboard shows it on the zone's overview page."),
    action: read.oneOf("action", ["block", "log"]),
    owner,
    hostnames: readHostnames(session, read),
    everyHost: news.everyHost === false ? undefined : news.everyHost,
    ...readClients(session, read, news),
    paths: news.paths === undefined || news.paths === null ? undefined : readPaths(read),
    response: readResponse(read, news),
    ref: usual.ref,
    description: read.optionalText("description") ?? usual.description,
    position: readPosition(read, news.position ?? usual.position),
    enabled: true,
    adopt,
    associations: readAssociations(read, news.associations ?? []),
  };
}

function readPaths(read: InputReader): string[] | typeof UNKNOWN | undefined {
  const paths = read.texts("paths", ['"/admin"', '"/admin/*"']);
  if (paths === undefined || paths === UNKNOWN) return paths;
  if (paths.length === 0)
    read.fail("paths", "paths is empty: name at least one path, or leave paths out for the whole host.");
  const canonical = new Set<string>();
  for (const given of paths) {
    const known = canonicalPath(given);
    if ("path" in known) canonical.add(known.path);
    else read.fail("paths", `A rule can't be for the path ${shownWrong(given)}: ${known.problem}`);
  }
  return [...canonical].sort();
}

const PLACES = 'Write "first", "last", { before: "<id or ref of a rule>" } or { after: "…" }, or leave it out.';

function readPosition(read: InputReader, position: unknown): unknown {
  if (position === "first" || position === "last" || hasUnknown(position)) return position;
  const [[side, name] = [], ...more] = typeof position === "object" ? Object.entries(position ?? {}) : [];
  if ((side !== "before" && side !== "after") || more.length > 0 || typeof name !== "string" || !name.trim())
    read.fail("position", `position isn't a place among the zone's rules. ${PLACES}`);
  return position;
}

function readAssociations(read: InputReader, associations: unknown): unknown {
  if (areLists(associations))
    return associations.toSorted((one, other) => (one.caCertificateId < other.caCertificateId ? -1 : 1));
  if (hasUnknown(associations)) return associations;
  read.fail(
    "associations",
    "associations must be HostnameAssociations, the resources themselves. Write associations: [list].",
  );
  return [];
}

/** A list may be of a CA whose id isn't known yet. */
function areLists(value: unknown): value is MtlsRuleState["associations"] {
  return Array.isArray(value) && value.every(isList);
}

function isList(value: unknown): value is MtlsRuleState["associations"][number] {
  const { caCertificateId, hostnames } = Object(value) as Record<string, unknown>;
  return (
    typeof caCertificateId === "string" && Array.isArray(hostnames) && hostnames.every((one) => typeof one === "string")
  );
}
