// Owns waiting for a while.
import type { Environment } from "./environment.ts";
import { countdown, createAlarm } from "./schedule.ts";

/** Resolves after `durationMs`, or at once when aborted; the caller looks at the signal. */
export function sleep(env: Environment, durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = (): void => {
      alarm.stop();
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const alarm = createAlarm(env, finish);
    signal.addEventListener("abort", finish);
    alarm.set(countdown(env, durationMs));
  });
}
