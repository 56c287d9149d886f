"use strict";
/** Milliseconds of the checks of a CA and of a rule over its hostnames, offline, as the engine calls them. */
const { readFileSync } = require("node:fs");
const { dynamicProvider } = require("../dist/provider");
const { Session } = require("../dist/provider/session");
const { linesOf } = require("../dist/wording/lines");

/** @type {{ certificates: string, hostnames: string[] }} */
const { certificates, hostnames } = JSON.parse(readFileSync(0, "utf8"));
const ID = "0123456789abcdef0123456789abcdef";
const UPLOAD = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";

async function main() {
  const session = new Session(() => undefined, {});
  /** @param {string} kind @param {Record<string, unknown>} news */
  const check = async (kind, news) => {
    const { inputs, failures } = await dynamicProvider(kind, session).check({}, news);
    const [failure] = /** @type {{ reason: string }[]} */ (failures);
    if (failure) throw new Error(failure.reason);
    return inputs;
  };
  const started = performance.now();
  const ca = await check("ca-certificate", { accountId: ID, certificates, owner: "p/s/ca" });
  const associations = [{ caCertificateId: UPLOAD, hostnames }];
  const issuerSkis = ca.issuerSkis;
  const rule = await check("mtls-rule", { zoneId: ID, hostnames, issuerSkis, associations, owner: "p/s/rule" });
  const taken = performance.now() - started;
  const lists = [ca.fingerprints, linesOf(/** @type {string} */ (rule.hostnames))];
  const counts = lists.map((list) => /** @type {string[]} */ (list).length);
  if (counts[0] !== 20 || counts[1] !== hostnames.length) throw new Error(`It checked ${counts.join(" and ")}.`);
  console.log(taken);
}

void main();
