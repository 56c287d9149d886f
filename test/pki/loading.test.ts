import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { createAuthority } from "../support/authority";
import type { Authority } from "../support/authority";

let A: Authority;
beforeAll(async () => {
  A = await createAuthority("A");
});

describe("Certificates alone cost the program nothing: the reader isn't loaded", () => {
  /** In a process of its own, as a program is: whether the text makes it load the reader. */
  const asks = (text: string) => {
    const room = resolve(__dirname, "../../dist/pki");
    const script = `
      const { withholdKeys } = require(${JSON.stringify(`${room}/withheld.js`)});
      const text = require("node:fs").readFileSync(0, "utf8");
      const isLoaded = () => require.resolve(${JSON.stringify(`${room}/ca-bundle.js`)}) in require.cache;
      console.log(JSON.stringify([isLoaded(), withholdKeys(text) === text, isLoaded()]));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { input: text, encoding: "utf8" });
    expect(stderr).toBe("");
    const [before, isSame, after] = JSON.parse(stdout) as boolean[];
    expect([before, isSame]).toEqual([false, true]);
    return after;
  };

  test("which a comment beside them needs", () => {
    expect(asks(A.pem + A.pem)).toBe(false);
    expect(asks(`# ours\n${A.pem}`)).toBe(true);
  });
});
