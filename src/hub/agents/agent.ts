// Owns what an agent is: a function from a conversation to a stream of output. Knows no kind of agent and no wire.
import type { Interrupt, ResumeEntry, ToolCall } from "../../protocol/agui-tools.ts";
import type { RunAgentInput } from "../../protocol/chat-requests.ts";
import type { Source } from "../../protocol/rich.ts";
import type { HubClock } from "../clock.ts";

export type PageTool = RunAgentInput["tools"][number];

export type AgentMessage =
  | { role: "user"; id: string; content: string }
  /** An earlier answer of the agent, with what came back to its calls. */
  | { role: "assistant"; id: string; content: string; toolCalls: readonly ToolCall[] };

export interface AgentInput {
  /**
   * Oldest first. The last one is the visitor's message to answer, or the agent's own answer that goes on now that its
   * calls or interrupts were answered.
   */
  messages: readonly AgentMessage[];
  /** What became of the interrupts that the agent's last answer ended with. */
  resume: readonly ResumeEntry[];
  /** What the page can do. A call of one of these ends the run; its result comes with the next input. */
  tools: readonly PageTool[];
  /** What the page says of itself. The visitor could have written it. */
  context: readonly { description: string; value: string }[];
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
  | { kind: "step-end"; name: string }
  /** A call of a tool; of the page, unless a result follows. Several may be open. */
  | { kind: "tool-start"; id: string; name: string }
  | { kind: "tool-args"; id: string; delta: string }
  | { kind: "tool-end"; id: string }
  | { kind: "tool-result"; id: string; content: string }
  /** What the answer refers to, instead of what was said before. */
  | { kind: "sources"; sources: readonly Source[] }
  /** What the visitor may ask next, instead of what was said before. */
  | { kind: "suggestions"; suggestions: readonly string[] }
  /** The answer waits for the visitor: the last thing an agent says. */
  | { kind: "interrupt"; interrupts: readonly Interrupt[] };

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
