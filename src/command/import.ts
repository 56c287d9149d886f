import { connect } from "../cloudflare/client";
import { readAccess } from "../cloudflare/credentials";
import { readHoldings } from "./holdings";
import type { Command } from "./terminal";
import { parseOptions } from "./options";
import { programOf } from "./program";
import { UsageError } from "./usage-error";

const OPTIONS = {
  account: { type: "string" },
  zone: { type: "string", multiple: true },
  help: { type: "boolean", short: "h" },
} as const;

const HELP = `Usage: cloudflare-mtls import --account ID --zone ID [--zone ID …] > index.ts

Looks at the CAs of an account and at the hostname associations and custom rules of its zones, and prints a Pulumi
program that takes over those that were made by hand. It only reads. \`pulumi preview\` then shows what \`pulumi up\` will do:
nothing is uploaded again, no hostname list is written, and each rule is changed in place.

  --account ID   id of the account, 32 characters of 0-9 and a-f
  --zone ID      id of a zone to look at; may be repeated
  -h, --help     this text

The token is read from CLOUDFLARE_API_TOKEN, the address of the API from CLOUDFLARE_BASE_URL where that is set.
(The engine can't import dynamic resources: \`pulumi import\` and the resource option \`import\` end before they ask the provider.)
`;

/** Prints the program that takes over what is in an account. What it leaves out goes to stderr, with the reason. */
export const run: Command = async (args, terminal) => {
  const values = parseOptions(args, OPTIONS);
  if (values.help === true) {
    terminal.out(HELP);
    return 0;
  }
  const accountId = identifier("--account", values.account);
  const zoneIds = (values.zone ?? []).map((value) => identifier("--zone", value));
  if (zoneIds.length === 0) throw new UsageError("at least one --zone is needed");
  try {
    const cloudflare = connect(
      readAccess(() => undefined, process.env),
      (line) => terminal.err(line),
    );
    const holdings = await readHoldings(cloudflare, accountId, [...new Set(zoneIds)]);
    for (const line of holdings.leftOut) terminal.err(`left out: ${line}`);
    if (holdings.cas.length === 0) {
      terminal.err("There is nothing to take over.");
      return 1;
    }
    terminal.out(programOf(accountId, holdings));
    return 0;
  } catch (error) {
    terminal.err((error as Error).message);
    return 1;
  }
};

function identifier(option: string, value: unknown): string {
  if (typeof value === "string" && /^[0-9a-f]{32}$/.test(value)) return value;
  const given = typeof value === "string" ? `, not "${value.slice(0, 40)}"` : "";
  throw new UsageError(`${option} must be an id of 32 characters of 0-9 and a-f${given}`);
}
