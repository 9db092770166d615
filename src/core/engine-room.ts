// Owns when the engine of a widget is loaded and who waits for it. Knows no request.
import type { createEngine, Engine, EngineSignals } from "./engine.ts";
import type { Environment } from "./environment.ts";
import type { Options } from "./options.ts";
import { createPage, type Page } from "./page.ts";
import { type FoyerProblem, localProblem } from "./problem.ts";
import { hasStored, outboxName, recordName } from "./record.ts";
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

/** What waits for the engine. */
interface Waiting {
  run(engine: Engine): void;
  onFailure(problem: FoyerProblem): void;
}

export class EngineRoom {
  readonly page: Page;
  readonly #deps: EngineRoomDeps;
  readonly #ending = new AbortController();
  #engine: Engine | null = null;
  #waiting: Waiting[] = [];

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
    return (
      optionProblem === null &&
      (options.userToken !== null || hasStored(env, options, [recordName(options), outboxName(options)]))
    );
  }

  get isDisposed(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Runs a task at once where the engine is loaded, else as soon as it is. Tasks keep their order. */
  use(run: Waiting["run"], onFailure: Waiting["onFailure"] = () => {}): void {
    const { optionProblem } = this.#deps;
    if (optionProblem !== null) return onFailure(optionProblem);
    if (this.#engine !== null) return run(this.#engine);
    this.#waiting.push({ run, onFailure });
    if (this.#waiting.length === 1) void this.#load();
  }

  dispose(): void {
    this.#ending.abort();
    this.#engine?.dispose();
    this.page.dispose();
  }

  async #load(): Promise<void> {
    const { env, options, transcript, signals, report, load } = this.#deps;
    // Some browsers remember for ever that a module could not be loaded, so offline it is not tried.
    await this.page.whenOnline(this.#ending.signal);
    const create = await load().catch(() => null);
    if (this.isDisposed) return;
    const parts = { env, options, page: this.page, transcript, signals, report };
    // It may set a signal whose reader asks for the engine: until it is made, that one waits too.
    this.#engine = create?.(parts) ?? null;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { run, onFailure } of waiting) {
      if (this.#engine === null) onFailure(UNLOADED);
      else run(this.#engine);
    }
  }

  #check(): void {
    if (this.#engine !== null) return this.#engine.check();
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
