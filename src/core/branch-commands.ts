// Owns the commands on what was said already: what can be told at once, and that the engine is there for the rest.
import type { EngineSignals } from "./engine.ts";
import type { EngineRoom } from "./engine-room.ts";
import type { TurnState, Widget } from "./handle.ts";
import type { Transcript } from "./transcript.ts";

export interface BranchCommandDeps {
  room: EngineRoom;
  transcript: Transcript;
  signals: Pick<EngineSignals, "turn">;
}

/** Whether no answer is running and nothing waits. */
export const isFree = ({ transcript, signals }: BranchCommandDeps): boolean =>
  signals.turn.peek().kind === "idle" && transcript.waiting === 0;

export function createBranchCommands(
  deps: BranchCommandDeps,
): Pick<Widget, "regenerate" | "selectBranch" | "rate"> {
  const { room, transcript, signals } = deps;
  return {
    regenerate(id) {
      const old = transcript.messages.find((message) => message.id === id);
      const isAnswer = old?.kind === "agent" && old.text !== "";
      if (!isAnswer || !isFree(deps) || !room.page.online.peek()) return false;
      // The composer is blocked until the part is there; the visitor may stop it.
      const loading: TurnState = { kind: "sending", messageId: "" };
      signals.turn.value = loading;
      room.use(
        ({ branching }) => branching.regenerate(id),
        (problem) => {
          signals.turn.value = { kind: "idle" };
          transcript.notice(id, problem);
        },
      );
      return true;
    },
    selectBranch: (id) => room.use(({ branching }) => isFree(deps) && branching.selectBranch(id)),
    rate: (id, rating, comment) =>
      room.use(
        ({ branching }) => branching.rate(id, rating, comment),
        (problem) => transcript.notice(id, problem),
      ),
  };
}
