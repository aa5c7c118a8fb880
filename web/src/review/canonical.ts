/** RFC 8785 JSON, byte for byte as the program writes it: objects, lists, texts, whole numbers, true, false, null. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };

/** Half of a surrogate pair is no character: no two programs would write it alike. */
export class NoCharacter extends Error {}

function text(value: string): string {
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)) throw new NoCharacter();
  return JSON.stringify(value); // its escapes are those of RFC 8785, section 3.2.2.2
}

/** The canonical text. Throws NoCharacter, and RangeError for a number that is not whole. Names in the order of their UTF-16 code units, which is how JavaScript sorts. */
export function canonical(value: Json): string {
  if (typeof value === "string") return text(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError("a number is not whole");
    return String(value === 0 ? 0 : value);
  }
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(",")}]`;
  if (value === null || typeof value === "boolean") return String(value);
  const named = value as { readonly [name: string]: Json | undefined };
  const names = Object.keys(named).filter((name) => named[name] !== undefined).sort();
  return `{${names.map((name) => `${text(name)}:${canonical(named[name] as Json)}`).join(",")}}`;
}
