// Owns the half of a widget that talks to the hub: config, session, history, turns. Loaded when first needed, so that
// a panel opens without it. Shows everything in the signals it is given.
import type { Signal } from "./signal.ts";
import type { WidgetConfig } from "../protocol/config.ts";
import type { Branching } from "./branching.ts";
import { Bootstrap } from "./config.ts";
import type { Environment } from "./environment.ts";
import type { HistoryState, SessionState, TurnState } from "./handle.ts";
import { createHandshake, type Handshake } from "./handshake.ts";
import { subjectOf } from "./ask.ts";
import type { Login } from "./identity.ts";
import type { History } from "./history.ts";
import type { Options } from "./options.ts";
import type { Page } from "./page.ts";
import type { FoyerProblem } from "./problem.ts";
import { recordHash } from "./record.ts";
import { Session } from "./session.ts";
import { createVisitStore, parseVisit } from "./storage.ts";
import { createTabs, type Tabs } from "./tabs.ts";
import { createTalk, goTo, retry } from "./talk.ts";
import type { Transcript } from "./transcript.ts";
import type { Transport } from "./transport.ts";
import type { Turns } from "./turns.ts";
import { Visit } from "./visit.ts";

export { importPast } from "./past-on-demand.ts";

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
  /** Who is logged in; null: nobody, so that visitors are guests. */
  login: Login | null;
  /** Refresh token of the guest who logged in on this page. */
  guestToken: string | null;
  /** The stored visit of somebody who left, as it was stored. */
  left: string | null;
  report(problem: FoyerProblem): void;
  /** Another tab logged this visitor out. */
  onLogout(): void;
}

/** Why the visitor is not here any more; `elsewhere`: another tab has seen to the rest. */
export type Departure = "login" | "logout" | "elsewhere";

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
  branching: Branching;
  /** Fetches the rest of the answer to a message, or sends the message again. */
  retry(messageId: string, text: string): void;
  /** Takes a fresh token, or a new way to get one. False: it is not this visitor's, or may not be. */
  supply(login: Login): boolean;
  /** The page hides, returns or changes connection. */
  check(): void;
  /**
   * The visitor goes: late answers are dropped from now on, then nothing that leads back is left, the other tabs are
   * told, and the hub at last (L1, L2).
   * @returns the refresh token of a guest who is logging in: the hub ends that session when the user's begins.
   */
  leave(why: Departure): string | null;
  dispose(): void;
}

const NOBODY: Login = Object.freeze({ userToken: null, getToken: null });

/** Tells whoever else knows the visitor that this one has left. */
function sendOff(
  tabs: Tabs,
  handshake: Handshake,
  { subject, refreshToken }: { subject: string | null; refreshToken: string | null },
): void {
  if (subject !== null) tabs.tell({ kind: "logout", subject });
  if (refreshToken !== null) handshake.revoke(refreshToken);
}

/** @returns the refresh token of a guest who is logging in. */
function leave(
  why: Departure,
  isUser: boolean,
  { visit, tabs, handshake }: { visit: Visit; tabs: Tabs; handshake: Handshake },
): string | null {
  const { subject, refreshToken } = visit;
  const isGuestLogin = why === "login" && !isUser;
  visit.lost();
  const known = { subject, refreshToken: isGuestLogin ? null : refreshToken };
  if (why !== "elsewhere") sendOff(tabs, handshake, known);
  tabs.dispose();
  return isGuestLogin ? refreshToken : null;
}

function createBootstrap({ env, options, signals, report }: EngineDeps, session: Session): Bootstrap {
  const onProblem = (problem: FoyerProblem) => (problem.retryable ? report(problem) : session.die(problem));
  return new Bootstrap({ env, options, config: signals.config, onProblem });
}

/** Builds the parts in order; nothing goes out before one of them is asked to. */
export function createEngine(deps: EngineDeps): Engine {
  const { env, options, page, signals, login, report, onLogout } = deps;
  const isUser = login !== null;
  const visit = new Visit(createVisitStore(env, options), login);
  const handshake = createHandshake(env, options);
  const tabs = createTabs(env, options, (news) => {
    if (news.kind === "thread") void talk.live.hear(news.subject, news.threadId);
    else session.hear(news);
  });
  const session = new Session({
    env,
    visit,
    tabs,
    handshake,
    storage: options.storage,
    state: signals.session,
    means: { ...(login ?? NOBODY), guestToken: deps.guestToken ?? visit.guestToken, isUser },
    online: page.online,
    onProblem(problem) {
      talk.history.visitorUnknown(problem);
      report(problem);
    },
    onVisitor: (visitor) => talk.history.visitorSettled(visitor !== null),
    onLogout,
  });
  const talk = createTalk(deps, { visit, tabs, session });
  const { history, turns, branching, outbox, transport, ending } = talk;
  const bootstrap = createBootstrap(deps, session);
  const parts = [talk, bootstrap, session];
  const left = parseVisit(deps.left ?? "", recordHash(options));
  if (left !== null) sendOff(tabs, handshake, left);
  return {
    bootstrap,
    session,
    turns,
    history,
    visit,
    transport,
    ending,
    branching,
    goTo: (threadId) => goTo(deps, talk, visit, threadId),
    retry: (id, text) => retry(deps, talk, session, { id, text }),
    supply(fresh) {
      const subject = subjectOf(fresh);
      const isSame = subject === undefined ? fresh.getToken === login?.getToken : subject === visit.subject;
      if (isSame && isUser) session.supply(fresh);
      return isSame && isUser;
    },
    check() {
      outbox.check();
      session.check();
    },
    leave(why) {
      for (const part of parts) part.dispose();
      outbox.clear();
      return leave(why, isUser, { visit, tabs, handshake });
    },
    dispose: () => [...parts, tabs].forEach((part) => part.dispose()),
  };
}
