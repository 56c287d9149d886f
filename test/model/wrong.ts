/** What must not happen: each property that the model checks, by number. */
export type WrongKind =
  | "wrongly refused"
  | "wrongly admitted"
  | "let in and refused by turns"
  | "somebody else's thing changed"
  | "a second up is not quiet"
  | "no way on"
  | "not what the program says"
  | "left over after destroy"
  | "the run refuses what the preview passed"
  | "a contradiction passes the preview"
  | "refused without a reason"
  | "the model is stuck";

export interface Wrong {
  readonly kind: WrongKind;
  /** Who was wronged, when and by what. */
  readonly text: string;
  /** The same for what has the same cause, as far as can be seen before it is made small. */
  readonly cause: string;
}

/** The cause leaves out what differs from world to world. */
export function wrongOf(kind: WrongKind, said: string): Wrong {
  const [text = ""] = said.split("\n");
  const cause = text
    .replace(/[0-9a-f-]{32,}/g, "…")
    .replace(/(\b[abc](\.example\.com)?\b(, )?)+/g, "h")
    .replace(/"[^"]*"/g, "…")
    .replace(/\b(one|renewed|two)\b/g, "CA")
    .replace(/[0-9A-F]{40}(, )?/g, "…")
    .replace(/^.*(\w+ \S*mtls_certificates\S* was answered)/, "$1");
  return { kind, text: said.replace(/0{8,}|00000000-0000-4000-8000-0+/g, "…"), cause: cause.slice(0, 120) };
}
