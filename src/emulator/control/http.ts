import type { Settings } from "../account/settings";
import type { Snapshot } from "./snapshot";
import type { AccountState } from "./state";
import type { Reply } from "../api/envelope";
import { readFault, type Faults } from "./faults";
import type { JournalEntry } from "./journal";
import { Refusal } from "../api/refusals";

/** The emulator's own controls under /__emulator/: no token, but from this machine only. */
export type Control = (request: ControlRequest) => Reply;

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** The caller's address. */
  readonly from: string;
}

/** What the controls reach. */
export interface Controlled {
  readonly journal: JournalEntry[];
  readonly faults: Faults;
  readonly settings: Settings;
  readonly edge: { readonly host: string; readonly port: number; readonly certificate: string };
  configure(change: unknown): void;
  seed(seed: unknown): { certificates: string[] };
  state(): AccountState;
  snapshot(): Snapshot;
  restore(snapshot: unknown): void;
}

export function createControl(controlled: Controlled): Control {
  const actions = actionsOf(controlled);
  return ({ method, path, body, from }) => {
    if (!/^(::1|(::ffff:)?127\.)/.test(from))
      return { status: 403, body: { error: "the controls answer this machine only" } };
    const [, name = "", argument] = path.split("?")[0]?.match(/^\/__emulator\/([^/]*)(?:\/(.*))?$/) ?? [];
    const action = actions[`${method} ${name}`];
    if (!action)
      return { status: 404, body: { error: `no such control; there are ${Object.keys(actions).join(", ")}` } };
    try {
      const answer = action(body, argument);
      return answer === undefined ? { status: 204 } : { status: 200, body: answer };
    } catch (error) {
      if (error instanceof TypeError || error instanceof Refusal)
        return { status: 400, body: { error: error.message } };
      throw error;
    }
  };
}

type Action = (body: unknown, argument: string | undefined) => unknown;

function actionsOf(controlled: Controlled): Readonly<Record<string, Action>> {
  const { journal, faults, settings } = controlled;
  return {
    "GET requests": () => journal,
    "DELETE requests": () => void journal.splice(0),
    "GET settings": () => settings,
    "PUT settings": (body) => {
      controlled.configure(body);
      return settings;
    },
    "GET faults": () => faults.list(),
    "POST faults": (body) => ({ id: faults.inject(readFault(body)).id }),
    // With an id that fault alone; what it holds goes on.
    "DELETE faults": (_, id) => {
      if (id === undefined) return faults.clear();
      const fault = faults.list().find((one) => one.id === Number(id));
      if (!fault) throw new TypeError(`there is no fault ${id}`);
      return fault.release();
    },
    "POST seed": (body) => controlled.seed(body),
    "GET edge": () => controlled.edge,
    "GET state": () => controlled.state(),
    "GET snapshot": () => controlled.snapshot(),
    "PUT snapshot": (body) => controlled.restore(body),
  };
}
