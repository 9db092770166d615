// Owns putting a widget together: what a panel needs to open, and the engine behind it once there is work for it.
import { signal as createSignal } from "./signal.ts";
import { parseConfig } from "../protocol/config.ts";
import { createBranchCommands } from "./branch-commands.ts";
import { createEmitter } from "./emitter.ts";
import type { Departure, EngineSignals } from "./engine.ts";
import { EngineRoom, type Parts } from "./engine-room.ts";
import { browserEnvironment, type Environment } from "./environment.ts";
import type { Widget, WidgetEvents } from "./handle.ts";
import { createLaterParts } from "./later-parts.ts";
import { createMessageCommands, type Talk } from "./message-commands.ts";
import { NO_HISTORY } from "./no-history.ts";
import { type Identity, type Login, readIdentity } from "./identity.ts";
import { OPTION_DEFAULTS, type Options, parseOptions, type RawOptions } from "./options.ts";
import { type FoyerProblem, localProblem } from "./problem.ts";
import { createReporter } from "./reporter.ts";
import { Transcript } from "./transcript.ts";
import { createUnread } from "./unread.ts";

/** Stands in for options that could not be read; then no request ever goes out. */
const NO_OPTIONS: Readonly<Options> = { ...OPTION_DEFAULTS, clientKey: "", apiUrl: "", storage: "none" };

const CHUNKS: Parts = {
  plain: async () => (await import("./plain.ts")).Plain,
  engine: async () => (await (await import("./plain.ts")).importEngine()).createEngine,
};

/** Who is here. Everything of the one before is gone at once; a draft of the next one's is set anew, which fetches an engine. */
function createIdentityCommands(
  { room, transcript, signals, report }: Talk,
  /** What begins anew with each visitor. */
  anew: readonly (() => void)[],
  emitLogout: () => void,
): Pick<Widget, "identify" | "logout"> & { leave(why: Departure): void } {
  const become = (login: Login | null, why: Departure): void => {
    const words = room.become(login, why);
    signals.turn.value = { kind: "idle" };
    signals.history.value = { kind: "none" };
    transcript.clear();
    signals.draft.value = "";
    for (const begin of anew) begin();
    signals.draft.value = words;
  };
  const leave = (why: Departure): void => {
    become(null, why);
    emitLogout();
  };
  return {
    leave,
    identify(identity: Identity) {
      const login = readIdentity(identity);
      if (login === null) report(localProblem("invalid_option", "identify needs token or getToken"));
      else if (!room.supply(login)) become(login, "login");
    },
    logout() {
      if (room.isKnown || transcript.rows.peek().length > 0) leave("logout");
    },
  };
}

/** Opening and closing; a visitor who was here before is brought back at the first opening. */
function createPanelCommands(
  { env, room, transcript, signals }: Talk,
  emit: (name: "open" | "close", event: undefined) => void,
): Pick<Widget, "isOpen" | "load" | "open" | "close" | "toggle"> & { start(): void; stop(): void } {
  const { history, config } = signals;
  const isOpen = createSignal(false);
  const load = (): void => {
    if (config.peek() === null) room.use(({ loadConfig }) => void loadConfig());
  };
  const bringBack = (): void => {
    const isKnown = room.isKnown && !room.isNew;
    // Somebody new becomes known by what another tab stores.
    const isNew = history.peek() === NO_HISTORY && transcript.rows.peek().length === 0;
    if (history.peek().kind === "none" || isNew) history.value = isKnown ? { kind: "loading" } : NO_HISTORY;
    if (!isKnown) return;
    room.use(
      ({ session }) => session.restore(),
      (problem) => (history.value = { kind: "failed", problem }),
    );
  };
  /** What an open panel needs, of whoever is here now. */
  const start = (): void => {
    if (!isOpen.peek()) return;
    load();
    bringBack();
  };
  const setOpen = (next: boolean): void => {
    if (room.isDisposed || isOpen.peek() === next) return;
    isOpen.value = next;
    emit(next ? "open" : "close", undefined);
    start();
  };
  return {
    start,
    stop: env.onLifecycle((event) => void (event === "storage" && start())),
    isOpen,
    load,
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle: () => setOpen(!isOpen.peek()),
  };
}

/**
 * Creates a headless widget. Does nothing on the network until `load()`, `open()` or `send()`; stores nothing and
 * makes no identity before the first message. Never throws: with wrong options `session` is `dead` with the reason.
 * @param raw what the page says, see {@link RawOptions}.
 * @param env doors to the outside; tests pass their own. Safe to call on a server.
 * @param parts get what talks to the hub. @default chunks of their own, on first need
 */
export const createWidget = (raw: RawOptions, env?: Environment, parts?: Parts): Widget =>
  createWidgetFrom(parseOptions(raw), env, parts);

/** The same from options that were read already, or from what is wrong with them: the loader has checked its tag. */
export function createWidgetFrom(
  parsed: Options | readonly FoyerProblem[],
  env: Environment = browserEnvironment(),
  parts: Parts = CHUNKS,
): Widget {
  const options = "clientKey" in parsed ? parsed : NO_OPTIONS;
  const optionProblem = "clientKey" in parsed ? null : (parsed[0] ?? null);
  const emitter = createEmitter<WidgetEvents>((error) =>
    env.log("error", `a listener threw: ${String(error)}`),
  );
  const report = createReporter(env, (problem) => emitter.emit("problem", problem));
  const transcript = new Transcript({
    onMessage(message) {
      emitter.emit("message", message);
      if (message.role === "assistant") unread.notice();
    },
    onProblem: report,
  });
  const signals: EngineSignals = {
    // A config that is damaged beyond use counts as none.
    config: createSignal(parseConfig(options.config)),
    session: createSignal({ kind: "idle" }),
    history: createSignal({ kind: "none" }),
    turn: createSignal({ kind: "idle" }),
    draft: createSignal(""),
  };
  const onLogout = (): void => identityCommands.leave("elsewhere");
  const room = new EngineRoom({ env, options, optionProblem, transcript, signals, report, onLogout, parts });
  // Whoever writes will send: by then the engine is there.
  const stopWatching = signals.draft.subscribe((text) => {
    if (text !== "") room.warm();
  });
  if (optionProblem !== null) report(optionProblem);

  const talk: Talk = { env, room, transcript, signals, report };
  const { start, stop, ...panelCommands } = createPanelCommands(talk, emitter.emit);
  const unread = createUnread(env, panelCommands.isOpen, (count) => emitter.emit("unread", count));
  const identityCommands = createIdentityCommands(talk, [unread.forget, start], () =>
    emitter.emit("logout", undefined),
  );
  const { identify, logout } = identityCommands;
  return {
    ...signals,
    online: room.page.online,
    rows: transcript.rows,
    unread: unread.unread,
    ...panelCommands,
    identify,
    logout,
    ...createMessageCommands(talk),
    ...createBranchCommands(talk),
    ...createLaterParts({ ...talk, session: signals.session }, env, options),
    loadOlder: () => room.use(({ history }) => void history.loadOlder()),
    on: emitter.on,
    dispose() {
      stopWatching();
      stop();
      unread.stop();
      room.dispose();
      emitter.clear();
    },
  };
}
