// Owns how many answers ended while nobody could see them. Knows no view.
import type { Environment } from "./environment.ts";
import { type ReadonlySignal, signal as createSignal } from "./signal.ts";

export interface Unread {
  readonly unread: ReadonlySignal<number>;
  /** An answer has ended. */
  notice(): void;
  /** They were somebody else's. */
  forget(): void;
  /** Ends what holds on to the page. */
  stop(): void;
}

/** @param emit told of each change */
export function createUnread(
  env: Environment,
  isOpen: ReadonlySignal<boolean>,
  emit: (count: number) => void,
): Unread {
  const unread = createSignal(0);
  const isSeen = (): boolean => isOpen.peek() && env.isVisible();
  const look = (): void => {
    if (isSeen()) unread.value = 0;
  };
  unread.subscribe(emit);
  isOpen.subscribe(look);
  return {
    unread,
    notice: () => {
      if (!isSeen()) unread.value += 1;
    },
    forget: () => (unread.value = 0),
    stop: env.onLifecycle(look),
  };
}
