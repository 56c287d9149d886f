import * as pulumi from "@pulumi/pulumi";
import { HostnameAssociations, MtlsRule } from "../../src";

/* What a program reads are lists, however they are held. */

async function readUnder(answer: (inputs: Record<string, unknown>) => object): Promise<unknown[]> {
  const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({
    id: name,
    state: answer(inputs as Record<string, unknown>),
  });
  await pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs as object }, "project", "stack", false);
  const hostnames = ["api.x.com", "www.x.com"];
  const list = new HostnameAssociations("list", { zoneId: "zone", caCertificateId: "ca", hostnames });
  const rule = new MtlsRule("rule", { zoneId: "zone", hostnames: list.hostnames, issuerSkis: ["AB"] });
  return new Promise((done) => pulumi.all([list.hostnames, rule.expressions]).apply(done));
}

test("a program reads lists, of what the provider holds in lines and of what the mocks of a unit test give back", async () => {
  const held = { hostnames: "api.x.com\nwww.x.com\n", expressions: 'a in {\n"b"\n"c"\n}\nand d\n\ne\n\n' };
  expect(await readUnder((inputs) => ({ ...inputs, ...held }))).toEqual([
    ["api.x.com", "www.x.com"],
    ['a in {"b" "c"} and d', "e"],
  ]);
  expect(await readUnder((inputs) => ({ ...inputs, expressions: ["a"] }))).toEqual([["api.x.com", "www.x.com"], ["a"]]);
  expect(await readUnder((inputs) => inputs)).toEqual([["api.x.com", "www.x.com"], undefined]);
});
