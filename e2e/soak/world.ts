// Owns the virtual time that pages and hub share in a soak: timers fire in order, each as soon as all work is done.
import type { HubClock } from "../../src/hub/clock.ts";
import { isStoreBusy } from "../../src/hub/testing/postgres.ts";

/** Timers are rounded up to this, so that many fire in one step. */
const STEP_MS = 50;

export interface World {
  now(): number;
  setTimer(callback: () => void, delayMs: number): () => void;
  sleep: HubClock["sleep"];
  clock: HubClock;
  /** Counts as work until it is settled: time stands still meanwhile. */
  busy<T>(work: () => Promise<T>): Promise<T>;
  /** Lets time pass until the work is done. */
  run(work: Promise<unknown>): Promise<void>;
}

export function createWorld(startMs: number): World {
  let nowMs = startMs;
  let working = 0;
  const timers = new Map<number, Set<() => void>>();

  const setTimer = (callback: () => void, delayMs: number): (() => void) => {
    const dueMs = Math.ceil((nowMs + Math.max(delayMs, 1)) / STEP_MS) * STEP_MS;
    const due = timers.get(dueMs) ?? new Set();
    timers.set(dueMs, due);
    const own = () => callback();
    due.add(own);
    return () => void due.delete(own);
  };
  const isWorking = (): boolean => working > 0 || isStoreBusy();
  const settle = async (): Promise<void> => {
    do {
      for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    } while (isWorking());
  };
  const step = (): void => {
    const dueMs = Math.min(...timers.keys());
    if (!Number.isFinite(dueMs)) throw new Error("nothing will ever happen again");
    const due = timers.get(dueMs) ?? new Set();
    nowMs = dueMs;
    // Each looked at when its turn comes: an earlier one may have cleared it.
    for (const callback of due) {
      due.delete(callback);
      callback();
    }
    timers.delete(dueMs);
  };
  const sleep = (delayMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = (): void => {
        clear();
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const clear = setTimer(finish, delayMs);
      signal?.addEventListener("abort", finish);
    });

  return {
    now: () => nowMs,
    setTimer,
    sleep,
    clock: { now: () => nowMs, sleep },
    async busy(work) {
      working += 1;
      try {
        return await work();
      } finally {
        working -= 1;
      }
    },
    async run(work) {
      let isDone = false;
      const finish = (): void => void (isDone = true);
      work.then(finish, finish);
      for (;;) {
        await settle();
        if (isDone) break;
        step();
      }
      await work;
    },
  };
}
