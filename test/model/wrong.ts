/** What must not happen: the laws of docs/decisions, by number of the brief. */
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
