import { PHASE } from "../../src/cloudflare/rulesets";
import type { Budget, Call, Fields, Reply } from "./cloud";
import { digestOf, digestsOf, rulesOf } from "./ground";
import type { Ground } from "./ground";
import type { Entry } from "./journal";
import { reasonOf, resultOf } from "./told";

interface Leftover {
  readonly what: string;
  readonly removal: Call;
}

/**
 * Takes away what the journal tells of, also where nobody heard its id, and looks again until nothing of it is there,
 * whatever goes wrong on the way. Answers what was left when the budget was used up.
 */
export async function sweep(ground: Ground, budget: Budget): Promise<string[]> {
  let [left, trouble] = [["what the journal tells of"], ""];
  for (let pause = 20; !budget.isOver; pause = Math.min(5000, pause * 2)) {
    try {
      const found = await leftovers(ground);
      left = found.map(({ what }) => what);
      for (const { removal } of found)
        await ground
          .write(removal)
          .then(resultOf)
          .catch((error: unknown) => (trouble = reasonOf(error)));
    } catch (error) {
      trouble = reasonOf(error);
    }
    if (left.length === 0) {
      ground.journal.clean();
      return [];
    }
    if (pause > 20) await budget.wait(pause);
  }
  return left.map((what) => `${what}${trouble && ` (${trouble})`}`);
}

async function leftovers(ground: Ground): Promise<Leftover[]> {
  const known = (makes: Entry["makes"]) =>
    new Set(ground.journal.entries.filter((entry) => entry.makes === makes).map((entry) => entry.known));
  return [
    ...(known("rule").size > 0 ? await rules(ground) : []),
    ...(await lists(ground, known("hostname list"))),
    ...(await certificates(ground, known("certificate"))),
    ...(await clients(ground, known("client certificate"))),
  ];
}

/** A rule of ours has our mark in its hostname. So has the ruleset's name where we made it: it goes when it is empty. */
async function rules(ground: Ground): Promise<Leftover[]> {
  const { mark } = ground.head;
  const reply = await ground.read(ground.entryPoint);
  if (reply.status === 404) return [];
  const ruleset = resultOf(reply);
  const path = `${ground.zone}/rulesets/${String(ruleset.id)}`;
  const all = rulesOf(ruleset);
  if (all.length === 0 && String(ruleset.name).includes(mark)) {
    ground.owned(String(ruleset.id));
    return [{ what: `the empty ruleset of ${PHASE}`, removal: { method: "DELETE", path } }];
  }
  return all
    .filter((rule) => JSON.stringify(rule).includes(mark))
    .map(({ id }) => ({
      what: `rule ${id}`,
      removal: { method: "DELETE", path: `${path}/rules/${ground.owned(id)}` },
    }));
}

/** The journal has the ids, which were known before a list was written. */
async function lists(ground: Ground, known: ReadonlySet<string>): Promise<Leftover[]> {
  const left: Leftover[] = [];
  for (const id of known) {
    const reply = await ground.list(id);
    // What has no list, such as an id that nothing has, is refused with one of these.
    const { hostnames } = [400, 404].includes(reply.status) ? { hostnames: [] } : resultOf(reply);
    if (!Array.isArray(hostnames) || hostnames.length === 0) continue;
    const body = { mtls_certificate_id: ground.owned(id), hostnames: [] };
    left.push({ what: `the hostname list of ${id}`, removal: { method: "PUT", path: ground.lists, body } });
  }
  return left;
}

async function certificates(ground: Ground, known: ReadonlySet<string>): Promise<Leftover[]> {
  const all = known.size > 0 ? await pages(ground, ground.certificates, {}) : [];
  return all
    .filter(({ certificates: pem }) => digestsOf(String(pem)).some((digest) => known.has(digest)))
    .map(({ id }) => ({
      what: `certificate ${String(id)}`,
      removal: { method: "DELETE", path: `${ground.certificates}/${ground.owned(String(id))}` },
    }));
}

/** Nothing takes them away for good: a revoked one stays on the list. */
async function clients(ground: Ground, known: ReadonlySet<string>): Promise<Leftover[]> {
  const path = `${ground.zone}/client_certificates`;
  const all = known.size > 0 ? await pages(ground, path, { status: "all", per_page: 50 }) : [];
  return all
    .filter(({ csr, status }) => known.has(digestOf(String(csr))) && !/revo/.test(String(status)))
    .map(({ id }) => ({
      what: `client certificate ${String(id)}`,
      removal: { method: "DELETE", path: `${path}/${ground.owned(String(id))}` },
    }));
}

async function pages(
  ground: Ground,
  path: string,
  query: Readonly<Record<string, string | number>>,
): Promise<Fields[]> {
  const all: Fields[] = [];
  for (let page = 1, last = 1; page <= last; page++) {
    // The first page as the package asks for it: of certificates no page parameter is documented.
    const reply: Reply = await ground.read(path, page > 1 ? { ...query, page } : query);
    const items = resultOf(reply);
    all.push(...((Array.isArray(items) ? items : []) as Fields[]));
    last = Math.min(Number(reply.info.total_pages ?? 1), 100);
  }
  return all;
}
