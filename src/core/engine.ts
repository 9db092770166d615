// Owns the half of a widget that talks to the hub: config, session, history, turns. Loaded when first needed, so that
// a panel opens without it. Shows everything in the signals it is given.
import type { StoredMessage } from "../protocol/chat.ts";
import type { Signal } from "./signal.ts";
import type { WidgetConfig } from "../protocol/config.ts";
import { peekClaims } from "./claims.ts";
import { Bootstrap } from "./config.ts";
import type { Environment } from "./environment.ts";
import { createId } from "./id.ts";
import type { HistoryState, SessionState, TurnState } from "./handle.ts";
import { createHandshake } from "./handshake.ts";
import { History } from "./history.ts";
import type { Options } from "./options.ts";
import { Outbox } from "./outbox.ts";
import type { Page } from "./page.ts";
import type { FoyerProblem } from "./problem.ts";
import { Session } from "./session.ts";
import { createVisitStore } from "./storage.ts";
import type { Transcript } from "./transcript.ts";
import { createTransport, type Transport } from "./transport.ts";
import { Turns } from "./turns.ts";
import { Visit } from "./visit.ts";

/** What a widget shows of its engine. */
export interface EngineSignals {
  config: Signal<WidgetConfig | null>;
  session: Signal<SessionState>;
  history: Signal<HistoryState>;
  turn: Signal<TurnState>;
  draft: Signal<string>;
}

export interface EngineDeps {
  env: Environment;
  options: Options;
  page: Page;
  transcript: Transcript;
  signals: EngineSignals;
  report(problem: FoyerProblem): void;
}

export interface Engine {
  bootstrap: Bootstrap;
  session: Session;
  turns: Turns;
  history: History;
  transport: Transport;
  visit: Visit;
  /** Aborted once nothing of this engine is shown any more. */
  ending: AbortSignal;
  /** Shows another conversation, null: a new one. Nothing happens while a message waits to be sent. */
  goTo(threadId: string | null): void;
  /** The page hides, returns or changes connection. */
  check(): void;
  dispose(): void;
}

/** Shows what an earlier page had not brought to the hub, and sends what may still be sent. */
function openOutbox(
  { env, options, transcript, signals }: Pick<EngineDeps, "env" | "options" | "transcript" | "signals">,
  turns: Turns,
): Outbox {
  const owner = options.userToken === null ? "guest" : `user ${peekClaims(options.userToken).sub}`;
  const outbox = new Outbox({ env, options, owner, unsent: transcript.unsent, draft: signals.draft });
  const messages = outbox.restore();
  transcript.dispatch({ kind: "restored", messages });
  for (const { id, text, at, state } of messages) {
    if (state !== "failed") turns.ask({ id, text, atMs: at, isTried: state === "sending" });
  }
  return outbox;
}

/** An answer that is still being written is followed from here on. */
function followRunning(turns: Turns, messages: readonly StoredMessage[]): void {
  const running = messages.findLast(({ state, run_id }) => state === "running" && run_id !== null);
  const question = messages.findLast(({ role }) => role === "user");
  if (running?.run_id) turns.follow(running.run_id, question?.id ?? "");
}

function createBootstrap(
  { env, options, signals, report }: Pick<EngineDeps, "env" | "options" | "signals" | "report">,
  session: Session,
): Bootstrap {
  const onProblem = (problem: FoyerProblem) => (problem.retryable ? report(problem) : session.die(problem));
  return new Bootstrap({ env, options, config: signals.config, onProblem });
}

const createGoTo =
  (
    { env, transcript }: Pick<EngineDeps, "env" | "transcript">,
    { visit, turns, history }: Pick<Engine, "visit" | "turns" | "history">,
  ): Engine["goTo"] =>
  (threadId) => {
    if (transcript.waiting > 0 || threadId === visit.threadId) return;
    turns.leave();
    history.restart();
    transcript.dispatch({ kind: "left" });
    visit.goTo(threadId ?? createId(env));
    if (threadId !== null) void history.load();
  };

/** Builds the parts in order; nothing goes out before one of them is asked to. */
export function createEngine({ env, options, page, transcript, signals, report }: EngineDeps): Engine {
  const visit = new Visit(createVisitStore(env, options), options.userToken);
  const session = new Session({
    env,
    visit,
    state: signals.session,
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
    if (signals.turn.peek().kind === "idle") followRunning(turns, messages);
  };
  const isUser = options.userToken !== null;
  const onOlder: typeof onLoaded = (messages) => transcript.dispatch({ kind: "older", messages });
  const history = new History({ env, state: signals.history, transport, visit, isUser, onLoaded, onOlder });
  const turns = new Turns({
    env,
    page,
    session,
    sessionState: signals.session,
    visit,
    transport,
    state: signals.turn,
    history: signals.history,
    loadHistory: () => history.load(),
    isWaiting: (id) => transcript.isWaiting(id),
    dispatch: (event) => transcript.dispatch(event),
  });
  const bootstrap = createBootstrap({ env, options, signals, report }, session);
  const outbox = openOutbox({ env, options, transcript, signals }, turns);
  const ending = new AbortController();
  return {
    bootstrap,
    session,
    turns,
    history,
    transport,
    visit,
    ending: ending.signal,
    goTo: createGoTo({ env, transcript }, { visit, turns, history }),
    check() {
      outbox.flush();
      session.check();
    },
    dispose() {
      ending.abort();
      for (const part of [outbox, bootstrap, turns, history, session]) part.dispose();
    },
  };
}
