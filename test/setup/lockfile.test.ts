import { readFileSync } from "node:fs";
import { resolve } from "node:path";

interface Entry {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const ROOT = resolve(__dirname, "../..");
const { packages } = JSON.parse(readFileSync(resolve(ROOT, "package-lock.json"), "utf8")) as {
  packages: Record<string, Entry>;
};

describe("The lockfile", () => {
  test("names no registry", () => {
    const addressed = Object.entries(packages).filter(([, entry]) => /^[a-z+]+:/.test(entry.resolved ?? ""));
    expect(addressed).toEqual([]);
  });

  // Otherwise `npm ci` refuses it wherever the registry has more platforms than the one that it was written beside.
  test("holds the packages of every platform", () => {
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter(
        (name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });
});
