import { CERTIFICATE, GIVE, materialOfDer, privateKey, SSH_PUBLIC_KEY, type Material } from "./foreign-material";

/** Characters: to look through more takes too long, or more stack than there is. */
const MOST_SEARCHED = 256 * 1024;

/** Recognised anywhere outside of blocks, beside good certificates too. Repetitions are bounded: the text may be hostile. */
const ANYWHERE: readonly (readonly [RegExp, Material])[] = [
  [/PuTTY-User-Key-File-\d/, privateKey("PuTTY")],
  [/AGE-SECRET-KEY-1/, privateKey("age")],
  [/Proc-Type: ?4, ?ENCRYPTED|DEK-Info: ?\w/, privateKey("traditional, encrypted")],
  [/^(?=[^]*"kty"\s{0,9}:)(?=[^]*"(?:d|k|p|q|dp|dq|qi)"\s{0,9}:)/, privateKey("JWK")],
  [/^[ \t]{0,80}(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S{1,40}|sk-\S{1,40}) AAAA/m, SSH_PUBLIC_KEY],
  [
    /^\s{0,80}(?:\{(?!\{)|\[\s{0,80}["{\]])[^]*[}\]]\s{0,80}$/,
    {
      what: "JSON",
      why: "Cloudflare takes the PEM text alone",
      remedy: "Parse it in the program, and give the PEM text that is in it.",
    },
  ],
  [
    /Calling \[to(?:String|JSON)\] on an \[Output<T>\]/,
    {
      what: "a Pulumi Output that was turned into text",
      why: "its value is not known at that place",
      remedy: "Pass the Output itself, or build the text with pulumi.interpolate or output.apply.",
    },
  ],
];

const READ_FILE = 'Give what it holds: readFileSync(path, "utf8").';

/** What a text without any block is, by its look. The value is never repeated in a message: it may be a secret. */
const WHOLE: readonly (readonly [RegExp, string, string])[] = [
  [/^[a-z][a-z0-9+.-]{0,20}:\/\/|^data:/i, "a URL", "Fetch it in the program and give the text that comes back."],
  [/^(?:arn|vault|env|file|ssm|op|secret|ref):/i, "a reference", "Resolve it in the program and give the text."],
  [/^(?:\$\{?\w|\{\{|<[^<>\n]{1,80}>$|%\w{1,80}%$)/, "a placeholder that nothing filled in", GIVE],
  [/^(?:undefined|null|true|false|NaN|\d{1,30}|\[object \w{1,40}\])$/, "a stray value of the program", GIVE],
  [/^(?:\[secret\]|\[sensitive\]|\(sensitive value\)|\*{2,})$/, "a mask that was printed in place of a secret", GIVE],
  [/^<(?:!doctype|html|\?xml)/i, "an HTML or XML page", "Check the address that it came from, and give PEM text."],
  [/^(?:certificate:\s|version: \d)/i, "a readable dump", "Give the PEM itself: openssl x509 -in ca.crt -out ca.pem."],
  [/^(?:[^\n]{0,40}[:=]\s{0,4})?(?:[0-9a-f]{2}:?){20}(?:(?:[0-9a-f]{2}:?){12})?$/i, "a fingerprint", GIVE],
  [/^(?:[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})$/i, "an id", GIVE],
  [/^[^\n]{0,300}\.(?:pem|crt|cer|cert|der|key|p12|pfx|p7b|p7c|csr|txt|json)$/i, "a file's name", READ_FILE],
  [/^(?:~|\.{1,2})?[/\\][^\n]{0,300}$|^[a-z]:[/\\][^\n]{0,300}$/i, "a file path", READ_FILE],
  [/^(?:subject[=:])?\s?(?:CN|OU|O|C|L|ST|DC)\s?=/, "the name of a certificate", GIVE],
];

/** What stands outside of certificates' blocks and can't be a comment. */
export function materialInText(given: string): Material[] {
  const text = given.slice(0, MOST_SEARCHED);
  const found = ANYWHERE.filter(([pattern]) => pattern.test(text)).map(([, material]) => material);
  for (const [token] of text.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/g)) {
    const material = materialOfBase64(token);
    if (material !== undefined) found.push(material);
  }
  return distinct(found.length === 0 && LOOSE_LINE.test(text) ? [LOOSE_BASE64] : found);
}

/** Long enough to be a PEM line, and no fingerprint in hexadecimal. */
const LOOSE_LINE = /^[ \t]{0,80}(?![0-9a-fA-F]+[ \t\r]*$)[A-Za-z0-9+/]{60,}={0,2}[ \t\r]{0,80}$/m;
const LOOSE_BASE64: Material = {
  what: "base64 that belongs to no block",
  why: "a BEGIN or END line is lost, or it is a piece of something that should not be here",
  remedy: GIVE,
};

/** What a text without a single block is. */
export function materialOfText(given: string): Material[] {
  const text = given.slice(0, MOST_SEARCHED);
  const trimmed = text.replaceAll("\0", "").trim();
  const inside = materialInText(trimmed);
  const binary = materialOfDer(text);
  if (binary !== undefined) {
    const command = "openssl x509 -inform DER -in ca.der -out ca.pem";
    return [converted(binary, "in DER (binary)", command), ...inside.filter(({ secret }) => secret)];
  }
  const encoded = materialOfEncodedText(trimmed);
  if (encoded !== undefined) return [encoded];
  if (inside.length > 0) return inside;
  if (trimmed.length > 1000) return [];
  const short = trimmed.replace(/^(["'])([^]*)\1$/, "$2");
  const look = WHOLE.find(([pattern]) => pattern.test(short));
  if (look === undefined) return [];
  return [{ what: look[1], why: "Cloudflare takes the PEM text of certificates", remedy: look[2] }];
}

function materialOfBase64(token: string): Material | undefined {
  const material = materialOfDer(Buffer.from(token, "base64"));
  if (material === undefined) return materialOfEncodedPem(token);
  const command = "openssl base64 -d -A -in ca.txt | openssl x509 -inform DER -out ca.pem";
  return converted(material, "in base64 without its BEGIN and END lines", command);
}

/** The whole text is base64 of a PEM text (a Kubernetes secret) or DER in hexadecimal. */
function materialOfEncodedText(text: string): Material | undefined {
  const compact = text.replace(/[\s:]/g, "");
  const material = materialOfDer(Buffer.from(compact, "hex"));
  if (material === undefined) return materialOfEncodedPem(compact);
  return converted(material, "in hexadecimal", "xxd -r -p ca.hex | openssl x509 -inform DER -out ca.pem");
}

function materialOfEncodedPem(base64: string): Material | undefined {
  const decoded = Buffer.from(base64, "base64").toString("latin1");
  if (/-----BEGIN [^\n]{0,40}KEY/.test(decoded)) return privateKey("PEM text in base64");
  if (!decoded.includes("-----BEGIN ")) return undefined;
  return {
    what: "PEM text in base64",
    why: "Cloudflare takes the PEM text itself",
    remedy: 'Decode it first: Buffer.from(text, "base64").toString().',
  };
}

function converted(material: Material, form: string, command: string): Material {
  const what = `${material.what}, ${form}`;
  return material === CERTIFICATE ? { ...material, what, remedy: `Convert it: ${command}` } : { ...material, what };
}

function distinct(found: readonly Material[]): Material[] {
  return [...new Map(found.map((material) => [material.what, material])).values()];
}
