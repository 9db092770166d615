// Owns following one run over as many streams as it takes (R26). Knows no message text and no session.
import type { Environment } from "./environment.ts";
import type { Page } from "./page.ts";
import { type FoyerProblem, localProblem } from "./problem.ts";
import type { Run } from "./run.ts";
import { sleep } from "./sleep.ts";
import type { StreamSink } from "./stream-run.ts";
import type { Transport } from "./transport.ts";

const MAX_RESUMES = 5;
const RESUME_BASE_MS = 500;

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
