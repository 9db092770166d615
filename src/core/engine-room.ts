// Owns when the engine of a widget is loaded and who waits for it. Knows no request.
import type { createEngine, Engine, EngineSignals } from "./engine.ts";
import type { Environment } from "./environment.ts";
import type { Options } from "./options.ts";
import { createPage, type Page } from "./page.ts";
import { type FoyerProblem, localProblem } from "./problem.ts";
import { hasRecord } from "./record.ts";
import { describeSession } from "./session-state.ts";
import type { Transcript } from "./transcript.ts";

export type LoadEngine = () => Promise<typeof createEngine>;

export interface EngineRoomDeps {
  env: Environment;
  options: Options;
  /** Wrong options: there will be no engine. */
  optionProblem: FoyerProblem | null;
  transcript: Transcript;
  signals: EngineSignals;
  report(problem: FoyerProblem): void;
  load: LoadEngine;
}

type Task = (engine: Engine) => void;

export class EngineRoom {
  readonly page: Page;
  readonly #deps: EngineRoomDeps;
  readonly #ending = new AbortController();
  #engine: Engine | null = null;
  #waiting = 0;

  constructor(deps: EngineRoomDeps) {
    this.#deps = deps;
    this.page = createPage(deps.env, {
      onReconnect: () => this.#engine?.session.reconnected(),
      onChange: () => this.#check(),
    });
    this.#check();
  }

  /** Whether there may be a visitor to bring back. A new guest is not known before the first message. */
  get isKnown(): boolean {
    const { env, options, optionProblem } = this.#deps;
    return optionProblem === null && (options.userToken !== null || hasRecord(env, options));
  }

  /** How many messages and other tasks wait for the engine or the connection. */
  get waiting(): number {
    return this.#waiting + (this.#engine?.turns.waiting ?? 0);
  }

  get isDisposed(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Runs a task at once where the engine is loaded, else as soon as it is. Tasks keep their order. */
  use(task: Task, onFailure: (problem: FoyerProblem) => void = () => {}): void {
    const { optionProblem } = this.#deps;
    if (optionProblem !== null) onFailure(optionProblem);
    else if (this.#engine !== null) task(this.#engine);
    else void this.#load(task, onFailure);
  }

  dispose(): void {
    this.#ending.abort();
    this.#engine?.dispose();
    this.page.dispose();
  }

  async #load(task: Task, onFailure: (problem: FoyerProblem) => void): Promise<void> {
    const { env, options, transcript, signals, report, load } = this.#deps;
    this.#waiting += 1;
    // Some browsers remember for ever that a module could not be loaded, so offline it is not tried.
    await this.page.whenOnline(this.#ending.signal);
    const create = await load().catch(() => null);
    this.#waiting -= 1;
    if (this.isDisposed) return;
    if (create === null) return onFailure(UNLOADED);
    const parts = { env, options, page: this.page, transcript, signals, report };
    this.#engine ??= create(parts);
    task(this.#engine);
  }

  #check(): void {
    if (this.#engine !== null) return this.#engine.session.check();
    const { session } = this.#deps.signals;
    const isOnline = this.page.online.peek();
    const facts = { dead: this.#deps.optionProblem, isOnline, isBusy: false, visitor: null, problem: null };
    session.value = describeSession(facts, session.peek());
  }
}

const UNLOADED: FoyerProblem = localProblem(
  "hub_unreachable",
  "a part of the widget could not be loaded",
  true,
);
