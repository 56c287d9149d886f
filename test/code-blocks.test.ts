import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..");

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const blocks = ["docs", "docs/decisions", "policies", "."].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .flatMap((name): Block[] => {
      const page = join(folder, name);
      const found = readFileSync(join(root, page), "utf8").matchAll(/^```(\w*)\n(.*?)^```/gms);
      return [...found].map(([, language = "", text = ""]) => ({ page, language, text }));
    }),
);

/** What a reader has at hand. A block that says it itself doesn't get it. */
const AT_HAND: Readonly<Record<string, string>> = {
  MutualTls: 'import { MutualTls } from "pulumi-cloudflare-mtls";',
  CaCertificate: 'import { CaCertificate } from "pulumi-cloudflare-mtls";',
  HostnameAssociations: 'import { HostnameAssociations } from "pulumi-cloudflare-mtls";',
  MtlsRule: 'import { MtlsRule } from "pulumi-cloudflare-mtls";',
  MutualTlsArgs: 'import type { MutualTlsArgs } from "pulumi-cloudflare-mtls";',
  readFileSync: 'import { readFileSync } from "node:fs";',
  pulumi: 'import * as pulumi from "@pulumi/pulumi";',
  config: "declare const config: pulumi.Config;",
  platform: "declare const platform: pulumi.StackReference;",
  args: "declare const args: MutualTlsArgs;",
  zones: 'declare const zones: MutualTlsArgs["zones"];',
  one: 'declare const one: MutualTlsArgs["zones"];',
  two: 'declare const two: MutualTlsArgs["zones"];',
  cas: 'declare const cas: MutualTlsArgs["cas"];',
  hostnames: "declare const hostnames: string[];",
  mtls: "declare const mtls: MutualTls;",
  ...Object.fromEntries(
    ["accountId", "zoneId", "certificates", "old", "next", "pem"].map((name) => [
      name,
      `declare const ${name}: string;`,
    ]),
  ),
};

function programOf({ page, text }: Block): string {
  const isFragment = /^\w+: /.test(text);
  const body = isFragment ? `export const some: Partial<MutualTlsArgs> = {\n${text}};` : text;
  const cloudflare = page.includes("emulator")
    ? 'import type { Emulator } from "pulumi-cloudflare-mtls/emulator";\ndeclare const cloudflare: Emulator;'
    : 'import * as cloudflare from "@pulumi/cloudflare";';
  const isSaid = (name: string) => new RegExp(`(const |import [^;"]*)\\b${name}\\b`).test(body);
  const given = Object.entries({ ...AT_HAND, cloudflare }).filter(([name]) => !isSaid(name));
  return `${given.map(([, line]) => line).join("\n")}\n${body}\nexport {};\n`;
}

test("every TypeScript block of the pages compiles", () => {
  const programs = new Map(
    blocks
      .filter(({ language }) => language === "ts")
      .map((block, index) => [join(root, `block-${index}.ts`), { block, text: programOf(block) }]),
  );
  expect(programs.size).toBeGreaterThan(10);
  const options: ts.CompilerOptions = {
    ...{ noEmit: true, strict: true, skipLibCheck: true, types: ["node"] },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const onDisk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...onDisk,
    fileExists: (file) => programs.has(file) || onDisk.fileExists(file),
    readFile: (file) => programs.get(file)?.text ?? onDisk.readFile(file),
    getSourceFile(file, version, ...rest) {
      const text = programs.get(file)?.text;
      return text === undefined
        ? onDisk.getSourceFile(file, version, ...rest)
        : ts.createSourceFile(file, text, version);
    },
  };
  const found = ts.getPreEmitDiagnostics(ts.createProgram([...programs.keys()], options, host)).map((diagnostic) => {
    const words = ts.flattenDiagnosticMessageText(diagnostic.messageText, " ");
    const place = programs.get(diagnostic.file?.fileName ?? "");
    return `${place?.block.page}: ${words} in\n${place?.block.text}`;
  });
  expect(found).toEqual([]);
}, 60_000);

const commands = blocks
  .filter(({ language }) => language === "sh")
  .flatMap(({ page, text }) =>
    [...text.matchAll(/npx cloudflare-mtls (\w+)([^\n]*)/g)].map((match) => [page, ...match]),
  );

test.each(commands)("%s: `%s` has options that are there", (_page, _command, name = "", options = "") => {
  const help = execFileSync(process.execPath, [join(root, "dist/command/index.js"), name, "--help"], {
    encoding: "utf8",
  });
  const named = [...options.matchAll(/ (--[\w-]+)/g)].map(([, option = ""]) => option);
  expect(named.filter((option) => !help.includes(option))).toEqual([]);
});
