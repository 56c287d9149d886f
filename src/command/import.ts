import { connect } from "../cloudflare/client";
import { readAccess } from "../cloudflare/credentials";
import { identifier, readAccount } from "./account";
import { holdingsOf } from "./holdings";
import { programOf } from "./program";
import { UsageError, type Command } from "./terminal";

const HELP = `Usage: cloudflare-mtls import --account ID --zone ID [--zone ID …] > index.ts

Looks at the CAs of an account and at the hostname associations and custom rules of its zones, and prints a Pulumi
program that takes over those that were made by hand. It only reads. \`pulumi preview\` then shows what \`pulumi up\` will do:
nothing is uploaded again, each hostname list keeps its hostnames, and each rule is changed in place and lets in whom it let in.
What can't be said by a program with the same meaning is left out, with the reason, and stays as it is.

  --account ID   id of the account, 32 characters of 0-9 and a-f
  --zone ID      id of a zone to look at; may be repeated
  -h, --help     this text

The token is read from CLOUDFLARE_API_TOKEN, the address of the API from CLOUDFLARE_BASE_URL where that is set.
(The engine can't import dynamic resources: \`pulumi import\` and the resource option \`import\` end before they ask the provider.)
`;

/** Prints the program that takes over what is in an account. What it leaves out goes to stderr, with the reason. */
export const command: Command = {
  help: HELP,
  options: ["account", "zone"],
  async run(given, terminal) {
    const accountId = identifier("--account", given.account?.at(-1));
    const zoneIds = new Set((given.zone ?? []).map((value) => identifier("--zone", value)));
    if (zoneIds.size === 0) throw new UsageError("at least one --zone is needed");
    try {
      const access = readAccess(() => undefined, process.env);
      const log = (line: string) => terminal.err(line);
      const holdings = holdingsOf(await readAccount(connect(access, log), accountId, [...zoneIds]));
      for (const line of holdings.leftOut) terminal.err(`left out: ${line}`);
      if (holdings.cas.length === 0) throw new Error("There is nothing to take over.");
      terminal.out(programOf(accountId, holdings));
      return 0;
    } catch (error) {
      terminal.err((error as Error).message);
      return 1;
    }
  },
};
