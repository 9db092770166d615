// Owns waiting for a signal to have a certain value.
import type { ReadonlySignal } from "./signal.ts";

/** Resolves once `predicate` holds, or at once when aborted; the caller looks at the abort signal. */
export function until<T>(
  source: ReadonlySignal<T>,
  predicate: (value: T) => boolean,
  abort: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (abort.aborted || predicate(source.peek())) return resolve();
    const finish = (): void => {
      stop();
      abort.removeEventListener("abort", finish);
      resolve();
    };
    abort.addEventListener("abort", finish);
    const stop = source.subscribe((value) => {
      if (predicate(value)) finish();
    });
  });
}
