// Owns what the page tells about itself: visible, online, back again. Knows nothing of who listens.
import { signal as createSignal, type ReadonlySignal } from "./signal.ts";
import type { Environment, LifecycleEvent } from "./environment.ts";
import { until } from "./until.ts";

/** One return to a page fires up to four events; they count as one. */
const COALESCE_MS = 250;
/** The page, or its connection, goes; every other event says that it is back. */
const LEAVING = /hid|freeze|offline/;

export interface Page {
  readonly online: ReadonlySignal<boolean>;
  /** Resolves once online, or at once when aborted. */
  whenOnline(signal: AbortSignal): Promise<void>;
  dispose(): void;
}

export interface PageListener {
  /** Online again; called at once and before `online` changes. */
  onReconnect(): void;
  /** Timers should be looked at again: at once on hiding, coalesced on coming back. */
  onChange(): void;
}

export function createPage(env: Environment, { onReconnect, onChange }: PageListener): Page {
  const online = createSignal(env.isOnline());
  let clearPending: (() => void) | null = null;

  const cancelPending = (): void => {
    clearPending?.();
    clearPending = null;
  };
  const checkSoon = (): void => {
    clearPending ??= env.setTimer(() => {
      clearPending = null;
      onChange();
    }, COALESCE_MS);
  };
  const removeListener = env.onLifecycle((event: LifecycleEvent) => {
    if (LEAVING.test(event)) {
      cancelPending();
      if (event === "offline") online.value = false;
      onChange();
      return;
    }
    if (env.isOnline() && !online.peek()) onReconnect();
    online.value = env.isOnline();
    checkSoon();
  });

  return {
    online,
    whenOnline: (signal) => until(online, (isOnline) => isOnline, signal),
    dispose() {
      cancelPending();
      removeListener();
    },
  };
}
