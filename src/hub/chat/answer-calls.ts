// Owns the tool calls of one answer: as events, and as what is kept. What is said of calls that do not exist, or twice, is
// left out.
import type { ToolCall } from "../../protocol/agui-tools.ts";
import type { EventLog } from "./event-log.ts";

const MAX_CALLS = 100;
/** Arguments and results of all calls of an answer, in UTF-16 code units. */
const MAX_CALL_TEXT = 500_000;

export interface AnswerPlan {
  messageId: string;
  log: EventLog;
  /** Makes the ids of tool results. */
  newId(): string;
  /** Calls of the answer that goes on with this one: their results may come now. */
  earlier: readonly ToolCall[];
}

export interface Calls {
  all: readonly ToolCall[];
  start(id: string, name: string, offset: number): void;
  write(id: string, delta: string): void;
  end(id: string): void;
  settle(id: string, content: string, offset: number): void;
  close(): void;
}

export function createCalls({ messageId, log, newId, earlier }: AnswerPlan): Calls {
  const calls = new Map<string, ToolCall>();
  const open = new Set<string>();
  let size = 0;
  const count = (text: string) => {
    size += text.length;
    if (size > MAX_CALL_TEXT || calls.size > MAX_CALLS)
      throw new Error("The agent's tool calls are too long");
  };
  const end = (id: string) => {
    if (open.delete(id)) log.append({ type: "TOOL_CALL_END", toolCallId: id });
  };
  return {
    get all() {
      return [...calls.values()];
    },
    start(id, name, offset) {
      if (calls.has(id)) return;
      calls.set(id, { id, name, arguments: "", offset });
      count(id + name);
      open.add(id);
      log.append({ type: "TOOL_CALL_START", toolCallId: id, toolCallName: name, parentMessageId: messageId });
    },
    write(id, delta) {
      const call = calls.get(id);
      if (call === undefined || !open.has(id) || delta === "") return;
      count(delta);
      call.arguments += delta;
      log.append({ type: "TOOL_CALL_ARGS", toolCallId: id, delta });
    },
    end,
    settle(id, content, offset) {
      const made = earlier.find((call) => call.id === id);
      const call = calls.get(id) ?? (made && { ...made, offset });
      if (call === undefined || call.result !== undefined) return;
      calls.set(id, call);
      count(content);
      end(id);
      call.result = { id: newId(), content };
      log.append({
        type: "TOOL_CALL_RESULT",
        messageId: call.result.id,
        toolCallId: id,
        content,
        role: "tool",
      });
    },
    close: () => [...open].forEach(end),
  };
}
