// Owns a conversation as the separate messages that remote agents are told: an answer with calls becomes what was said
// before them, the calls, what came back, and what was said after.
import type { ToolCall } from "../../../protocol/agui-tools.ts";
import type { AgentMessage } from "../agent.ts";

export type PlainMessage =
  | { role: "user"; id: string; content: string }
  | { role: "assistant"; id: string; content: string; toolCalls: readonly ToolCall[] }
  | { role: "tool"; id: string; content: string; toolCallId: string; error: string | undefined };

/** Models refuse a conversation in which a call has no result. */
const NO_RESULT = "There is no result: the visitor went on without it.";

const toResult = ({ id, result }: ToolCall): PlainMessage => ({
  role: "tool",
  id: result?.id ?? `${id}-result`,
  content: result?.content ?? NO_RESULT,
  toolCallId: id,
  error: result?.error,
});

type AnswerMessage = Extract<AgentMessage, { role: "assistant" }>;

function* unfoldAnswer({ id, content }: AnswerMessage, calls: readonly ToolCall[]): Generator<PlainMessage> {
  const offsets = [...new Set(calls.map(({ offset }) => offset))];
  let said = 0;
  for (const [index, offset] of offsets.entries()) {
    const toolCalls = calls.filter((call) => call.offset === offset);
    const partId = index === 0 ? id : `${id}-${index}`;
    yield { role: "assistant", id: partId, content: content.slice(said, offset), toolCalls };
    yield* toolCalls.map(toResult);
    said = offset;
  }
  const rest = content.slice(said);
  const restId = offsets.length === 0 ? id : `${id}-${offsets.length}`;
  if (rest.trim() !== "") yield { role: "assistant", id: restId, content: rest, toolCalls: [] };
}

/** Messages without a text and without calls are left out. */
export function unfold(messages: readonly AgentMessage[]): PlainMessage[] {
  const calls = messages.flatMap((message) => (message.role === "assistant" ? message.toolCalls : []));
  // The result of an approved call stands in the answer after the approval.
  const settled = new Map(calls.map((call) => [call.id, call.result]));
  const told = new Set<string>();
  return messages.flatMap((message): PlainMessage[] => {
    if (message.role === "user") return message.content === "" ? [] : [message];
    const own = message.toolCalls
      .filter(({ id }) => !told.has(id))
      .map((call): ToolCall => {
        const result = settled.get(call.id);
        return result === undefined ? call : { ...call, result };
      });
    for (const { id } of own) told.add(id);
    return [...unfoldAnswer(message, own)];
  });
}
