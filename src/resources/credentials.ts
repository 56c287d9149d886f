import * as pulumi from "@pulumi/pulumi";
import type * as cloudflare from "@pulumi/cloudflare";
import { settings } from "./provider-text";

/** The package that the engine runs dynamic resources by. */
const DYNAMIC = "pulumi-nodejs";
const CLOUDFLARE = "cloudflare";

/** What a `cloudflare.Provider` knows, for the process that provides this package's resources. */
class Credentials extends pulumi.ProviderResource {
  constructor(provider: cloudflare.Provider) {
    const { apiToken, apiKey, email, baseUrl } = provider;
    const { __name: name = CLOUDFLARE } = provider as { __name?: string };
    const isGiven = Promise.all([isKnown(apiToken), isKnown(apiKey)]).then((known) => known.includes(true));
    // In a preview what was left out is as unknown as what comes later. With unknowns the engine wouldn't call the process, and nobody
    // would look at the account.
    const settled = (value: pulumi.Output<string | undefined>) =>
      pulumi.output(
        Promise.all([isGiven, isKnown(value)]).then(([given, known]) => (given && !known ? undefined : value)),
      );
    const login = { apiToken: settled(apiToken), apiKey: settled(apiKey), email: settled(email) };
    const own = Object.entries({ ...login, baseUrl: settled(baseUrl) });
    const inputs: pulumi.Inputs = settings();
    for (const [key, value] of own) inputs[`${CLOUDFLARE}:${key}`] = value;
    super(DYNAMIC, name, inputs, { parent: provider });
  }
}

/** The SDK has it, and doesn't declare it. */
function isKnown(value: object): Promise<boolean> | undefined {
  return (value as { isKnown?: Promise<boolean> }).isKnown;
}

const made = new WeakMap<pulumi.ProviderResource, Credentials>();

/**
 * The options with the credentials of the `cloudflare.Provider` that they name, or that a parent hands down. The engine can't run a dynamic
 * resource by that provider itself.
 *
 * @throws Error for a provider of something else
 */
export function withCredentials<Options extends pulumi.CustomResourceOptions | pulumi.ComponentResourceOptions>(
  opts: Options | undefined,
): Options | undefined {
  const { parent, provider } = opts ?? {};
  const named = (provider as { getPackage?: () => string } | undefined)?.getPackage?.();
  if (named === DYNAMIC || (!named && parent?.getProvider(`${DYNAMIC}:index:any`))) return opts;
  if (named && named !== CLOUDFLARE)
    throw new pulumi.ResourceError(
      `The resource option \`provider\` is one of ${named}. Give a cloudflare.Provider, whose credentials are then used, or leave it out.`,
      parent,
      true,
    );
  const found = provider ?? parent?.getProvider(`${CLOUDFLARE}:index:any`);
  if (!found || !opts) return opts;
  const credentials = made.get(found) ?? new Credentials(found as cloudflare.Provider);
  made.set(found, credentials);
  return { ...opts, provider: credentials };
}
