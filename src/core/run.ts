// Owns what is known of one run, which of its events are new, and how it is stopped here. Knows no message text and no
// session.
import type { RunRef } from "./conversation.ts";
import type { Environment } from "./environment.ts";
import type { TurnState } from "./handle.ts";
import type { FoyerProblem } from "./problem.ts";
import type { AnswerEvent } from "./reduce-answer.ts";
import type { Signal } from "./signal.ts";
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

/** Where a turn shows what becomes of it. */
interface TurnStage {
  env: Environment;
  state: Signal<TurnState>;
  dispatch(event: AnswerEvent): void;
}

/** The sink of a run's streams: shows each event once, the first as the message's arrival, and notes how far the run is. */
export const createRunSink = (
  { env, state, dispatch }: TurnStage,
  run: Run,
  signal: AbortSignal,
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
    if (state.peek().kind !== "answering") {
      state.value = { kind: "answering", runId: run.runId };
      dispatch({ kind: "accepted", id: run.messageId });
    }
    dispatch({ kind: "agui", run, event, atMs: env.now() });
  },
});

/** Stops a run here at once: the answer so far stays, or the message with Retry. */
export function stopRun(
  dispatch: TurnStage["dispatch"],
  { run, controller }: { run: Run; controller: AbortController },
): void {
  run.isOver = true;
  controller.abort();
  dispatch(
    run.isAccepted ? { kind: "stopped", run } : { kind: "refused", id: run.messageId, problem: STOPPED },
  );
}
