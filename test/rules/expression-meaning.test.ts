import * as fc from "fast-check";
import { evaluate, parseExpression } from "../../src/language/index";
import { buildExpressions } from "../../src/rules/expression";
import { LONGEST_EXPRESSION, openOracle } from "../language/oracle";
import { runs } from "../support/runs";
import { demand, isBlocked, requestFor } from "./demands";

const RUNS = runs(5000);

const oracle = openOracle();
afterAll(() => oracle.close());

const withRequest = (maxHosts: number, withPrefixes: boolean) =>
  demand(maxHosts, withPrefixes).chain((wanted) => fc.tuple(fc.constant(wanted), requestFor(wanted)));

test(`what is built means what was demanded, to the emulator's language: ${RUNS} demands and requests`, () => {
  let blocked = 0;
  fc.assert(
    fc.property(withRequest(6, true), ([wanted, request]) => {
      const fields = {
        "http.host": request.host,
        // One character a byte, as a request line arrives.
        "http.request.uri.path": Buffer.from(request.uri).toString("latin1"),
        "cf.tls_client_auth.cert_verified": request.verified,
        "cf.tls_client_auth.cert_issuer_ski": request.issuer,
      };
      const hit = [...buildExpressions(wanted).values()].some((text) => evaluate(parseExpression(text), fields));
      expect(hit).toBe(isBlocked(wanted, request));
      blocked += Number(hit);
    }),
    { numRuns: RUNS },
  );
  expect(blocked / RUNS).toBeGreaterThan(0.1);
  expect(blocked / RUNS).toBeLessThan(0.9);
});

/** The open engine has none of Cloudflare's cf.* fields: ours take the names of fields of the same type. */
function forOracle(expression: string): string {
  return expression
    .replaceAll("cf.tls_client_auth.cert_verified", "ip.src.vpn")
    .replaceAll("cf.tls_client_auth.cert_issuer_ski", "ip.src.city");
}

test(`what is built means what was demanded, to Cloudflare's open engine: ${RUNS} demands and requests`, async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(withRequest(4, false), async ([wanted, { host, uri, verified, issuer }]) => {
      const [expression = ""] = buildExpressions(wanted).values();
      const text = forOracle(expression);
      fc.pre(Buffer.byteLength(text) <= LONGEST_EXPRESSION);
      const facts = {
        host,
        path: uri,
        vpn: verified,
        city: issuer,
        method: "GET",
        ip: "192.0.2.1",
        tor: false,
        relay: false,
        headers: {},
      };
      expect(await oracle.ask(text, facts)).toBe(isBlocked(wanted, { host, uri, verified, issuer }));
      compared++;
    }),
    { numRuns: RUNS },
  );
  expect(compared).toBeGreaterThanOrEqual(RUNS);
}, 120_000);
