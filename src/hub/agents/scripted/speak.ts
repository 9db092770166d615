// Owns the rhythm of scripted agents: a text said in small pieces with pauses, until it ends or is stopped.
import type { AgentInput, AgentOutput, AgentRun } from "../agent.ts";

/** A run of a built-in agent. */
export interface ScriptRun extends AgentRun {
  /** Mean pause between two words, ms. */
  wordPauseMs: number;
}

export type Script = (input: AgentInput, run: ScriptRun) => AsyncIterable<AgentOutput>;

export interface Pace {
  /** Pause before the piece with this index, ms. */
  pauseMs: (index: number) => number;
  /** Splits a text; the pieces joined are the text. */
  pieces: (text: string) => readonly string[];
}

/** Pauses between words: a quarter shorter to a quarter longer, the same at every run. */
const wordByWord = (pauseMs: number): Pace => ({
  pauseMs: (index) => pauseMs * (0.75 + ((index * 7) % 11) / 20),
  pieces: (text) => text.match(/\s*\S+\s*/g) ?? [],
});

/** Streams a text; ends early, without an error, when the run is stopped. */
export async function* speak(
  text: string,
  run: ScriptRun,
  pace: Pace = wordByWord(run.wordPauseMs),
): AsyncGenerator<AgentOutput> {
  for (const [index, delta] of pace.pieces(text).entries()) {
    await run.clock.sleep(pace.pauseMs(index), run.signal);
    if (run.signal.aborted) return;
    yield { kind: "text", delta };
  }
}

/** The message to answer. */
export const lastMessage = (messages: readonly { content: string }[]): string =>
  messages.at(-1)?.content ?? "";
