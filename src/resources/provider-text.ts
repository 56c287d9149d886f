import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

type Kind = "ca-certificate" | "hostname-associations" | "mtls-rule";

/**
 * What every resource adds to its inputs: who provides it, which settings there are, in a preview, that it is one, and the outputs that it
 * will have.
 */
export function providedBy(kind: Kind, outputs: readonly string[] = []): pulumi.Inputs {
  const unset = Object.fromEntries(outputs.map((output) => [output, undefined]));
  const named = Object.keys(settings());
  const told = { __preview: pulumi.runtime.isDryRun() || undefined, __settings: named.length > 0 ? named : undefined };
  return { ...unset, __provider: providerText(kind), ...given(told) };
}

/** Without what isn't set: the SDK takes a stack trace four times for each input, and most options of most resources aren't there. */
export function given(inputs: pulumi.Inputs): pulumi.Inputs {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

/** What the stack's config has for this package, by the whole keys. */
export function settings(): Record<string, string> {
  const all = Object.entries(pulumi.runtime.allConfig());
  return Object.fromEntries(all.filter(([key]) => key.startsWith("cloudflare-mtls:")));
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

/**
 * What marks an upload or a rule as this resource's own, when a killed run left nothing else: organisation, project, stack and name, and a
 * digest of the types above it, as in its URN. Two components may well each have a child of one name.
 */
export function ownerOf(name: string, parent: pulumi.Resource | undefined): string {
  const stack = [pulumi.getProject(), pulumi.getStack()];
  return ownerText([...organization(), ...stack], typesAbove(parent), name);
}

/** None where the backend has no organisations, which the SDK calls "organization"; nor under `setMocks`, where it throws. */
function organization(): string[] {
  try {
    return [pulumi.getOrganization()].filter((name) => name !== "organization");
  } catch {
    return [];
  }
}

export function ownerText(stack: readonly string[], types: readonly string[], name: string): string {
  const above = types.length > 0 ? `~${createHash("sha256").update(types.join("$")).digest("hex").slice(0, 6)}` : "";
  return [...stack, `${name.replaceAll("/", "%2F")}${above}`].join("/");
}

/** The types of the resources above, from the top; the stack itself is none. */
function typesAbove(parent: pulumi.Resource | undefined): string[] {
  if (!parent) return [];
  const { __pulumiType, __parentResource } = parent as { __pulumiType?: string; __parentResource?: pulumi.Resource };
  if (!__pulumiType || __pulumiType === "pulumi:pulumi:Stack") return [];
  return [...typesAbove(__parentResource), __pulumiType];
}
