// Owns a stored answer as the events of a run that is over.
import { SOURCES_EVENT, SUGGESTIONS_EVENT } from "../../protocol/rich.ts";
import type { HubEvent, ToolCall } from "../../protocol/agui-tools.ts";
import { outcomeOf } from "./answer.ts";
import type { MessageRow } from "./branches.ts";
import { createEventLog } from "./event-log.ts";
import type { EventSource } from "./event-log.ts";
import { openInterrupts } from "./transcript.ts";

function* callEvents(messageId: string, call: ToolCall): Generator<HubEvent> {
  const { id, name, result } = call;
  yield { type: "TOOL_CALL_START", toolCallId: id, toolCallName: name, parentMessageId: messageId };
  if (call.arguments !== "") yield { type: "TOOL_CALL_ARGS", toolCallId: id, delta: call.arguments };
  yield { type: "TOOL_CALL_END", toolCallId: id };
  if (result !== undefined)
    yield {
      type: "TOOL_CALL_RESULT",
      messageId: result.id,
      toolCallId: id,
      content: result.content,
      role: "tool",
    };
}

function* answerEvents({ id, content, toolCalls, sources, suggestions }: MessageRow): Generator<HubEvent> {
  let said = 0;
  const sayUpTo = function* sayUpTo(end: number): Generator<HubEvent> {
    if (end <= said) return;
    if (said === 0) yield { type: "TEXT_MESSAGE_START", messageId: id, role: "assistant" };
    yield { type: "TEXT_MESSAGE_CONTENT", messageId: id, delta: content.slice(said, end) };
    said = end;
  };
  for (const call of toolCalls ?? []) {
    yield* sayUpTo(call.offset);
    yield* callEvents(id, call);
  }
  yield* sayUpTo(content.length);
  if (content !== "") yield { type: "TEXT_MESSAGE_END", messageId: id };
  if (sources !== null) yield { type: "CUSTOM", name: SOURCES_EVENT, value: sources };
  if (suggestions !== null) yield { type: "CUSTOM", name: SUGGESTIONS_EVENT, value: suggestions };
}

/** @param isKnown the client has the answer already: what it says is left out. */
export function replay(
  answer: MessageRow,
  place: { threadId: string; runId: string },
  isKnown: boolean,
): EventSource {
  const log = createEventLog();
  const { threadId, runId } = place;
  log.append({ type: "RUN_STARTED", threadId, runId });
  if (!isKnown) for (const event of answerEvents(answer)) log.append(event);
  const { outcome } = outcomeOf(answer.state, answer.toolCalls ?? [], openInterrupts(answer));
  log.append({ type: "RUN_FINISHED", threadId, runId, ...(outcome && { outcome }) });
  log.close();
  return log;
}
