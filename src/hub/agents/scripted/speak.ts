// Owns the rhythm of scripted agents: a text said in small pieces with pauses, until it ends or is stopped.
import type { AgentOutput, AgentRun } from "../agent.ts";

export interface Pace {
  /** Pause before the piece with this index, ms. */
  pauseMs: (index: number) => number;
  /** Splits a text; the pieces joined are the text. */
  pieces: (text: string) => readonly string[];
}

/** Words with 15-25 ms between them: the same at every run. */
const READING: Pace = {
  pauseMs: (index) => 15 + ((index * 7) % 11),
  pieces: (text) => text.match(/\s*\S+\s*/g) ?? [],
};

/** Streams a text; ends early, without an error, when the run is stopped. */
export async function* speak(text: string, run: AgentRun, pace: Pace = READING): AsyncGenerator<AgentOutput> {
  for (const [index, delta] of pace.pieces(text).entries()) {
    await run.clock.sleep(pace.pauseMs(index), run.signal);
    if (run.signal.aborted) return;
    yield { kind: "text", delta };
  }
}

/** The message to answer. */
export const lastMessage = (messages: readonly { content: string }[]): string =>
  messages.at(-1)?.content ?? "";
