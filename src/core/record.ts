// Owns where the one stored record of a site key lies, and looking it up. What stands in it is storage.ts's.
import { MESSAGE_MAX_LENGTH } from "../protocol/limits.ts";
import { listOf, type Members, membersOf, parseJson } from "../protocol/read.ts";
import type { Environment, TextStorage } from "./environment.ts";
import type { Options } from "./options.ts";

/** FNV-1a, twice with different seeds: names a storage key without containing the site key. */
export function recordHash({ apiUrl, clientKey, agent }: Options): string {
  const text = JSON.stringify([apiUrl, clientKey, agent]);
  const part = (seed: number): string => {
    let value = seed;
    for (let index = 0; index < text.length; index++) {
      value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
    }
    return (value >>> 0).toString(16).padStart(8, "0");
  };
  return part(0x811c9dc5) + part(0x01234567);
}

/** Whose texts they are where nobody is logged in. */
export const GUEST = "guest";

/** One record per hub, site key and agent. */
export const recordName = (options: Options): string => `foyer:${recordHash(options)}`;

/** What the visitor wrote and the hub has not got, beside the record. */
export const outboxName = (options: Options): string => `${recordName(options)}:outbox`;

/** What to do with what is stored. Undefined where the page may not store: sandboxed frames, blocked site data. */
export function withStorage<T>(
  env: Environment,
  options: Options,
  use: (storage: TextStorage) => T,
): T | undefined {
  try {
    const storage = env.storage(options.storage);
    return storage === null ? undefined : use(storage);
  } catch {
    return undefined;
  }
}

const namesOf = (options: Options): string[] => [recordName(options), outboxName(options)];

/** Whether something is stored under one of these names: what leads back to a visitor, when nothing else is asked for. */
export const hasStored = (env: Environment, options: Options, names = namesOf(options)): boolean =>
  withStorage(env, options, (storage) => names.some((name) => storage.getItem(name) !== null)) ?? false;

/** What the visitor has left (in this tab) or chosen, beside the record. */
export type MarkName = "open" | "muted";

/**
 * Reads a mark, and sets it or takes it away. It goes with the record: nothing of somebody new.
 * @returns whether it was set
 */
export const mark = (env: Environment, options: Options, name: MarkName, isSet?: boolean): boolean =>
  withStorage(env, name === "open" ? { ...options, storage: "session" } : options, (storage) => {
    const key = `${recordName(options)}:${name}`;
    const isKnown = hasStored(env, options);
    const wasSet = isKnown && storage.getItem(key) !== null;
    if (isKnown && (isSet ?? wasSet)) storage.setItem(key, "1");
    else storage.removeItem(key);
    return wasSet;
  }) ?? false;

/** Takes all that is stored away, and returns the record as it was stored. */
export const takeStored = (env: Environment, options: Options): string | null =>
  withStorage(env, options, (storage) => {
    const record = storage.getItem(recordName(options));
    for (const name of namesOf(options)) storage.removeItem(name);
    return record;
  }) ?? null;

/** Changes what a guest wrote and the hub has not got, where no engine does: what else lies there stays. */
const changeOutbox = (env: Environment, options: Options, change: (before: Members) => Members): void =>
  withStorage(env, options, (storage) => {
    const name = outboxName(options);
    const before = membersOf(parseJson(storage.getItem(name) ?? ""));
    // Where it is somebody else's it stays so, and the next page deletes it.
    const body: Members = { v: 1, k: recordHash(options), o: GUEST, ...before, ...change(before) };
    if (body["d"] || listOf(body["m"]).length > 0) storage.setItem(name, JSON.stringify(body));
    else storage.removeItem(name);
  });

/** Keeps messages. @param own ids of all that this page has kept so */
export const keepEarly = (
  env: Environment,
  options: Options,
  own: ReadonlySet<string>,
  messages: readonly { id: string }[],
): void =>
  changeOutbox(env, options, ({ m }) => {
    const others = listOf(m).filter((message) => !own.has(String(membersOf(message)["id"])));
    return { m: [...others, ...messages] };
  });

/** Keeps the draft of a guest who has talked here. */
export const keepDraft = (env: Environment, options: Options, draft: string): void =>
  changeOutbox(env, options, () => ({ d: draft.slice(0, MESSAGE_MAX_LENGTH) }));
