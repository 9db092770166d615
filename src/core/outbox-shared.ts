// Owns messages that several pages show: which page sends them, and that none does once one page took them back. The
// storage is the truth, so that it needs neither locks nor a channel; with locks a page that is gone is missed at once.
import type { VisitorMessage } from "./conversation.ts";
import type { OutboxDeps } from "./outbox.ts";
import type { Entry } from "./outbox-shelf.ts";
import { createWatch, type WatchParts } from "./outbox-watch.ts";
import type { sleep } from "./sleep.ts";

const LOOK_MS = 30_000;
/** Another page that shows a message may be taking it back at this moment. */
const CLAIM_MS = 400;

export interface SharedOutbox {
  /** Looks what other pages did. */
  check(): void;
  /** Whether this page may send the message. */
  claim(id: string, signal: AbortSignal): Promise<boolean>;
  dispose(): void;
}

/** What this part is given, so that it needs no module of the engine. */
export interface OutboxParts extends OutboxDeps, WatchParts {
  /** Ids of messages that are shown here and another page's to send. */
  held: Set<string>;
  /** Writes down what this page is to send. */
  write(): void;
  isShown(id: unknown): boolean;
  parseMessage(entry: Entry): VisitorMessage | null;
  sleep: typeof sleep;
}

const isBack = (entry: Entry | undefined): boolean => entry?.["gone"] === true;

/** Shows what other pages are to send, and lets them know. */
function showOthers({ held, read, save, isFree, isShown, parseMessage, dispatch }: OutboxParts): void {
  const { entries } = read();
  const isTheirs = (entry: Entry): boolean => !isBack(entry) && !isFree(entry);
  const hidden = entries.filter((entry) => isTheirs(entry) && !isShown(entry["id"]));
  const messages = hidden.map(parseMessage).filter((message) => message !== null);
  for (const { id } of messages) held.add(id);
  if (messages.length > 0) dispatch({ kind: "restored", messages });
  if (entries.some((entry) => isTheirs(entry) && entry["shared"] !== true))
    save(entries.map((entry) => (isTheirs(entry) ? { ...entry, shared: true } : entry)));
}

/** Another page has a message: it is shown as that page has it. */
function follow({ parseMessage, dispatch }: OutboxParts, shown: VisitorMessage, entry: Entry): void {
  const message = parseMessage(entry);
  if (message === null || message.state === shown.state) return;
  const { id, state, problem } = message;
  if (problem !== undefined) dispatch({ kind: "refused", id, problem });
  else if (state === "queued" || state === "sending") dispatch({ kind: state, id });
}

export function createSharedOutbox(parts: OutboxParts): SharedOutbox {
  const {
    env,
    options,
    unsent,
    held,
    read,
    write,
    isFree,
    isShown,
    dispatch,
    ask,
    onLost,
    sleep: pause,
  } = parts;
  let clearTimer: (() => void) | null = null;

  const find = (id: string): Entry | undefined => read().entries.find((entry) => entry["id"] === id);
  const lose = (id: string): void => {
    held.delete(id);
    onLost(id);
  };
  const look = (message: VisitorMessage): void => {
    const { id } = message;
    const entry = find(id);
    if (entry === undefined ? held.has(id) : isBack(entry)) lose(id);
    else if (entry === undefined) return;
    else if (!isFree(entry)) {
      held.add(id);
      follow(parts, message, entry);
    } else if (held.delete(id)) {
      write();
      ask(message);
    }
  };
  const watch = createWatch(parts);
  const check = (): void => {
    const theirs = read().entries.filter((entry) => !isBack(entry) && !isFree(entry));
    watch.look(new Set(theirs.map((entry) => entry["by"])));
    if (options.storage === "session") return;
    showOthers(parts);
    for (const message of unsent.peek()) look(message);
    clearTimer?.();
    clearTimer = held.size === 0 ? null : env.setTimer(check, LOOK_MS);
  };

  return {
    check,
    async claim(id, signal) {
      if (!isBack(find(id)) && isFree(find(id) ?? {})) {
        // From here on it is written down as this page's.
        dispatch({ kind: "sending", id });
        await pause(env, CLAIM_MS, signal);
        if (!isBack(find(id))) return isShown(id);
      }
      if (isBack(find(id))) lose(id);
      else check();
      return false;
    },
    dispose: () => [clearTimer, watch.dispose].forEach((end) => end?.()),
  };
}
