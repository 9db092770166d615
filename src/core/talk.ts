// Owns the part of an engine that has words in it: history, turns, what waits, and what other tabs say.
import { createBranching } from "./branching.ts";
import type { EngineDeps } from "./engine.ts";
import { History } from "./history.ts";
import { createId } from "./id.ts";
import { createLive } from "./live.ts";
import { createOutbox, type Outbox, type OutboxDeps } from "./outbox.ts";
import { createPastOnDemand, type PastDeps } from "./past-on-demand.ts";
import { GUEST } from "./record.ts";
import { type ConversationEvent, reduce } from "./reduce.ts";
import type { Session } from "./session.ts";
import type { Signal } from "./signal.ts";
import type { Tabs } from "./tabs.ts";
import { createTransport } from "./transport.ts";
import { tried } from "./tried.ts";
import { Turns } from "./turns.ts";
import type { Visit } from "./visit.ts";

/** The same signal to somebody who may set it until `ending` is aborted; later settings are dropped. */
const gate = <T>(source: Signal<T>, ending: AbortSignal): Signal<T> => ({
  ...source,
  get value() {
    return source.value;
  },
  set value(next) {
    if (!ending.aborted) source.value = next;
  },
});

interface OutboxParts extends Pick<OutboxDeps, "dispatch" | "ending"> {
  turns: Turns;
  visit: Visit;
  load: History["load"];
}

/** Keeps what the hub has not got, and sends what an earlier page left of it. */
function openOutbox(
  { env, options, page, transcript, signals, login }: EngineDeps,
  { turns, visit, load, ...parts }: OutboxParts,
): Outbox {
  const { unsent } = transcript;
  const { draft } = signals;
  const outbox = createOutbox({
    ...parts,
    env,
    options,
    page,
    owner: () => (login === null ? GUEST : visit.subject && `user ${visit.subject}`),
    unsent,
    draft,
    ask({ id, text, at, state }) {
      if (state !== "failed") turns.ask({ id, text, atMs: at, isTried: state === "sending" });
    },
    async onLost(id) {
      visit.latest();
      await load("quiet");
      if (unsent.peek().some((message) => message.id === id)) parts.dispatch({ kind: "withdrawn", id });
    },
  });
  outbox.restore();
  return outbox;
}

interface Who {
  visit: Visit;
  tabs: Tabs;
  session: Session;
}

const pastDepsOf = (
  { env, page, transcript, signals, login }: EngineDeps,
  { visit, session }: Who,
  turns: () => Turns,
  parts: Pick<PastDeps, "transport" | "dispatch" | "turn" | "ending">,
): PastDeps => ({
  ...parts,
  env,
  page,
  visit,
  transcript,
  tried,
  ask(message) {
    session.revive(false);
    turns().ask(message);
  },
  isUser: login !== null,
  history: signals.history,
  follow: (runId, messageId) => turns().follow(runId, messageId),
});

/** Which conversation is shown. */
function createChoice(
  { env, transcript }: EngineDeps,
  visit: Visit,
  history: History,
  dispatch: (event: ConversationEvent) => void,
) {
  const show = (threadId: string | null): void => {
    history.restart();
    dispatch({ kind: "left" });
    visit.goTo(threadId ?? createId(env));
    if (threadId !== null) void history.load();
  };
  return {
    show,
    /** Shows the conversation where the hub may have this message already. */
    goBack(id: string): void {
      const found = transcript.messages.find((message) => message.id === id);
      const threadId = found?.kind === "visitor" && found.threadId;
      // A visitor who began anew has no conversation to go back to.
      if (threadId && visit.threadId && threadId !== visit.threadId) show(threadId);
    },
  };
}

/** The part that has words in it. */
export function createTalk(deps: EngineDeps, who: Who) {
  const { env, options, page, transcript, signals } = deps;
  const { visit, tabs, session } = who;
  const ending = new AbortController();
  // What still comes after the visitor left is not shown to the next one.
  const state = gate(signals.turn, ending.signal);
  const dispatch = (event: ConversationEvent): void => {
    if (ending.signal.aborted) return;
    // What ended the session was told when it did.
    const isTold = "problem" in event && signals.session.peek().kind === "dead";
    transcript.change({ kind: isTold ? "loaded" : event.kind }, (state) => reduce(state, event));
    const part = past.current();
    if (part !== null) part.follow(event);
    // Without the part an answer lacks what comes beside its text, nothing else.
    else if (event.kind === "agui" && event.event.type === "CUSTOM")
      past.load().then(
        (loaded) => ending.signal.aborted || loaded.follow(event),
        () => {},
      );
  };
  const transport = createTransport(env, options.apiUrl, session);
  const parts = { transport, dispatch, turn: state, ending: ending.signal };
  const pastDeps = pastDepsOf(deps, who, () => turns, parts);
  const past = createPastOnDemand(pastDeps);
  const history = new History(signals.history, past, () => session.revive(true));
  const { load } = history;
  const choice = createChoice(deps, visit, history, dispatch);
  const turns = new Turns({
    env,
    page,
    session,
    sessionState: signals.session,
    visit,
    transport,
    state,
    history: signals.history,
    loadHistory: load,
    isWaiting: (id) => transcript.isWaiting(id) || branching.isWaiting(id),
    orderFor: (id) => branching.orderFor(id),
    undo: (id) => [outbox.withdrawn, branching.undo].forEach((undo) => undo(id)),
    claim: (...message) => outbox.claim(...message),
    dispatch,
    ...choice,
  });
  const branching = createBranching(pastDeps, past);
  const live = createLive({ turn: state, history: signals.history, visit, tabs, load });
  const outbox = openOutbox(deps, { turns, visit, load, dispatch, ending: ending.signal });
  const dispose = (): void => {
    ending.abort();
    for (const part of [outbox, turns, history, live]) part.dispose();
  };
  return { ...parts, ...choice, history, turns, branching, live, outbox, dispose };
}

type Talk = ReturnType<typeof createTalk>;

/** Shows another conversation, null: a new one. Nothing happens while a message waits to be sent. */
export function goTo(
  { transcript }: EngineDeps,
  { turns, show }: Talk,
  visit: Visit,
  threadId: string | null,
): void {
  if (transcript.waiting > 0 || threadId === visit.threadId) return;
  turns.leave();
  show(threadId);
}

/** Fetches the rest of the answer to a message, or sends the message again. */
export function retry(
  { env }: EngineDeps,
  { turns, dispatch }: Talk,
  session: Session,
  message: { id: string; text: string },
): void {
  const { id } = message;
  session.revive(true);
  if (turns.resume(id)) return;
  dispatch({ kind: "asked_again", id });
  turns.ask({ ...message, atMs: env.now(), isTried: true });
}
