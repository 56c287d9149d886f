import { shownWrong } from "../../wording/shown";
import type { Properties } from "../engine/contract";
import type { InputReader } from "../engine/inputs";
import { hasUnknown } from "../engine/unknown";

const CONTENT_TYPES = ["application/json", "text/html", "text/plain", "text/xml"];
/** Bytes (developers.cloudflare.com, WAF, custom rules, "Configure a custom response for blocked requests"). */
const LONGEST = 2048;
const KNOWN = ["statusCode", "contentType", "content"];
const FORM = `Write response: { statusCode: 403, contentType: "application/json", content: '{"error":"no certificate"}' }, or leave it out.`;

/** What makes a response none, and what is said of it: the first that fits. */
const WRONG: readonly (readonly [(response: Properties) => boolean, string])[] = [
  [
    ({ statusCode: code }) => !Number.isInteger(code) || !between(400, code, 499),
    "statusCode is a number from 400 to 499.",
  ],
  [
    ({ contentType: type }) => !CONTENT_TYPES.includes(type as string),
    `contentType is one of ${CONTENT_TYPES.join(", ")}.`,
  ],
  [
    ({ content }) => typeof content !== "string" || !between(1, Buffer.byteLength(content), LONGEST),
    `content is a text of 1 to ${LONGEST} bytes.`,
  ],
];

/** What a refused request is answered, where it isn't Cloudflare's own page. */
export function readResponse(read: InputReader, { response, action }: Properties): unknown {
  if (response === undefined || response === null) return undefined;
  if (hasUnknown(response)) return response;
  const given = Object(response) as Properties;
  const odd = Object.keys(given).find((key) => !KNOWN.includes(key));
  if (action === "log") read.fail("response", 'response: action "log" answers nothing. Leave one of the two out.');
  else if (odd !== undefined) read.fail("response", `response has no option ${shownWrong(odd)}. ${FORM}`);
  else {
    const wrong = WRONG.find(([isWrong]) => isWrong(given))?.[1];
    if (wrong !== undefined) read.fail("response", `response can't be sent: ${wrong} ${FORM}`);
  }
  return Object.fromEntries(KNOWN.map((key) => [key, given[key]]));
}

function between(least: number, value: unknown, most: number): boolean {
  return typeof value === "number" && least <= value && value <= most;
}
