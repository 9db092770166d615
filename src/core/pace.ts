// Owns how often a session may be renewed: backoff after failures, memory of them, and the loop guard (R7).
// Knows no tokens.
import type { Environment } from "./environment.ts";
import type { Lifetime } from "./lifetime.ts";
import { type FoyerProblem, localProblem } from "./problem.ts";
import { type Operation, judge } from "./retry.ts";
import { type Countdown, countdown } from "./schedule.ts";

const MIN_BETWEEN_RENEWALS_MS = 1_000;
const MAX_RENEWALS_PER_WINDOW = 5;
const LOOP_WINDOW_MS = 60_000;
const LOOP_PAUSE_MS = 60_000;
/** With no usable token and failures piling up, a new try comes only this often. */
const SLOW_RETRY_MS = 300_000;
const QUICK_TRIES = 8;
const FAILURE_MEMORY_MS = 60_000;

const due: Countdown = () => 0;

export class Pace {
  readonly #env: Environment;
  #problem: FoyerProblem | null = null;
  #failures = 0;
  #nextInMs: Countdown = due;
  #forgottenInMs: Countdown = due;
  #renewals: Countdown[] = [];

  constructor(env: Environment) {
    this.#env = env;
  }

  /** What stands in the way of renewing, null when nothing does. */
  get problem(): FoyerProblem | null {
    return this.#problem;
  }

  /** Whether nothing is tried any more until `forget`. */
  get hasGivenUp(): boolean {
    return this.#nextInMs() === Infinity;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** ms until the next renewal may start. */
  nextInMs(): number {
    return this.#nextInMs();
  }

  /** The failure that answers every caller until it is forgotten: 100 callers cause one request. */
  remembered(): FoyerProblem | null {
    return this.#forgottenInMs() > 0 ? this.#problem : null;
  }

  /** The next caller, and the alarm, may try at once. */
  forget(): void {
    this.#forgottenInMs = due;
    this.#nextInMs = due;
  }

  /** Another tab renewed the session, or there is none to renew: nothing stands in the way any more. */
  adopted(): void {
    this.#failures = 0;
    this.#problem = null;
    this.forget();
  }

  /** @param lifetime of the token just received: it began when that was asked for. */
  succeeded({ ttlMs, startedAt }: Lifetime): void {
    this.#failures = 0;
    this.#problem = null;
    this.#forgottenInMs = due;
    this.#renewals = this.#renewals.filter((leftMs) => leftMs() > 0);
    this.#renewals.push(countdown(this.#env, Math.min(ttlMs, LOOP_WINDOW_MS), startedAt));
    const isLoop = this.#renewals.length > MAX_RENEWALS_PER_WINDOW;
    this.#nextInMs = countdown(this.#env, MIN_BETWEEN_RENEWALS_MS, startedAt);
    if (!isLoop) return;
    this.#nextInMs = countdown(this.#env, LOOP_PAUSE_MS);
    this.#problem = localProblem("refresh_loop", "renewed too often; pausing for 60 s", true);
    this.#forgottenInMs = this.#nextInMs;
  }

  /** False: the failure is terminal. */
  failed(problem: FoyerProblem, operation: Operation, hasLiveToken: boolean): boolean {
    const verdict = judge(operation, problem, this.#failures, this.#env.random);
    if (!/retry|stop/.test(verdict.kind)) return false;
    const isSlow = operation === "refresh" && !hasLiveToken && this.#failures >= QUICK_TRIES;
    const delayMs = verdict.kind === "retry" ? verdict.delayMs : Infinity;
    this.#failures += 1;
    this.#problem = problem;
    this.#nextInMs = countdown(this.#env, isSlow ? SLOW_RETRY_MS : delayMs);
    this.#forgottenInMs = countdown(this.#env, FAILURE_MEMORY_MS);
    return true;
  }
}
