import type { Expression } from "./expression";
import { reads } from "./parts";
import { print } from "./print";
import { reduce } from "./reduce";
import type { Fields } from "./verdict";

/** Whether the expression holds. Throws where that hangs on a field that was not given: silence would be wrong. */
export function evaluate(expression: Expression, fields: Fields): boolean {
  const left = reduce(expression, fields);
  if (typeof left === "boolean") return left;
  const missing = [...reads(left)].filter((name) => !Object.hasOwn(fields, name));
  if (missing.length > 0) throw new Error(`The expression reads ${missing.join(", ")}, which was given no value.`);
  throw new Error(`Nothing here can tell whether a request matches ${print(left)}.`);
}
