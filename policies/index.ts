import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { PolicyPack } from "@pulumi/policy";
import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { CaCertificate, HostnameAssociations, MtlsRule } from "pulumi-cloudflare-mtls";

const OURS: readonly string[] = [CaCertificate, HostnameAssociations, MtlsRule].map(({ __pulumiType }) => __pulumiType);

/** The package holds a list as a text with an item a line. */
type Lines = string;

/** What the policies read of a resource; in a preview some may not be known yet. */
interface Props {
  readonly zoneId?: string;
  readonly hostnames?: Lines;
  readonly everyHost?: boolean;
  readonly action?: string;
  readonly issuerSkis?: Lines | readonly string[];
  readonly cas?: readonly { readonly issuerSkis?: Lines; readonly subjects?: Lines }[];
  readonly certificates?: string;
  readonly notAfter?: string;
  readonly adopt?: unknown;
}

const enforces: ResourceValidationPolicy = {
  name: "mtls-rule-enforces",
  description: "In a production stack a rule blocks. One that only logs lets everybody in.",
  configSchema: {
    properties: {
      stacks: { type: "string", default: "^prod", description: "Which stacks are production: a regular expression" },
    },
  },
  validateResource(args, report) {
    const { type, urn } = args;
    const { action } = args.props as Props;
    const stack = urn.split("::", 1)[0]?.replace("urn:pulumi:", "") ?? "";
    const isProduction = new RegExp(args.getConfig<{ stacks: string }>().stacks).test(stack);
    if (type === MtlsRule.__pulumiType && action === "log" && isProduction) {
      report(`The rule only logs, and "${stack}" is a production stack. Set action to "block".`);
    }
  },
};

const expiry: ResourceValidationPolicy = {
  name: "mtls-ca-expiry",
  description: "A CA stays valid for a while: its clients need time to get new certificates.",
  configSchema: { properties: { days: { type: "number", default: 30, description: "How long, in days" } } },
  validateResource(args, report) {
    const { notAfter } = args.props as Props;
    const { days } = args.getConfig<{ days: number }>();
    if (args.type !== CaCertificate.__pulumiType || notAfter === undefined) return;
    const left = Math.floor((Date.parse(notAfter) - Date.now()) / 86_400_000);
    if (left < days) {
      report(
        `The CA expires on ${notAfter.slice(0, 10)}, in ${left} days; ${days} are the least. Add its successor beside it.`,
      );
    }
  },
};

const adopted: ResourceValidationPolicy = {
  name: "mtls-adopt-is-for-once",
  description: "`adopt` takes over what was there, on create. Afterwards it stays in the program to no purpose.",
  enforcementLevel: "advisory", // the run that adopts needs it
  validateResource({ type, props }, report) {
    if (OURS.includes(type) && (props as Props).adopt) report("Take `adopt` out once the run that adopts has passed.");
  },
};

const protectedHosts: StackValidationPolicy = {
  name: "mtls-hostname-has-rule",
  description:
    "A hostname that is associated with a CA has a rule. Without one, clients are asked for a certificate and let in without.",
  validateStack({ resources }, report) {
    const rules = resources.filter(({ type }) => type === MtlsRule.__pulumiType);
    for (const list of resources.filter(({ type }) => type === HostnameAssociations.__pulumiType)) {
      const { zoneId, hostnames } = list.props as Props;
      const enforced = rules.map(({ props }) => props as Props).filter((rule) => rule.zoneId === zoneId);
      if (enforced.some(({ everyHost }) => everyHost)) continue;
      const covered = new Set(enforced.flatMap((rule) => itemsOf(rule.hostnames)));
      const open = itemsOf(hostnames).filter((hostname) => !covered.has(hostname));
      if (open.length > 0)
        report(`No rule of this stack stands for ${open.join(", ")}: anybody is let in there.`, list.urn);
    }
  },
};

const pinned: StackValidationPolicy = {
  name: "mtls-public-ca-has-subjects",
  description: "Under a publicly trusted CA the rule lists subjects. Anybody can buy a certificate of such a CA.",
  validateStack({ resources }, report) {
    const cas = resources.filter(({ type, props }) => type === CaCertificate.__pulumiType && isPublic(props as Props));
    const skis = new Set(cas.flatMap(({ props }) => itemsOf((props as Props).issuerSkis)));
    for (const rule of resources.filter(({ type }) => type === MtlsRule.__pulumiType)) {
      if (acceptedWithoutSubject(rule).some((ski) => skis.has(ski))) {
        report("The rule accepts every certificate of a publicly trusted CA. List `subjects` for it.", rule.urn);
      }
    }
  },
};

function acceptedWithoutSubject({ props }: PolicyResource): readonly string[] {
  const { issuerSkis, cas = [] } = props as Props;
  const unlimited = cas.filter(({ subjects }) => itemsOf(subjects).length === 0);
  return [...itemsOf(issuerSkis), ...unlimited.flatMap((ca) => itemsOf(ca.issuerSkis))];
}

function itemsOf(list: Lines | readonly string[] = ""): readonly string[] {
  return typeof list === "string" ? list.split("\n").filter((line) => line !== "") : list;
}

const roots = rootCertificates.map((pem) => new X509Certificate(pem));

/** A root that browsers trust, or a CA below one. */
function isPublic({ certificates = "" }: Props): boolean {
  const blocks = certificates.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks
    .map((pem) => new X509Certificate(pem))
    .some((ca) => roots.some((root) => root.fingerprint256 === ca.fingerprint256 || isIssued(ca, root)));
}

function isIssued(ca: X509Certificate, root: X509Certificate): boolean {
  return ca.checkIssued(root) && ca.verify(root.publicKey);
}

new PolicyPack("cloudflare-mtls", {
  enforcementLevel: "mandatory",
  policies: [enforces, expiry, adopted, protectedHosts, pinned],
});
