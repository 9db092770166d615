// Owns the list of the visitor's conversations: fetching, renaming, deleting. Loaded with the first look at it. Knows no
// message.
import type { ThreadPage } from "../protocol/chat.ts";
import type { Engine } from "./engine.ts";
import type { Thread, ThreadsState } from "./handle.ts";
import type { FoyerProblem } from "./problem.ts";
import type { Signal } from "./signal.ts";

export interface ThreadsDeps {
  engine: Pick<Engine, "transport" | "visit" | "ending" | "goTo">;
  state: Signal<ThreadsState>;
  report(problem: FoyerProblem): void;
}

const readPage = (page: ThreadPage): Thread[] =>
  page.threads.map(({ id, title, updated_at }) => ({ id, title, at: Date.parse(updated_at) || 0 }));

/** Fetches the newest page. */
export async function loadThreads({ engine, state, report }: ThreadsDeps): Promise<void> {
  const { transport, visit, ending } = engine;
  const outcome = await transport.threads(null, ending);
  if (ending.aborted) return;
  if (outcome.kind === "failed") {
    state.value = outcome;
    return report(outcome.problem);
  }
  const { value } = outcome;
  const list = readPage(value);
  state.value = { kind: "ready", list, shownId: visit.threadId, hasMore: value.has_more, more: "idle" };
}

/** Fetches the page below. */
export async function loadMoreThreads({ engine, state, report }: ThreadsDeps): Promise<void> {
  const { transport, ending } = engine;
  const before = state.peek();
  if (before.kind !== "ready" || !before.hasMore || before.more === "loading") return;
  state.value = { ...before, more: "loading" };
  const outcome = await transport.threads(before.list.at(-1)?.id ?? null, ending);
  const now = state.peek();
  if (ending.aborted || now.kind !== "ready") return;
  if (outcome.kind === "failed") {
    state.value = { ...now, more: "failed" };
    return report(outcome.problem);
  }
  const known = new Set(now.list.map(({ id }) => id));
  const added = readPage(outcome.value).filter(({ id }) => !known.has(id));
  // A page that brings nothing though it promised more would be asked for again without end.
  const hasMore = outcome.value.has_more && added.length > 0;
  state.value = { ...now, list: [...now.list, ...added], hasMore, more: "idle" };
}

const changeList = (
  state: Signal<ThreadsState>,
  change: (list: readonly Thread[]) => readonly Thread[],
): void => {
  const now = state.peek();
  if (now.kind === "ready") state.value = { ...now, list: change(now.list) };
};

/** Renames a conversation, null deletes it. What is gone already counts as deleted. */
export async function changeThread(
  { engine, state, report }: ThreadsDeps,
  threadId: string,
  title: string | null,
): Promise<boolean> {
  const { transport, visit, ending, goTo } = engine;
  const outcome = await transport.setTitle(threadId, title, ending);
  if (ending.aborted) return false;
  const isGone = outcome.kind === "failed" && outcome.problem.status === 404;
  if (outcome.kind === "failed" && !isGone) {
    report(outcome.problem);
    return false;
  }
  if (title === null || isGone) {
    changeList(state, (list) => list.filter(({ id }) => id !== threadId));
    if (visit.threadId === threadId) goTo(null);
  } else
    changeList(state, (list) =>
      list.map((thread) => (thread.id === threadId ? { ...thread, title } : thread)),
    );
  return title === null || !isGone;
}
