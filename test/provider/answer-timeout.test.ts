import { readAccess } from "../../src/cloudflare/credentials";

const TOKEN = { CLOUDFLARE_API_TOKEN: "t" };
const KEY = { CLOUDFLARE_API_KEY: "k", CLOUDFLARE_EMAIL: "e@x.com" };

function timeoutOf(config: Record<string, string>, environment: Record<string, string>): number | undefined {
  return readAccess((key) => config[key], environment).answerTimeout;
}

test.each([TOKEN, KEY])(
  "how long an answer may take comes from the config, then the environment, in seconds",
  (login) => {
    const set = { ...login, CLOUDFLARE_MTLS_ANSWER_TIMEOUT: "5" };
    expect(timeoutOf({}, login)).toBeUndefined();
    expect(timeoutOf({}, set)).toBe(5000);
    expect(timeoutOf({ "cloudflare-mtls:answerTimeout": "0.5" }, set)).toBe(500);
  },
);

test.each(["0", "-1", "soon", "1e9", "Infinity"])("an answer timeout of %p is refused with what to give", (given) => {
  expect(() => timeoutOf({}, { ...TOKEN, CLOUDFLARE_MTLS_ANSWER_TIMEOUT: given })).toThrow(
    /ANSWER_TIMEOUT\) is .*give the seconds that an answer.* from 0\.1 to 3600/,
  );
});
