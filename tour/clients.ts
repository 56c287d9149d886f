import { createAuthority } from "../test/support/authority";
import type { Client } from "../test/support/prober";

/** Two CAs of ours, one of a stranger, and a client of each; minted for this run and forgotten after it. */
export async function mintClients() {
  const [first, second, stranger] = await Promise.all(
    ["Example Partners CA 2026", "Example Partners CA 2027", "Somebody Else's CA"].map((name) => createAuthority(name)),
  );
  if (!first || !second || !stranger) throw new Error("Three CAs were to be minted.");
  const clients = {
    nobody: { name: "no certificate" },
    stranger: { name: "certificate of a wrong CA", ...(await stranger.issue("client of a stranger")) },
    first: { name: "certificate of CA 2026", ...(await first.issue("client 2026")) },
    second: { name: "certificate of CA 2027", ...(await second.issue("client 2027")) },
  } satisfies Record<string, Client>;
  return { pems: { first: first.pem, second: second.pem }, clients };
}
