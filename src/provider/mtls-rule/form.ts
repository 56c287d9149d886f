import { createHash } from "node:crypto";
import { REF_PREFIX } from "../../rules/position";
import { differenceOf, differing, expressionsAsLines, expressionsOf } from "../../wording/lines";
import type { Difference } from "../../wording/lines";
import type { Form } from "../engine/contract";
import { hasUnknown, UNKNOWN } from "../engine/unknown";
import type { MtlsRuleState as State } from "./state";

/** A list is nearly always of the rule's own hostnames: held is how it differs. */
interface HeldList extends Difference {
  readonly caCertificateId: string;
}

export const ruleForm: Form<State> = {
  lists: ["hostnames", "issuerSkis", "subjects", "revoked", "paths"],
  hidden: ["owner", "associations"],
  usual: ({ owner }) => usualOf(owner),
  pack: (state) => {
    const { hostnames, associations, expressions } = state;
    const isKnown = !hasUnknown([hostnames, associations]);
    const held = ({ caCertificateId, ...list }: List): HeldList => {
      return { caCertificateId, ...differenceOf(hostnames, list.hostnames) };
    };
    return {
      ...state,
      expressions: hasUnknown(expressions) ? UNKNOWN : expressionsAsLines(expressions),
      associations: isKnown ? associations.map(held) : UNKNOWN,
    };
  },
  unpack: (properties) => {
    const { hostnames, associations, expressions } = properties;
    const isKnown = Array.isArray(hostnames) && Array.isArray(associations);
    const list = ({ caCertificateId, ...held }: HeldList): List => {
      return { caCertificateId, hostnames: differing(hostnames as string[], held) };
    };
    return {
      ...properties,
      expressions: hasUnknown(expressions) ? UNKNOWN : expressionsOf(expressions as string),
      associations: isKnown ? (associations as HeldList[]).map(list) : UNKNOWN,
    };
  },
};

type List = State["associations"][number];

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
