// Owns a new guest's conversation as long as all goes well: one session, one message after the other, each answered over
// one stream. Whatever else there is to do is the engine's, which goes on from what `end` returns.
import { GUEST_PATH, runCancelPath } from "../protocol/plain-paths.ts";
import type { Outgoing } from "./deliver.ts";
import { createDraftKeeper, type DraftKeeper } from "./draft-keeper.ts";
import type { SessionState } from "./handle.ts";
import { fetchJson } from "./http.ts";
import { createId } from "./id.ts";
import { Lease } from "./lease.ts";
import type { Legacy, LiveTurn, PlainDeps } from "./legacy.ts";
import type { FoyerProblem } from "./problem.ts";
import { recordName, withStorage } from "./record.ts";
import type { AnswerEvent } from "./reduce-answer.ts";
import { createRun, createRunSink, stopRun } from "./run.ts";
import { createAlarm } from "./schedule.ts";
import { createSessionRequest, siteOf } from "./session-request.ts";
import { mayHaveArrived, questionRequest, streamRun, withToken } from "./stream-run.ts";
import { visitText } from "./visit-text.ts";

/** Not to be imported by what may run without this part: the engine would no longer lean on it. */
export const importEngine = () => import("./engine.ts");

/** A part that does not come is asked for again after a pause, then its failure is told. */
const MAX_CALLS = 3;
const CALL_PAUSE_MS = 1_000;

export class Plain {
  readonly #deps: PlainDeps;
  readonly #lease: Lease;
  readonly #alarm: ReturnType<typeof createAlarm>;
  readonly #draft: DraftKeeper;
  readonly #ending = new AbortController();
  readonly #legacy: Omit<Legacy, "credentials" | "isShared">;
  /** The turn waits for the engine. */
  #isStuck = false;
  /** The record, where it could be stored. */
  #record: string | null = null;
  /** Sees every event, once one had something beside the text. */
  #extras: Promise<(event: AnswerEvent) => void> | null = null;
  #calls = 0;
  #clearCall = (): void => {};

  readonly #dispatch = (event: AnswerEvent): void => {
    const { transcript } = this.#deps;
    transcript.dispatch(event);
    if (event.kind === "agui" && event.event.type === "CUSTOM") {
      this.#legacy.late.push(event);
      this.#extras ??= import("./extras.ts").then((part) => part.createExtras(transcript));
    }
    // Without the part an answer lacks what comes beside its text, nothing else.
    this.#extras?.then((follow) => follow(event)).catch(() => {});
  };

  constructor(deps: PlainDeps) {
    const { env, options, signals } = deps;
    this.#deps = deps;
    this.#lease = new Lease(env);
    this.#alarm = createAlarm(env, () => this.#call());
    this.#legacy = {
      threadId: createId(env),
      turn: null,
      refusal: null,
      late: [],
      request: createSessionRequest(env, options),
    };
    this.#draft = createDraftKeeper(env, options, signals.draft, () => this.#record !== null);
  }

  /** Whether a guest is known here. */
  get hasVisitor(): boolean {
    return this.#lease.credentials !== null;
  }

  /** Sends a message that the transcript shows, while none is on its way. */
  async ask(message: Outgoing): Promise<void> {
    const { env, options, signals } = this.#deps;
    const controller = new AbortController();
    const { signal } = controller;
    const run = createRun(createId(env), message.id);
    const sink = createRunSink({ env, state: signals.turn, dispatch: this.#dispatch }, run, signal);
    const turn: LiveTurn = { message, run, controller, sink, outcome: null };
    this.#legacy.turn = turn;
    const token = await this.#token(signal);
    if (signal.aborted) return;
    if (token === undefined) return this.#getStuck();
    this.#dispatch({ kind: "sending", id: message.id, threadId: this.#legacy.threadId });
    const question = { ...run, threadId: this.#legacy.threadId, text: message.text, order: {} };
    const request = withToken(questionRequest(options.apiUrl, question, signal), token);
    // Whoever goes on with it in the meantime does not know.
    message.isTried = true;
    turn.outcome = streamRun(env, request, { signal, onEvent: (event, id) => turn.sink.onEvent(event, id) });
    const outcome = await turn.outcome;
    if (this.#legacy.turn !== turn) return;
    message.isTried = mayHaveArrived(outcome);
    if (!run.isOver) return this.#getStuck();
    this.#finish();
  }

  /** Stops the answer here at once, and on the hub as soon as it hears of it. */
  stop(): void {
    if (this.#legacy.turn === null) return;
    const { run } = this.#legacy.turn;
    stopRun(this.#dispatch, this.#legacy.turn);
    this.#finish();
    const { env, options } = this.#deps;
    const { credentials } = this.#lease;
    const url = options.apiUrl + runCancelPath(run.runId);
    const { signal } = this.#ending;
    if (credentials !== null)
      void fetchJson(env, withToken({ method: "POST", url, signal }, credentials.token), () => true);
  }

  /** The page hides, returns or changes connection; something was stored. */
  check(): void {
    const { env, page, signals } = this.#deps;
    const { session } = signals;
    const { credentials } = this.#lease;
    const { turn } = this.#legacy;
    const known: SessionState =
      credentials === null
        ? { kind: turn === null || this.#isStuck ? "idle" : "starting" }
        : { kind: "ready", visitor: credentials.visitor };
    const state: SessionState = page.online.peek() ? known : { kind: "offline" };
    if (session.peek().kind !== state.kind) session.value = state;
    this.#free();
    this.#draft.flush();
    if (credentials === null || !(env.isVisible() || turn)) this.#alarm.stop();
    else this.#alarm.set(() => this.#lease.dueInMs());
    if (this.#isElsewhere()) this.#call();
  }

  /** Nothing is done here any more, but for the stream that is open. */
  end(): Legacy {
    const { credentials } = this.#lease;
    const legacy = { ...this.#legacy, credentials, isShared: this.#isElsewhere() };
    const { turn } = legacy;
    this.#legacy.turn = null;
    if (turn?.outcome === null) {
      turn.controller.abort();
      turn.controller = new AbortController();
    }
    this.#alarm.stop();
    this.#draft.end();
    this.#clearCall();
    return legacy;
  }

  dispose(): void {
    this.end().turn?.controller.abort();
    this.#ending.abort();
  }

  /** The token to send with; undefined where the engine has to see to it. */
  async #token(signal: AbortSignal): Promise<string | undefined> {
    const { env, options } = this.#deps;
    const { credentials } = this.#lease;
    if (credentials !== null)
      return this.#lease.isUsable("stream") && !this.#isElsewhere() ? credentials.token : undefined;
    this.check();
    const outcome = await this.#legacy.request(GUEST_PATH, siteOf(options), signal);
    // Another page was quicker: its guest is this one's too.
    if (signal.aborted || this.#stored() !== null) return undefined;
    if (outcome.kind === "failed") {
      this.#legacy.refusal = outcome.problem;
      return undefined;
    }
    const { refreshToken, subject, token } = outcome.value;
    this.#lease.take(outcome.value);
    const text = visitText(options, { refreshToken, subject, threadId: this.#legacy.threadId });
    withStorage(env, options, (storage) => storage.setItem(recordName(options), text));
    this.#record = this.#stored();
    if (this.#record === null && options.storage !== "none") env.log("debug", "no storage");
    this.check();
    return token;
  }

  /** Another page has gone on with this visitor. */
  #isElsewhere(): boolean {
    return this.#record !== null && this.#stored() !== this.#record;
  }

  #stored(): string | null {
    const { env, options } = this.#deps;
    return withStorage(env, options, (storage) => storage.getItem(recordName(options))) ?? null;
  }

  #finish(): void {
    this.#isStuck = false;
    this.#legacy.late = [];
    this.#legacy.turn = null;
    this.#deps.signals.turn.value = { kind: "idle" };
    this.check();
  }

  #getStuck(): void {
    this.#isStuck = true;
    this.#call();
    this.#free();
  }

  #call(): void {
    this.#calls += 1;
    this.#deps.call((problem) => this.#fail(problem));
  }

  /** What cannot go on before the page is online leaves the composer free. */
  #free(): void {
    const { page, signals } = this.#deps;
    const { turn } = this.#legacy;
    if (this.#isStuck && turn?.run.isAccepted === false && !page.online.peek())
      signals.turn.value = { kind: "idle" };
  }

  /** The engine does not come. */
  #fail(problem: FoyerProblem): void {
    const { env } = this.#deps;
    if (this.#calls < MAX_CALLS) {
      this.#clearCall = env.setTimer(() => this.#call(), CALL_PAUSE_MS * this.#calls);
      return;
    }
    this.#calls = 0;
    if (this.#legacy.turn === null || !this.#isStuck) return;
    const { run } = this.#legacy.turn;
    this.#dispatch(
      run.isAccepted
        ? { kind: "cut", run, problem, atMs: env.now() }
        : { kind: "refused", id: run.messageId, problem },
    );
    this.#finish();
  }
}
