import { createAuthority } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { oddCertificate } from "../support/odd-certificates";
import { knock } from "../support/prober";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";

/* Whatever a person gives as "the CA": taken in every spelling, and what can't work is refused by `pulumi preview`. */

const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY);

/** CaCertificate resources by name, each with its text and further options. */
function programWith(
  accountId: string,
  cas: Record<string, { certificates: string; [option: string]: unknown }>,
): string {
  const lines = Object.entries(cas).map(
    ([name, args]) =>
      `exports["${name}"] = new CaCertificate("${name}", ${JSON.stringify({ accountId, ...args })}).issuerSkis;`,
  );
  return lines.join("\n");
}

test("what is dubious about a CA is said in preview, and an expired one refused until it is allowed", async () => {
  const emulator = await useEmulator({ zones: ["x.com"] });
  const ending = () => createAuthority("Soon", { notAfter: inDays(20.5) });
  const [soon, quiet, twice] = await Promise.all([ending(), ending(), ending()]);
  const expired = await createAuthority("Expired", { notBefore: inDays(-90), notAfter: inDays(-1.5) });
  const sha1 = await createAuthority("SHA-1", { key: "RSA", hash: "SHA-1" });
  const root = await createAuthority("Root", { pathLength: 1 });
  const cas = {
    soon: { certificates: soon.pem },
    quiet: { certificates: quiet.pem, expiryWarningDays: 20 },
    allowed: { certificates: expired.pem, allowExpired: true },
    weak: { certificates: sha1.pem },
    twice: { certificates: `${twice.pem}\n${twice.pem}`, expiryWarningDays: 0 },
    root: { certificates: root.pem },
    chain: { certificates: root.pem + (await root.intermediate("Issuing")).pem },
  };
  const stack = await useStack(emulator, programWith(emulator.accountId, cas));
  const { output } = await stack.must("preview");
  const dated = ({ certificate }: typeof soon) => certificate.notAfter.toISOString().replace(".000", "");
  const warnings = Array.from(
    output.matchAll(/^ *warning: CA (\w+): Block (\d of \d), (.*)$/gm),
    ([, ca, place, words]) => [ca, place, words],
  );
  expect(warnings.sort()).toEqual([
    [
      "allowed",
      "1 of 1",
      `"CN=Expired", expired on ${dated(expired)}, 1 day ago. No client certificate verifies against it.`,
    ],
    [
      "root",
      "1 of 1",
      expect.stringMatching(/^"CN=Root", is a root that allows intermediates.*or its SKI under issuerSkis/),
    ],
    ["soon", "1 of 1", `"CN=Soon", expires on ${dated(soon)}, in 20 days. Add its successor before that.`],
    ["weak", "1 of 1", expect.stringMatching(/^"CN=SHA-1", is signed with SHA-1/)],
  ]);
  expect(output).toContain(`warning: CA twice: Block 2 of 2 repeats block 1 of 2, "CN=Soon": it is left out.`);

  stack.program(programWith(emulator.accountId, { expired: { certificates: expired.pem } }));
  const refused = await stack.preview();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(
    `"CN=Expired", expired on ${dated(expired)}, 1 day ago. Give its successor, or set allowExpired.`,
  );
  expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("a leaf, alone or in a chain, and algorithms that Cloudflare doesn't take are refused before any call", async () => {
  const emulator = await useEmulator({ zones: ["x.com"] });
  const root = await createAuthority("Root");
  const issuing = await root.intermediate("Issuing");
  const { certificate: leaf } = await issuing.issue("client");
  const [ed25519, pss] = await Promise.all([
    createAuthority("Ed25519", { key: "Ed25519" }),
    createAuthority("PSS", { key: "RSA-PSS" }),
  ]);
  const md5 = oddCertificate({ commonName: "MD5", signature: "MD5 with RSA" });
  const old = oddCertificate({ commonName: "Old", version: 1 });
  const taken = "it takes SHA-1, SHA-256, SHA-384 or SHA-512 with RSA (PKCS #1 v1.5) or ECDSA.";
  const refusals: [certificates: string, reasons: string[]][] = [
    [
      leaf,
      [
        `Block 1 of 1, "CN=client", is a leaf (its basicConstraints say CA:FALSE)`,
        `Give the certificate of its issuer instead: "CN=Issuing".`,
      ],
    ],
    [
      leaf + issuing.pem + root.pem + ed25519.pem + pss.pem + md5.pem + old.pem,
      [
        `Block 1 of 7, "CN=client", is a leaf (its basicConstraints say CA:FALSE)`,
        `Take it out: its issuer is here already, as block 2 of 7, "CN=Issuing".`,
        `Block 4 of 7, "CN=Ed25519", is signed with Ed25519, which Cloudflare refuses: ${taken}`,
        `Block 5 of 7, "CN=PSS", is signed with RSA-PSS, which Cloudflare refuses: ${taken}`,
        `Block 6 of 7, "CN=MD5", is signed with MD5 with RSA, which Cloudflare refuses: ${taken}`,
        `Block 7 of 7, "CN=Old", is not a CA (it has no basicConstraints extension, as in X.509 version 1)`,
      ],
    ],
  ];
  const stack = await useStack(emulator, "");
  for (const [certificates, reasons] of refusals) {
    stack.program(programWith(emulator.accountId, { ca: { certificates } }));
    const { code, output } = await stack.preview();
    expect(code).not.toBe(0);
    for (const reason of reasons) expect(output).toContain(reason);
    // Each with the name of the property, once, and without a stack.
    const diagnostics = output.slice(output.indexOf("Diagnostics:"));
    expect(diagnostics.match(/has a problem: certificates: Block/g)).toHaveLength(reasons.length > 2 ? 5 : 1);
    expect(diagnostics).not.toMatch(/^\s+at /m);
  }
  expect(emulator.requests).toEqual([]);
});

test("every spelling of a CA is sent in one form, and another spelling is no change", async () => {
  const emulator = await useEmulator({ zones: ["x.com"] });
  const root = await createAuthority("Root");
  const issuing = await root.intermediate("Issuing");
  const made = await Promise.all(["Windows", "Indented", "Bag", "Variable"].map((name) => createAuthority(name)));
  const [windows, indented, bag, variable] = made.map(({ pem }) => pem.trim()) as [string, string, string, string];
  const spelled = {
    windows: `\ufeff${windows.replaceAll("\n", "\r\n")}\r\n`,
    indented: `\n${indented.replace(/^/gm, "    ")}`,
    bag: `Bag Attributes\n    friendlyName: Partners\nsubject=CN = Bag\n${bag}\n# until 2036\n`,
    variable: variable.replaceAll("\n", "\\n"),
    chain: `${root.pem}\n${issuing.pem}\n${root.pem}`,
  };
  const plain = { windows, indented: `${indented}\n`, bag, variable: `\n\n${variable}`, chain: issuing.pem + root.pem };
  const program = (texts: Record<string, string>) =>
    programWith(
      emulator.accountId,
      Object.fromEntries(Object.entries(texts).map(([name, certificates]) => [name, { certificates }])),
    );

  const stack = await useStack(emulator, program(spelled));
  const up = await stack.must("up", "--yes", "--skip-preview");
  expect(up.output).toContain(`warning: CA chain: Block 3 of 3 repeats block 1 of 3, "CN=Root": it is left out.`);
  const sent = emulator.requests
    .filter(({ method }) => method === "POST")
    .map(({ body }) => (body as { certificates: string }).certificates);
  const canonical = [...made, { pem: `${issuing.pem.trim()}\n${root.pem}` }].map(({ pem }) => `${pem.trim()}\n`);
  expect(sent.sort()).toEqual(canonical.sort());
  // The issuer of the clients comes first, whatever the order of the text; both can be pinned.
  expect(await stack.outputs()).toMatchObject({ chain: [issuing.ski, root.ski], windows: [made[0]?.ski] });

  const calls = emulator.requests.length;
  stack.program(program(plain));
  await stack.must("preview", "--expect-no-changes");
  await stack.must("up", "--yes", "--skip-preview", "--expect-no-changes");
  expect(emulator.requests).toHaveLength(calls);
});

test("a root whose intermediate issues the clients is warned of, keeps them out, and is mended by the intermediate's SKI", async () => {
  const root = await createAuthority("Root", { pathLength: 1 });
  const issuing = await root.intermediate("Issuing");
  const client = async (authority: typeof root, chain: string) => {
    const { certificate, key } = await authority.issue("client");
    return { name: "client", certificate: certificate + chain, key };
  };
  const [direct, below] = [await client(root, ""), await client(issuing, `\n${issuing.pem}`)];
  const emulator = await useEmulator({ zones: ["x.com"] });
  const zones = { x: { zoneId: new Dashboard(emulator).zoneId("x.com"), hostnames: ["api.x.com"] } };
  const program = programOf({ accountId: emulator.accountId, cas: { a: root.pem }, zones });
  const admitted = () =>
    Promise.all([direct, below].map(async (who) => (await knock(emulator.edge, "api.x.com", who)).status));

  const stack = await useStack(emulator, program);
  const up = await stack.must("up", "--yes", "--skip-preview");
  expect(up.output).toMatch(
    /warning: CA m-a: Block 1 of 1, "CN=Root", is a root that allows intermediates, and none is here\. A rule matches the direct issuer/,
  );
  expect(await admitted()).toEqual([200, 403]);

  stack.program(program.replace('"accountId"', `"issuerSkis":["${issuing.ski}"],"accountId"`));
  await stack.must("up", "--yes", "--skip-preview");
  expect(await admitted()).toEqual([200, 200]);
});
