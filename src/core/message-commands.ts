// Owns what a visitor does with messages: what can be told at once, and which part goes on with it.
import { MESSAGE_MAX_LENGTH } from "../protocol/limits.ts";
import { isFree } from "./branch-commands.ts";
import type { EngineSignals } from "./engine.ts";
import type { EngineRoom } from "./engine-room.ts";
import type { Environment } from "./environment.ts";
import type { Widget } from "./handle.ts";
import { createId } from "./id.ts";
import type { FoyerProblem } from "./problem.ts";
import type { Transcript } from "./transcript.ts";

const MAX_WAITING = 20;
const TOO_LONG: Readonly<FoyerProblem> = {
  code: "message_too_long",
  detail: `over ${MESSAGE_MAX_LENGTH} characters`,
  retryable: false,
};

export interface Talk {
  env: Environment;
  room: EngineRoom;
  transcript: Transcript;
  signals: EngineSignals;
  report(problem: FoyerProblem): void;
}

/** How messages are shown at once, and who sends them. */
function createWays({ env, room, transcript, signals }: Talk) {
  const { turn } = signals;
  /** Shows at once that something happens; what has to wait leaves the composer free. */
  const begin = (messageId: string): "queued" | "sending" => {
    if (!room.page.online.peek() || turn.peek().kind !== "idle") return "queued";
    turn.value = { kind: "sending", messageId };
    return "sending";
  };
  const refuse = (id: string, problem: FoyerProblem): void => {
    turn.value = { kind: "idle" };
    transcript.dispatch({ kind: "refused", id, problem });
  };
  const say = (text: string, editOf?: string): void => {
    const { isPlain } = room;
    const message = { id: createId(env), text, atMs: env.now() };
    const state = begin(message.id);
    transcript.dispatch({ kind: "asked", ...message, state, ...(editOf && { editOf }) });
    if (editOf) room.use(({ branching }) => branching.place(message.id));
    room.ask({ ...message, isTried: false }, isPlain && !editOf && state === "sending", (problem) =>
      refuse(message.id, problem),
    );
  };
  return { begin, refuse, say };
}

/** What a visitor does with messages. */
export function createMessageCommands(
  talk: Talk,
): Pick<Widget, "send" | "edit" | "stop" | "retry" | "withdraw"> {
  const { room, transcript, signals, report } = talk;
  const { draft, turn } = signals;
  const { begin, refuse, say } = createWays(talk);
  const canAsk = (): boolean => {
    const { kind } = turn.peek();
    return !room.isDisposed && (kind === "idle" || kind === "waiting") && transcript.waiting < MAX_WAITING;
  };
  return {
    send(text = draft.peek()) {
      const trimmed = text.trim();
      if (trimmed === "" || !canAsk()) return false;
      if (trimmed.length > MESSAGE_MAX_LENGTH) {
        report(TOO_LONG);
        return false;
      }
      say(trimmed);
      if (text === draft.peek()) draft.value = "";
      return true;
    },
    edit(id, text) {
      const said = text.trim();
      const isFit = said !== "" && said.length <= MESSAGE_MAX_LENGTH && transcript.visitorText(id) !== null;
      if (!isFit || !isFree(talk)) return false;
      say(said, id);
      return true;
    },
    stop: () => room.stop(),
    retry(id) {
      const text = transcript.visitorText(id);
      if (text === null || !canAsk()) return;
      // It is on its way already; what kept it may be over.
      if (transcript.isWaiting(id)) return room.use(({ session }) => session.revive(true));
      begin(id);
      room.use(
        (engine) => engine.retry(id, text),
        (problem) => refuse(id, problem),
      );
    },
    withdraw(id) {
      const text = transcript.withdraw(id);
      if (text !== null) room.use(({ turns }) => turns.drop(id));
      return text;
    },
  };
}
