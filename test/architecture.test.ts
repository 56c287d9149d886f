import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const SOURCE = resolve(__dirname, "../src");

/** What each room (a folder, or a file at the top) may import of ours, and which packages. "type:" is an `import type` only. */
const ARROWS: Record<string, { ours: string[]; packages: string[] }> = {
  "index.ts": { ours: ["mutual-tls.ts", "resources", "wording"], packages: [] },
  "mutual-tls.ts": { ours: ["resources", "wording"], packages: ["@pulumi/pulumi"] },
  resources: {
    ours: ["resources", "pki", "wording", "type:provider"],
    packages: ["@pulumi/pulumi", "type:@pulumi/cloudflare"],
  },
  provider: { ours: ["provider", "plan", "language", "cloudflare", "pki", "rules", "wording"], packages: [] },
  cloudflare: { ours: ["cloudflare", "wording"], packages: ["axios"] },
  pki: { ours: ["pki", "wording"], packages: ["@peculiar/x509", "reflect-metadata"] },
  rules: { ours: ["rules", "wording"], packages: [] },
  plan: { ours: ["plan", "language", "rules", "wording", "type:cloudflare"], packages: [] },
  language: { ours: ["language"], packages: [] },
  wording: { ours: ["wording"], packages: [] },
  emulator: { ours: ["emulator", "language"], packages: [] },
  command: { ours: ["command", "emulator", "cloudflare", "pki", "plan", "language", "rules", "wording"], packages: [] },
};

/** The rooms within a room, from the top down: none imports what stands above it. "." is the room's own files. */
const COLUMNS: Record<string, string[]> = {
  provider: [".", "mtls-rule", "ca-certificate", "hostname-associations", "session", "engine"],
  emulator: ["index.ts", "server.ts", "control", "options.ts", "api", "account", "edge"],
};

interface Import {
  readonly file: string;
  readonly folder: string;
  /** The file that is imported, without its ending; of a package its name. */
  readonly resolved: string;
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

function roomOf(file: string): string {
  return relative(SOURCE, file).split("/")[0] ?? "";
}

function imports(): Import[] {
  return sources().flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const statements = text.matchAll(
      /^(?:import|export)\s+(type\s+)?[^;'"]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\brequire\("([^"]+)"\)/gm,
    );
    const folder = roomOf(file);
    return [...statements].flatMap(([, type, from, bare, required]) => {
      const specifier = from ?? bare ?? required ?? "";
      if (specifier.startsWith("node:") || specifier === "module") return [];
      const ours = specifier.startsWith(".");
      const resolved = relative(SOURCE, resolve(dirname(file), specifier));
      const [room = ""] = resolved.split("/");
      const target = ours ? (isFolder(room) ? room : `${resolved}.ts`) : specifier;
      return [{ file: relative(SOURCE, file), folder, resolved, target, ours, typeOnly: type !== undefined }];
    });
  });
}

describe("the folders are the architecture", () => {
  const found = imports();

  test("the import lines are found", () => {
    expect(found.length).toBeGreaterThan(100);
    expect(new Set(sources().map(roomOf))).toEqual(new Set(Object.keys(ARROWS)));
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

  test.each(Object.keys(COLUMNS))("inside %s nothing is imported from above", (room) => {
    const column = COLUMNS[room] ?? [];
    const floor = (path: string) => {
      const [, first = "", ...rest] = path.split("/");
      const name = column.find((entry) => entry === first || entry === `${first}.ts`);
      return column.indexOf(name ?? (rest.length === 0 && !isFolder(join(room, first)) ? "." : "missing"));
    };
    const inside = found.filter(({ folder, resolved }) => folder === room && resolved.startsWith(`${room}/`));
    expect(inside.length).toBeGreaterThan(20);
    expect(inside.filter(({ file, resolved }) => floor(file) < 0 || floor(resolved) < 0)).toEqual([]);
    const upward = inside.filter(({ file, resolved }) => floor(resolved) < floor(file));
    expect(upward.map(({ file, resolved }) => `${file} imports ${resolved}`)).toEqual([]);
  });

  test("the only circle is the grammar's: a value may hold an expression", () => {
    const files = new Map(
      sources().map((file) => [relative(SOURCE, file).replace(/(\/index)?\.ts$/, ""), new Set<string>()]),
    );
    for (const { file, resolved } of found)
      files.get(file.replace(/(\/index)?\.ts$/, ""))?.add(resolved.replace(/\/index$/, ""));
    expect(circle(files)).toEqual(["language/parse", "language/value"]);
  });

  test.each([
    ["axios", 1],
    ["@peculiar/x509", 1],
    ["reflect-metadata", 1],
  ])("%s has one door", (name, doors) => {
    expect(found.filter(({ target, typeOnly }) => target === name && !typeOnly)).toHaveLength(doors);
  });
});

function isFolder(path: string): boolean {
  return statSync(join(SOURCE, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** What is left when whatever imports nothing that is left, or is imported by nothing that is left, is taken away. */
function circle(imported: Map<string, Set<string>>): string[] {
  const left = new Map(imported);
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const [file, targets] of [...left]) {
      const isImported = [...left.values()].some((others) => others.has(file));
      if (!isImported || ![...targets].some((target) => left.has(target))) left.delete(file);
    }
  }
  return [...left.keys()].sort();
}

test("the tour uses the tests' support, and never the other way round", () => {
  const files = readdirSync(resolve(__dirname), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const backwards = files.filter((name) => /from "[./]+\/tour\//.test(readFileSync(join(__dirname, name), "utf8")));
  expect(backwards).toEqual([]);
});
