import type { Emulator, JournalEntry } from "../../src/emulator";

/** A name for each id or text that stands in a call: of zones, CAs (by PEM) and issuers (by SKI). */
export interface Names {
  readonly zones: Readonly<Record<string, string>>;
  readonly authorities: Readonly<Record<string, { readonly pem: string; readonly ski: string }>>;
}

/**
 * The writes that Cloudflare carried out, one line a call in the order of their arrival, with names in place of ids:
 * `upload A`, `list x A: api www`, `add rule x: api www | A`, `change rule x: …`, `remove rule x`, `delete A`.
 */
export function writesOf(emulator: Emulator, names: Names, from = 0): string[] {
  const ids = uploadsOf(emulator, names);
  return emulator.requests
    .slice(from)
    .filter(isWrite)
    .filter(wasCarriedOut)
    .map((entry) => line(entry, names, ids));
}

/** A dry run is none: Cloudflare checks the call and carries nothing out. */
export function isWrite({ method, path }: JournalEntry): boolean {
  return method !== "GET" && !path.endsWith("?dry_run=true");
}

/** A refusal can come with 200. */
function wasCarriedOut({ status, answer }: JournalEntry): boolean {
  return status >= 200 && status < 300 && (answer as { success?: boolean } | undefined)?.success !== false;
}

/** Which CA each upload was of, by its id. */
function uploadsOf(emulator: Emulator, { authorities }: Names): Map<string, string> {
  const ids = new Map<string, string>();
  for (const { method, path, answer } of emulator.requests) {
    const { result } = (answer ?? {}) as { result?: unknown };
    const uploads = method === "POST" && path.endsWith("/mtls_certificates") ? [result] : [];
    const listed = path.includes("/mtls_certificates") && Array.isArray(result) ? (result as unknown[]) : [];
    for (const upload of [...uploads, ...listed] as ({ id: string; certificates: string } | null)[]) {
      const name = Object.keys(authorities).find((key) => text(authorities[key]?.pem) === text(upload?.certificates));
      if (upload && name) ids.set(upload.id, name);
    }
  }
  return ids;
}

function text(pem: string | undefined): string | undefined {
  return pem?.replace(/\s+/g, "");
}

function line({ method, path, body }: JournalEntry, { zones, authorities }: Names, ids: Map<string, string>): string {
  const zone = Object.keys(zones).find((name) => path.startsWith(`/zones/${zones[name]}`)) ?? "?";
  const ca = (id: string | undefined) => ids.get(id ?? "") ?? id ?? "the managed CA";
  const fields = body as Record<string, unknown> | undefined;
  if (path.includes("/mtls_certificates")) {
    if (method === "DELETE") return `delete ${ca(path.split("/").at(-1))}`;
    const name = Object.keys(authorities).find(
      (key) => text(authorities[key]?.pem) === text(fields?.certificates as string),
    );
    return `upload ${name ?? "?"}`;
  }
  if (path.includes("/hostname_associations")) {
    const hostnames = (fields?.hostnames as string[]).map(short);
    return `list ${zone} ${ca(fields?.mtls_certificate_id as string)}:${hostnames.map((name) => ` ${name}`).join("")}`;
  }
  if (method === "DELETE") return `remove rule ${zone}`;
  const rules = (fields?.rules as { expression: string }[] | undefined) ?? [fields as { expression: string }];
  const what = rules.map(({ expression }) => demand(expression, authorities)).join(" + ");
  const verb = path.endsWith("/rulesets") ? "make entry point" : method === "PATCH" ? "change rule" : "add rule";
  return `${verb} ${zone}: ${what}`;
}

function demand(expression: string, authorities: Names["authorities"]): string {
  const literals = Array.from(expression.matchAll(/"([^"]*)"/g), (match) => match[1] ?? "");
  const issuers = Object.keys(authorities).filter((name) => literals.includes(authorities[name]?.ski ?? "-"));
  return `${literals
    .filter((literal) => literal.includes("."))
    .map(short)
    .join(" ")} | ${issuers.join(" ")}`;
}

/** The first label: the zone is named beside it. */
function short(hostname: string): string {
  return hostname.split(".")[0] ?? hostname;
}
