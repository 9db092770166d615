// Owns the reading of answers: just enough checks to tell a hub from anything else that may answer at its address.
import { membersOf } from "../protocol/read.ts";

/** Reads one object; `names` are members that every such object has. */
export const objectWith =
  <T extends object>(...names: readonly (keyof T & string)[]) =>
  (body: unknown): T | null =>
    names.every((name) => membersOf(body)[name] !== undefined) ? (body as T) : null;

/** Reads a list of what `read` reads. */
export const listWith =
  <T>(read: (body: unknown) => T | null) =>
  (body: unknown): T[] | null =>
    Array.isArray(body) && body.every((entry) => read(entry) !== null) ? (body as T[]) : null;

/** For calls whose answer has no body. */
export const nothing = (): true => true;
