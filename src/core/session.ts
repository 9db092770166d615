// Owns the visitor's session: one state, the only holder of tokens, every renewal (R4-R13, R22-R24, R27).
// Knows no conversation and no view.
import { type Acquired, SECRET_TOKEN } from "./acquire.ts";
import type { Credentials } from "./session-request.ts";
import type { HttpRequest } from "./http.ts";
import type { Login } from "./identity.ts";
import { Lease } from "./lease.ts";
import type { Purpose } from "./lifetime.ts";
import { Pace } from "./pace.ts";
import { type FoyerProblem, type Outcome, failed, localProblem, ok } from "./problem.ts";
import { type Alarm, createAlarm } from "./schedule.ts";
import { changedMeanwhile, isNewer, seek } from "./seek.ts";
import type { Remedy, SessionDeps } from "./session-deps.ts";
import { describeSession } from "./session-state.ts";
import { withToken } from "./stream-run.ts";
import type { News } from "./tabs.ts";

export class Session {
  readonly #deps: SessionDeps;
  readonly #pace: Pace;
  readonly #alarm: Alarm;
  readonly #ending = new AbortController();
  readonly #lease: Lease;
  #means: SessionDeps["means"];
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
    this.#lease = new Lease(deps.env);
    this.#means = deps.means;
  }

  /** Brings back a visitor who is known; `onVisitor` is told, also when that happened before. */
  restore(): void {
    const { credentials } = this.#lease;
    if (credentials !== null) return this.#deps.onVisitor(credentials.visitor);
    if (this.#dead === null && this.#pace.problem === null) void this.#launch(false);
  }

  /** Adds the token to a request. Ensures a session first; a guest without a past is minted here. */
  async authorize(request: HttpRequest, purpose: Purpose): Promise<Outcome<HttpRequest>> {
    if (!this.#lease.isUsable(purpose)) {
      const outcome = await this.#obtain();
      // R6: while a renewal fails, what is left of the old token still serves.
      if (outcome.kind === "failed" && (this.#dead !== null || !this.#lease.isUsable("call"))) return outcome;
    }
    if (this.#dead !== null) return failed(this.#dead);
    const { credentials } = this.#lease;
    if (credentials === null) return failed(localProblem("destroyed", "the session was ended"));
    return ok(withToken(request, credentials.token));
  }

  /** Replaces a token that the hub refused: by the refresh token, or from the start as somebody new. */
  async renew(remedy: Remedy): Promise<Outcome<null>> {
    if (remedy === "rehandshake") {
      this.#bumpEpoch();
      this.#lease.take(null);
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

  /** Ends the session: no timers, no requests, until `revive`. Other tabs are told what holds for them too (R27). */
  die(problem: FoyerProblem): void {
    if (problem.status === 403) this.#deps.tabs.tell({ kind: "dead", problem });
    this.#end(problem);
  }

  /** Another tab has news: a newer token is adopted, anything about somebody else is not. */
  hear(news: News): void {
    if (news.kind === "dead") return this.#end(news.problem);
    const { visit, storage, onLogout } = this.#deps;
    if (news.kind === "logout" && news.subject === visit.subject) onLogout();
    if (news.kind !== "session" || this.#dead !== null) return;
    const { credentials } = news;
    const known = { visit, storage, lease: this.#lease, isUser: this.#means.isUser };
    if (!isNewer(credentials, known)) return;
    this.#means = { ...this.#means, userToken: null };
    this.adopt(credentials);
  }

  /** Goes on with a session that was had elsewhere. @param isOwn on this page, a moment ago */
  adopt(credentials: Credentials, isOwn = false): void {
    this.#deps.visit.heard(credentials.subject, credentials.refreshToken);
    if (isOwn) this.#pace.succeeded(credentials.lifetime);
    else this.#pace.adopted();
    this.#commit(credentials);
  }

  /** The page has a fresh token of the same user. */
  supply({ userToken, getToken }: Login): void {
    this.#means = { ...this.#means, userToken, getToken: getToken ?? this.#means.getToken };
    if (this.#dead?.status !== 403 || /token/.test(this.#dead.code)) this.#dead = null;
    this.revive(false);
  }

  #end(problem: FoyerProblem): void {
    if (this.#dead?.code === problem.code) return;
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
    const { env, online, state } = this.#deps;
    const isOnline = online.peek();
    const facts = {
      dead: this.#dead,
      isOnline,
      isBusy: this.#flight !== null,
      visitor: this.#lease.credentials?.visitor ?? null,
      pace: this.#pace,
    };
    state.value = describeSession(facts, state.peek());
    const isAwake = env.isVisible() || this.#holds > 0;
    const isOver = this.#dead !== null || this.#ending.signal.aborted || this.#pace.hasGivenUp;
    if (isOver || this.#flight !== null || !isOnline || !isAwake) return this.#alarm.stop();
    if (this.#pace.problem !== null) return this.#alarm.set(() => this.#pace.nextInMs());
    if (this.#lease.credentials === null) return this.#alarm.stop();
    this.#alarm.set(() => Math.max(this.#lease.dueInMs(), this.#pace.nextInMs()));
  }

  /** Ends everything; late answers are dropped. */
  dispose(): void {
    this.#bumpEpoch();
    this.#ending.abort();
    this.#alarm.stop();
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
    const before = this.#lease.credentials;
    const search = {
      ...this.#deps,
      lease: this.#lease,
      means: this.#means,
      mayMintGuest,
      signal: this.#ending.signal,
      isWanted: () => epoch === this.#epoch,
    };
    const flight = seek(search).then((acquired) => {
      if (epoch !== this.#epoch) return changedMeanwhile();
      this.#flight = null;
      return this.#take(acquired, before);
    });
    this.#flight = flight;
    this.check();
    return flight;
  }

  #take({ means, outcome, operation }: Acquired, before: Credentials | null): Acquired["outcome"] {
    const { refreshToken, ...rest } = means;
    const { visit, onVisitor } = this.#deps;
    const { credentials } = this.#lease;
    const found = outcome.kind === "ok" ? outcome.value : null;
    this.#means = rest;
    // What another tab found meanwhile counts more than not having found anything.
    if (credentials !== before && credentials !== null && (found === null || found === credentials)) {
      this.check();
      return ok(credentials);
    }
    if (found === null && refreshToken === null && visit.refreshToken !== null) visit.lost();
    if (outcome.kind === "failed") this.takeFailure(outcome.problem, operation);
    else if (found !== null) {
      this.#pace.succeeded(found.lifetime);
      this.#commit(found);
    } else {
      // A guest whose session ended is forgotten; the next message makes a new one.
      this.#lease.take(null);
      this.#pace.adopted();
      this.check();
      onVisitor(null);
    }
    return outcome;
  }

  /** A session could not be had, here or elsewhere on this page. */
  takeFailure(problem: FoyerProblem, operation: Acquired["operation"]): void {
    // Minting a guest serves a message that waits: whoever sends it owns the retry.
    if (operation === "bootstrap" && problem.retryable) return this.check();
    const isFirst = this.#pace.failures === 0;
    if (!this.#pace.failed(problem, operation, this.#lease.leftMs() > 0)) {
      // The page may have a better token when it is asked again.
      const retryable = this.#means.getToken !== null && problem.status !== 403 && problem !== SECRET_TOKEN;
      return this.die({ ...problem, retryable });
    }
    this.check();
    if (isFirst) this.#deps.onProblem(problem);
  }

  #commit(credentials: Credentials): void {
    const isNew = this.#lease.credentials?.subject !== credentials.subject;
    const { onProblem, onVisitor } = this.#deps;
    this.#lease.take(credentials);
    this.check();
    if (this.#pace.problem !== null) onProblem(this.#pace.problem);
    if (isNew) onVisitor(credentials.visitor);
  }

  #bumpEpoch(): void {
    this.#epoch += 1;
    this.#flight = null;
  }
}
