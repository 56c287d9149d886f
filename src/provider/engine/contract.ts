/** A resource's properties as the engine sends and stores them: plain JSON. */
export type Properties = Record<string, unknown>;

/** A mistake in the program, shown under the property's name. */
export interface CheckFailure {
  /** Empty where the value must not be echoed: the engine prints the value of a property it is given. */
  readonly property: string;
  readonly reason: string;
}

/** What a resource tells its check, and nobody keeps. */
export interface Origin {
  /** Another text for each resource of the program, and the same when one is checked several times. */
  readonly self?: string;
  /** URN of the CaCertificate that its CA's id comes from: that id may not be known yet. */
  readonly ca?: string;
  /** Hostnames that other rules of the program demand certificates on, checked or not. */
  readonly elsewhere: readonly string[];
}

/** What a check answers: the inputs as they are kept, and what is wrong with them. */
export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export interface Diff {
  readonly changes: boolean;
  /** Properties whose change needs a new resource. The engine heeds them only where `changes` is true. */
  readonly replaces?: readonly string[];
}

/** How state holds what a handler sees, so that a diff is short and nothing is held that follows from the rest (docs/decisions/held-in-lines.md). */
export interface Form<State> {
  /** Lists of texts that may be long, wherever they stand: held as a text, an item a line. */
  readonly lists: readonly string[];
  /** Inputs that no program says. The engine shows nothing whose name begins with two underscores. */
  readonly hidden?: readonly string[];
  /** What an input is where the program doesn't say it: not held among the inputs. Outputs hold it, as it was sent. */
  readonly usual?: (state: State) => Partial<State>;
  /** What is held in another way than the rest. */
  readonly pack?: (state: State) => Properties;
  readonly unpack?: (held: Properties) => Properties;
}

/**
 * What a kind of resource can do, over plain objects: no Pulumi in sight, so that another front end can use the same.
 * `check` and `diff` run twice per `pulumi up` and write nothing; the others look at Cloudflare before they write.
 */
export interface Handler<State> {
  /** What only Cloudflare knows: state, but no input. */
  readonly outputs: readonly (keyof State)[];
  readonly form: Form<State>;
  check(olds: Properties, news: Properties, origin: Origin): Promise<Checked>;
  diff(olds: State, news: State): Diff;
  /** What a change will mean, for the reader of a preview: a line each. */
  consequences?(olds: State, news: State): string[];
  create(inputs: State): Promise<{ id: string; state: State }>;
  /** Undefined: it is gone. */
  read(id: string, state: State): Promise<State | undefined>;
  update(id: string, olds: State, news: State): Promise<State>;
  delete(id: string, state: State): Promise<void>;
}

/** Something of the resource exists by now, so that the engine must keep its id although the operation failed. */
export class HalfDone extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly state: object,
  ) {
    super(message);
  }
}
