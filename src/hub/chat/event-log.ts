// Owns the events of one run in order, and waking those who wait for the next. Event n has the id n, from 1.
import type { HubEvent } from "../../protocol/agui-tools.ts";

/** Events as a listener reads them, wherever the run is made. */
export interface EventSource {
  /** No event follows those of `after`. */
  readonly isClosed: boolean;
  /** Said after the last event, whatever a listener has heard: the run was left without an end of its own. */
  readonly ending?: string | null;
  /** The serialized events after this id, as far as they are here. */
  after(id: number): readonly string[];
  /** Resolves when more may be here, or when the signal is aborted. */
  changed(signal: AbortSignal): Promise<void>;
}

/** How an answer ends that its hub could not finish. The visitor may ask for it again. */
export const CUT_OFF = { type: "RUN_ERROR", message: "The answer was cut off", code: "answer_cut" } as const;

export interface EventLog extends EventSource {
  append(event: HubEvent): void;
  close(): void;
}

export function createEventLog(): EventLog {
  const events: string[] = [];
  let isClosed = false;
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const wake of waiting) wake();
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
    changed: (signal) =>
      new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        if (signal.aborted) return resolve();
        waiting.add(wake);
        signal.addEventListener("abort", wake);
      }),
  };
}
