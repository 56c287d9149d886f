import * as pulumi from "@pulumi/pulumi";

type Kind = "ca-certificate" | "hostname-associations" | "mtls-rule";

/** What every resource adds to its inputs: who provides it, and, in a preview, that it is one. */
export function providedBy(kind: Kind): { __provider: string; __preview: true | undefined } {
  return { __provider: providerText(kind), __preview: pulumi.runtime.isDryRun() || undefined };
}

/**
 * The module text that Pulumi keeps in state for a dynamic resource, and runs to create, refresh and delete it.
 *
 * It only says where the provider is: loaded by name from the project's folder, so that it is the same text on every
 * machine and under every package manager. State lives longer than releases, and delete runs the text that was stored:
 * neither this function's result nor `pulumi-cloudflare-mtls/provider` and its `v1` may ever change.
 */
export function providerText(kind: Kind): string {
  return (
    'exports.handler=()=>{const p="pulumi-cloudflare-mtls",d=process.cwd()+"/";let m;' +
    'try{m=require("module").createRequire(d)(p+"/provider")}' +
    "catch(e){throw Error(p+` can't be loaded from ${d}: npm install ${p} there. `+e.message)}" +
    `return m.v1("${kind}")}`
  );
}

/** `project/stack/name`: what marks an upload or a rule as this resource's own, when a killed run left nothing else. */
export function ownerOf(project: string, stack: string, name: string): string {
  return `${project}/${stack}/${name}`;
}
