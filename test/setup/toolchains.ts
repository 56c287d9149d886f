import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository, type Machine } from "./machine";

/** The version of the CLI that go.mod pins, which a fake build must answer with. */
export const pinned =
  /pulumi\/pkg\/v3 v(\S+)/.exec(readFileSync(join(repository, "setup/go/cli/go.mod"), "utf8"))?.[1] ?? "";

export function installPulumi(machine: Machine, version: string): void {
  machine.script("pulumi", `echo v${version}`);
  machine.script("pulumi-language-nodejs", "");
}

/** A Go that "builds" scripts. `build` runs before a program is written. */
export function installGo(machine: Machine, { version = "1.26.0", build = "" } = {}): void {
  const module = join(machine.folder, "sdk");
  mkdirSync(join(module, "nodejs", "dist"), { recursive: true });
  writeFileSync(join(module, "nodejs", "dist", "pulumi-resource-pulumi-nodejs"), "#!/bin/sh\n");
  machine.script(
    "go",
    [
      'case "$1" in',
      `version) echo "go version go${version} linux/amd64" ;;`,
      `list) echo "${module}" ;;`,
      'build) echo "build" >> "$LOG"',
      build,
      'while [ "$1" != "-o" ]; do shift; done',
      `printf '#!/bin/sh\\necho v${pinned}\\n' > "$2"; chmod +x "$2" ;;`,
      "esac",
    ].join("\n"),
  );
}
