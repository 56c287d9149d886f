import type { Call } from "../../src/cloudflare/client";
import { carryOut } from "./api";
import type { Temper } from "./api";
import type { Account, Owner } from "./account";
import { caOf } from "./authorities";
import type { Authorities } from "./authorities";

/** A call by somebody, and what they saw last of the list that it is about. */
interface Deed {
  readonly by: Owner;
  readonly now: number;
  readonly seen?: readonly string[];
}

export interface Write extends Deed {
  readonly before: Account;
  readonly after: Account;
  readonly call: string;
}

/** Told of each write, with the account before it. */
export type Witness = (write: Write) => void;

/** The one account that all runs of a plan work on. */
export class Ground {
  constructor(
    public account: Account,
    readonly authorities: Authorities,
    private readonly temper: Temper,
    private readonly witness: Witness,
  ) {}

  /** @param text the call in words */
  perform(call: Call, text: string, deed: Deed): unknown {
    const before = this.account;
    const { account, result } = carryOut(before, call, { ...deed, temper: this.temper });
    this.account = account;
    if (account !== before) this.witness({ ...deed, before, after: account, call: text });
    return result;
  }

  /** The call in the words of a story: CAs by their names, hosts by their first label. */
  describe({ method, path, query, body }: Call): string {
    const given = (body ?? {}) as {
      hostnames?: string[];
      mtls_certificate_id?: string;
      expression?: string;
      name?: string;
      action?: string;
    };
    const caNamed = (id: unknown) => {
      const upload = this.account.uploads.find((one) => one.id === id);
      return upload ? (caOf(this.authorities, upload.certificates) ?? "another CA") : "a CA that is gone";
    };
    const trial = query?.dry_run ? " (dry run)" : "";
    if (path.endsWith("hostname_associations")) {
      if (method === "GET")
        return query?.mtls_certificate_id
          ? `GET the list of ${caNamed(query.mtls_certificate_id)}`
          : "GET the managed CA's list";
      const list = given.mtls_certificate_id
        ? `the list of ${caNamed(given.mtls_certificate_id)}`
        : "the managed CA's list";
      return `PUT ${list}: ${given.hostnames?.map(short).join(" ") || "nobody"}`;
    }
    if (path.includes("mtls_certificates"))
      return `${method} ${given.name ? `CA "${given.name}"` : (/[^/]{36}/.exec(path)?.map(caNamed).join("") ?? "the CAs")}`;
    if (path.includes("rulesets")) {
      const text = given.expression ? `: ${given.action} ${this.readable(given.expression)}` : "";
      const rule = /rules\/([0-9a-f]{32})/.exec(path)?.[1]?.replace(/^0+/, "");
      return `${method} ${rule ? `rule ${rule}` : path.endsWith("entrypoint") ? "the rules" : "a rule"}${trial}${text}`;
    }
    return `${method} the zone`;
  }

  /** SKIs by the names of their keys. */
  readable(expression: string): string {
    const named = Object.entries(this.authorities.skis).reduce(
      (text, [key, ski]) => text.replaceAll(ski, key),
      expression,
    );
    return named.replaceAll(".example.com", "").replace(/"[0-9A-F]{40}"/g, '"root"');
  }
}

export function short(host: string): string {
  return host.replace(".example.com", "");
}
