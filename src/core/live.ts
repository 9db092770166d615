// Owns that a second tab shows the same conversation: tells where something was said, and looks where another tab
// says so. Knows no request; each tab follows an answer by itself.
import type { HistoryState, TurnState } from "./handle.ts";
import type { History } from "./history.ts";
import type { ReadonlySignal } from "./signal.ts";
import type { News, Tabs } from "./tabs.ts";
import { until } from "./until.ts";
import type { Visit } from "./visit.ts";

type ThreadNews = Extract<News, { kind: "thread" }>;

export interface LiveDeps {
  turn: ReadonlySignal<TurnState>;
  history: ReadonlySignal<HistoryState>;
  visit: Visit;
  tabs: Tabs;
  load: History["load"];
}

export interface Live {
  /** Another tab of this visitor said something in a thread, or may have, in the one that is stored. */
  hear(news: ThreadNews): Promise<void>;
  dispose(): void;
}

export function createLive({ turn, history, visit, tabs, load }: LiveDeps): Live {
  const ending = new AbortController();
  let before = turn.peek().kind;
  // An answer to a message of this tab begins: by now the hub has both.
  const stop = turn.subscribe(({ kind }) => {
    const { subject, threadId } = visit;
    const isNews = before === "sending" && kind === "answering";
    before = kind;
    if (isNews && subject !== null && threadId !== null) tabs.tell({ kind: "thread", subject, threadId });
  });
  return {
    async hear(news) {
      visit.latest();
      const { subject = visit.subject, threadId = visit.threadId } = news;
      const isOurs = (): boolean => subject === visit.subject && threadId === (visit.threadId ?? threadId);
      // A panel that was never opened fetches everything when it is.
      if (threadId === null || !isOurs() || history.peek().kind === "none") return;
      await until(turn, ({ kind }) => kind === "idle", ending.signal);
      if (ending.signal.aborted || !isOurs()) return;
      visit.continue(threadId);
      await load("quiet");
    },
    dispose() {
      ending.abort();
      stop();
    },
  };
}
