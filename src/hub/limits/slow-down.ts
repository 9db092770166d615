// Owns making those wait who go on asking after they were told to wait: each further refusal is held back for a while, so
// that a flood spends its own time and not the hub's. Knows no limits and no answers.
import type { HubClock } from "../clock.ts";

/** So many refusals of one address are answered at once, in each window. */
export const PROMPT_REFUSALS = 20;
const WINDOW_MS = 10_000;
/** Every other one after this. */
export const HOLD_MS = 1000;
/** So many of one address are held at a time; who opens more connections loses them. */
export const MAX_HELD = 100;
/** Of how many addresses something is remembered. */
const MAX_ADDRESSES = 10_000;

interface Asker {
  sinceMs: number;
  refusals: number;
  held: number;
}

/** Whether the connection may go on after the answer. */
export type Verdict = "keep" | "close";

export interface SlowDown {
  /** To be called with each refusal, before it is answered; resolves when it may be. */
  refused(address: string, signal: AbortSignal): Promise<Verdict>;
}

export function createSlowDown(clock: HubClock): SlowDown {
  const askers = new Map<string, Asker>();
  const askerOf = (address: string): Asker => {
    const nowMs = clock.now();
    const known = askers.get(address);
    if (known !== undefined) {
      if (Math.abs(nowMs - known.sinceMs) < WINDOW_MS) return known;
      return Object.assign(known, { sinceMs: nowMs, refusals: 0 });
    }
    if (askers.size >= MAX_ADDRESSES) askers.clear();
    const asker = { sinceMs: nowMs, refusals: 0, held: 0 };
    askers.set(address, asker);
    return asker;
  };
  return {
    async refused(address, signal) {
      const asker = askerOf(address);
      asker.refusals += 1;
      if (asker.refusals <= PROMPT_REFUSALS) return "keep";
      if (asker.held >= MAX_HELD) return "close";
      asker.held += 1;
      await clock.sleep(HOLD_MS, signal);
      asker.held -= 1;
      return "keep";
    },
  };
}
