// Owns the bridge from signals to Preact: one hook. Small enough that the panel needs no signals integration.
import type { ReadonlySignal } from "../core/signal.ts";
import { useLayoutEffect, useState } from "preact/hooks";

/** The value of a signal; the component renders again when it changes. */
export function useValue<T>(source: ReadonlySignal<T>): T {
  const [value, setValue] = useState<T>(() => source.peek());
  // A function as value would be taken for an updater, hence the wrapping.
  useLayoutEffect(() => source.subscribe((next) => setValue(() => next)), [source]);
  return value;
}
