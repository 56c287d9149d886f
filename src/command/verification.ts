import { pinsOf } from "../plan/refusal";
import { NOBODY, expectation, unknownCa, type Client } from "./clients";
import type { Target } from "./declared";
import { knock, NOT_SPOKEN, type Edge, type Heard, type Knock, type TlsVersion } from "./handshakes";

/** One request: who made it, how, and whether the answer is what the stack declares. */
export interface Probe {
  readonly client: Client["name"];
  /** `capitals`: the Host in upper case. `reuse`: the second request of a connection that was made for another host. */
  readonly as: TlsVersion | "capitals" | "reuse";
  readonly heard: Heard;
  readonly expected: ReturnType<typeof expectation>;
  readonly isWrong: boolean;
}

export interface Verification {
  readonly target: Target;
  /** Undefined: no handshake came about. */
  readonly asks: boolean | undefined;
  readonly tls: readonly string[];
  readonly probes: readonly Probe[];
  /** What is wrong, why that may be, and what to do. */
  readonly findings: readonly string[];
}

const VERSIONS = ["TLSv1.3", "TLSv1.2"] as const;
/** What an edge answers that doesn't serve one host on another's connection. */
const MISDIRECTED = [409, 421];

/** At most nine requests to one host, one after the other. */
export async function verify(edge: Edge, target: Target, own: readonly Client[]): Promise<Verification> {
  const { hostname, path, other } = target;
  const probes: Probe[] = [];
  const probe = async (client: Client, as: Probe["as"], what: Partial<Knock>) => {
    const { certificate, key } = client;
    const heard = await knock(edge, { servername: hostname, host: hostname, path, certificate, key, ...what });
    const expected = expectation(target, client);
    probes.push({ client: client.name, as, heard, expected, isWrong: isWrong(target, as, heard, expected) });
    return "trouble" in heard ? heard.trouble : undefined;
  };
  const clients = [NOBODY, unknownCa(pinsOf(target.rules)), ...own];
  for (const version of VERSIONS)
    for (const client of clients) {
      const trouble = await probe(client, version, { version });
      if (trouble === undefined) continue;
      // A host that can't be reached isn't knocked at again and again.
      if (!NOT_SPOKEN.test(trouble)) return summary(target, probes);
      break;
    }
  await probe(NOBODY, "capitals", { host: hostname.toUpperCase() });
  if (other !== undefined) await probe(NOBODY, "reuse", { servername: other, isSecond: true });
  return summary(target, probes);
}

function isWrong({ refusals }: Target, as: Probe["as"], heard: Heard, expected: Probe["expected"]): boolean {
  // Whether the other host has a certificate, or speaks at all, isn't what is asked here; nor what serves both on one connection.
  if ("trouble" in heard) return as !== "reuse" && !NOT_SPOKEN.test(heard.trouble);
  if (as === "reuse" && (expected === "admitted" || MISDIRECTED.includes(heard.status))) return false;
  return expected !== undefined && expected !== (refusals.includes(heard.status) ? "refused" : "admitted");
}

function summary(target: Target, probes: readonly Probe[]): Verification {
  const own = probes.flatMap(({ as, heard }) => (as !== "reuse" && "status" in heard ? heard : []));
  const asks = own.length > 0 ? own.every((heard) => heard.asks) : undefined;
  const tls = [...new Set(own.map((heard) => heard.tls))].sort();
  const wrong = probes.filter((probe) => probe.isWrong);
  const findings = [
    ...(asks === undefined || asks === target.asks ? [] : [asks ? ASKS : ASKS_NOT]),
    ...(own.length === 0 && wrong.length === 0 ? ["It speaks neither TLS 1.2 nor TLS 1.3."] : []),
    ...answered(target, wrong),
    ...new Set(wrong.flatMap(({ heard }) => ("trouble" in heard ? unanswered(heard.trouble) : []))),
  ];
  return { target, asks, tls, probes, findings };
}

const ASKS_NOT =
  "It doesn't ask for a client certificate, and the stack has it on a list. A list takes about a minute to reach every part of the edge; later than that, `pulumi refresh` shows whether somebody took it off.";
const ASKS =
  "It asks for a client certificate, and the stack has it on no list. Another CA's list may have it: `npx cloudflare-mtls status` tells.";

const WHO = {
  none: "a client without a certificate",
  unknownCa: "a certificate of an unknown CA",
  yours: "your certificate",
};
const HOW = {
  "TLSv1.3": "TLS 1.3",
  "TLSv1.2": "TLS 1.2",
  capitals: "Host in capitals",
  reuse: "connection of another host",
};
/** What such answers have in common, and what to do. The first that fits all of them. */
const LET_IN: readonly (readonly [(probe: Probe) => boolean, string])[] = [
  [
    ({ as }) => as === "capitals",
    "The rule compares the Host letter by letter: write lower(http.host) there, as an MtlsRule does.",
  ],
  [
    ({ client }) => client === "unknownCa",
    "The rule takes certificates that nobody has verified: it must ask for cert_verified, as an MtlsRule does.",
  ],
  [
    () => true,
    "The rule may be gone or disabled, or a skip rule or an IP Access rule comes before it: `npx cloudflare-mtls status` tells what is enforced.",
  ],
];
const KEPT_OUT =
  "Security › Events in the dashboard names the rule that did it; where none did, the origin answered so.";

/** What came where something else was to come, in one sentence for each of the two ways to be wrong. */
function answered({ path, refusals }: Target, wrong: readonly Probe[]): string[] {
  return (["refused", "admitted"] as const).flatMap((expected) => {
    const answers = new Map<string, string[]>();
    const these = wrong.filter((probe) => probe.expected === expected);
    for (const { client, as, heard } of these) {
      if ("trouble" in heard) continue;
      const answer = `${heard.status} to ${WHO[client]}`;
      answers.set(answer, [...(answers.get(answer) ?? []), HOW[as]]);
    }
    if (answers.size === 0) return [];
    const all = [...answers].map(([answer, ways]) => `${answer} (${ways.join(", ")})`).join(" and ");
    const meant =
      expected === "refused"
        ? `refused with ${refusals.join(" or ")}. ${LET_IN.find(([fits]) => these.every(fits))?.[1] ?? ""}`
        : `let in. ${KEPT_OUT}`;
    return `It answered ${path} with ${all}, who should have been ${meant}`;
  });
}

const TROUBLE: readonly (readonly [RegExp, string])[] = [
  [/^ENOTFOUND$|^EAI_/, "Its name doesn't resolve: it needs a proxied DNS record."],
  [/^ECONNREFUSED$|^EHOST|^ENET/, "Nobody listens there, or a firewall is between."],
  [/^ETIMEDOUT$/, "No answer came in time: see --timeout."],
  [
    /ALTNAME|HANDSHAKE_FAILURE|UNRECOGNIZED_NAME/,
    "The edge has no certificate for this name: order one under SSL/TLS › Edge Certificates.",
  ],
  [/CERT|SIGN|ISSUER/, "The edge's own certificate isn't of a root that Node.js trusts: give its root with --ca-file."],
];
const CUT = "Something between cuts the connection: try again, and from another network.";

function unanswered(trouble: string): string {
  return `It gave no answer (${trouble}). ${TROUBLE.find(([code]) => code.test(trouble))?.[1] ?? CUT}`;
}
