// Owns what a visitor does with whole conversations. The part that knows how is loaded when it is needed.
import type { Engine } from "./engine.ts";
import type { EngineRoom } from "./engine-room.ts";
import type { SessionState, ThreadsState, Widget } from "./handle.ts";
import { type FoyerProblem, localProblem } from "./problem.ts";
import { type ReadonlySignal, signal as createSignal, type Signal } from "./signal.ts";
import type { ThreadsDeps } from "./threads.ts";
import type * as Threads from "./threads.ts";
import type { Transcript } from "./transcript.ts";

export interface ThreadCommandsDeps {
  room: EngineRoom;
  transcript: Transcript;
  session: ReadonlySignal<SessionState>;
  report(problem: FoyerProblem): void;
}

export type ThreadCommands = Pick<
  Widget,
  "loadThreads" | "loadMoreThreads" | "startOver" | "openThread" | "renameThread" | "deleteThread"
> & { threads: Signal<ThreadsState> };

const NOTHING: ThreadsState = Object.freeze({
  kind: "ready",
  list: [],
  shownId: null,
  hasMore: false,
  more: "idle",
});

const UNLOADED: FoyerProblem = localProblem(
  "hub_unreachable",
  "a part of the widget could not be loaded",
  true,
);

export function createThreadCommands({
  room,
  transcript,
  session,
  report,
}: ThreadCommandsDeps): ThreadCommands {
  const threads = createSignal<ThreadsState>({ kind: "none" });
  const fail = (problem: FoyerProblem): false => {
    if (threads.peek().kind === "loading") threads.value = { kind: "failed", problem };
    report(problem);
    return false;
  };
  const act = async (
    engine: Engine,
    task: (part: typeof Threads, deps: ThreadsDeps) => Promise<boolean | void>,
  ): Promise<boolean> => {
    const part = await import("./threads.ts").catch(() => null);
    if (engine.ending.aborted) return false;
    return part === null ? fail(UNLOADED) : (await task(part, { engine, state: threads, report })) === true;
  };
  const withPart = (task: Parameters<typeof act>[1]): Promise<boolean> =>
    new Promise((resolve) =>
      room.use(
        (engine) => resolve(act(engine, task)),
        (problem) => resolve(fail(problem)),
      ),
    );
  const goTo = (threadId: string | null): boolean => {
    if (transcript.waiting > 0 || room.isDisposed) return false;
    room.use((engine) => engine.goTo(threadId));
    return true;
  };
  return {
    threads,
    loadThreads() {
      if (threads.peek().kind === "loading") return;
      if (!room.isKnown && !("visitor" in session.peek())) return void (threads.value = NOTHING);
      threads.value = { kind: "loading" };
      void withPart((part, deps) => part.loadThreads(deps));
    },
    loadMoreThreads: () => void withPart((part, deps) => part.loadMoreThreads(deps)),
    startOver: () => goTo(null),
    openThread: goTo,
    renameThread: (threadId, title) =>
      withPart((part, deps) => part.changeThread(deps, threadId, title.trim().slice(0, 120))),
    deleteThread: (threadId) => withPart((part, deps) => part.changeThread(deps, threadId, null)),
  };
}
