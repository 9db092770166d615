// Owns the visitor's session: one state, the only holder of tokens, every renewal (R4-R13, R22-R24, R27).
// Knows no conversation and no view.
import type { ReadonlySignal, Signal } from "./signal.ts";
import { type Acquired, acquire, type Means } from "./acquire.ts";
import type { Environment } from "./environment.ts";
import type { Credentials, Handshake } from "./handshake.ts";
import type { SessionState, Visitor } from "./handle.ts";
import type { HttpRequest } from "./http.ts";
import {
  marginMs,
  type Purpose,
  readClocks,
  refreshDueInMs,
  refreshJitterMs,
  remainingMs,
} from "./lifetime.ts";
import { Pace } from "./pace.ts";
import { type FoyerProblem, type Outcome, failed, localProblem, ok } from "./problem.ts";
import { type Alarm, createAlarm } from "./schedule.ts";
import { describeSession } from "./session-state.ts";
import type { Visit } from "./visit.ts";

/** R24: what to do about a token that the hub refused. */
export type Remedy = "refresh" | "rehandshake";

export interface SessionDeps {
  env: Environment;
  /** Where the state is shown. */
  state: Signal<SessionState>;
  handshake: Handshake;
  visit: Visit;
  userToken: string | null;
  online: ReadonlySignal<boolean>;
  /** First failure of a series, and every terminal one. */
  onProblem(problem: FoyerProblem): void;
  /** A visitor is known: after a start, and after each change of visitor. Null: who was known is not any more. */
  onVisitor(visitor: Visitor | null): void;
}

export class Session {
  readonly #deps: SessionDeps;
  readonly #pace: Pace;
  readonly #alarm: Alarm;
  readonly #ending = new AbortController();
  #means: Means;
  #credentials: Credentials | null = null;
  #jitterMs = 0;
  /** R13: one renewal at a time, whoever asks. */
  #flight: Promise<Outcome<Credentials | null>> | null = null;
  /** Bumped when the identity changes or the session ends; late answers of an older epoch are dropped (R22). */
  #epoch = 0;
  #dead: FoyerProblem | null = null;
  #holds = 0;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#pace = new Pace(deps.env);
    this.#alarm = createAlarm(deps.env, () => void this.#launch(false));
    const { userToken, visit } = deps;
    this.#means = { userToken, refreshToken: visit.refreshToken, isUser: userToken !== null };
  }

  /** Brings back a visitor who is known; `onVisitor` is told, also when that happened before. */
  restore(): void {
    if (this.#credentials !== null) return this.#deps.onVisitor(this.#credentials.visitor);
    if (this.#dead === null && this.#pace.problem === null) void this.#launch(false);
  }

  /** Adds the token to a request. Ensures a session first; a guest without a past is minted here. */
  async authorize(request: HttpRequest, purpose: Purpose): Promise<Outcome<HttpRequest>> {
    if (!this.#isUsable(purpose)) {
      const outcome = await this.#obtain();
      // R6: while a renewal fails, what is left of the old token still serves.
      if (outcome.kind === "failed" && (this.#dead !== null || !this.#isUsable("call"))) return outcome;
    }
    if (this.#dead !== null) return failed(this.#dead);
    if (this.#credentials === null) return failed(localProblem("destroyed", "the session was ended"));
    const headers = { ...request.headers, Authorization: `Bearer ${this.#credentials.token}` };
    return ok({ ...request, headers });
  }

  /** Replaces a token that the hub refused: by the refresh token, or from the start as somebody new. */
  async renew(remedy: Remedy): Promise<Outcome<null>> {
    if (remedy === "rehandshake") {
      this.#bumpEpoch();
      this.#credentials = null;
      this.#means = { ...this.#means, refreshToken: null };
      this.#deps.visit.lost();
    }
    const outcome = await this.#obtain();
    return outcome.kind === "ok" ? ok(null) : outcome;
  }

  /** R9: keeps renewing although the page is hidden, until the returned function is called, once. */
  hold(): () => void {
    this.#holds += 1;
    this.check();
    return () => {
      this.#holds -= 1;
      this.check();
    };
  }

  /** Ends the session: no timers, no requests, until `revive`. */
  die(problem: FoyerProblem): void {
    if (this.#dead === problem) return;
    this.#bumpEpoch();
    this.#dead = problem;
    this.check();
    this.#deps.onProblem(problem);
  }

  /**
   * The visitor acts: remembered failures are forgotten and `dead` is left where that can help.
   * @param isExplicit a press on Retry, which also re-checks a refusal by the hub, once.
   */
  revive(isExplicit: boolean): void {
    this.#pace.forget();
    const { retryable, status } = this.#dead ?? { retryable: false, status: undefined };
    if (retryable || (isExplicit && status !== undefined)) this.#dead = null;
    this.check();
  }

  /** The connection is back: what failed may be tried at once. */
  reconnected(): void {
    this.#pace.forget();
  }

  /** Shows the state and sets the one timer. To be called when the page hides, returns or changes connection. */
  check(): void {
    const { env, online } = this.#deps;
    const isOnline = online.peek();
    this.#show(isOnline);
    const isAwake = env.isVisible() || this.#holds > 0;
    const isIdle = this.#dead !== null || this.#flight !== null || this.#ending.signal.aborted;
    if (isIdle || !isOnline || !isAwake) return this.#alarm.stop();
    if (this.#pace.problem !== null) return this.#alarm.set(() => this.#pace.nextInMs());
    const lifetime = this.#credentials?.lifetime;
    if (lifetime === undefined) return this.#alarm.stop();
    const dueInMs = (): number => refreshDueInMs(lifetime, readClocks(env), this.#jitterMs);
    this.#alarm.set(() => Math.max(dueInMs(), this.#pace.nextInMs()));
  }

  /** Ends everything; late answers are dropped. */
  dispose(): void {
    this.#bumpEpoch();
    this.#ending.abort();
    this.#alarm.stop();
  }

  #show(isOnline: boolean): void {
    const facts = {
      dead: this.#dead,
      isOnline,
      isBusy: this.#flight !== null,
      visitor: this.#credentials?.visitor ?? null,
      problem: this.#pace.problem,
    };
    const { state } = this.#deps;
    state.value = describeSession(facts, state.peek());
  }

  #leftMs(): number {
    return this.#credentials === null
      ? 0
      : remainingMs(this.#credentials.lifetime, readClocks(this.#deps.env));
  }

  #isUsable(purpose: Purpose): boolean {
    return this.#leftMs() > marginMs(purpose, this.#credentials?.lifetime.ttlMs ?? 0);
  }

  async #obtain(): Promise<Outcome<Credentials | null>> {
    if (this.#dead !== null) return failed(this.#dead);
    const remembered = this.#pace.remembered();
    if (remembered !== null && this.#flight === null) return failed(remembered);
    const outcome = await this.#launch(true);
    // The flight joined may have been one that mints no guest.
    return outcome.kind === "ok" && outcome.value === null ? this.#launch(true) : outcome;
  }

  #launch(mayMintGuest: boolean): Promise<Outcome<Credentials | null>> {
    if (this.#flight !== null) return this.#flight;
    const epoch = this.#epoch;
    const { handshake } = this.#deps;
    const flight = acquire(handshake, this.#means, mayMintGuest, this.#ending.signal).then((acquired) => {
      if (epoch !== this.#epoch)
        return failed(localProblem("destroyed", "the session changed meanwhile", true));
      this.#flight = null;
      this.#take(acquired);
      return acquired.outcome;
    });
    this.#flight = flight;
    this.check();
    return flight;
  }

  #take({ means, outcome, operation }: Acquired): void {
    if (this.#means.refreshToken !== null && means.refreshToken === null) this.#deps.visit.lost();
    this.#means = means;
    if (outcome.kind === "failed") return this.#takeFailure(outcome.problem, operation);
    if (outcome.value !== null) return this.#commit(outcome.value);
    // A guest whose session ended is forgotten; the next message makes a new one.
    this.#credentials = null;
    this.check();
    this.#deps.onVisitor(null);
  }

  #takeFailure(problem: FoyerProblem, operation: Acquired["operation"]): void {
    // Minting a guest serves a message that waits: whoever sends it owns the retry.
    if (operation === "bootstrap" && problem.retryable) return this.check();
    const isFirst = this.#pace.failures === 0;
    if (!this.#pace.failed(problem, operation, this.#leftMs() > 0)) return this.die(problem);
    this.check();
    if (isFirst) this.#deps.onProblem(problem);
  }

  #commit(credentials: Credentials): void {
    const isNew = this.#credentials?.subject !== credentials.subject;
    const { env, visit, onProblem, onVisitor } = this.#deps;
    const { subject, refreshToken, lifetime } = credentials;
    const { ttlMs } = lifetime;
    this.#credentials = credentials;
    this.#means = { ...this.#means, refreshToken };
    this.#jitterMs = refreshJitterMs(ttlMs, env.random());
    this.#pace.succeeded(ttlMs);
    visit.renewed(subject, refreshToken);
    this.check();
    if (this.#pace.problem !== null) onProblem(this.#pace.problem);
    if (isNew) onVisitor(credentials.visitor);
  }

  #bumpEpoch(): void {
    this.#epoch += 1;
    this.#flight = null;
  }
}
