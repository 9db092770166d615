// Owns the runs of this hub that live or ended lately, finds those of other hubs, and takes one visitor's turns one
// after the other.
import { randomUUID } from "node:crypto";
import type { HubClock } from "../clock.ts";
import type { HubLog } from "../log.ts";
import { createBatcher } from "../store/batch.ts";
import type { Database } from "../store/database.ts";
import type { EventSource } from "./event-log.ts";
import { createJournal } from "./journal.ts";
import { createQueues } from "./queues.ts";
import type { Exclusive } from "./queues.ts";
import { KEEP_MS, askToStop, findRun, liveRuns, tidyRuns } from "./run-store.ts";
import { startRun } from "./run.ts";
import type { Run, RunPlan } from "./run.ts";
import { tailRun } from "./tail.ts";
import { saveAnswers } from "./transcript.ts";
import type { AnswerSoFar } from "./transcript.ts";

const TIDY_INTERVAL_MS = 60_000;

/** A run as its visitor has it, made here or elsewhere. */
export interface RunHandle {
  events: EventSource;
  /** Stops it and waits for its end. */
  stop(): Promise<void>;
}

export interface RunRegistry {
  /** This hub, among those on the database. */
  readonly hubId: string;
  /** How many answers this hub is making. */
  readonly liveCount: number;
  start(owner: string, plan: RunPlan): Run;
  /** Writes an answer as far as it is; those of many runs together. */
  save(answer: AnswerSoFar): Promise<void>;
  /** A run of this visitor, or null: also for the runs of others. */
  find(owner: string, runId: string): Promise<RunHandle | null>;
  /** Stops the runs of a thread and waits for their end. */
  stopThread(owner: string, threadId: string): Promise<void>;
  /** Runs a task while no other task of this visitor runs here. */
  exclusive: Exclusive;
  /** Waits up to `graceMs` for the answers being made, then stops them and waits for their end. */
  close(graceMs: number): Promise<void>;
}

export interface RegistryOptions {
  db: Database;
  clock: HubClock;
  log: HubLog;
  /** Whether other hubs may be on the database. */
  isShared: boolean;
}

/** The runs of this hub: those being made, and those that ended lately. */
function createShelf(clock: HubClock) {
  const entries = new Map<string, { key: string; run: Run; endedAtMs: number | null }>();
  const keyOf = (owner: string, runId: string) => JSON.stringify([owner, runId]);
  const forget = () => {
    for (const [key, { endedAtMs }] of entries) {
      if (endedAtMs !== null && clock.now() - endedAtMs > KEEP_MS) entries.delete(key);
    }
  };
  return {
    put(owner: string, key: string, run: Run) {
      forget();
      const entry: { key: string; run: Run; endedAtMs: number | null } = { key, run, endedAtMs: null };
      entries.set(keyOf(owner, run.id), entry);
      void run.done.then(() => {
        entry.endedAtMs = clock.now();
      });
    },
    get(owner: string, runId: string): Run | null {
      forget();
      return entries.get(keyOf(owner, runId))?.run ?? null;
    },
    /** The run of this row, whoever has it by now. */
    at: (rowKey: string): Run | null => [...entries.values()].find(({ key }) => key === rowKey)?.run ?? null,
    live: () => [...entries.values()].filter(({ endedAtMs }) => endedAtMs === null).map(({ run }) => run),
  };
}

const ownHandle = (run: Run): RunHandle => ({
  events: run.log,
  async stop() {
    run.cancel();
    await run.done;
  },
});

function storedHandle(db: Database, clock: HubClock, key: string): RunHandle {
  const events = tailRun(db, clock, key);
  return {
    events,
    async stop() {
      await askToStop(db, key);
      while (!events.isClosed) await events.changed(new AbortController().signal);
    },
  };
}

/** Stops runs and waits for their end, at first for up to `graceMs` for an end of their own. */
async function endAll(runs: readonly Run[], clock: HubClock, graceMs: number): Promise<void> {
  const ended = Promise.all(runs.map(({ done }) => done));
  const patience = new AbortController();
  if (graceMs > 0) await Promise.race([ended, clock.sleep(graceMs, patience.signal)]);
  patience.abort();
  for (const run of runs) run.interrupt();
  await ended;
}

export function createRunRegistry({ db, clock, log, isShared }: RegistryOptions): RunRegistry {
  const hubId = randomUUID();
  const journal = createJournal({ db, clock, log, hubId, isShared });
  const shelf = createShelf(clock);
  let tidiedAtMs = clock.now();

  const tidy = async () => {
    if (Math.abs(clock.now() - tidiedAtMs) < TIDY_INTERVAL_MS) return;
    tidiedAtMs = clock.now();
    await tidyRuns(db, clock);
  };
  const find = async (owner: string, runId: string): Promise<RunHandle | null> => {
    const own = shelf.get(owner, runId);
    if (own !== null) return ownHandle(own);
    const stored = await findRun(db, owner, runId, clock);
    if (stored === null) return null;
    const handedOver = shelf.at(stored.key);
    return handedOver === null ? storedHandle(db, clock, stored.key) : ownHandle(handedOver);
  };

  const save = createBatcher(async (answers: readonly AnswerSoFar[]) => {
    await saveAnswers(db, answers, new Date(clock.now()));
    return answers;
  });

  return {
    hubId,
    find,
    save: async (answer) => void (await save(answer)),
    get liveCount() {
      return shelf.live().length;
    },
    start(owner, plan) {
      void tidy().catch(() => log({ level: "warn", event: "runs_not_tidied" }));
      const run = startRun(plan, { clock, log, end: (terminal) => journal.end(plan.key, terminal) });
      shelf.put(owner, plan.key, run);
      journal.follow(plan.key, run.log, run.cancel);
      return run;
    },
    async stopThread(owner, threadId) {
      const runs = (await liveRuns(db, owner)).filter((run) => run.threadId === threadId);
      const handles = await Promise.all(runs.map(({ runId }) => find(owner, runId)));
      await Promise.all(handles.map((handle) => handle?.stop()));
    },
    exclusive: createQueues(),
    close: (graceMs) => endAll(shelf.live(), clock, graceMs),
  };
}
