import type { Socket } from "node:net";
import { type Greeting, readGreeting } from "./client-hello";

export type Greeted = Exclude<Greeting, { kind: "incomplete" }> | { readonly kind: "gone" };

const LONGEST_GREETING = 131_072;

/**
 * Waits for a connection's first bytes, and puts them back unread, so that TLS finds the socket as it was.
 * A client that hangs up, breaks off or takes longer than `patience` milliseconds is gone.
 */
export function greet(socket: Socket, patience: number): Promise<Greeted> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const timer = setTimeout(() => settle({ kind: "gone" }), patience);
    const gone = (): void => settle({ kind: "gone" });
    const settle = (greeted: Greeted): void => {
      clearTimeout(timer);
      socket.off("data", read).off("end", gone).off("error", gone).off("close", gone);
      socket.pause();
      if (bytes.length > 0) socket.unshift(bytes);
      resolve(greeted);
    };
    const read = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const greeting = readGreeting(bytes);
      if (greeting.kind !== "incomplete") settle(greeting);
      else if (bytes.length > LONGEST_GREETING) settle({ kind: "garbage" });
    };
    socket.on("data", read).on("end", gone).on("error", gone).on("close", gone);
  });
}
