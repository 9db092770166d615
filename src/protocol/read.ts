// Owns reading foreign JSON member by member. The browser reads with these: a schema library weighs ten times as much.

/** The members of a JSON object; none for anything else. */
export type Members = Readonly<Record<string, unknown>>;

const NONE: Members = Object.freeze({});

export const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : NONE;

/** What a text says as JSON; undefined for anything else. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether it is a string of at least one and at most `max` UTF-16 code units. */
export const isText = (value: unknown, max: number): value is string =>
  typeof value === "string" && value !== "" && value.length <= max;

/** A string cut to `max` code units; "" for anything else. */
export const textUpTo = (value: unknown, max: number): string =>
  typeof value === "string" ? value.slice(0, max) : "";

/** A string of the right shape, else the default. */
export const textLike = (value: unknown, shape: RegExp, byDefault: string): string =>
  typeof value === "string" && shape.test(value) ? value : byDefault;

/** One of the listed values, else the default. */
export const oneOf = <T extends string, D>(value: unknown, values: readonly T[], byDefault: D): T | D =>
  values.find((known) => known === value) ?? byDefault;

/** The entries of a list; none for anything else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Longest JWT that is looked at (RFC 8725 leaves the limit to us). */
export const MAX_TOKEN = 8192;
