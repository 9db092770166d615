// Owns a few quick tries of a request that somebody waits for. Knows no endpoint.
import type { Environment } from "./environment.ts";
import type { Outcome } from "./problem.ts";
import { judge } from "./retry.ts";
import { sleep } from "./sleep.ts";

/** Repeats a request while its failure is a passing one, at most as often as a message is sent. */
export async function tried<T>(
  env: Environment,
  signal: AbortSignal,
  fetch: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  let outcome = await fetch();
  for (let attempt = 0; outcome.kind === "failed"; attempt++) {
    const verdict = judge("send", outcome.problem, attempt, env.random);
    if (verdict.kind !== "retry" || signal.aborted) break;
    await sleep(env, verdict.delayMs, signal);
    outcome = await fetch();
  }
  return outcome;
}
