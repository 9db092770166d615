// Owns what is known of one run, and which of its events are new. Knows no message text and no session.
import type { AguiEvent } from "../protocol/agui.ts";
import type { RunRef } from "./conversation.ts";
import type { FoyerProblem } from "./problem.ts";
import type { StreamSink } from "./stream-run.ts";

/** The visitor held a message back. */
export const STOPPED: Readonly<FoyerProblem> = {
  code: "send_stopped",
  detail: "stopped before it went out",
  retryable: true,
};

export interface Run extends RunRef {
  /** Ids of the events applied; a repeated event is ignored. */
  seen: Set<string>;
  lastEventId: string | null;
  /** An event came: the hub has taken the message. */
  isAccepted: boolean;
  /** A terminal event came. */
  isOver: boolean;
}

export const createRun = (runId: string, messageId: string): Run => ({
  runId,
  messageId,
  seen: new Set(),
  lastEventId: null,
  isAccepted: false,
  isOver: false,
});

/** The sink of a run's streams: passes on each event once and notes how far the run is. */
export const createRunSink = (
  run: Run,
  signal: AbortSignal,
  onEvent: (event: AguiEvent) => void,
): StreamSink => ({
  signal,
  onEvent(event, id) {
    if (run.isOver || (id !== null && run.seen.has(id))) return;
    if (id !== null) {
      run.seen.add(id);
      run.lastEventId = id;
    }
    run.isAccepted = true;
    // A message sent twice joins the run that answers it already.
    if (event.type === "RUN_STARTED") run.runId = event.runId;
    run.isOver = event.type === "RUN_FINISHED" || event.type === "RUN_ERROR";
    onEvent(event);
  },
});
