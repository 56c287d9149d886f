import type { Expression, Value } from "../../language/expression";

/** Whether an expression has the operator `matches` anywhere: regular expressions aren't for every plan. */
export function usesRegex(expression: Expression): boolean {
  if (expression.kind === "not") return usesRegex(expression.of);
  if ("left" in expression) return usesRegex(expression.left) || usesRegex(expression.right);
  return "test" in expression && (expression.test.kind === "matches" || isRegexInside(expression.value));
}

function isRegexInside({ source }: Value): boolean {
  if (!("call" in source)) return false;
  return source.arguments.some((argument) => {
    if (argument.kind === "expression") return usesRegex(argument.expression);
    return argument.kind === "value" && isRegexInside(argument.value);
  });
}
