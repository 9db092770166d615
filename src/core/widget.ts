// Owns putting a widget together: the one place where the parts meet, built in order and disposed in reverse.
import { signal as createSignal, type Signal } from "@preact/signals-core";
import { MESSAGE_MAX_LENGTH, type StoredMessage } from "../protocol/chat.ts";
import { Bootstrap } from "./config.ts";
import { createEmitter } from "./emitter.ts";
import { browserEnvironment, type Environment } from "./environment.ts";
import type { Widget, WidgetEvents } from "./handle.ts";
import { createHandshake } from "./handshake.ts";
import { History } from "./history.ts";
import { createId } from "./id.ts";
import { OPTION_DEFAULTS, type Options, parseOptions, type RawOptions } from "./options.ts";
import { createPage } from "./page.ts";
import type { FoyerProblem } from "./problem.ts";
import { Session } from "./session.ts";
import { createVisitStore } from "./storage.ts";
import { Transcript } from "./transcript.ts";
import { createTransport } from "./transport.ts";
import { Turns } from "./turns.ts";
import { Visit } from "./visit.ts";

/** Stands in for options that could not be read; the dead session keeps any request from going out. */
const NO_OPTIONS: Options = Object.freeze({ ...OPTION_DEFAULTS, clientKey: "", apiUrl: "", storage: "none" });

const TOO_LONG: FoyerProblem = Object.freeze({
  code: "message_too_long",
  detail: `a message has at most ${MESSAGE_MAX_LENGTH} characters`,
  retryable: false,
});

/** Tells the page by event and the developer on the console: each code once, quietly when it may pass. */
function createReporter(env: Environment, emit: (problem: FoyerProblem) => void) {
  const logged = new Set<string>();
  return (problem: FoyerProblem): void => {
    const { code, detail, hint, retryable } = problem;
    if (!logged.has(code)) {
      env.log(retryable ? "debug" : "error", `${code}: ${detail}${hint === undefined ? "" : ` (${hint})`}`);
    }
    logged.add(code);
    emit(problem);
  };
}

function createParts(options: Options, env: Environment) {
  const emitter = createEmitter<WidgetEvents>((error) =>
    env.log("error", `a listener threw: ${String(error)}`),
  );
  const report = createReporter(env, (problem) => emitter.emit("problem", problem));
  const transcript = new Transcript({
    onMessage: (message) => emitter.emit("message", message),
    onProblem: report,
  });
  const page = createPage(env, {
    onReconnect: () => session.reconnected(),
    onChange: () => session.check(),
  });
  const visit = new Visit(createVisitStore(env, options), options.userToken);
  const session = new Session({
    env,
    visit,
    handshake: createHandshake(env, options),
    userToken: options.userToken,
    online: page.online,
    onProblem(problem) {
      history.visitorUnknown(problem);
      report(problem);
    },
    onVisitor: (visitor) => history.visitorSettled(visitor !== null),
  });
  const transport = createTransport(env, options.apiUrl, session);
  const onLoaded = (messages: readonly StoredMessage[]): void => {
    transcript.dispatch({ kind: "loaded", messages });
    const running = messages.findLast(({ state, run_id }) => state === "running" && run_id !== null);
    const question = messages.findLast(({ role }) => role === "user");
    if (running?.run_id && turns.canAsk) turns.follow(running.run_id, question?.id ?? "");
  };
  const history = new History({ env, transport, visit, isUser: options.userToken !== null, onLoaded });
  const dispatch = transcript.dispatch.bind(transcript);
  const turns = new Turns({ env, page, session, visit, transport, history, dispatch });
  const bootstrap = new Bootstrap(env, options, (problem) =>
    problem.retryable ? report(problem) : session.die(problem),
  );
  return { emitter, report, transcript, page, session, history, turns, bootstrap };
}

type Parts = ReturnType<typeof createParts>;

/** What a visitor does with messages. */
function createMessageCommands(
  { transcript, session, turns, report }: Parts,
  env: Environment,
  draft: Signal<string>,
): Pick<Widget, "send" | "stop" | "retry"> {
  return {
    send(text = draft.peek()) {
      const trimmed = text.trim();
      if (trimmed === "" || !turns.canAsk) return false;
      if (trimmed.length > MESSAGE_MAX_LENGTH) {
        report(TOO_LONG);
        return false;
      }
      const id = createId(env);
      transcript.dispatch({ kind: "asked", id, text: trimmed, atMs: env.now() });
      if (text === draft.peek()) draft.value = "";
      session.revive(false);
      turns.ask(id, trimmed);
      return true;
    },
    stop: () => turns.stop(),
    retry(messageId) {
      const text = transcript.visitorText(messageId);
      if (text === null || !turns.canAsk) return;
      session.revive(true);
      if (turns.resume(messageId)) return;
      transcript.dispatch({ kind: "asked_again", id: messageId });
      turns.ask(messageId, text);
    },
  };
}

/**
 * Creates a headless widget. Does nothing on the network until `load()`, `open()` or `send()`; stores nothing and
 * makes no identity before the first message. Never throws: with wrong options `session` is `dead` with the reason.
 * @param raw what the page says, see {@link RawOptions}.
 * @param env doors to the outside; tests pass their own. Safe to call on a server.
 */
export function createWidget(raw: RawOptions, env: Environment = browserEnvironment()): Widget {
  const parsed = parseOptions(raw);
  const parts = createParts(parsed.kind === "ok" ? parsed.options : NO_OPTIONS, env);
  const { emitter, transcript, page, session, history, turns, bootstrap } = parts;
  const isOpen = createSignal(false);
  const draft = createSignal("");
  let isDisposed = false;
  if (parsed.kind === "invalid") session.die(parsed.problems[0]);

  const load = (): void => {
    if (!isDisposed && session.state.peek().kind !== "dead") void bootstrap.load();
  };
  const setOpen = (next: boolean): void => {
    if (isDisposed || isOpen.peek() === next) return;
    isOpen.value = next;
    emitter.emit(next ? "open" : "close", undefined);
    if (!next) return;
    load();
    history.expect(session.isKnown);
    session.restore();
  };

  return {
    config: bootstrap.config,
    session: session.state,
    online: page.online,
    history: history.state,
    turn: turns.state,
    rows: transcript.rows,
    isOpen,
    draft,
    load,
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle: () => setOpen(!isOpen.peek()),
    ...createMessageCommands(parts, env, draft),
    on: emitter.on,
    dispose() {
      isDisposed = true;
      for (const part of [bootstrap, turns, history, session, page]) part.dispose();
      emitter.clear();
    },
  };
}
