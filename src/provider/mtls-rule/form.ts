import { createHash } from "node:crypto";
import { changeOf } from "../../plan/access-change";
import { REF_PREFIX } from "../../rules/position";
import { asLines, expressionsAsLines, expressionsOf, linesOf } from "../../wording/lines";
import type { Form } from "../engine/contract";
import { hasUnknown, UNKNOWN } from "../engine/unknown";
import type { MtlsRuleState as State } from "./state";

/** A list is nearly always of the rule's own hostnames: held is how it differs. */
interface HeldList {
  readonly caCertificateId: string;
  readonly more: string;
  readonly less: string;
}

export const ruleForm: Form<State> = {
  lists: ["hostnames", "issuerSkis", "subjects", "revoked", "paths"],
  hidden: ["owner", "associations"],
  usual: ({ owner }) => usualOf(owner),
  pack: (state) => {
    const { hostnames, associations, expressions } = state;
    const isKnown = !hasUnknown([hostnames, associations]);
    return {
      ...state,
      expressions: hasUnknown(expressions) ? UNKNOWN : expressionsAsLines(expressions),
      associations: isKnown ? associations.map((list) => differenceOf(hostnames, list)) : UNKNOWN,
    };
  },
  unpack: (held) => {
    const { hostnames, associations, expressions } = held;
    const isKnown = Array.isArray(hostnames) && Array.isArray(associations);
    const list = (one: HeldList) => listOf(hostnames as string[], one);
    return {
      ...held,
      expressions: hasUnknown(expressions) ? UNKNOWN : expressionsOf(expressions as string),
      associations: isKnown ? (associations as HeldList[]).map(list) : UNKNOWN,
    };
  },
};

function differenceOf(hostnames: readonly string[], { caCertificateId, ...list }: State["associations"][number]) {
  const { added, removed } = changeOf(hostnames, list.hostnames);
  return { caCertificateId, more: asLines(added), less: asLines(removed) };
}

function listOf(hostnames: readonly string[], { caCertificateId, more, less }: HeldList) {
  const gone = new Set(linesOf(less));
  return { caCertificateId, hostnames: [...hostnames.filter((name) => !gone.has(name)), ...linesOf(more)].sort() };
}

/** What a rule is where the program doesn't say it. */
export function usualOf(owner: string): Pick<State, "action" | "description" | "position" | "ref" | "enabled"> {
  return {
    action: "block",
    description: `Mutual TLS, managed by Pulumi (${owner.replace(/~[0-9a-f]+$/, "")})`,
    position: "first",
    ref: `${REF_PREFIX}${digest(owner.slice(0, owner.lastIndexOf("/")))}_${digest(owner)}`,
    enabled: true,
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
