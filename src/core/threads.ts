// Owns the visitor's conversations as a whole: their list, renaming, deleting, going from one to another. Loaded when
// first asked for. Knows no message.
import { parseThreads, type ThreadPage } from "../protocol/chat.ts";
import { threadPath } from "../protocol/thread-paths.ts";
import type { Engine } from "./engine.ts";
import type { EngineRoom } from "./engine-room.ts";
import type { SessionState, Thread, Threads, ThreadsState } from "./handle.ts";
import type { FoyerProblem } from "./problem.ts";
import { type ReadonlySignal, signal as createSignal, type Signal } from "./signal.ts";
import { threadsRequest } from "./thread-requests.ts";
import type { Transcript } from "./transcript.ts";

export interface ThreadsDeps {
  room: EngineRoom;
  transcript: Transcript;
  session: ReadonlySignal<SessionState>;
  report(problem: FoyerProblem): void;
}

/** What one call works with. */
interface Desk {
  engine: Pick<Engine, "transport" | "visit" | "ending" | "goTo">;
  state: Signal<ThreadsState>;
  report(problem: FoyerProblem): void;
}

const NOTHING: ThreadsState = Object.freeze({
  kind: "ready",
  list: [],
  shownId: null,
  hasMore: false,
  more: "idle",
});

const readPage = (page: ThreadPage): Thread[] =>
  page.threads.map(({ id, title, updated_at }) => ({ id, title, at: Date.parse(updated_at) || 0 }));

/** Fetches the newest page. */
async function loadNewest({ engine, state, report }: Desk): Promise<void> {
  const { transport, visit, ending } = engine;
  const outcome = await transport.call(threadsRequest(null, ending), parseThreads);
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
async function loadBelow({ engine, state, report }: Desk): Promise<void> {
  const { transport, ending } = engine;
  const before = state.peek();
  if (before.kind !== "ready" || !before.hasMore || before.more === "loading") return;
  state.value = { ...before, more: "loading" };
  const outcome = await transport.call(threadsRequest(before.list.at(-1)?.id ?? null, ending), parseThreads);
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
async function change(
  { engine, state, report }: Desk,
  threadId: string,
  title: string | null,
): Promise<boolean> {
  const { transport, visit, ending, goTo } = engine;
  const what =
    title === null ? ({ method: "DELETE" } as const) : ({ method: "PATCH", body: { title } } as const);
  const request = { ...what, path: threadPath(threadId), signal: ending };
  const outcome = await transport.call(request, () => true);
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

export function createThreads({ room, transcript, session, report }: ThreadsDeps): Threads {
  const state = createSignal<ThreadsState>({ kind: "none" });
  const forget = (): void => void (state.value = { kind: "none" });
  const act = <T>(task: (desk: Desk) => Promise<T>, ifFailed: T): Promise<T> =>
    new Promise((resolve) =>
      room.use(
        (engine) => {
          // Whose list it was is not here any more.
          engine.ending.addEventListener("abort", forget);
          resolve(task({ engine, state, report }));
        },
        (problem) => {
          report(problem);
          if (state.peek().kind === "loading") state.value = { kind: "failed", problem };
          resolve(ifFailed);
        },
      ),
    );
  const goTo = (threadId: string | null): boolean => {
    if (transcript.waiting > 0 || room.isDisposed) return false;
    room.use((engine) => engine.goTo(threadId));
    return true;
  };
  return {
    state,
    load() {
      if (state.peek().kind === "loading") return;
      if (!room.isKnown && !("visitor" in session.peek())) return void (state.value = NOTHING);
      state.value = { kind: "loading" };
      void act(loadNewest, undefined);
    },
    loadMore: () => void act(loadBelow, undefined),
    startOver: () => goTo(null),
    open: goTo,
    rename: (id, title) => act((desk) => change(desk, id, title.trim().slice(0, 120)), false),
    remove: (id) => act((desk) => change(desk, id, null), false),
  };
}
