// Owns when the draft and the messages that the hub has not got are written down and brought back, and which page is to
// send each. Sends nothing. Nothing is stored before the first message.
import type { VisitorMessage } from "./conversation.ts";
import { QUEUE_LIFE_MS } from "./deliver.ts";
import type { Environment } from "./environment.ts";
import { createId } from "./id.ts";
import type { Options } from "./options.ts";
import type { OutboxParts, SharedOutbox } from "./outbox-shared.ts";
import { createShelf, type Entry, parseMessage } from "./outbox-shelf.ts";
import type { Page } from "./page.ts";
import { onDemand } from "./on-demand.ts";
import { createPresence } from "./presence.ts";
import { outboxName } from "./record.ts";
import type { ConversationEvent } from "./reduce.ts";
import { sleep } from "./sleep.ts";
import type { ReadonlySignal, Signal } from "./signal.ts";

const DRAFT_DELAY_MS = 500;
/** So long a page without a lock is believed to be there that says nothing: timers of hidden pages come once a minute. */
const LEASE_MS = 100_000;
const BEAT_MS = 30_000;

export interface OutboxDeps {
  env: Environment;
  options: Options;
  page: Page;
  /** Aborted once nothing is shown any more. */
  ending: AbortSignal;
  /** Whose texts these are: what somebody else left is deleted. Null while that is not known. */
  owner(): string | null;
  unsent: ReadonlySignal<readonly VisitorMessage[]>;
  draft: Signal<string>;
  dispatch(event: ConversationEvent): void;
  /** A message is this page's to send from now on. */
  ask(message: VisitorMessage): void;
  /** Another page took a message back, or the hub has it. */
  onLost(id: string): unknown;
}

export interface Outbox {
  /**
   * Brings back draft and messages, oldest first, and writes changes from now on. To be called again when it is known
   * whose they are.
   */
  restore(): void;
  /** Writes at once what waits to be written, and takes over what pages left that are not there any more. */
  check(): void;
  /** Whether this page may send the message now. Another one may have it, or have taken it back. */
  claim(id: string, signal: AbortSignal): Promise<boolean>;
  /** The visitor took a message back here; whoever is to send it in the place of this page shall know. */
  withdrawn(id: string): void;
  /** The visitor is another one now: nothing of this one stays. */
  clear(): void;
  dispose(): void;
}

/** Which page a message is sent by, and what this page writes down of its own. */
function createLedger(deps: OutboxDeps) {
  const { env, options, unsent } = deps;
  const shelf = createShelf(deps);
  const by = createId(env);
  const lockOf = (page: unknown): string => `${outboxName(options)}:${page}`;
  const bePresent = createPresence(env, lockOf(by));
  const held = new Set<string>();
  /** Nobody else sees what lies there: another page's is this tab's before it died, or is copied from another tab. */
  const isAlone = options.storage === "session";
  let isAway = false;
  /** Copies hear of it as long as the page is there. */
  let isHere = false;

  const isTaken = ({ until, state }: Entry): boolean =>
    Number(until) > (isAlone ? 0 : state === "failed" ? Infinity : env.now());
  const isFree = (entry: Entry): boolean => entry["by"] === by || !isTaken(entry);
  const isOthers = (entry: Entry): boolean => entry["gone"] === true || !isFree(entry);
  const isShown = (id: unknown): boolean => unsent.peek().some((message) => message.id === id);
  const isAlive = (): boolean =>
    !isAway && unsent.peek().some(({ state, at }) => state !== "failed" && env.now() - at < QUEUE_LIFE_MS);
  const write = (): void => {
    isHere = isAlive() || (isHere && isAlone && !isAway);
    bePresent(isHere);
    const stored = new Map(shelf.read().entries.map((entry) => [entry["id"], entry]));
    const own: Entry[] = [];
    for (const message of unsent.peek()) {
      const before = stored.get(message.id) ?? {};
      if (held.has(message.id) || isOthers(before)) continue;
      own.push({ ...before, ...message, by, until: isAway ? 0 : env.now() + LEASE_MS });
      stored.delete(message.id);
    }
    const others = [...stored.values()].filter((entry) => entry["by"] !== by || isShown(entry["id"]));
    shelf.save([...others, ...own]);
  };
  return {
    ...shelf,
    held,
    lockOf,
    isFree,
    isOthers,
    isShown,
    write,
    withdrawn: (id: string): void =>
      shelf.save(
        shelf.read().entries.map((entry) => (entry["id"] === id ? { ...entry, gone: true } : entry)),
      ),
    /** The page is left, or sleeps: its messages are anybody's. */
    setAway(next: boolean): void {
      isAway = next;
      write();
    },
    /** Whether this page has to say now and then that it is still there. */
    isAlive,
  };
}

/** The part for messages that several pages show, once it is needed. */
function createSharing(parts: OutboxParts) {
  const { page, ending } = parts;
  let shared: SharedOutbox | null = null;
  const load = onDemand(async () => {
    await page.whenOnline(ending);
    const part = await import("./outbox-shared.ts");
    ending.throwIfAborted();
    return (shared = part.createSharedOutbox(parts));
  });
  return {
    current: () => shared,
    /** Null where it cannot be had. */
    load: () => load().catch(() => null),
  };
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { env, unsent, draft, dispatch, ask } = deps;
  const ledger = createLedger(deps);
  const { read, clear, isOthers, isShown } = ledger;
  const stops: (() => void)[] = [];
  let clearTimer: (() => void) | null = null;
  let clearBeat: (() => void) | undefined;

  const write = (): void => {
    clearTimer?.();
    clearTimer = null;
    ledger.write();
    clearBeat?.();
    if (ledger.isAlive()) clearBeat = env.setTimer(() => [write, check].forEach((step) => step()), BEAT_MS);
  };
  const check = (): void => {
    const { entries } = read();
    const isMissing = ({ id }: VisitorMessage): boolean => !entries.some((entry) => entry["id"] === id);
    // Two pages may write at the same moment, and the later one not know of the other.
    if (clearTimer !== null || unsent.peek().some(isMissing)) write();
    const left = entries.filter((entry) => !isOthers(entry) && !isShown(entry["id"]));
    const messages = left.map(parseMessage).filter((message) => message !== null);
    if (messages.length > 0) dispatch({ kind: "restored", messages });
    for (const message of messages) ask(message);
    if (entries.some(isOthers)) void sharing.load().then((part) => part?.check());
    else sharing.current()?.check();
  };
  const sharing = createSharing({ ...deps, ...ledger, parseMessage, sleep, takeOver: check });

  return {
    restore() {
      if (stops.length > 0 || deps.owner() === null) return;
      if (draft.peek() === "") draft.value = read().draft;
      check();
      stops.push(
        draft.subscribe(() => (clearTimer ??= env.setTimer(write, DRAFT_DELAY_MS))),
        unsent.subscribe(write),
        env.onLifecycle((event) => {
          if (/page|freeze|resume/.test(event)) ledger.setAway(/hide|freeze/.test(event));
        }),
      );
    },
    check,
    async claim(id, signal) {
      const entry = read().entries.find((one) => one["id"] === id);
      if (entry === undefined || !(isOthers(entry) || entry["shared"])) return true;
      const part = await sharing.load();
      return part?.claim(id, signal) ?? !isOthers(entry);
    },
    withdrawn: ledger.withdrawn,
    clear,
    dispose() {
      for (const stop of stops.splice(0)) stop();
      ledger.setAway(true);
      write();
      sharing.current()?.dispose();
    },
  };
}
