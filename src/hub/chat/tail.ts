// Owns reading a run that another hub makes, or that a hub left behind: its events come from the store.
import type { HubClock } from "../clock.ts";
import type { Database } from "../store/database.ts";
import { CUT_OFF } from "./event-log.ts";
import type { EventSource } from "./event-log.ts";
import { readEvents, stateOfRun } from "./run-store.ts";

/** How long a listener may be behind a run of another hub. */
const POLL_MS = 150;

/** @param key the run's row. */
export function tailRun(db: Database, clock: HubClock, key: string): EventSource {
  const events: string[] = [];
  let isClosed = false;
  let ending: string | null = null;
  /** Whether there is more than before, or nothing more to come. */
  const read = async (): Promise<boolean> => {
    if (isClosed) return true;
    const known = events.length;
    // The state first: a run that had ended by then has all its events in the store.
    const state = await stateOfRun(db, key);
    events.push(...(await readEvents(db, key, known)));
    isClosed = state !== "live";
    // A listener may have heard more than the hub had time to write down, so this has no place among the events.
    if (state === "lost") ending = JSON.stringify(CUT_OFF);
    return isClosed || events.length > known;
  };
  return {
    get isClosed() {
      return isClosed;
    },
    get ending() {
      return ending;
    },
    after: (id) => events.slice(id),
    async changed(signal) {
      while (!(await read()) && !signal.aborted) await clock.sleep(POLL_MS, signal);
    },
  };
}
