// Owns the half of a widget that talks to the hub: config, session, history, turns. Loaded when first needed, so that
// a panel opens without it. Shows everything in the signals it is given.
import type { Signal } from "./signal.ts";
import type { WidgetConfig } from "../protocol/config.ts";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { Branching } from "./branching.ts";
import type { Environment } from "./environment.ts";
import type { HistoryState, SessionState, TurnState } from "./handle.ts";
import { createHandshake, type Handshake } from "./handshake.ts";
import { subjectOf } from "./ask.ts";
import { fetchJson } from "./http.ts";
import type { Login } from "./identity.ts";
import type { History } from "./history.ts";
import type { Options } from "./options.ts";
import type { Page } from "./page.ts";
import type { Legacy } from "./legacy.ts";
import { type FoyerProblem, UNLOADED } from "./problem.ts";
import { recordHash } from "./record.ts";
import { judge } from "./retry.ts";
import { Session } from "./session.ts";
import { createSessionRequest, type Credentials } from "./session-request.ts";
import { sleep } from "./sleep.ts";
import { createVisitStore, parseVisit } from "./storage.ts";
import { createTabs, type Tabs } from "./tabs.ts";
import { createTalk, goTo, retry } from "./talk.ts";
import type { Transcript } from "./transcript.ts";
import { type Transport, withoutStatus } from "./transport.ts";
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
  /** Somebody who left: the visit as it was stored, or the session where nothing could be stored. */
  left: string | Credentials | null;
  /** What began without the engine. */
  legacy: Legacy | null;
  report(problem: FoyerProblem): void;
  /** Another tab logged this visitor out. */
  onLogout(): void;
}

/** Why the visitor is not here any more; `elsewhere`: another tab has seen to the rest. */
export type Departure = "login" | "logout" | "elsewhere";

/** What a visitor who logs in brings along. */
export interface Left {
  /** Refresh token of the guest: the hub ends that session when the user's begins. */
  guestToken: string | null;
  /** No guest was known: what was written here is of whoever logs in. */
  isNew: boolean;
}

export interface Engine {
  /** Fetches the bootstrap config. */
  loadConfig(): Promise<void>;
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
   */
  leave(why: Departure): Left;
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

function leave(
  why: Departure,
  deps: EngineDeps,
  { visit, tabs, handshake }: { visit: Visit; tabs: Tabs; handshake: Handshake },
): Left {
  const { subject, refreshToken } = visit;
  const isGuestLogin = why === "login" && deps.login === null;
  visit.lost();
  const known = { subject, refreshToken: isGuestLogin ? null : refreshToken };
  if (why !== "elsewhere") sendOff(tabs, handshake, known);
  tabs.dispose();
  return { guestToken: isGuestLogin ? refreshToken : null, isNew: subject === null };
}

/** False: it is not this visitor's, or may not be. */
function supply(login: Login | null, fresh: Login, visit: Visit, session: Session): boolean {
  if (login === null) return false;
  const subject = subjectOf(fresh);
  const isSame = subject === undefined ? fresh.getToken === login.getToken : subject === visit.subject;
  if (isSame) session.supply(fresh);
  return isSame;
}

const TOOLS = { fetchJson, judge, sleep };

/** Fetches the config where the page did not hand it over, one search at a time. */
function createConfigLoader(
  { env, options, page, signals, report }: EngineDeps,
  session: Session,
  signal: AbortSignal,
) {
  const { config } = signals;
  const onProblem = (problem: FoyerProblem) => (problem.retryable ? report(problem) : session.die(problem));
  let isLoading = false;
  return async (): Promise<void> => {
    if (isLoading) return;
    isLoading = true;
    // Some browsers remember for ever that a module could not be loaded, so offline it is not tried.
    await page.whenOnline(signal);
    const part = await import("./config.ts").catch(() => null);
    if (part === null) report(UNLOADED);
    else
      await part.loadConfig({ env, options, path: WIDGET_PATHS.config, config, signal, onProblem, ...TOOLS });
    isLoading = false;
  };
}

/** Goes on with what began without the engine. Of several pages that began at once, the one that stored its guest counts. */
function takeOver(
  { credentials, threadId, turn, refusal, late, isShared }: Legacy,
  { visit, session, talk }: { visit: Visit; session: Session; talk: ReturnType<typeof createTalk> },
): void {
  if (credentials !== null && (visit.subject ?? credentials.subject) === credentials.subject) {
    session.adopt(credentials, true);
    visit.continue(visit.threadId ?? threadId);
  }
  if (refusal !== null) {
    session.takeFailure(refusal, "bootstrap");
    if (turn !== null) turn.outcome = Promise.resolve(withoutStatus(refusal));
  }
  if (turn !== null) talk.turns.takeOver(turn);
  for (const event of late) talk.dispatch(event);
  // What another page said meanwhile was not heard here.
  if (isShared) void talk.live.hear({ kind: "thread" });
}

/** Builds the parts in order; nothing goes out before one of them is asked to. */
export function createEngine(deps: EngineDeps): Engine {
  const { env, options, page, signals, login, report, onLogout } = deps;
  const isUser = login !== null;
  const visit = new Visit(createVisitStore(env, options), login);
  const { legacy } = deps;
  const request = legacy?.request ?? createSessionRequest(env, options);
  const handshake = createHandshake(env, options, request);
  const tabs = createTabs(env, options, (news) => {
    if (news.kind === "thread") void talk.live.hear(news);
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
    onVisitor(visitor) {
      talk.outbox.restore();
      talk.history.visitorSettled(visitor !== null);
    },
    onLogout,
  });
  const talk = createTalk(deps, { visit, tabs, session });
  const { history, turns, branching, outbox, transport, ending } = talk;
  const parts = [talk, session];
  const left = typeof deps.left === "string" ? parseVisit(deps.left, recordHash(options)) : deps.left;
  if (left !== null) sendOff(tabs, handshake, left);
  if (legacy !== null) takeOver(legacy, { visit, session, talk });
  return {
    loadConfig: createConfigLoader(deps, session, ending),
    session,
    turns,
    history,
    visit,
    transport,
    ending,
    branching,
    goTo: (threadId) => goTo(deps, talk, visit, threadId),
    retry: (id, text) => retry(deps, talk, session, { id, text }),
    supply: (fresh) => supply(login, fresh, visit, session),
    check() {
      outbox.check();
      session.check();
    },
    leave(why) {
      for (const part of parts) part.dispose();
      outbox.clear();
      return leave(why, deps, { visit, tabs, handshake });
    },
    dispose: () => [...parts, tabs].forEach((part) => part.dispose()),
  };
}
