import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const SOURCE = resolve(__dirname, "../src");

/** What each folder (or file, at the top) may import of ours, and which packages. "type:" is an `import type` only. */
const ARROWS: Record<string, { ours: string[]; packages: string[] }> = {
  "index.ts": { ours: ["mutual-tls.ts", "resources"], packages: [] },
  "mutual-tls.ts": { ours: ["resources", "rules"], packages: ["@pulumi/pulumi"] },
  resources: { ours: ["resources", "pki", "type:provider"], packages: ["@pulumi/pulumi", "type:@pulumi/cloudflare"] },
  provider: { ours: ["provider", "cloudflare", "pki", "rules"], packages: [] },
  cloudflare: { ours: ["cloudflare"], packages: ["axios"] },
  pki: { ours: ["pki"], packages: ["@peculiar/x509", "reflect-metadata"] },
  rules: { ours: ["rules"], packages: [] },
  emulator: { ours: ["emulator"], packages: [] },
  command: { ours: ["command", "emulator", "provider", "cloudflare", "pki", "rules"], packages: [] },
};

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
  readonly ours: boolean;
  readonly typeOnly: boolean;
}

function sources(folder = SOURCE): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(join(folder, entry.name))
      : entry.name.endsWith(".ts")
        ? [join(folder, entry.name)]
        : [],
  );
}

function imports(): Import[] {
  return sources().flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const statements = text.matchAll(
      /^(?:import|export)\s+(type\s+)?[^;'"]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\brequire\("([^"]+)"\)/gm,
    );
    const folder = relative(SOURCE, file).split("/")[0] ?? "";
    return [...statements].flatMap(([, type, from, bare, required]) => {
      const specifier = from ?? bare ?? required ?? "";
      if (specifier.startsWith("node:") || specifier === "module") return [];
      const ours = specifier.startsWith(".");
      const resolved = relative(SOURCE, resolve(dirname(file), specifier));
      const target = ours ? (resolved.includes("/") ? (resolved.split("/")[0] ?? "") : `${resolved}.ts`) : specifier;
      return [{ file: relative(SOURCE, file), folder, target, ours, typeOnly: type !== undefined }];
    });
  });
}

describe("the folders are the architecture", () => {
  const found = imports();

  test("the import lines are found", () => {
    expect(found.length).toBeGreaterThan(100);
    expect(new Set(found.map(({ folder }) => folder))).toEqual(new Set(Object.keys(ARROWS)));
  });

  test.each(Object.keys(ARROWS))("%s imports only what it may", (folder) => {
    const { ours, packages } = ARROWS[folder] ?? { ours: [], packages: [] };
    const forbidden = found.filter((entry) => {
      if (entry.folder !== folder) return false;
      const allowed = entry.ours ? ours : packages;
      return !allowed.includes(entry.target) && !(entry.typeOnly && allowed.includes(`type:${entry.target}`));
    });
    expect(forbidden.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  test.each([
    ["axios", 1],
    ["@peculiar/x509", 1],
    ["reflect-metadata", 1],
  ])("%s has one door", (name, doors) => {
    expect(found.filter(({ target, typeOnly }) => target === name && !typeOnly)).toHaveLength(doors);
  });
});
