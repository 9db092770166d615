// Owns a value that tells its readers when it changes. Knows no view and no time: readers run at once, in order.

export interface ReadonlySignal<T> {
  readonly value: T;
  /** The same as `value`, for readers that say they do not want to be told. */
  peek(): T;
  /** Calls the listener with the value now and after each change; returns the function that ends it. */
  subscribe(listener: (value: T) => void): () => void;
}

export interface Signal<T> extends ReadonlySignal<T> {
  value: T;
}

/** Tells each listener of one value. All are told even when one throws; the first error is thrown after that. */
function tell<T>(listeners: ReadonlySet<(value: T) => void>, value: T, isStale: () => boolean): void {
  const errors: unknown[] = [];
  for (const listener of listeners) {
    // A listener has set the signal again: everybody knows the newer value already.
    if (isStale()) break;
    try {
      listener(value);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** Creates a signal. Setting the value it has already tells nobody. */
export function signal<T>(initial: T): Signal<T> {
  let current = initial;
  const listeners = new Set<(value: T) => void>();
  return {
    get value() {
      return current;
    },
    set value(next) {
      if (Object.is(next, current)) return;
      current = next;
      tell(listeners, next, () => current !== next);
    },
    peek: () => current,
    subscribe(listener) {
      // One of its own for each call: the same function may listen twice and end once.
      const own = (value: T): void => listener(value);
      listeners.add(own);
      own(current);
      return () => void listeners.delete(own);
    },
  };
}
