import { closest, insteadOf } from "../wording/did-you-mean";
import { shown } from "../wording/shown";
import { PATIENCE } from "./client";

/** Stack config as the engine hands it over: keys with their namespace, secrets decrypted. */
export type ConfigReader = (key: string) => string | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

/** How the package behaves, as far as it can be told to. Milliseconds. */
export interface Settings {
  /** A preview looks at the account. */
  readonly preflight: boolean;
  /** What one call may spend waiting where Cloudflare limits the rate. */
  readonly retryBudget: number;
  /** How long an answer may take: longer behind a slow proxy, shorter in a pipeline that is to fail soon. */
  readonly answerTimeout: number;
}

interface Setting<T> {
  readonly usual: T;
  /** What to give, and such a thing. */
  readonly wish: string;
  readonly example: string;
  /** Undefined: this is none. */
  readonly read: (text: string) => T | undefined;
}

const SETTINGS: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } = {
  preflight: {
    ...{ usual: true, wish: "`on` or `off`", example: "off" },
    read: (text) => (/^(on|true|yes|1)$/i.test(text) ? true : /^(off|false|no|0)$/i.test(text) ? false : undefined),
  },
  // More than a day is a mistake of units.
  retryBudget: seconds(PATIENCE.retryBudget, "one call may wait where Cloudflare limits the rate", 0, 86_400),
  answerTimeout: seconds(PATIENCE.answerTimeout, "an answer of Cloudflare's may take", 0.1, 3600),
};
const NAMES = Object.keys(SETTINGS);
const PREFIX = "CLOUDFLARE_MTLS_";
const variableOf = (name: string) => name.replace(/[A-Z]/g, "_$&").toUpperCase();
const keyOf = (name: string) => `cloudflare-mtls:${name}`;

function seconds(usual: number, meaning: string, least: number, most: number): Setting<number> {
  const fits = (text: string) => /^\d+(\.\d+)?$/.test(text) && Number(text) >= least && Number(text) <= most;
  const read = (text: string) => (fits(text) ? Number(text) * 1000 : undefined);
  return { usual, wish: `the seconds that ${meaning}, from ${least} to ${most}`, example: "60", read };
}

/**
 * Each from the stack's config, else the environment.
 *
 * @throws Error for what says nothing, with what to give
 */
export function readSettings(config: ConfigReader, environment: Environment): Settings {
  const read = <T>(name: string, { usual, wish, example, read }: Setting<T>): T => {
    const [key, variable] = [keyOf(name), PREFIX + variableOf(name)];
    const given = config(key)?.trim() || environment[variable]?.trim();
    if (!given) return usual;
    const value = read(given);
    if (value !== undefined) return value;
    throw new Error(
      `${key} (or ${variable}) is ${short(given)}: give ${wish}, as in \`pulumi config set ${key} ${example}\`.`,
    );
  };
  return {
    preflight: read("preflight", SETTINGS.preflight),
    retryBudget: read("retryBudget", SETTINGS.retryBudget),
    answerTimeout: read("answerTimeout", SETTINGS.answerTimeout),
  };
}

/**
 * What is set and has no effect. The config's namespace is the package's own; a variable of the environment may be
 * somebody else's, and counts where it is nearly one of these.
 *
 * @param keys of the stack's config
 */
export function strangeSetting(keys: readonly string[], environment: Environment): string | undefined {
  const known = NAMES.map(keyOf);
  const key = keys.find((given) => given.startsWith(keyOf("")) && !known.includes(given));
  if (key !== undefined) return `There is no setting "${key}" in the stack's config. ${insteadOf(key, known)}`;
  const variables = NAMES.map(variableOf);
  for (const variable of Object.keys(environment).filter((given) => given.startsWith(PREFIX))) {
    const rest = variable.slice(PREFIX.length);
    const meant = closest(rest, variables);
    if (meant !== undefined && meant !== rest)
      return `There is no setting ${variable} in the environment. Did you mean ${PREFIX}${meant}?`;
  }
  return undefined;
}

/** No setting is long: what is longer may be a token in a wrong place, whatever it looks like. */
function short(given: string): string {
  return given.length <= 20 ? shown(given) : `a text of ${given.length} characters`;
}
