// Owns which part of a widget talks to the hub, when it is loaded, and who waits for it: the plain one as long as a new
// guest just asks, else the engine. Knows no request.
import type { Outgoing } from "./deliver.ts";
import type { createEngine, Departure, Engine, EngineDeps, EngineSignals } from "./engine.ts";
import type { Environment } from "./environment.ts";
import type { SessionState } from "./handle.ts";
import type { Login } from "./identity.ts";
import type { Options } from "./options.ts";
import { createPage, type Page } from "./page.ts";
import type { Legacy } from "./legacy.ts";
import type { Plain } from "./plain.ts";
import { type FoyerProblem, UNLOADED } from "./problem.ts";
import { hasStored, keepEarly, recordName, takeStored } from "./record.ts";
import type { Transcript } from "./transcript.ts";

/** Gets the parts that talk to the hub. */
export interface Parts {
  /** All that a new guest's first conversation needs, while nothing fails. */
  plain(): Promise<typeof Plain>;
  engine(): Promise<typeof createEngine>;
}

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
  parts: Parts;
}

/** What waits for the engine. */
interface Waiting {
  run(engine: Engine): void;
  onFailure(problem: FoyerProblem): void;
}

/** What nobody but the next visitor can have written, and the hub has not got. */
function ownWords(transcript: Transcript, draft: string): string {
  const unsent = transcript.unsent.peek();
  const texts = [...unsent.map(({ text }) => text), draft];
  return unsent.length === transcript.messages.length ? texts.filter(Boolean).join("\n") : "";
}

export class EngineRoom {
  readonly page: Page;
  readonly #deps: EngineRoomDeps;
  readonly #ending = new AbortController();
  #plain: Plain | null = null;
  #plainLoad: Promise<Plain | null> | null = null;
  #engine: Engine | null = null;
  #waiting: Waiting[] = [];
  #login: Login | null;
  #guestToken: string | null = null;
  /** Somebody who left before there was an engine to send them off. */
  #left: EngineDeps["left"] = null;

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

  /** Whether a new guest just asks, so that the engine has nothing to do. To be read before a message is written down. */
  get isPlain(): boolean {
    const { options, optionProblem } = this.#deps;
    const isIdle =
      optionProblem === null && this.#engine === null && this.#waiting.length === 0 && this.#left === null;
    // A copy of a tab would know the visitor, and could not be heard.
    return isIdle && options.storage !== "session" && (this.#plainLoad !== null || !this.isKnown);
  }

  /** Whether the guest who is here has just begun, so that nothing is to be brought back. */
  get isNew(): boolean {
    return this.#plain?.hasVisitor === true;
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

  /** Loads what a first message will need. */
  warm(): void {
    if (this.isPlain) void this.#loadPlain();
    else this.use(() => {});
  }

  /** Sends a message that the transcript shows. @param isPlain what `isPlain` was before */
  ask(message: Outgoing, isPlain: boolean, onFailure: Waiting["onFailure"]): void {
    const askEngine = (): void =>
      this.use(({ session, turns }) => {
        session.revive(false);
        turns.ask(message);
      }, onFailure);
    if (!isPlain) return askEngine();
    void this.#loadPlain().then((plain) => {
      if (this.#engine !== null) askEngine();
      else if (plain !== null && plain === this.#plain) void plain.ask(message);
      // Unless somebody else is here.
      else if (this.#deps.transcript.isWaiting(message.id)) onFailure(UNLOADED);
    });
  }

  /** Stops the answer, or the message on its way. */
  stop(): void {
    const { turn } = this.#deps.signals;
    const stopPlain = (plain: Plain | null): void => {
      plain?.stop();
      if (turn.peek().kind !== "idle") this.use(({ turns }) => turns.stop());
    };
    if (this.#plain === null && this.#plainLoad !== null) void this.#plainLoad.then(stopPlain);
    else stopPlain(this.#plain);
  }

  /** A fresh token, or a new way to get one, where that changes nothing about who is here. False: somebody else. */
  supply(login: Login): boolean {
    const isSame = this.#engine?.supply(login) ?? (this.#waiting.length === 0 && this.#plainLoad === null);
    if (isSame) this.#login = login;
    return isSame;
  }

  /**
   * From now on somebody else is here; null: nobody is logged in. Nothing of the one before comes through any more.
   * @returns what the new one wrote already.
   */
  become(login: Login | null, why: Departure): string {
    const { env, options, transcript, signals } = this.#deps;
    const isGuestLogin = why === "login" && this.#login === null;
    const engine = this.#engine;
    const legacy = this.#endPlain();
    legacy?.turn?.controller.abort();
    const guest = legacy?.credentials ?? null;
    const left = engine?.leave(why) ?? {
      guestToken: guest && guest.refreshToken,
      isNew: guest === null && !hasStored(env, options, [recordName(options)]),
    };
    this.#engine = null;
    this.#waiting = [];
    this.#login = login;
    this.#guestToken = isGuestLogin ? left.guestToken : null;
    if (engine === null && (guest !== null || why === "logout")) {
      const record = takeStored(env, options) ?? guest;
      if (why === "logout") this.#left ??= record;
    }
    if (this.#left !== null) this.use(() => {});
    this.#check();
    return isGuestLogin && left.isNew ? ownWords(transcript, signals.draft.peek()) : "";
  }

  dispose(): void {
    this.#ending.abort();
    this.#plain?.dispose();
    this.#endPlain();
    this.#engine?.dispose();
    this.#engine = null;
    this.page.dispose();
  }

  #loadPlain(): Promise<Plain | null> {
    const { env, options, transcript, signals, parts } = this.#deps;
    const load = async (): Promise<Plain | null> => {
      await this.page.whenOnline(this.#ending.signal);
      const Part = await parts.plain().catch(() => null);
      if (this.#plainLoad !== loading) return null;
      if (Part === null) return (this.#plainLoad = null);
      const call = (onFailure: Waiting["onFailure"]): void => this.use(() => {}, onFailure);
      return (this.#plain = new Part({ env, options, page: this.page, transcript, signals, call }));
    };
    const loading = (this.#plainLoad ??= load());
    return loading;
  }

  #endPlain(): Legacy | null {
    const legacy = this.#plain?.end() ?? null;
    this.#plain = null;
    this.#plainLoad = null;
    return legacy;
  }

  async #load(): Promise<void> {
    // Some browsers remember for ever that a module could not be loaded, so offline it is not tried.
    await this.page.whenOnline(this.#ending.signal);
    const create = await this.#deps.parts.engine().catch(() => null);
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
    const { parts: _, optionProblem: __, ...deps } = this.#deps;
    const who = { login: this.#login, guestToken: this.#guestToken, left: this.#left };
    this.#left = null;
    return create({ ...deps, ...who, page: this.page, legacy: this.#endPlain() });
  }

  #check(): void {
    const part = this.#engine ?? this.#plain;
    if (part !== null) return part.check();
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
