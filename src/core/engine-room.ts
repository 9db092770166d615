// Owns when the engine of a widget is loaded and who waits for it. Knows no request.
import type { createEngine, Departure, Engine, EngineSignals } from "./engine.ts";
import type { Environment } from "./environment.ts";
import type { SessionState } from "./handle.ts";
import type { Login } from "./identity.ts";
import type { Options } from "./options.ts";
import { createPage, type Page } from "./page.ts";
import { type FoyerProblem, UNLOADED } from "./problem.ts";
import { hasStored, keepEarly, takeStored } from "./record.ts";
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
  /** Another tab logged this visitor out. */
  onLogout(): void;
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
  #login: Login | null;
  #guestToken: string | null = null;
  /** The record of somebody who left before there was an engine to send them off. */
  #left: string | null = null;

  constructor(deps: EngineRoomDeps) {
    this.#deps = deps;
    const { userToken } = deps.options;
    this.#login = userToken === null ? null : { userToken, getToken: null };
    this.page = createPage(deps.env, {
      onReconnect: () => this.#engine?.session.reconnected(),
      onChange: () => this.#check(),
    });
    this.#check();
    const early = new Set<string>();
    deps.transcript.unsent.subscribe((messages) => {
      for (const { id } of messages) early.add(id);
      if (early.size > 0 && this.#engine === null && this.#login === null)
        keepEarly(deps.env, deps.options, early, messages);
    });
  }

  /** Whether there may be a visitor to bring back. A new guest is not known before the first message. */
  get isKnown(): boolean {
    const { env, options, optionProblem } = this.#deps;
    return optionProblem === null && (this.#login !== null || hasStored(env, options));
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

  /** A fresh token, or a new way to get one, where that changes nothing about who is here. False: somebody else. */
  supply(login: Login): boolean {
    const isSame = this.#engine?.supply(login) ?? this.#waiting.length === 0;
    if (isSame) this.#login = login;
    return isSame;
  }

  /**
   * From now on somebody else is here; null: nobody is logged in. Nothing of the one before comes through any more.
   * @returns what the new one wrote already.
   */
  become(login: Login | null, why: Departure): string {
    const { env, options } = this.#deps;
    const engine = this.#engine;
    this.#engine = null;
    this.#waiting = [];
    this.#login = login;
    const left = engine?.leave(why);
    this.#guestToken = left?.guestToken ?? null;
    if (engine === null && why === "logout") this.#left ??= takeStored(env, options);
    if (this.#left !== null) this.use(() => {});
    this.#check();
    return left?.words ?? "";
  }

  dispose(): void {
    this.#ending.abort();
    this.#engine?.dispose();
    this.#engine = null;
    this.page.dispose();
  }

  async #load(): Promise<void> {
    // Some browsers remember for ever that a module could not be loaded, so offline it is not tried.
    await this.page.whenOnline(this.#ending.signal);
    const create = await this.#deps.load().catch(() => null);
    if (this.isDisposed) return;
    if (create !== null && this.#engine === null) this.#engine = this.#make(create);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { run, onFailure } of waiting) {
      // A task may send the visitor away; what waited behind it was for that one.
      if (this.#engine === null && create !== null) return;
      if (this.#engine === null) onFailure(UNLOADED);
      else run(this.#engine);
    }
  }

  /** It may set a signal whose reader asks for the engine: until it is made, that one waits too. */
  #make(create: typeof createEngine): Engine {
    const { load: _, optionProblem: __, ...parts } = this.#deps;
    const who = { login: this.#login, guestToken: this.#guestToken, left: this.#left };
    this.#left = null;
    return create({ ...parts, ...who, page: this.page });
  }

  #check(): void {
    if (this.#engine !== null) return this.#engine.check();
    const { optionProblem, signals } = this.#deps;
    const { session } = signals;
    const state: SessionState =
      optionProblem === null
        ? { kind: this.page.online.peek() ? "idle" : "offline" }
        : { kind: "dead", problem: optionProblem };
    // An equal state stays itself: views redraw on each change of identity.
    if (session.peek().kind !== state.kind) session.value = state;
  }
}
