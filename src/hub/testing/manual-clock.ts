// Owns virtual time for tests: nothing happens until a test advances it, or it runs by itself as fast as it can.
import type { HubClock } from "../clock.ts";
import { isStoreBusy } from "./postgres.ts";

export interface ManualClock extends HubClock {
  /** Moves time forward, waking sleepers in order of their due time. */
  advance(ms: number): Promise<void>;
  /** From now on each sleep ends as soon as nothing else is left to do; time jumps to its due time. */
  runFreely(): void;
  /** Back to standing still. */
  hold(): void;
  /** How many sleeps are pending. */
  readonly sleeping: number;
}

interface Sleeper {
  dueMs: number;
  wake: () => void;
}

/** Lets everything that is ready to run do so: promises, then the database's and the streams' macrotasks. */
async function settle(): Promise<void> {
  do {
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  } while (isStoreBusy());
}

/** @param startMs wall clock at the beginning; default 2026-01-01T00:00:00Z. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs;
  let isFree = false;
  let isTicking = false;
  const sleepers = new Set<Sleeper>();
  const next = () => [...sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
  const wake = (sleeper: Sleeper) => {
    nowMs = Math.max(nowMs, sleeper.dueMs);
    sleeper.wake();
  };
  const tick = async () => {
    if (isTicking) return;
    isTicking = true;
    while (sleepers.size > 0) {
      await settle();
      const sleeper = next();
      if (!isFree) break;
      if (sleeper !== undefined) wake(sleeper);
    }
    isTicking = false;
  };
  return {
    now: () => nowMs,
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper: Sleeper = {
          dueMs: nowMs + delayMs,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        signal?.addEventListener("abort", sleeper.wake, { once: true });
        sleepers.add(sleeper);
        void tick();
      }),
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let due = next(); due !== undefined && due.dueMs <= untilMs; due = next()) {
        wake(due);
        await settle();
      }
      nowMs = Math.max(nowMs, untilMs);
    },
    runFreely: () => {
      isFree = true;
      void tick();
    },
    hold: () => {
      isFree = false;
    },
    get sleeping() {
      return sleepers.size;
    },
  };
}
