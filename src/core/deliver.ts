// Owns getting one message to the hub, however long it takes (R24, R25): tries, waits, gives up. Knows no queue.
import type { ForwardedProps } from "../protocol/chat.ts";
import type { ConversationEvent } from "./reduce.ts";
import type { Environment } from "./environment.ts";
import type { SessionState, TurnState } from "./handle.ts";
import { createId } from "./id.ts";
import type { Page } from "./page.ts";
import { type FoyerProblem, localProblem, type Outcome } from "./problem.ts";
import { judge } from "./retry.ts";
import type { Run } from "./run.ts";
import { sleep } from "./sleep.ts";
import type { ReadonlySignal, Signal } from "./signal.ts";
import { mayHaveArrived, type StreamSink } from "./stream-run.ts";
import type { Transport } from "./transport.ts";
import { until } from "./until.ts";
import type { Visit } from "./visit.ts";

/** What waited longer is not sent unasked. */
export const QUEUE_LIFE_MS = 3_600_000;

/** A visitor's message on its way. */
export interface Outgoing {
  id: string;
  text: string;
  /** When it was written, ms since the epoch. */
  atMs: number;
  /** The hub may have it already. */
  isTried: boolean;
  /** What became of the first try, where that was made without the engine. */
  first?: Promise<Outcome<null>> | null;
}

export interface DeliveryDeps {
  env: Environment;
  /** Where the state is shown. */
  state: Signal<TurnState>;
  sessionState: ReadonlySignal<SessionState>;
  page: Page;
  visit: Visit;
  transport: Transport;
  /** Where a message belongs in the conversation. */
  orderFor(messageId: string): ForwardedProps;
  /** Whether this page may send the message: of several that show it one does, and none once it was taken back. */
  claim(messageId: string, signal: AbortSignal): Promise<boolean>;
  dispatch(event: ConversationEvent): void;
}

export type Delivery =
  /** The hub answers. */
  | { kind: "begun" }
  /** The visitor or the page ended it. */
  | { kind: "stopped" }
  /** The hub had it before: its history shows what came of it. */
  | { kind: "handled"; problem: FoyerProblem }
  | { kind: "failed"; problem: FoyerProblem; isTerminal: boolean };

/** The page may sign the visitor in again; until then what the hub surely has not got waits. */
const isSignedOut = (session: SessionState): session is Extract<SessionState, { kind: "dead" }> =>
  session.kind === "dead" && /token|session/.test(session.problem.code);

const showQueued = ({ dispatch }: DeliveryDeps, { id, isTried }: Outgoing): void => {
  if (!isTried) dispatch({ kind: "queued", id });
};

/** Waits while offline or signed out by accident, with the composer free. */
async function whenPossible(deps: DeliveryDeps, message: Outgoing, signal: AbortSignal): Promise<void> {
  const { page, sessionState, state } = deps;
  const mayGo = (session: SessionState): boolean => message.isTried || !isSignedOut(session);
  while (!signal.aborted && !(page.online.peek() && mayGo(sessionState.peek()))) {
    state.value = { kind: "idle" };
    showQueued(deps, message);
    await page.whenOnline(signal);
    await until(sessionState, mayGo, signal);
  }
}

/** Waits before the next try; what the hub surely has not got may be withdrawn meanwhile. */
async function pause(
  deps: DeliveryDeps,
  message: Outgoing,
  delayMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { env, state } = deps;
  if (!message.isTried) {
    state.value = { kind: "waiting", untilMs: env.now() + delayMs };
    showQueued(deps, message);
  }
  await sleep(env, delayMs, signal);
}

/** Sends a message until the hub has it, always with the same ids. Says what became of it, and tells the session nothing. */
export async function deliver(
  deps: DeliveryDeps,
  message: Outgoing,
  run: Run,
  sink: StreamSink,
): Promise<Delivery> {
  const { env, state, sessionState, visit, transport, dispatch } = deps;
  const { id: messageId, text, atMs } = message;
  let threadId = visit.threadId ?? createId(env);
  let order: ForwardedProps | null = null;
  let failures = 0;
  let waits = 0;
  for (;;) {
    await whenPossible(deps, message, sink.signal);
    const session = sessionState.peek();
    // It cannot be taken back, so the visitor decides.
    if (message.isTried && isSignedOut(session))
      return { kind: "failed", problem: { ...session.problem, retryable: true }, isTerminal: false };
    const isOurs = sink.signal.aborted || (await deps.claim(messageId, sink.signal));
    if (sink.signal.aborted || !isOurs) return { kind: "stopped" };
    if (env.now() - atMs > QUEUE_LIFE_MS) return { kind: "failed", problem: EXPIRED, isTerminal: false };
    state.value = { kind: "sending", messageId };
    dispatch({ kind: "sending", id: messageId, threadId });
    visit.remember(threadId);
    order ??= deps.orderFor(messageId);
    const question = { threadId, runId: run.runId, messageId, text, order };
    const outcome = await transport.send(question, sink, message.first);
    message.first = null;
    // A new guest may have been made on the way, who must be led back to this thread; who has gone elsewhere stays there.
    if (run.isAccepted && (visit.threadId ?? threadId) === threadId) visit.remember(threadId);
    if (run.isAccepted || sink.signal.aborted) return { kind: run.isAccepted ? "begun" : "stopped" };
    if (isSignedOut(sessionState.peek())) continue;
    const problem = outcome.kind === "failed" ? outcome.problem : NO_EVENTS;
    const isLimited = problem.status === 429;
    message.isTried ||= mayHaveArrived(outcome);
    const attempt = problem.code === "offline" ? 0 : isLimited ? waits++ : failures++;
    const verdict = judge("send", problem, attempt, env.random);
    if (verdict.kind === "retry") await pause(deps, message, verdict.delayMs, sink.signal);
    else if (problem.code === "message_not_found" && (order.edit_of ?? order.after) !== undefined) {
      // What it was to follow never arrived, or is gone: it goes on where the conversation ends.
      order = {};
    } else if (verdict.kind === "new_thread" && attempt === 0 && order.regenerate === undefined) {
      threadId = createId(env);
      order = {};
    } else if (verdict.kind === "reload") {
      return { kind: "handled", problem: { ...problem, retryable: true } };
    } else return { kind: "failed", problem, isTerminal: verdict.kind === "dead" };
  }
}

const EXPIRED: FoyerProblem = localProblem("offline", "waited too long", true);
const NO_EVENTS: FoyerProblem = localProblem("bad_answer", "no events", true);
