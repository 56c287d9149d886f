import { chanceOf } from "../../src/emulator/account/chance";
import { beginning } from "./moment";
import type { Surroundings } from "./execution";
import { FAULTS } from "./faults";
import type { Fault } from "./faults";
import type { Command, Step } from "./plan";
import type { Program } from "./program";
import { stepsFrom } from "./sweep";
import type { Finding } from "./sweep";
import { tryStep } from "./trial";
import type { World } from "./worlds";

const LONGEST = 9;

/** A life of a world by chance: the same for the same seed. It yields after each step, and ends where somebody was wronged. */
export async function* walk(
  name: string,
  world: World,
  around: Surroundings,
  seed: number,
): AsyncGenerator<Finding | undefined, void> {
  const random = chanceOf(seed);
  let moment = beginning(world.identities);
  const programs: (Program | undefined)[] = world.identities.map(() => undefined);
  const steps: Step[] = [];
  const length = 3 + Math.floor(random() * (LONGEST - 2));
  while (steps.length < length) {
    const possible = stepsFrom(world, { programs, steps, moment });
    const chosen = possible[Math.floor(random() * possible.length)];
    if (!chosen) return;
    const step = withChance(chosen, random);
    steps.push(step);
    const { wrong, endings, moment: next } = await tryStep(around, moment, step);
    yield wrong && { plan: { world: name, steps: [...steps] }, wrong };
    if (wrong) return;
    moment = next;
    for (const { command, refusals } of endings)
      if (command.do === "up" && refusals.length === 0) programs[command.stack] = command.program;
  }
}

/** In any order, and every third command with something that goes wrong. */
function withChance(step: Step, random: () => number): Step {
  if ("foreign" in step) return step;
  const order = Math.floor(random() * 2 ** 31);
  const commands = step.commands.map((command): Command => {
    if (random() > 0.35) return command;
    const kind = FAULTS[Math.floor(random() * FAULTS.length)] ?? FAULTS[0];
    const fault: Fault = { at: 1 + Math.floor(random() ** 2 * 24), kind };
    return { ...command, fault };
  });
  return { commands, order };
}
