// Owns what outlives a page load besides the visit: the draft, and the messages that the hub has not got (S1-S5).
// Sends nothing. Nothing is stored before the first message.
import { MESSAGE_MAX_LENGTH } from "../protocol/limits.ts";
import { isText, listOf, membersOf, oneOf, parseJson, textUpTo } from "../protocol/read.ts";
import type { VisitorMessage } from "./conversation.ts";
import type { Environment, TextStorage } from "./environment.ts";
import type { Options } from "./options.ts";
import { hasStored, outboxName, recordHash, recordName } from "./record.ts";
import type { ReadonlySignal, Signal } from "./signal.ts";

const VERSION = 1;
const MAX_MESSAGES = 20;
const KEEP_MS = 86_400_000;
const DRAFT_DELAY_MS = 500;

export interface OutboxDeps {
  env: Environment;
  options: Options;
  /** Whose texts these are: what somebody else left is deleted. */
  owner: string;
  unsent: ReadonlySignal<readonly VisitorMessage[]>;
  draft: Signal<string>;
}

interface Stored {
  draft: string;
  messages: VisitorMessage[];
}

/** A message lies there as the transcript has it. */
function parseMessage(value: unknown): VisitorMessage | null {
  const { id, text, at, state, problem, editOf } = membersOf(value);
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
    ...(state === "failed" ? { problem: failure } : {}),
  };
}

export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #keyHash: string;
  readonly #name: string;
  /** Ids of this page's messages; those of other tabs are left alone. */
  readonly #own = new Set<string>();
  readonly #stops: (() => void)[] = [];
  #clearTimer: (() => void) | null = null;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#keyHash = recordHash(deps.options);
    this.#name = outboxName(deps.options);
  }

  /** Brings back the draft and returns the messages, oldest first. From now on changes are written. */
  restore(): readonly VisitorMessage[] {
    const { env, draft, unsent } = this.#deps;
    const stored = this.#read();
    if (draft.peek() === "") draft.value = stored.draft;
    this.#stops.push(
      draft.subscribe(() => (this.#clearTimer ??= env.setTimer(() => this.flush(), DRAFT_DELAY_MS))),
      unsent.subscribe((messages) => {
        for (const { id } of messages) this.#own.add(id);
        this.#clearTimer?.();
        this.#write();
      }),
    );
    return stored.messages;
  }

  /** Writes at once what waits to be written. */
  flush(): void {
    if (this.#clearTimer === null) return;
    this.#clearTimer();
    this.#write();
  }

  /** The visitor is another one now: nothing of this one stays. */
  clear(): void {
    this.#guarded((storage) => storage.removeItem(this.#name));
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.flush();
  }

  #read(): Stored {
    const text = this.#guarded((storage) => storage.getItem(this.#name));
    const nothing = { draft: "", messages: [] };
    if (text === null) return nothing;
    const { v, k, o, d, m } = membersOf(parseJson(text));
    if (v !== VERSION || k !== this.#keyHash || o !== this.#deps.owner) {
      this.clear();
      return nothing;
    }
    const youngestMs = this.#deps.env.now() - KEEP_MS;
    const messages = listOf(m).slice(-MAX_MESSAGES).map(parseMessage);
    return {
      draft: textUpTo(d, MESSAGE_MAX_LENGTH),
      messages: messages.filter((message) => message !== null).filter(({ at }) => at > youngestMs),
    };
  }

  #write(): void {
    const { env, options, owner, draft, unsent } = this.#deps;
    this.#clearTimer = null;
    const others = this.#read().messages.filter(({ id }) => !this.#own.has(id));
    const messages = [...others, ...unsent.peek()].slice(-MAX_MESSAGES);
    const text = draft.peek().slice(0, MESSAGE_MAX_LENGTH);
    if (messages.length === 0 && (text === "" || !hasStored(env, options, [recordName(options)]))) {
      return this.clear();
    }
    const body = JSON.stringify({ v: VERSION, k: this.#keyHash, o: owner, d: text, m: messages });
    this.#guarded((storage) => storage.setItem(this.#name, body));
  }

  /** Each access may throw: sandboxed frames, blocked site data, a full quota. Then it lasts as long as the page. */
  #guarded<T>(access: (storage: TextStorage) => T): T | null {
    const { env, options } = this.#deps;
    try {
      const storage = env.storage(options.storage);
      return storage === null ? null : access(storage);
    } catch {
      return null;
    }
  }
}
