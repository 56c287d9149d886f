import { createAuthority } from "../support/authority";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";
import { isWrite } from "../support/writes";

/* A hostname has one form, whichever way it was written; what is none is refused by `pulumi preview`. */

const CA = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";

test("what isn't a hostname of the zone is refused in preview, each by what it is and with what to write", async () => {
  const emulator = await useEmulator({ zones: ["x.com", "other.com"] });
  const zoneId = emulator.zones["x.com"] ?? "";
  const refusals: [hostname: string, reason: string][] = [
    ["https://api.x.com/v1", `"https://api.x.com/v1" is a URL, not a hostname. Write "api.x.com".`],
    ["api.x.com:8443", `"api.x.com:8443" has a port: an association is for every port of the host. Write "api.x.com".`],
    ["api.x.com/admin", `"api.x.com/admin" has a path: an association is for the whole host`],
    ["*.x.com", `"*.x.com" is a wildcard: Cloudflare's associations take fully qualified hostnames only. List each`],
    ["", `"" is empty. Write the name alone`],
    [" api.x.com", `" api.x.com" has white space in it`],
    [
      "api.x.com, www.x.com",
      `"api.x.com, www.x.com" has white space in it: a hostname has none, and each one is an item`,
    ],
    ["192.0.2.7", `"192.0.2.7" is an IPv4 address or ends like one`],
    ["2001:db8::7", `"2001:db8::7" is an IPv6 address`],
    ["api..x.com", `"api..x.com" has an empty label`],
    ["%61pi.x.com", `"%61pi.x.com" is percent-encoded`],
    ["api", `"api" is a single label. Write the whole name, such as "api.example.com".`],
    [
      `${"a".repeat(64)}.x.com`,
      `"${"a".repeat(64)}.x.com" has a label of 64 characters in ASCII; 63 are allowed. Use a shorter one.`,
    ],
    ["me@x.com", `"…@x.com" has user information or is a mail address. Write "x.com".`],
  ];
  const list = (hostnames: readonly string[], further = "") =>
    `new HostnameAssociations("list", ${JSON.stringify({ zoneId, caCertificateId: CA, hostnames })});${further}`;
  const stack = await useStack(emulator, list(refusals.map(([hostname]) => hostname)));
  const all = await stack.preview();
  expect(all.code).not.toBe(0);
  for (const [, reason] of refusals)
    expect(all.output).toContain(`'list' has a problem: hostnames: The hostname ${reason}`);
  expect(all.output).toContain(`${refusals.length} errors`);
  expect(emulator.requests).toEqual([]);

  const rule = `new MtlsRule("rule", ${JSON.stringify({ zoneId, hostnames: ["api.x.com", "api.other.com", "x.com.evil.org"], issuerSkis: ["00".repeat(20)] })});`;
  for (const [kind, program] of [
    ["HostnameAssociations", list(["x.com", "api.other.com", "x.com.evil.org"])],
    ["MtlsRule", rule],
  ] as const) {
    stack.program(program);
    const { code, output } = await stack.preview();
    expect(code).not.toBe(0);
    expect(output).toContain(`${kind} resource`);
    expect(output).toContain(`api.other.com, x.com.evil.org aren't in the zone x.com (${zoneId})`);
  }
  expect(emulator.requests.filter(isWrite)).toEqual([]);
});

test("spellings of one hostname are one hostname, to the API, to the rule, and to the next run", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const zoneId = emulator.zones["x.com"] ?? "";
  const program = (hostnames: string[]) =>
    programOf({ accountId: emulator.accountId, cas: { a: A.pem }, zones: { x: { zoneId, hostnames } } });
  const canonical = ["api.x.com", "www.x.com", "xn--bcher-kva.x.com", "xn--ypal-43d9g.x.com"];

  const stack = await useStack(
    emulator,
    program(["WWW.x.com.", "API.x.com", "bücher.x.com", "api.x.com.", "xn--bcher-kva.X.com", "раypal.x.com"]),
  );
  const first = await stack.must("up", "--yes", "--skip-preview");
  expect(first.output).toContain(
    `warning: "api.x.com" is listed 2 times ("API.x.com", "api.x.com."): it is kept once.`,
  );
  expect(first.output).toContain(`warning: "xn--bcher-kva.x.com" is listed 2 times`);
  expect(first.output).toMatch(
    /warning: "xn--ypal-43d9g\.x\.com" mixes Latin and Cyrillic letters in one label \(U\+0440/,
  );
  const { hostnames, rules } = emulator.state().zones["x.com"] ?? {};
  expect(Object.values(hostnames ?? {})).toEqual([canonical]);
  const literals = (rules ?? []).flatMap(({ expression }) => expression.match(/"[^"]*\.x\.com"/g) ?? []);
  expect(literals.sort()).toEqual(canonical.map((hostname) => `"${hostname}"`));

  // Another order, other spellings, and what the API shows: no difference, and without the refresh no call.
  stack.program(program(["BÜCHER.x.com", "xn--ypal-43d9g.x.com", "api.x.com", "www.x.com", "www.X.COM"]));
  await stack.must("preview", "--refresh", "--expect-no-changes");
  const calls = emulator.requests.length;
  await stack.must("up", "--yes", "--skip-preview", "--expect-no-changes");
  expect(emulator.requests).toHaveLength(calls);
  expect(emulator.requests.filter(isWrite)).toHaveLength(3);

  // State holds them in lines. A program reads lists, and may leave them to state.
  stack.program(`
    pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
      type.endsWith("CaCertificate") ? undefined : { props, opts: { ...opts, ignoreChanges: ["hostnames"] } });
    ${program(["new.x.com"])}
    const { hostnames } = Object.values(Object.values(m.associations)[0])[0];
    exports.read = [hostnames, Object.values(m.rules)[0].expressions.apply((texts) => texts.length)];`);
  await stack.must("up", "--yes", "--skip-preview");
  expect(await stack.outputs()).toEqual({ read: [canonical, 1] });
  expect(emulator.requests).toHaveLength(calls);
});
