// Owns waiting (session.md R8): deadlines are absolute, timers are short and only wake us to look again.
import type { Environment } from "./environment.ts";
import { readClocks, remainingMs } from "./lifetime.ts";

/** Laptops sleep and 2^31 ms timers fire at once, so no timer is longer. */
const MAX_TIMER_MS = 30_000;

/** Tells how many ms are left; zero or less means due. */
export type Countdown = () => number;

/** @param startedAt @default now */
export function countdown(env: Environment, durationMs: number, startedAt = readClocks(env)): Countdown {
  const lifetime = { ttlMs: durationMs, startedAt };
  return () => remainingMs(lifetime, readClocks(env));
}

export interface Alarm {
  /** Replaces whatever was set. */
  set(dueInMs: Countdown): void;
  stop(): void;
}

/** An alarm that rings once per `set`, never within the call that set it. */
export function createAlarm(env: Environment, ring: () => void): Alarm {
  let clearTimer = () => {};
  const set = (dueInMs: Countdown): void => {
    clearTimer();
    // Browsers cut off fractions: a timer for one would find itself too early.
    const delayMs = Math.min(Math.max(Math.ceil(dueInMs()), 0), MAX_TIMER_MS);
    clearTimer = env.setTimer(() => {
      if (dueInMs() <= 0) ring();
      else set(dueInMs);
    }, delayMs);
  };
  return { set, stop: () => clearTimer() };
}
