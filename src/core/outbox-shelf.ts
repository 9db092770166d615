// Owns what outlives a page load besides the visit, as it lies there (S1-S5): the draft, and the messages that the hub has
// not got. Knows no page but this one.
import { MESSAGE_MAX_LENGTH } from "../protocol/limits.ts";
import { isText, listOf, type Members, membersOf, oneOf, parseJson, textUpTo } from "../protocol/read.ts";
import type { VisitorMessage } from "./conversation.ts";
import type { OutboxDeps } from "./outbox.ts";
import { hasStored, outboxName, recordHash, recordName, withStorage } from "./record.ts";

const VERSION = 1;
const MAX_MESSAGES = 20;
const KEEP_MS = 86_400_000;

/**
 * A message as it lies there: as the transcript has it, and `by` which page it is sent, which is believed to be there
 * `until` then. `shared`: another page shows it too. `gone`: another page took it back.
 */
export type Entry = Members;

export function parseMessage({
  id,
  text,
  at,
  state,
  problem,
  editOf,
  threadId,
}: Entry): VisitorMessage | null {
  if (!isText(id, 128) || !isText(text, MESSAGE_MAX_LENGTH) || typeof at !== "number") return null;
  const { code, retryable } = membersOf(problem);
  const failure = {
    code: textUpTo(code, 64),
    detail: "not sent before the reload",
    retryable: retryable === true,
  };
  return {
    kind: "visitor",
    id,
    text,
    at,
    state: oneOf(state, ["queued", "failed"], "sending"),
    ...(isText(editOf, 128) && { editOf }),
    ...(isText(threadId, 128) && { threadId }),
    ...(state === "failed" ? { problem: failure } : {}),
  };
}

/** Reads and writes what lies there. Each access may throw: then it lasts as long as the page. */
export function createShelf({ env, options, owner, draft }: OutboxDeps) {
  const k = recordHash(options);
  const name = outboxName(options);
  const clear = (): void => withStorage(env, options, (storage) => storage.removeItem(name));
  return {
    clear,
    read(): { draft: string; entries: readonly Entry[] } {
      const o = owner();
      const text =
        (o === null ? null : withStorage(env, options, (storage) => storage.getItem(name))) ?? null;
      const { d, m, ...body } = membersOf(parseJson(text ?? ""));
      const isOurs = body["v"] === VERSION && body["k"] === k && body["o"] === o;
      if (text !== null && !isOurs) clear();
      const youngestMs = env.now() - KEEP_MS;
      const entries = listOf(isOurs && m)
        .slice(-MAX_MESSAGES)
        .map(membersOf);
      return {
        draft: textUpTo(isOurs && d, MESSAGE_MAX_LENGTH),
        entries: entries.filter(({ at }) => Number(at) > youngestMs),
      };
    },
    save(entries: readonly Entry[]): void {
      const o = owner();
      if (o === null) return;
      const m = entries.slice(-MAX_MESSAGES);
      const d = draft.peek().slice(0, MESSAGE_MAX_LENGTH);
      if (m.length === 0 && (d === "" || !hasStored(env, options, [recordName(options)]))) return clear();
      const body = JSON.stringify({ v: VERSION, k, o, d, m });
      withStorage(env, options, (storage) => storage.setItem(name, body));
    },
  };
}
