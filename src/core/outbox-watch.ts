// Owns hearing that a page with messages to send is gone: with locks at once, and whether there ever was another one.
// Without locks it says nothing.
import type { OutboxDeps } from "./outbox.ts";
import type { Entry } from "./outbox-shelf.ts";
import { BROWSER_DOORS } from "./tab-doors.ts";

/** A page that is gone leaves its lock to whoever asks, sooner than this. */
const ASK_MS = 1_000;
/** Only the visitor knows whether it is still to be sent. */
const LEFT = { state: "failed", problem: { code: "destroyed", retryable: true } };

export interface WatchParts extends Pick<OutboxDeps, "env" | "options"> {
  /** What lies there, of all pages. */
  read(): { entries: readonly Entry[] };
  save(entries: readonly Entry[]): void;
  /** Name of the lock that a page holds while it has something to send. */
  lockOf(page: unknown): string;
  /** Whether no other page is there that sends it. */
  isFree(entry: Entry): boolean;
  /** Takes what is free. */
  takeOver(): void;
}

/** Waits for pages that have something to send until they are gone: then it is whose who comes first. */
export function createWatch(parts: WatchParts) {
  const { env, options, read, save, lockOf, isFree, takeOver } = parts;
  const watched = new Set<unknown>();
  let leaving = new AbortController();
  const rewrite = (page: unknown, change: (entry: Entry) => Entry[]): void => {
    save(read().entries.flatMap((entry) => (entry["by"] === page ? change(entry) : [entry])));
    takeOver();
  };
  const free = (page: unknown, changes: Entry = {}): void =>
    rewrite(page, (entry) => [{ ...entry, ...changes, until: 0 }]);
  /** Resolves with whether the page is gone; null where nothing tells. */
  const isGone = (page: unknown, { signal }: AbortController): Promise<boolean | null> =>
    new Promise((resolve) => {
      const lock = env.lock ?? BROWSER_DOORS.lock;
      lock(lockOf(page), signal, async () => resolve(true)).catch(() =>
        resolve(signal.aborted ? false : null),
      );
    });
  const watch = async (page: unknown): Promise<void> => {
    watched.add(page);
    const isOver = await isGone(page, leaving);
    if (isOver === true) free(page);
    // Where nothing can be written it would be gone again and again.
    const isLeft = read().entries.some((entry) => entry["by"] === page && !isFree(entry));
    if (isOver !== true || !isLeft) watched.delete(page);
  };
  /** Nobody else sees this tab's storage: it is there since before this tab died, or since it was made as a copy. */
  const settle = async (page: unknown): Promise<void> => {
    watched.add(page);
    const asking = new AbortController();
    const giveUp = (): void => {
      stopTimer();
      asking.abort();
    };
    const stopTimer = env.setTimer(giveUp, ASK_MS);
    const { signal } = leaving;
    signal.addEventListener("abort", giveUp);
    const isOver = await isGone(page, asking);
    stopTimer();
    if (signal.aborted) watched.delete(page);
    else if (isOver === false) rewrite(page, () => []);
    else free(page, LEFT);
  };
  // A page that is kept for the way back may not wait for a lock.
  const leave = (): void => {
    leaving.abort();
    leaving = new AbortController();
  };
  const stop = env.onLifecycle((event) => {
    if (/hide|freeze/.test(event)) leave();
  });
  return {
    /** What these pages have to send lies there. */
    look(pages: ReadonlySet<unknown>): void {
      for (const page of pages)
        if (!watched.has(page)) void (options.storage === "session" ? settle(page) : watch(page));
    },
    dispose(): void {
      stop();
      leave();
    },
  };
}
