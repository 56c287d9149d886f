import { adapt } from "./adapter";
import type { DynamicProvider } from "./adapter";
import { caCertificate } from "./ca-certificate/handler";
import { hostnameAssociations } from "./hostname-associations/handler";
import { mtlsRule } from "./mtls-rule/handler";
import { Session } from "./session";

export type { DynamicProvider } from "./adapter";
export type { CaCertificateState } from "./ca-certificate/state";
export type { HostnameAssociationsState } from "./hostname-associations/state";
export type { MtlsRuleState } from "./mtls-rule/state";

// One process serves all three kinds, and they share what is known of this run.
const session = new Session((line) => console.log(line), process.env);

/**
 * The provider of one kind of resource. State written by any release calls this function by this name for as long
 * as the state lives (`src/resources/provider-text.ts`): it is a persisted contract, and so are the kinds.
 */
export function v1(kind: string): DynamicProvider {
  return dynamicProvider(kind, session);
}

/** The same over a session of one's own, for tests. */
export function dynamicProvider(kind: string, shared: Session): DynamicProvider {
  if (kind === "ca-certificate") return adapt(caCertificate(shared), shared);
  if (kind === "hostname-associations") return adapt(hostnameAssociations(shared), shared);
  if (kind === "mtls-rule") return adapt(mtlsRule(shared), shared);
  throw new Error(
    `This release of pulumi-cloudflare-mtls doesn't know the kind "${kind}": the state was written by a newer one. Update the package.`,
  );
}
