// Owns what an agent is: a function from a conversation to a stream of output. Knows no kind of agent and no wire.
import type { HubClock } from "../clock.ts";

export interface AgentInput {
  /** Oldest first; the last one is the visitor's message to answer. */
  messages: readonly { role: "user" | "assistant"; content: string }[];
  /** `name` is null for guests and for visitors without one. */
  visitor: { name: string | null };
  /** Instructions for this visitor in place of the agent's own; null: none. */
  prompt: string | null;
  /** The voice to speak with, for agents that have one; null: the agent's own. */
  voice: string | null;
}

export type AgentOutput =
  /** The next piece of the answer, markdown. */
  | { kind: "text"; delta: string }
  /** What the agent does now, in words for the visitor; lasts until `step-end`. */
  | { kind: "step-start"; name: string }
  | { kind: "step-end"; name: string };

export interface AgentRun {
  /** Aborted when the visitor stops the answer: the agent must end soon. */
  signal: AbortSignal;
  clock: HubClock;
}

export type Agent = (input: AgentInput, run: AgentRun) => AsyncIterable<AgentOutput>;

/** Thrown by an agent that cannot go on. Its message is shown to the visitor; other errors are not. */
export class AgentFailure extends Error {
  override readonly name = "AgentFailure";
}
