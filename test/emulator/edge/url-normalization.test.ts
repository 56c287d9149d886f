import { connect } from "node:tls";
import { normalizedPath, URL_NORMALIZATIONS } from "../../../src/emulator/edge/url-normalization";
import { type Account, block, HOST, useEdge } from "./account";

/** Left: as it is sent. Then as rules see it: in Cloudflare's way, and by RFC 3986 alone. */
const PATHS = [
  // DOC: the table of "URL normalization examples".
  ["/hello", "/hello", "/hello"],
  ["/%68ello", "/hello", "/hello"],
  ["/%68ello//pa\\th", "/hello/pa/th", "/hello//pa%5Cth"],
  ["/hello//../path", "/path", "/hello/path"],
  ["/hello/\\../path", "/path", "/hello/%5C../path"],
  // DOC: "How URL normalization works".
  ["/%41%5a%61%7a%30%39%2d%2e%5F%7E", "/AZaz09-._~", "/AZaz09-._~"],
  ["/:@!$&'()*+,;=[]", "/:@!$&'()*+,;=[]", "/:@!$&'()*+,;=[]"],
  ["/%2f%5c%3a%c3%a9", "/%2F%5C%3A%C3%A9", "/%2F%5C%3A%C3%A9"],
  ['/{}"<>|^`', "/%7B%7D%22%3C%3E%7C%5E%60", "/%7B%7D%22%3C%3E%7C%5E%60"],
  [Buffer.from("/\u00e9").toString("latin1"), "/%C3%A9", "/%C3%A9"],
  // RFC 3986, 5.2.4 and 5.4.2.
  ["/a/b/c/./../../g", "/a/g", "/a/g"],
  ["/../g", "/g", "/g"],
  ["/a/b/..", "/a/", "/a/"],
  ["/a/.", "/a/", "/a/"],
  ["/..", "/", "/"],
  ["/a/..", "/", "/"],
  ["/a/...", "/a/...", "/a/..."],
  ["/a/%2e%2E/admin", "/admin", "/admin"],
  ["//", "/", "//"],
  ["//admin", "/admin", "//admin"],
  ["//..", "/", "/"],
  ["/a//..", "/", "/a/"],
  // INF: a percent sign that begins no escape is a literal byte like any other.
  ["/100%", "/100%25", "/100%25"],
] as const;

test.each(PATHS)("the path %s is %s, and by RFC 3986 %s", (sent, cloudflare, rfc3986) => {
  expect(URL_NORMALIZATIONS.map((how) => normalizedPath(sent, how))).toEqual([cloudflare, rfc3986, sent]);
  expect(normalizedPath(cloudflare, "cloudflare")).toBe(cloudflare);
  expect(normalizedPath(rfc3986, "rfc3986")).toBe(rfc3986);
});

describe("at the edge", () => {
  const start = useEdge();

  /** The status line's number, and the path that came through, for each target as it stands: no client's library respells it. */
  async function ask(account: Account, ...targets: string[]): Promise<(readonly [number, string | undefined])[]> {
    const { host, port, certificate } = await start(account);
    return Promise.all(
      targets.map(async (target) => {
        const socket = connect({ host, port, servername: HOST, ca: certificate });
        socket.end(`GET ${target} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`, "latin1");
        const chunks: Buffer[] = [];
        for await (const chunk of socket) chunks.push(chunk as Buffer);
        const answer = Buffer.concat(chunks).toString();
        const [, path] = /"path": (".*")/.exec(answer) ?? [];
        return [Number(answer.slice(9, 12)), path === undefined ? undefined : (JSON.parse(path) as string)] as const;
      }),
    );
  }

  const rules = [block('http.request.uri.path eq "/admin" or starts_with(http.request.uri.path, "/admin/")')];
  const SPELLED = ["/%61dmin", "/a/../admin", "/a/%2e%2e/admin?x=1", "/./admin/x", `https://${HOST}/%61dmin`];
  const SLASHED = ["//admin", "/a/..//admin", "/\\admin", "///admin//x"];

  it("a rule is met by every spelling of its path, and the origin gets the path as it was sent", async () => {
    const cloudflare = await ask({ authorities: {}, associations: {}, rules }, ...SPELLED, ...SLASHED, "/%2561dmin");
    expect(cloudflare.map(([status]) => status)).toEqual([...[...SPELLED, ...SLASHED].map(() => 403), 200]);
    expect(cloudflare.at(-1)).toEqual([200, "/%2561dmin"]);
    const settings = { urlNormalization: "rfc3986" } as const;
    const rfc = await ask({ authorities: {}, associations: {}, rules, settings }, ...SPELLED, ...SLASHED);
    expect(rfc.map(([status]) => status)).toEqual([...SPELLED.map(() => 403), ...SLASHED.map(() => 200)]);
    expect(rfc.at(-1)).toEqual([200, "///admin//x"]);
  });

  it("nothing is normalised where that is switched off, from the next request on", async () => {
    const account: Account = { authorities: {}, associations: {}, rules, settings: { urlNormalization: "none" } };
    const off = await ask(account, "/admin", ...SPELLED, ...SLASHED);
    expect(off.map(([status]) => status)).toEqual([403, ...[...SPELLED, ...SLASHED].map(() => 200)]);
    account.settings = {};
    expect((await ask(account, "/%61dmin")).map(([status]) => status)).toEqual([403]);
  });

  it("the raw fields have what was sent, the others what it is made into, and the query stays", async () => {
    const seen = [
      'http.request.uri eq "/a/b.Txt?x=%61//" and raw.http.request.uri eq "/%61//b%2eTxt?x=%61//"',
      `http.request.full_uri eq "https://${HOST}/a/b.Txt?x=%61//"`,
      `raw.http.request.full_uri eq "https://${HOST}/%61//b%2eTxt?x=%61//"`,
      'raw.http.request.uri.path eq "/%61//b%2eTxt" and http.request.uri.path.extension eq "txt"',
      'http.request.uri.query eq "x=%61//" and raw.http.request.uri.query eq "x=%61//"',
    ].map((expression) => `(${expression})`);
    const account = { authorities: {}, associations: {}, rules: [block(seen.join(" and "))] };
    expect(await ask(account, "/%61//b%2eTxt?x=%61//")).toEqual([[403, undefined]]);
  });

  it("a target that is no path alone is 400, so that it slips past no rule", async () => {
    const targets = ["/admin#top", "/#/admin", "*", "ftp://example.com/admin", `https://${HOST}#/admin`];
    const answers = await ask({ authorities: {}, associations: {}, rules }, ...targets);
    expect(answers.map(([status]) => status)).toEqual(targets.map(() => 400));
    expect(await ask({ authorities: {}, associations: {}, rules }, `https://${HOST}?/admin`)).toEqual([[200, "/"]]);
  });

  it("a path of 16,000 characters, and one of 30,000 dot segments, are answered at once", async () => {
    const long = [`/${"%61".repeat(16_000)}`, `${"/..".repeat(30_000)}/admin`, `${"/".repeat(90_000)}admin`];
    const answers = await ask({ authorities: {}, associations: {}, rules }, ...long);
    expect(answers.map(([status]) => status)).toEqual([200, 403, 403]);
  });
});
