import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Toolchain } from "./toolchain";

const CALL = `new MutualTls("partners", {
  accountId: process.env.ACCOUNT_ID,
  cas: { "2026": { certificates: readFileSync(process.env.CA_FILE, "utf8") } },
  zones: [{ key: "example", zoneId: process.env.ZONE_ID, hostnames: ["api.example.com"] }],
});
`;
const IMPORTS = 'import { readFileSync } from "node:fs";\nimport { MutualTls } from "pulumi-cloudflare-mtls";\n';
const TYPED = `${IMPORTS}declare const process: { env: Record<string, string> };\nexport const ids = ${CALL}`;

const PROGRAMS = {
  CommonJS: {
    file: "index.js",
    text: `const { readFileSync } = require("node:fs");\nconst { MutualTls } = require("pulumi-cloudflare-mtls");\n${CALL}`,
    packages: {},
  },
  ESM: { file: "index.js", text: IMPORTS + CALL, packages: {} },
  // As in Pulumi's own template.
  "ts-node": {
    file: "index.ts",
    text: TYPED,
    packages: { typescript: "^5.0.0", "ts-node": "^10.9.0", "@types/node": "^20.0.0" },
  },
  // The program's first file hands over to tsx, whatever the language host does with options.
  tsx: { file: "index.js", text: 'require("tsx/cjs");\nrequire("./program.ts");\n', packages: { tsx: "^4.0.0" } },
} as const;

const TEMPLATE_TSCONFIG = {
  compilerOptions: { strict: true, outDir: "bin", target: "es2020", module: "commonjs", moduleResolution: "node" },
  files: ["index.ts"],
};

/** Writes a stranger's project that uses the packed package. Returns its folder: in a workspace it isn't the one to install in. */
export function writeProject(toolchain: Toolchain, folder: string, tarball: string, sdk: string): string {
  const { file, text, packages } = PROGRAMS[toolchain.program];
  const isWorkspace = toolchain.manager === "pnpm workspace";
  const project = isWorkspace ? join(folder, "packages", "infrastructure") : folder;
  mkdirSync(project, { recursive: true });
  if (isWorkspace) {
    writeFileSync(join(folder, "pnpm-workspace.yaml"), "packages:\n  - packages/*\n");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "monorepo", private: true }));
  }
  if (toolchain.manager === "Yarn PnP") writeFileSync(join(project, ".yarnrc.yml"), "nodeLinker: pnp\n");
  writeFileSync(join(project, file), text);
  if (toolchain.program === "tsx") writeFileSync(join(project, "program.ts"), TYPED);
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(TEMPLATE_TSCONFIG));
  writeFileSync(join(project, "Pulumi.yaml"), `name: stranger\nruntime: nodejs\nmain: ${file}\n`);
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({
      name: basename(project),
      private: true,
      main: file,
      ...(toolchain.program === "ESM" ? { type: "module" } : {}),
      dependencies: { "pulumi-cloudflare-mtls": `file:${tarball}`, "@pulumi/pulumi": sdk, ...packages },
    }),
  );
  return project;
}
