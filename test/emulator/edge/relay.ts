import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP relay before the edge that notes what passes, and may change how the client's bytes are cut. */
export interface Relay {
  readonly host: string;
  readonly port: number;
  /** Everything that the edge sent, connection by connection. */
  readonly answered: Buffer[];
  close(): Promise<void>;
}

export async function startRelay(
  target: { host: string; port: number },
  pieces: (sent: Buffer) => Buffer[] = (sent) => [sent],
): Promise<Relay> {
  const answered: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const index = answered.push(Buffer.alloc(0)) - 1;
    const edge = connect(target.port, target.host).setNoDelay();
    for (const socket of [client, edge]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => [client, edge].forEach((one) => one.destroy()));
    }
    let writing = Promise.resolve();
    client.on("data", (sent: Buffer) => {
      writing = writing.then(async () => {
        for (const piece of pieces(sent)) {
          edge.write(piece);
          // Long enough for the edge to read the piece by itself.
          await new Promise((done) => setTimeout(done, 1));
        }
      });
    });
    edge.on("data", (answer: Buffer) => {
      answered[index] = Buffer.concat([answered[index] ?? Buffer.alloc(0), answer]);
      client.write(answer);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    answered,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The types of the handshake messages that a TLS 1.2 server sends in the clear. */
export function messageTypes(answer: Buffer): number[] {
  const messages: Buffer[] = [];
  for (let at = 0; at + 5 <= answer.length && answer[at] === 22; at += 5 + answer.readUInt16BE(at + 3)) {
    messages.push(answer.subarray(at + 5, at + 5 + answer.readUInt16BE(at + 3)));
  }
  const flight = Buffer.concat(messages);
  const types: number[] = [];
  for (let at = 0; at + 4 <= flight.length; at += 4 + flight.readUIntBE(at + 1, 3)) {
    types.push(flight.readUInt8(at));
    // What follows the server's last word of the first flight is encrypted.
    if (types.at(-1) === 14) break;
  }
  return types;
}
