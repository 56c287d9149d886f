import { parseExpression } from "./parse";
import { print } from "./print";
import { everything } from "./schemes";

/** Whether two texts say the same in spellings that may differ. Texts that aren't expressions must be equal. */
export function sameMeaning(one: string, other: string): boolean {
  return one === other || (canonical(one) ?? one) === (canonical(other) ?? other);
}

function canonical(text: string): string | undefined {
  try {
    return print(parseExpression(text, everything));
  } catch {
    return undefined;
  }
}
