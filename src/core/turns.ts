// Owns the visitor's turns, one at a time: a message goes out, its run is followed to the end. Knows no HTTP.
import type { ReadonlySignal, Signal } from "./signal.ts";
import { deliver, type DeliveryDeps, type Outgoing } from "./deliver.ts";
import type { HistoryState, TurnState } from "./handle.ts";
import { createId } from "./id.ts";
import type { LiveTurn } from "./legacy.ts";
import type { FoyerProblem } from "./problem.ts";
import { followRun } from "./follow-run.ts";
import { createRun, createRunSink, type Run, STOPPED, stopRun } from "./run.ts";
import type { Session } from "./session.ts";
import type { StreamSink } from "./stream-run.ts";
import { until } from "./until.ts";

type Job =
  | { kind: "ask"; message: Outgoing; live?: LiveTurn }
  /** A run that goes on at the hub: after a reload, or after its answer was cut. */
  | { kind: "follow"; run: Run; live?: LiveTurn };

export interface TurnDeps extends DeliveryDeps {
  session: Pick<Session, "hold" | "die">;
  history: ReadonlySignal<HistoryState>;
  loadHistory(): Promise<void>;
  /** Whether a message or another answer is still to be asked for: the history may have shown it meanwhile. */
  isWaiting(messageId: string): boolean;
  /** Shows the conversation where the hub may have this message already. */
  goBack(messageId: string): void;
  /** What this message was to replace stands again. */
  undo(messageId: string): void;
}

export class Turns {
  readonly #deps: TurnDeps;
  readonly #state: Signal<TurnState>;
  readonly #ending = new AbortController();
  #queue: Job[] = [];
  #isPumping = false;
  #current: { run: Run; controller: AbortController } | null = null;
  #lastRun: Run | null = null;

  constructor(deps: TurnDeps) {
    this.#deps = deps;
    this.#state = deps.state;
  }

  /** Sends a message that the transcript shows. Waits while it cannot be sent, at most an hour. */
  ask(message: Outgoing): void {
    this.#enqueue({ kind: "ask", message });
  }

  /** Goes on with a turn that began without the engine, and with its stream. */
  takeOver(live: LiveTurn): void {
    const { message, run, outcome } = live;
    message.first = outcome;
    this.#enqueue(run.isAccepted ? { kind: "follow", run, live } : { kind: "ask", message, live });
  }

  /** Follows a run that the hub still holds. */
  follow(runId: string, messageId: string): void {
    this.#enqueue({ kind: "follow", run: createRun(runId, messageId) });
  }

  /** Fetches the rest of the last answer where it was cut. False when it is not the last one. */
  resume(messageId: string): boolean {
    const run = this.#lastRun;
    if (run === null || run.messageId !== messageId || run.isOver || !run.isAccepted) return false;
    this.#deps.dispatch({ kind: "continued", run });
    this.#enqueue({ kind: "follow", run });
    return true;
  }

  /** Forgets a message that was withdrawn. */
  drop(messageId: string): void {
    this.#unqueue(messageId);
    if (this.#current?.run.messageId === messageId) this.#current.controller.abort();
    this.#deps.undo(messageId);
  }

  /** Stops the running turn here at once, and on the hub as soon as it hears of it. */
  stop(): void {
    if (this.#current === null) return this.#withdraw();
    stopRun(this.#deps.dispatch, this.#current);
    void this.#deps.transport.cancel(this.#current.run.runId, this.#ending.signal);
  }

  /** Follows no run any more; what is being answered goes on at the hub. For a time when nothing waits to be sent. */
  leave(): void {
    this.#queue = [];
    this.#lastRun = null;
    // What was taken over has not begun here.
    this.#state.value = { kind: "idle" };
    if (this.#current === null) return;
    const { run, controller } = this.#current;
    run.isOver = true;
    controller.abort();
  }

  /** Ends everything under way here; runs at the hub go on. */
  dispose(): void {
    this.#ending.abort();
    this.#current?.controller.abort();
    this.#queue = [];
  }

  #unqueue(messageId: string): void {
    this.#queue = this.#queue.filter((job) => job.kind !== "ask" || job.message.id !== messageId);
  }

  /** Holds back the message that shows as being sent but waits for the history: it stays, with Retry. */
  #withdraw(): void {
    const state = this.#state.peek();
    if (state.kind !== "sending") return;
    this.#unqueue(state.messageId);
    this.#state.value = { kind: "idle" };
    this.#refuse(state.messageId, STOPPED);
  }

  #enqueue(job: Job): void {
    this.#queue.push(job);
    if (!this.#isPumping) void this.#pump();
  }

  async #pump(): Promise<void> {
    const { page, session, history, goBack } = this.#deps;
    const { signal } = this.#ending;
    this.#isPumping = true;
    const release = session.hold();
    while (this.#queue.length > 0 && !signal.aborted) {
      await page.whenOnline(signal);
      const [next] = this.#queue;
      if (next?.kind === "ask") goBack(next.message.id);
      // Earlier messages come first: an answer must not stand above what it follows.
      await until(history, ({ kind }) => kind !== "loading", signal);
      const job = this.#queue.shift();
      try {
        if (job !== undefined) await this.#work(job);
      } catch (error) {
        // A view that throws while a signal changes must not stop the turns that follow.
        this.#deps.env.log("error", `a turn broke off: ${String(error)}`);
      }
    }
    release();
    this.#isPumping = false;
  }

  async #work(job: Job): Promise<void> {
    if (job.kind === "ask" && !this.#deps.isWaiting(job.message.id))
      return void (this.#state.value = { kind: "idle" });
    const { live } = job;
    const controller = live?.controller ?? new AbortController();
    const run =
      job.kind === "follow" ? job.run : (live?.run ?? createRun(createId(this.#deps.env), job.message.id));
    this.#current = { run, controller };
    this.#lastRun = run;
    const sink = createRunSink(this.#deps, run, controller.signal);
    if (live) live.sink = sink;
    try {
      if (job.kind === "follow") await live?.outcome;
      const isOut = job.kind === "follow" || (await this.#deliver(job.message, run, sink));
      if (isOut && !run.isOver) await this.#finish(run, sink);
    } finally {
      this.#current = null;
      this.#state.value = { kind: "idle" };
    }
  }

  async #deliver(message: Outgoing, run: Run, sink: StreamSink): Promise<boolean> {
    const delivery = await deliver(this.#deps, message, run, sink);
    switch (delivery.kind) {
      case "begun":
        return true;
      case "stopped":
        return false;
      case "handled":
        await this.#deps.loadHistory();
        // Only what its history shows has arrived, whatever the answer said.
        return this.#deps.isWaiting(message.id) && this.#refuse(message.id, delivery.problem);
      case "failed":
        if (delivery.isTerminal) this.#deps.session.die(delivery.problem);
        return this.#refuse(message.id, delivery.problem);
    }
  }

  #refuse(id: string, problem: FoyerProblem): false {
    this.#deps.dispatch({ kind: "refused", id, problem });
    return false;
  }

  async #finish(run: Run, sink: StreamSink): Promise<void> {
    const { env, session, dispatch } = this.#deps;
    this.#state.value = { kind: "answering", runId: run.runId };
    const problem = await followRun(this.#deps, run, sink);
    if (problem === null) return;
    if (problem.status === 403) session.die(problem);
    // The hub no longer has the run: asking for more of it is pointless.
    if (!problem.retryable) run.isOver = true;
    dispatch({ kind: "cut", run, problem, atMs: env.now() });
  }
}
