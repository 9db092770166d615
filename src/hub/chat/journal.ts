// Owns writing down what the runs of this hub say, a little behind them, and hearing what other hubs want of them.
// All runs share one writer, so that a thousand of them cost the store little more than one.
import type { HubEvent } from "../../protocol/agui-tools.ts";
import type { HubClock } from "../clock.ts";
import type { HubLog } from "../log.ts";
import { createBatcher } from "../store/batch.ts";
import type { Database } from "../store/database.ts";
import type { EventSource } from "./event-log.ts";
import { addEvents, endRuns, keepAlive, stopsAsked } from "./run-store.ts";
import type { EventBatch } from "./run-store.ts";

const INTERVAL_MS = 200;
/** A sign of life every 5 s; counted, because the wall clock may be set back. */
const TICKS_PER_BEAT = 25;

export interface JournalOptions {
  db: Database;
  clock: HubClock;
  log: HubLog;
  /** This hub, among those on the database. */
  hubId: string;
  /** Whether other hubs may be on the database. */
  isShared: boolean;
}

export interface Journal {
  /** Follows a run until `end`. `stop` is called when another hub was asked to stop it. */
  follow(key: string, events: EventSource, stop: () => void): void;
  /** Writes the rest and the terminal event, which the run has not said yet. Never rejects. */
  end(key: string, terminal: HubEvent): Promise<void>;
}

interface Followed {
  events: EventSource;
  stop: () => void;
  /** Id of the last event in the store. */
  storedId: number;
}

/** One write after the other: two at once could store the same events twice. */
function createLine(): (task: () => Promise<void>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const done = last.then(task);
    last = done.catch(() => {});
    return done;
  };
}

interface Ending {
  key: string;
  /** Said after it is stored. */
  terminal: HubEvent;
}

/** The runs being followed, and how far each of them is in the store. */
function createFollowing(db: Database, clock: HubClock) {
  const followed = new Map<string, Followed>();
  const unstored = (key: string): EventBatch => {
    const run = followed.get(key);
    const storedId = run?.storedId ?? 0;
    return { run: key, firstId: storedId + 1, events: run?.events.after(storedId) ?? [] };
  };
  const withTerminal = ({ key, terminal }: Ending): EventBatch => {
    const rest = unstored(key);
    return { ...rest, events: [...rest.events, JSON.stringify(terminal)] };
  };
  return {
    followed,
    async flush(): Promise<void> {
      const batches = [...followed.keys()].map(unstored).filter(({ events }) => events.length > 0);
      await addEvents(db, batches);
      for (const { run: key, firstId, events } of batches) {
        const run = followed.get(key);
        if (run !== undefined) run.storedId = firstId + events.length - 1;
      }
    },
    /** Afterwards they are not followed any more; when it fails, they are. */
    async end(ends: readonly Ending[]): Promise<void> {
      await endRuns(db, ends.map(withTerminal), new Date(clock.now()));
      for (const { key } of ends) followed.delete(key);
    },
  };
}

export function createJournal({ db, clock, log, hubId, isShared }: JournalOptions): Journal {
  const { followed, flush, end } = createFollowing(db, clock);
  const inTurn = createLine();
  let nap = new AbortController();
  let isRunning = false;

  const tellFailure = (failure: unknown): void => {
    const reason = failure instanceof Error ? failure.message : "unknown";
    log({ level: "error", event: "run_not_stored", reason });
  };
  const write = (task: () => Promise<void>): Promise<void> => inTurn(task).catch(tellFailure);
  const endTogether = createBatcher(async (ends: readonly Ending[]) => {
    await inTurn(() => end(ends));
    return ends;
  });
  const leave = (key: string): void => {
    followed.delete(key);
    if (followed.size === 0) nap.abort();
  };
  const hearOthers = async (tick: number): Promise<void> => {
    for (const key of await stopsAsked(db, hubId)) followed.get(key)?.stop();
    if (tick % TICKS_PER_BEAT === 0) await keepAlive(db, [...followed.keys()]);
  };
  const work = async (): Promise<void> => {
    isRunning = true;
    for (let tick = 1; followed.size > 0; tick += 1) {
      nap = new AbortController();
      await clock.sleep(INTERVAL_MS, nap.signal);
      if (followed.size === 0) break;
      await write(flush);
      if (isShared) await write(() => hearOthers(tick));
    }
    isRunning = false;
  };

  return {
    follow(key, events, stop) {
      followed.set(key, { events, stop, storedId: 0 });
      if (!isRunning) void work();
    },
    end: (key, terminal) =>
      endTogether({ key, terminal })
        .then(() => {}, tellFailure)
        .finally(() => leave(key)),
  };
}
