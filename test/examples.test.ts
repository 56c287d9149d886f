import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { STEPS } from "../examples/steps";
import { readmeOf, ROOT } from "./support/example";
import { githubCommands, gitlabCommands } from "./support/pipelines";

const text = (...path: string[]) => readFileSync(join(ROOT, ...path), "utf8");
const programs = readdirSync(join(ROOT, "examples")).filter((name) =>
  existsSync(join(ROOT, "examples", name, "package.json")),
);

test("every example that the README runs is there", () => {
  const named = [...text("README.md").matchAll(/npm run example (\S+)/g)].map(([, name]) => name);
  expect(programs).toEqual(expect.arrayContaining(named));
  expect(named).not.toEqual([]);
});

test("every example has steps, its command in its README, and a line in the index", () => {
  expect(Object.keys(STEPS).sort()).toEqual(programs);
  for (const name of programs) {
    expect(readmeOf(name)).toContain(`\`\`\`sh\nnpm run example ${name}\n\`\`\``);
    expect(text("docs/README.md")).toContain(`(../examples/${name}/README.md)`);
  }
});

test("the pipelines of GitHub and of GitLab run the same commands", () => {
  const all = (jobs: Record<string, string[]>) => [...new Set(Object.values(jobs).flat())].sort();
  const github = all(githubCommands()).filter((line) => !line.startsWith("printenv "));
  const inFiles = (line: string) =>
    line.replace('"$PROBE_CERTIFICATE"', "probe.pem").replace('"$PROBE_KEY"', "probe.key");
  expect(all(gitlabCommands()).map(inFiles)).toEqual(github);
  expect(github).toHaveLength(7);
});

test("the template asks for all that its program needs, and depends on this version", () => {
  const { template } = parse(text("template/Pulumi.yaml")) as { template: { config: Record<string, object> } };
  const needed = [...text("template/index.ts").matchAll(/config\.require\("(\w+)"\)/g)].map(([, key]) => key);
  expect(Object.keys(template.config).sort()).toEqual([...needed, "cloudflare:apiToken"].sort());
  const version = (manifest: string, name: string) =>
    (JSON.parse(manifest) as { dependencies: Record<string, string> }).dependencies[name];
  const own = JSON.parse(text("package.json")) as { version: string; peerDependencies: Record<string, string> };
  expect(version(text("template/package.json"), "pulumi-cloudflare-mtls")).toBe(`^${own.version}`);
  expect(version(text("template/package.json"), "@pulumi/pulumi")).toBe(own.peerDependencies["@pulumi/pulumi"]);
});
