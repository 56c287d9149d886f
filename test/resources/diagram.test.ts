import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "../../src";

/* The picture that a component has of itself. */

const CERTIFICATES = "-----BEGIN CERTIFICATE-----";

async function diagramOf(args: Pick<ConstructorParameters<typeof MutualTls>[1], "cas" | "zones">): Promise<string[]> {
  const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => {
    return { id: name, state: { ...(inputs as object), notAfter: "2027-05-04T03:02:01Z" } };
  };
  await pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs as object }, "shop", "prod", false);
  const { diagram } = new MutualTls("partners", { accountId: "a", ...args });
  return new Promise((resolve) => void diagram.apply((text) => resolve(text.trimEnd().split("\n"))));
}

test("a component draws each CA with its end, each zone's hostnames, and their rule", async () => {
  const cas = { "2026": { certificates: CERTIFICATES }, theirs: { id: "1", issuerSkis: ["A".repeat(40)] } };
  const zones = [
    { key: "x", zoneId: "1", hostnames: ["api.x.com", "www.x.com"] },
    { key: 'y "q"', zoneId: "2", hostnames: ["y.com"] },
  ];
  expect(await diagramOf({ cas, zones })).toEqual([
    "flowchart LR",
    '  ca0["CA 2026<br>until 2027-05-04"]',
    '  ca1["CA theirs<br>of others"]',
    '  host0["api.x.com<br>www.x.com"]',
    '  host1["y.com"]',
    '  rule0["rule of zone<br>x"]',
    '  rule1["rule of zone<br>y #34;q#34;"]',
    ...["  ca0 --- host0", "  ca1 --- host0", "  host0 --- rule0"],
    ...["  ca0 --- host1", "  ca1 --- host1", "  host1 --- rule1"],
  ]);
});

test("of many hostnames it names six", async () => {
  const hostnames = Array.from({ length: 3000 }, (_, n) => `h${n}.x.com`);
  const lines = await diagramOf({ cas: { one: { certificates: CERTIFICATES } }, zones: [{ zoneId: "1", hostnames }] });
  expect(lines[2]).toBe(`  host0["${hostnames.slice(0, 6).join("<br>")}<br>and 2994 more"]`);
});
