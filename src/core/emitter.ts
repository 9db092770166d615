// Owns the listeners of one widget. Knows no event by name; a listener that throws harms nobody else.

export interface Emitter<Events> {
  /** Returns the function that unsubscribes. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
  /** Forgets every listener. */
  clear(): void;
}

type Listener<Events> = (event: Events[keyof Events]) => void;

/** @param onThrow told what a listener threw; the other listeners still run. */
export function createEmitter<Events>(onThrow: (error: unknown) => void): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<Listener<Events>>>();
  return {
    on(name, listener) {
      const ofName = listeners.get(name) ?? new Set();
      listeners.set(name, ofName);
      // A wrapper per subscription: the same function may subscribe twice and leave once.
      const entry: Listener<Events> = (event) => listener(event as Events[typeof name]);
      ofName.add(entry);
      return () => void ofName.delete(entry);
    },
    emit(name, event) {
      // A copy: a listener may subscribe others.
      for (const listener of new Set(listeners.get(name))) {
        try {
          listener(event);
        } catch (error) {
          onThrow(error);
        }
      }
    },
    clear: () => listeners.clear(),
  };
}
