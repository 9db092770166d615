// Owns what AG-UI 1.0 says of tools and interrupts: the shapes, and the events beyond those of agui.ts that a hub sends.
// Apart from agui.ts because a view that shows no tools has no use for it.
// Source: https://docs.ag-ui.com/concepts/tools, https://docs.ag-ui.com/concepts/interrupts
import type { AguiEvent } from "./agui.ts";

/** A call of a tool inside an answer. */
export interface ToolCall {
  id: string;
  name: string;
  /** As the agent wrote them, by convention JSON. */
  arguments: string;
  /** How many UTF-16 code units of the answer's text came before it. */
  offset: number;
  /** What came back; missing: not answered. */
  result?: ToolResult;
}

export interface ToolResult {
  /** Id of the message that it is on the wire. */
  id: string;
  content: string;
  /** Why the tool failed. */
  error?: string;
}

/** What a run waits for before its conversation goes on, an approval for example. */
export interface Interrupt {
  id: string;
  /** Any word; agents of this hub use `tool_call`, `input_required` and `confirmation`. */
  reason: string;
  /** For the person who answers. */
  message?: string;
  /** The call to be approved. */
  toolCallId?: string;
  /** JSON Schema of the answer's payload. */
  responseSchema?: Record<string, unknown>;
  /** ISO 8601. */
  expiresAt?: string;
}

/** An answer to an interrupt. */
export interface ResumeEntry {
  interruptId: string;
  status: "resolved" | "cancelled";
  payload?: unknown;
}

/** An interrupt as it is kept; without `answer` it is open. */
export interface AskedInterrupt extends Interrupt {
  answer?: Omit<ResumeEntry, "interruptId">;
}

/** Why a run ended. None is success. */
export type RunOutcome =
  | { type: "success"; pendingToolCallIds?: string[] }
  | { type: "interrupt"; interrupts: Interrupt[] }
  | { type: "cancelled" };

/** Whatever this hub sends. */
export type HubEvent =
  | AguiEvent
  | { type: "RUN_FINISHED"; threadId: string; runId: string; outcome: RunOutcome }
  | { type: "TOOL_CALL_START"; toolCallId: string; toolCallName: string; parentMessageId: string }
  | { type: "TOOL_CALL_ARGS"; toolCallId: string; delta: string }
  | { type: "TOOL_CALL_END"; toolCallId: string }
  | { type: "TOOL_CALL_RESULT"; messageId: string; toolCallId: string; content: string; role: "tool" };

/** The calls that nobody has answered. */
export const unanswered = (calls: readonly ToolCall[]): ToolCall[] =>
  calls.filter(({ result }) => result === undefined);
