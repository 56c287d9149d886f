import type { LimitedCa } from "../../rules/expression";
import type { RulePosition } from "../../rules/position";

/** What Pulumi keeps of the enforcing rule. */
export interface MtlsRuleState {
  zoneId: string;
  hostnames: string[];
  everyHost?: boolean;
  issuerSkis: string[];
  cas?: LimitedCa[];
  /** `issuer's SKI/serial number`, or a SHA-256 fingerprint. */
  revoked?: string[];
  paths?: string[];
  action: "block" | "log";
  response?: { statusCode: number; contentType: string; content: string };
  description: string;
  position: RulePosition;
  owner: string;
  adopt?: string;
  /** The lists the rule stands on, with what their resources declare: what leaves them, the rule takes out. */
  associations: { caCertificateId: string; hostnames: string[] }[];
  /** How our rule is found among the zone's rules; `_1`, `_2` … follow where one expression isn't enough. */
  ref: string;
  enabled: boolean;
  /** The rule texts, one a rule; known in a preview. */
  expressions: string[];
  /** Hostnames that were to move to another rule, which wasn't written in time: the next update lets go of them without a wait. */
  overdue?: string[];
  rulesetId?: string;
  ruleIds?: string[];
}
