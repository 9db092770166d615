// Owns what a text in the database may hold.

/** NUL and halves of surrogate pairs: strings and JSON can have them, no database text can. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** The text with U+FFFD for what cannot be stored, as an HTML parser does it. */
export const toStorableText = (text: string): string => text.replace(UNSTORABLE, "\uFFFD");

/** The same for every text inside a JSON value. */
export function toStorable(value: unknown): unknown {
  if (typeof value === "string") return toStorableText(value);
  if (Array.isArray(value)) return value.map(toStorable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [toStorableText(name), toStorable(member)]),
  );
}
