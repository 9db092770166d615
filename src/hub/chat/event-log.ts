// Owns the events of one run in order, and waking those who wait for the next. Event n has the id n, from 1.
import type { AguiEvent } from "../../protocol/agui.ts";

export interface EventLog {
  append(event: AguiEvent): void;
  /** No event follows. */
  close(): void;
  readonly isClosed: boolean;
  /** The serialized events after this id. */
  after(id: number): readonly string[];
  /** Resolves at the next append or close. */
  changed(): Promise<void>;
}

export function createEventLog(): EventLog {
  const events: string[] = [];
  let isClosed = false;
  let wake = () => {};
  let change: Promise<void> | null = null;
  const tell = () => {
    change = null;
    wake();
  };
  return {
    append(event) {
      events.push(JSON.stringify(event));
      tell();
    },
    close() {
      isClosed = true;
      tell();
    },
    get isClosed() {
      return isClosed;
    },
    after: (id) => events.slice(id),
    changed() {
      change ??= new Promise((resolve) => {
        wake = resolve;
      });
      return change;
    },
  };
}
