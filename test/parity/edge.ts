import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fields } from "./cloud";
import type { Ground } from "./ground";
import type { Observed } from "./told";

/** A request on a connection of its own, to this run's hostname unless told. */
export interface Knock {
  /** In TLS; "" sends none. */
  readonly servername?: string;
  /** In HTTP. */
  readonly host?: string;
  readonly path?: string;
  readonly certificate?: string;
  readonly key?: string;
}

export interface Seen {
  /** Of HTTP, or the code of the error that stood in its place. */
  readonly status: number | string;
  readonly type: string;
  readonly text: string;
}

const ANSWER_WITHIN = 10_000;
/** How often in a row a change must have shown: data centres learn of it one after the other. More where one didn't know it yet. */
const OFTEN = { atOnce: 6, later: 15 };

/** Questions to the edge: expressions, of which a rule tells by a refusal whether they hold for a request. */
export interface Questions {
  /** Whether this expression holds. */
  holds(question: string, knock?: Knock): Promise<boolean>;
  /** The same, awaited for as long as changes take. */
  comesToHold(question: string, knock?: Knock): Promise<boolean>;
  /** What the edge answers where the rule applies to every request. */
  seen(knock?: Knock): Promise<Seen>;
}

/** Makes the rule and waits until the edge has it. A cookie says which question a request is about. */
export async function ask(ground: Ground, questions: readonly string[] = [], more: Fields = {}): Promise<Questions> {
  const hosts = ["", "-b"].map((which) => `"${ground.hostname(which)}"`).join(" ");
  const parts = questions.map((question, index) => `(http.cookie eq "q=${index}" and (${question}))`);
  const expression = `http.host in {${hosts}} and (${['http.cookie eq "q=all"', ...parts].join(" or ")})`;
  await answers(ground);
  await ground.addRule({ expression, enabled: true, ...more });
  const seen = (knock: Knock = {}, cookie = "q=all") => send(ground, knock, cookie);
  const holds = async (question: string, knock?: Knock) =>
    (await seen(knock, `q=${questions.indexOf(question)}`)).status === 403;
  const often = (what: string, refused: () => Promise<boolean>) => {
    let wanted: number = OFTEN.atOnce;
    return ground.until(what, async () => {
      for (let streak = 0; streak < wanted; streak++) {
        if (!(await refused())) {
          wanted = OFTEN.later;
          return false;
        }
        if (wanted > OFTEN.atOnce) await sleep(100);
      }
      return true;
    });
  };
  if (!(await often("the edge had the rule", async () => (await seen()).status === 403)))
    throw new Error("the edge doesn't refuse what a rule refuses");
  return { holds, comesToHold: (question, knock) => often("the edge knew it", () => holds(question, knock)), seen };
}

/** Or throws, so that nobody waits for what can't come. */
export async function answers(ground: Ground): Promise<void> {
  const { status } = await send(ground, {}, "q=none");
  if (typeof status === "string")
    throw new Error(
      `--edge doesn't serve ${ground.hostname()} (${status}): is there a proxied DNS record for * in the zone?`,
    );
}

function send(ground: Ground, knock: Knock, cookie: string): Promise<Seen> {
  const { edge } = ground;
  if (!edge) throw new Error("There is no edge.");
  ground.count();
  const hostname = ground.hostname();
  const { servername = hostname, host: Host = hostname, path = "/", certificate: cert, key } = knock;
  return new Promise((done) => {
    const broken = (status: string) => done({ status, type: "", text: "" });
    const sending = request({
      ...{ host: edge.host, port: edge.port, servername, path, cert, key },
      headers: { Host, Cookie: cookie },
      agent: false,
      // Nothing secret is sent, and the certificate isn't what is asked about.
      rejectUnauthorized: false,
      timeout: ANSWER_WITHIN,
    });
    sending.on("response", (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("error", () => broken("cut off"));
      response.on("end", () =>
        done({ status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", text }),
      );
    });
    sending.on("timeout", () => sending.destroy());
    sending.on("error", ({ code }: NodeJS.ErrnoException) => broken(code ?? "no answer"));
    sending.end();
  });
}

/** The status and Cloudflare's own number, which stands in its page. */
export function numbered({ status, text }: Seen): Observed {
  const number = /Error(?: code:?)? (1\d{3})/i.exec(text)?.[1];
  return number === undefined ? { status } : { status, error: Number(number) };
}
