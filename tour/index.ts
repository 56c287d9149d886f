import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "pulumi-cloudflare-mtls/emulator";
import { endWith, interruption } from "../test/support/ending";
import { knock, Prober } from "../test/support/prober";
import { ProjectStack } from "../test/support/project-stack";
import { cloudflareAt } from "../test/support/pulumi";
import { inventory, nameOfWrite, openAccount, ZONE, zoneId } from "./account";
import { mintClients } from "./clients";
import { conclude, note, show, showingProgress, tell } from "./telling";
import type { Proof } from "./telling";
import { drawTimeline } from "./timeline";
import type { Phase } from "./timeline";

/** Where the compiled tour stands: build/program/tour. Its project runs examples/quickstart. */
const REPOSITORY = resolve(__dirname, "../../..");
const PROTECTED = `api.${ZONE}`;
const UNTOUCHED = `www.${ZONE}`;
const PICTURE = "tour-timeline.svg";
/** Between two commands, so that the picture shows what held in between. Milliseconds. */
const BREATH = 800;

async function tour(): Promise<boolean> {
  tell("A Cloudflare account of your own, on this machine");
  const emulator = await openAccount();
  const { pems, clients } = await mintClients();
  const stack = new ProjectStack("tour", REPOSITORY, cloudflareAt(emulator));
  const prober = new Prober(emulator.edge, [PROTECTED, UNTOUCHED], Object.values(clients));
  try {
    note(`API ${emulator.apiUrl}, edge ${emulator.edgeUrl}, zone ${ZONE} with two custom rules of somebody else`);
    note(`minted: CA 2026, CA 2027, a stranger's CA, and a client certificate of each`);
    note(`from here on, ${Object.keys(clients).length} clients ask for ${PROTECTED} and ${UNTOUCHED} without a pause`);
    return await run(emulator, stack, prober, pems, clients);
  } finally {
    await prober.stop();
    stack.remove();
    await emulator.close();
  }
}

async function run(
  emulator: Emulator,
  stack: ProjectStack,
  prober: Prober,
  pems: { first: string; second: string },
  clients: Awaited<ReturnType<typeof mintClients>>["clients"],
): Promise<boolean> {
  const [first, second] = [stack.file("2026.pem", pems.first), stack.file("2027.pem", pems.second)];
  const proofs: Proof[] = [];
  const phases: Phase[] = [];
  const prove = (promise: string, seen: string, holds: boolean) => {
    proofs.push({ promise, seen, holds });
    show({ promise, seen, holds });
  };
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = Date.now();
    const result = await showingProgress(name, work());
    if (interruption.asked) throw new Error("Interrupted.");
    await sleep(BREATH);
    phases.push({ name, from, to: Date.now() });
    return result;
  };
  const foreignIds = (emulator.state().zones[ZONE]?.rules ?? []).map(({ id }) => id);
  const before = inventory(emulator, foreignIds).foreign;
  const config = { accountId: emulator.accountId, zoneId: zoneId(emulator), hostnames: [PROTECTED] };
  const answers = async (when: string, expected: Record<keyof typeof clients, number>) => {
    for (const [who, status] of Object.entries(expected)) {
      const client = clients[who as keyof typeof clients];
      const probe = await knock(emulator.edge, PROTECTED, client);
      prove(`${when}: ${client.name} → ${status}`, String(probe.status), probe.status === status);
    }
    const other = await knock(emulator.edge, UNTOUCHED, clients.nobody);
    prove(`${when}: no certificate at ${UNTOUCHED} → 200`, String(other.status), other.status === 200);
  };

  await step("before", () => stack.init());

  tell("pulumi up: CA 2026, its hostname association, the rule");
  stack.configure({ ...config, cas: { "2026": first } });
  await step("pulumi up", () => stack.up());
  await answers("after up", { nobody: 403, stranger: 403, first: 200, second: 403 });

  tell("pulumi up again: nothing to do");
  const calls = emulator.requests.length;
  const again = await step("up, no change", () => stack.up());
  const made = emulator.requests.length - calls;
  prove(
    "a second up makes 0 changes and 0 API calls",
    `${made} API calls`,
    made === 0 && /5 unchanged/.test(again.output),
  );

  tell("Rotation begins: CA 2027 beside CA 2026");
  stack.configure({ ...config, cas: { "2026": first, "2027": second } });
  await step("add CA 2027", () => stack.up());
  await answers("with both CAs", { nobody: 403, stranger: 403, first: 200, second: 200 });

  tell("Rotation ends: CA 2026 is taken out");
  stack.configure({ ...config, cas: { "2027": second } });
  await step("remove CA 2026", () => stack.up());
  await answers("after the rotation", { nobody: 403, stranger: 403, first: 403, second: 200 });

  tell("pulumi destroy");
  await step("destroy", () => stack.destroy());
  await prober.stop();
  const { own, foreign } = inventory(emulator, foreignIds);
  prove("nothing of ours is left in the account", own.join(", ") || "empty", own.length === 0);
  prove("the rules of others are the same, byte for byte", `${foreign.length} bytes`, foreign === before);

  tell(`What ${prober.probes.length} requests saw meanwhile`);
  // Open, then closed, then open: each client's answer changed exactly when it should, and never flapped.
  for (const { name } of Object.values(clients)) {
    const story = prober.story(name, PROTECTED).join(" → ");
    prove(`${name} at ${PROTECTED}: ${STORIES[name] ?? "?"}`, story, story === STORIES[name]);
    const elsewhere = prober.story(name, UNTOUCHED).join(" → ");
    prove(`${name} at ${UNTOUCHED}: 200 throughout`, elsewhere, elsewhere === "200");
  }
  const [create, , add, remove, destroy] = phases.slice(1);
  const within = (name: string, changes: (Phase | undefined)[]) => {
    const at = changesOf(prober, name);
    const inTime = at.every(
      (moment, index) => moment >= (changes[index]?.from ?? 0) && moment <= (changes[index]?.to ?? 0),
    );
    prove(
      `${name}: every change of answer fell into its own command`,
      `${at.length} changes`,
      inTime && at.length === changes.length,
    );
  };
  within(clients.nobody.name, [create, destroy]);
  within(clients.stranger.name, [create, destroy]);
  within(clients.first.name, [remove, destroy]);
  within(clients.second.name, [create, add]);

  draw(emulator, prober, phases, clients);
  return conclude(proofs);
}

const STORIES: Readonly<Record<string, string>> = {
  "no certificate": "200 → 403 → 200",
  "certificate of a wrong CA": "200 → 403 → 200",
  "certificate of CA 2026": "200 → 403 → 200",
  "certificate of CA 2027": "200 → 403 → 200",
};

/** When the answer to one client changed. */
function changesOf(prober: Prober, client: string): number[] {
  const probes = prober.of(client, PROTECTED);
  return probes
    .filter((probe, index) => index > 0 && probe.status !== probes[index - 1]?.status)
    .map(({ answered }) => answered);
}

function draw(emulator: Emulator, prober: Prober, phases: Phase[], clients: object): void {
  const lanes = (Object.values(clients) as { name: string }[]).map(({ name }) => ({
    label: name,
    hostname: PROTECTED,
    probes: prober.of(name, PROTECTED),
  }));
  const other = { label: "no certificate", hostname: UNTOUCHED, probes: prober.of("no certificate", UNTOUCHED) };
  const marks = emulator.requests.flatMap((entry) => {
    const what = nameOfWrite(entry);
    const at = Date.parse(entry.when);
    return what && at >= (phases[0]?.from ?? 0) ? [{ at, what }] : [];
  });
  const title = `Mutual TLS at ${PROTECTED}: created, rotated and destroyed under ${prober.probes.length} requests`;
  const file = join(process.cwd(), PICTURE);
  writeFileSync(file, drawTimeline(title, phases, [...lanes, other], marks));
  note(`the picture of this run: ${file}`);
}

if (process.argv.includes("--help")) {
  console.log(
    "npm start: creates, rotates and destroys mutual TLS on an emulated Cloudflare account, with proofs.\nNeeds no account and no token, takes about half a minute, and writes " +
      PICTURE +
      ".",
  );
} else {
  endWith(tour());
}
