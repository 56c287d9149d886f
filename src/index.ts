export { MutualTls } from "./mutual-tls";
export type { MutualTlsArgs, MutualTlsCa, MutualTlsZone, UploadedCa } from "./mutual-tls";
export { CaCertificate } from "./resources/ca-certificate";
export type { CaCertificateArgs } from "./resources/ca-certificate";
export { HostnameAssociations } from "./resources/hostname-associations";
export type { HostnameAssociationsArgs } from "./resources/hostname-associations";
export { MtlsRule } from "./resources/mtls-rule";
export type { MtlsRuleArgs } from "./resources/mtls-rule";
export type { ZoneId } from "./resources/zone";
