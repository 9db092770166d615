// Owns the bridge from signals to Preact. Small enough that the panel needs no signals integration.
import type { ReadonlySignal } from "../core/signal.ts";
import { useLayoutEffect, useState } from "./hooks.ts";

/** The value of a signal; the component renders again when it changes. */
export function useValue<T>(source: ReadonlySignal<T>): T {
  const [value, setValue] = useState<T>(() => source.peek());
  useLayoutEffect(() => source.subscribe(setValue), [source]);
  return value;
}
