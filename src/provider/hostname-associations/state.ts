import type { Form } from "../engine/contract";

/** What Pulumi keeps of one hostname list: its key, and the hostnames in it that are ours. */
export interface HostnameAssociationsState {
  zoneId: string;
  caCertificateId: string;
  /** Canonical, sorted, without duplicates. */
  hostnames: string[];
  mode: "exclusive" | "shared";
  adopt?: boolean;
  /**
   * Ours too, though no longer declared: they stayed because a rule stood on them when the list was last written. Of a shared list
   * only where it was somebody else's rule.
   */
  held?: string[];
}

export const listForm: Form<HostnameAssociationsState> = {
  lists: ["hostnames"],
  usual: () => ({ mode: "exclusive" }),
};
