/** The types of the language; a map's keys are always strings. */
export type Type = "Bool" | "Bytes" | "Int" | "Ip" | { readonly array: Type } | { readonly map: Type };

export type ArgumentKind = "Field" | "Literal";

export interface Parameter {
  /** Where only a field (or what is made of one) or only a literal will do. */
  readonly kind?: ArgumentKind;
  /** Absent where the function takes more than one type. */
  readonly type?: Type;
}

export interface FunctionShape {
  readonly parameters: readonly Parameter[];
  /** Set: any number of further arguments like the last one. */
  readonly variadic?: boolean;
  /** How many arguments must be given, where the rest may be left out. */
  readonly required?: number;
  readonly returns: Type;
}

/** The names that an expression may use. */
export interface Scheme {
  readonly fields: Readonly<Record<string, Type>>;
  readonly functions: Readonly<Record<string, FunctionShape>>;
  /** Whole expressions that always hold. */
  readonly constants: readonly string[];
  /** Names that Cloudflare knows and that are refused as such. */
  isForeign(name: string): boolean;
  /** Set: a list, and a regular expression that can't be translated, are parsed as well. Their verdict is unknown. */
  readonly takesUnknowns?: boolean;
}

/** A type in the engine's words. */
export function nameOf(type: Type): string {
  if (typeof type === "string") return type;
  return "array" in type ? `Array<${nameOf(type.array)}>` : `Map<${nameOf(type.map)}>`;
}

export function sameType(one: Type, other: Type): boolean {
  return nameOf(one) === nameOf(other);
}
