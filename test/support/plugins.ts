import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Stand-ins for plugins of other packages, in a folder for PATH. The engine starts a package's plugin for a provider, though nothing may be
 * asked of it: the SDK's own server, with an empty schema, that takes every resource as made.
 */
export function pluginsIn(folder: string, packages: readonly string[]): string {
  const text = `#!/usr/bin/env node
require("@pulumi/pulumi/provider").main(
  { version: "6.22.1", schema: "{}", create: async (urn, inputs) => ({ id: "made", outs: inputs }), delete: async () => {} },
  process.argv.slice(2),
);
`;
  mkdirSync(folder, { recursive: true });
  for (const name of packages) writeFileSync(join(folder, `pulumi-resource-${name}`), text, { mode: 0o755 });
  return folder;
}
