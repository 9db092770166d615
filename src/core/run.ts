// Owns following one run over as many streams as it takes (R26). Knows no message text and no session.
import type { AguiEvent } from "../protocol/agui.ts";
import type { RunRef } from "./conversation.ts";
import type { Environment } from "./environment.ts";
import type { Page } from "./page.ts";
import { type FoyerProblem, localProblem } from "./problem.ts";
import { sleep } from "./schedule.ts";
import type { StreamSink, Transport } from "./transport.ts";

const MAX_RESUMES = 5;
const RESUME_BASE_MS = 500;

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

/**
 * Resumes a run until its terminal event, with at most five tries in a row that bring nothing new.
 * Null when it is over (or aborted), else why the answer stays cut.
 */
export async function followRun(
  { env, page, transport }: { env: Environment; page: Page; transport: Transport },
  run: Run,
  sink: StreamSink,
): Promise<FoyerProblem | null> {
  let attempt = 0;
  while (!run.isOver && !sink.signal.aborted && attempt < MAX_RESUMES) {
    if (attempt > 0) await sleep(env, env.random() * RESUME_BASE_MS * 2 ** attempt, sink.signal);
    await page.whenOnline(sink.signal);
    const seenBefore = run.seen.size;
    const outcome = await transport.resume(run.runId, run.lastEventId, sink);
    if (outcome.kind === "failed" && !outcome.problem.retryable && !sink.signal.aborted) {
      return outcome.problem;
    }
    // A try that brought news earns new tries, but never without a pause.
    attempt = run.seen.size > seenBefore ? 1 : attempt + 1;
  }
  if (run.isOver || sink.signal.aborted) return null;
  return localProblem("answer_cut", "the stream ended early", true);
}
