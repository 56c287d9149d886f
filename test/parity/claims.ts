import { readFileSync } from "node:fs";
import { join } from "node:path";

const PAGE = join(__dirname, "../../docs/emulator-differences.md");
/** Behind a claim that has a probe. */
export const SIGN = " ⇄";

export interface Claim {
  readonly text: string;
  readonly hasSign: boolean;
  readonly cloudflare: string;
  readonly emulator: string;
}

/** The rows of the tables in docs/emulator-differences.md. */
export function claims(): Claim[] {
  return readFileSync(PAGE, "utf8")
    .split("\n")
    .filter((line) => /^\| (?!behaviour|---)/.test(line))
    .map((line) => {
      const [name = "", cloudflare = "", emulator = ""] = line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim());
      return { text: name.replace(SIGN, ""), hasSign: name.endsWith(SIGN), cloudflare, emulator };
    });
}
