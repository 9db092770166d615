// Owns time on the hub. Everything that waits or dates something takes a HubClock, so tests never sleep.

export interface HubClock {
  /** ms since the epoch. */
  now(): number;
  /** Resolves after `delayMs`, or at once when the signal is aborted. Never rejects. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. Its timers keep no process alive. */
export function systemClock(): HubClock {
  return {
    now: () => Date.now(),
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const finish = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", finish);
          resolve();
        };
        const timer = setTimeout(finish, delayMs);
        timer.unref();
        signal?.addEventListener("abort", finish, { once: true });
      }),
  };
}
