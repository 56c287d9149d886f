/**
 * The emulator's ways to say no: Cloudflare's number, Cloudflare's words. Each stands with its evidence:
 * DOC (documentation or schema), OBS (reported from live use), INF (inferred).
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly errors: readonly ErrorItem[];

  constructor(
    readonly status: number,
    ...errors: readonly ErrorItem[]
  ) {
    super(errors[0]?.message);
    this.errors = errors;
  }
}

export interface ErrorItem {
  readonly code: number;
  readonly message: string;
  readonly source?: { readonly pointer: string };
  readonly error_chain?: readonly ErrorItem[];
}

/**
 * Where no source records Cloudflare's number. Cloudflare doesn't use this one, so nobody can come to depend on a guess.
 */
export const UNRECORDED = 9999;

const refuse = (status: number, code: number, message: string, pointer?: string): Refusal =>
  new Refusal(status, { code, message, ...(pointer === undefined ? {} : { source: { pointer } }) });

/** A refusal whose number nobody has written down. */
export const unrecorded = (message: string, pointer?: string, status = 400): Refusal =>
  refuse(status, UNRECORDED, message, pointer);

// Requests and tokens
export const malformedJson = (): Refusal => refuse(400, 6007, "Malformed JSON in request body"); // OBS
export const missingCredentials = (): Refusal =>
  refuse(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers"); // OBS
export const malformedToken = (): Refusal =>
  new Refusal(400, {
    code: 6003,
    message: "Invalid request headers",
    error_chain: [{ code: 6111, message: "Invalid format for Authorization header" }], // OBS
  });
export const authenticationError = (): Refusal => refuse(403, 10000, "Authentication error"); // OBS, missing permission too
export const unauthorizedAccess = (): Refusal => refuse(403, 9109, "Unauthorized to access requested resource"); // OBS
export const invalidAccessToken = (): Refusal => refuse(403, 9109, "Invalid access token"); // OBS
export const invalidApiToken = (): Refusal => refuse(401, 1000, "Invalid API Token"); // OBS, tokens/verify
export const invalidZone = (): Refusal => refuse(400, 1001, "Invalid zone identifier"); // OBS
export const rateLimited = (limit: number): Refusal =>
  refuse(429, UNRECORDED, `Rate limited: more than ${limit} requests in five minutes`); // DOC; the body isn't specified

/** DOC + OBS: the pair that answers a malformed id and an unknown path alike. */
export const noRoute = (path: string, hint = ""): Refusal =>
  new Refusal(
    404,
    { code: 7003, message: `Could not route to ${path}, perhaps your object identifier is invalid?${hint}` },
    { code: 7000, message: "No route for that URI" },
  );

// mTLS certificates
export const quotaReached = (): Refusal => refuse(400, 1489, "Hit maximum CA cert allocation."); // DOC; status INF
export const certificateExists = (): Refusal => refuse(400, 1471, "Certificate already exists"); // OBS; status INF
export const certificateNotFound = (): Refusal => refuse(404, 1472, "Certificate not found"); // OBS
export const certificateInUse = (): Refusal => unrecorded("Certificate cannot be deleted while in use."); // OBS
export const certificateAlreadyDeleted = (): Refusal => unrecorded("Certificate already deleted"); // OBS
export const certificateForbidden = (): Refusal => unrecorded("Unauthorized", undefined, 403); // OBS
export const unparsable = (why: string): Refusal => unrecorded(`Unable to parse certificate: ${why}`); // OBS

// Client certificates of the managed CA
export const clientQuotaReached = (most: number): Refusal =>
  refuse(400, 1445, `Hit maximum certificate allocation: ${most} certificates per zone are allowed`); // DOC; status INF
export const invalidClientId = (): Refusal => refuse(400, 1415, "Invalid client certificate id"); // OBS; words and status INF
export const clientAlreadyDeleted = (): Refusal => refuse(400, 1407, "Client certificate already deleted"); // OBS; words and status INF
export const badRequest = (why: string): Refusal => unrecorded(`Unable to parse CSR: ${why}`, "/csr"); // INF

// Rulesets
export const noEntryPoint = (phase: string): Refusal =>
  refuse(404, 10003, `could not find entrypoint ruleset in the ${phase} phase`); // OBS
export const noRuleset = (id: string): Refusal => refuse(404, 10003, `could not find ruleset ${id}`); // INF
export const noRule = (id: string): Refusal => refuse(404, 10005, `could not find rule ${id}`); // OBS, one mention
export const entryPointExists = (phase: string): Refusal =>
  refuse(
    400,
    20217,
    `'zone' is not a valid value for kind because exceeded maximum number of zone rulesets for phase ${phase}`,
    "/kind",
  ); // OBS
export const tooManyRules = (phase: string, count: number, limit: number): Refusal =>
  refuse(400, 50001, `exceeded the maximum number of rules in the phase ${phase}: ${count} out of ${limit}`); // OBS
export const blankExpression = (pointer: string): Refusal =>
  refuse(400, 20125, "'' is not a valid value for expression because the expression cannot be blank", pointer); // OBS
export const badExpression = (expression: string, why: string, pointer: string): Refusal =>
  refuse(400, 20127, `'${expression}' is not a valid value for expression because ${why}`, pointer); // OBS; number INF
/** The wording of OBS refusals, for fields whose number isn't recorded. */
export const notValid = (value: unknown, field: string, why: string, pointer: string): Refusal =>
  unrecorded(
    `'${typeof value === "string" ? value : JSON.stringify(value)}' is not a valid value for ${field} because ${why}`,
    pointer,
  );
