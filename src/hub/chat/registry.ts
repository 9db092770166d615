// Owns the runs that live or ended lately, by visitor, and takes one visitor's turns one after the other.
import type { HubClock } from "../clock.ts";
import type { HubLog } from "../log.ts";
import { startRun } from "./run.ts";
import type { Run, RunPlan } from "./run.ts";

/** Ended runs can be read again this long. */
const KEEP_MS = 10 * 60_000;

export interface RunRegistry {
  start(owner: string, plan: RunPlan): Run;
  /** A run of this visitor, or null: also for the runs of others. */
  find(owner: string, runId: string): Run | null;
  /** How many answers are being made for this visitor. */
  countLive(owner: string): number;
  /** Stops the runs of a thread and waits for their end. */
  cancelThread(owner: string, threadId: string): Promise<void>;
  /** Runs a task while no other task of this visitor runs. */
  exclusive<T>(owner: string, task: () => Promise<T>): Promise<T>;
  /** Stops everything and waits for the end. */
  close(): Promise<void>;
}

interface Entry {
  owner: string;
  run: Run;
  endedAtMs: number | null;
}

export function createRunRegistry(clock: HubClock, log: HubLog): RunRegistry {
  const entries = new Map<string, Entry>();
  const turns = new Map<string, Promise<unknown>>();
  const keyOf = (owner: string, runId: string) => JSON.stringify([owner, runId]);
  const sweep = () => {
    for (const [key, entry] of entries) {
      if (entry.endedAtMs !== null && clock.now() - entry.endedAtMs > KEEP_MS) entries.delete(key);
    }
  };
  const stopAll = async (isMeant: (entry: Entry) => boolean) => {
    const meant = [...entries.values()].filter(isMeant);
    for (const { run } of meant) run.cancel();
    await Promise.all(meant.map(({ run }) => run.done));
  };
  return {
    start(owner, plan) {
      sweep();
      const entry: Entry = { owner, run: startRun(plan, { clock, log }), endedAtMs: null };
      entries.set(keyOf(owner, plan.runId), entry);
      void entry.run.done.then(() => {
        entry.endedAtMs = clock.now();
      });
      return entry.run;
    },
    find(owner, runId) {
      sweep();
      return entries.get(keyOf(owner, runId))?.run ?? null;
    },
    countLive: (owner) =>
      [...entries.values()].filter((entry) => entry.owner === owner && entry.endedAtMs === null).length,
    cancelThread: (owner, threadId) =>
      stopAll((entry) => entry.owner === owner && entry.run.threadId === threadId),
    async exclusive(owner, task) {
      const before = turns.get(owner) ?? Promise.resolve();
      const turn = before.then(task, task);
      turns.set(owner, turn);
      try {
        return await turn;
      } finally {
        if (turns.get(owner) === turn) turns.delete(owner);
      }
    },
    close: () => stopAll(() => true),
  };
}
