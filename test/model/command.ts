import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { mintAuthorities } from "./authorities";
import { Explorer, worldNamed } from "./explorer";
import { HELP, readOptions } from "./options";
import type { Options } from "./options";
import type { Plan } from "./plan";
import { replay } from "./shrink";
import { StateCount } from "./state-count";
import { storyOf } from "./story";
import type { Errand, Message } from "./worker";

const EVERY = 5_000;

/** `npm run model`: the exit code. */
export async function model(args: readonly string[]): Promise<number> {
  let options: Options | undefined;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (!options) {
    console.log(HELP);
    return 0;
  }
  return options.replay === undefined ? explore(options) : tellAgain(options.replay);
}

async function tellAgain(text: string): Promise<number> {
  const plan = JSON.parse(text) as Plan;
  const around = new Explorer(
    await mintAuthorities(),
    () => undefined,
    () => undefined,
  ).around(worldNamed(plan.world));
  const finding = await replay(around, plan);
  if (finding) console.log(await storyOf(around, finding));
  else console.log("Nobody is wronged.");
  return finding ? 1 : 0;
}

async function explore({ seed, minutes, workers, worlds }: Options): Promise<number> {
  const started = Date.now();
  const states = new StateCount();
  const found = new Map<string, string>();
  const seconds = () => (Date.now() - started) / 1000;
  const busy = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
  const summary = () =>
    `${Math.round(seconds())} s: ${states.size} states, ${Math.round(states.size / seconds())} a second (${Math.round(states.size / busy())} a second of a core's time), ${worlds.length} worlds, ${found.size} counterexamples`;
  const hear = (message: Message) => {
    if ("states" in message) states.add(message.states);
    else {
      const { group, shape, story } = message.counterexample;
      if (found.has(group)) return;
      found.set(group, shape);
      console.log(`\n${story}\n`);
    }
  };
  const authorities = await mintAuthorities();
  const running = Array.from({ length: workers }, (_, worker) => {
    const errand: Errand = { authorities, worlds, seed, share: { worker, workers }, time: minutes * 60_000 };
    return start(errand, hear);
  });
  const progress = setInterval(() => console.error(summary()), EVERY);
  process.once("SIGINT", () => running.forEach(({ stop }) => stop()));
  const failures = await Promise.all(running.map(({ end }) => end));
  clearInterval(progress);
  console.log(summary());
  for (const shape of [...found.values()].sort()) console.log(`- ${shape}`);
  for (const failure of failures) if (failure) console.error(failure.stack);
  return found.size > 0 || failures.some(Boolean) ? 1 : 0;
}

function start(errand: Errand, hear: (message: Message) => void) {
  const worker = new Worker(join(__dirname, "worker.js"), { workerData: errand });
  worker.on("message", hear);
  const end = new Promise<Error | undefined>((resolve) => {
    worker.once("error", resolve);
    worker.once("exit", () => resolve(undefined));
  });
  return { end, stop: () => worker.postMessage("stop") };
}
