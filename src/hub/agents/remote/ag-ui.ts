// Owns agents that are AG-UI servers: a run is asked of them, and the events of their answer are passed on.
import type * as v from "valibot";
import { parseAgentEvent, toInterrupt } from "../../../protocol/agent-events.ts";
import type { AgentEvent } from "../../../protocol/agent-events.ts";
import type { AGENT_CONFIGS } from "../../../protocol/agents.ts";
import { SOURCES_EVENT, SUGGESTIONS_EVENT, readSources, readSuggestions } from "../../../protocol/rich.ts";
import { textOfContent } from "../../../protocol/message-text.ts";
import { AgentFailure } from "../agent.ts";
import type { Agent, AgentInput, AgentOutput } from "../agent.ts";
import { callAgent } from "./event-stream.ts";
import type { Reach } from "./event-stream.ts";
import { unfold } from "./unfold.ts";
import type { PlainMessage } from "./unfold.ts";

type AgUiConfig = v.InferOutput<(typeof AGENT_CONFIGS)["ag-ui"]>;

/** A visitor reads it: no page of it. */
const MAX_ERROR_LENGTH = 300;

function toAgUiMessage(message: PlainMessage) {
  switch (message.role) {
    case "user":
      return message;
    case "assistant": {
      const { id, role, content } = message;
      const toolCalls = message.toolCalls.map((call) => ({
        id: call.id,
        type: "function",
        function: { name: call.name, arguments: call.arguments },
      }));
      return { id, role, ...(content && { content }), ...(toolCalls.length > 0 && { toolCalls }) };
    }
    case "tool": {
      const { id, role, content, toolCallId, error } = message;
      return { id, role, content, toolCallId, ...(error && { error }) };
    }
  }
}

function bodyFor(threadId: string, { messages, prompt, resume, tools, context, visitor }: AgentInput) {
  const instructions = prompt === null ? [] : [{ id: `${threadId}-prompt`, role: "system", content: prompt }];
  const name = visitor.name === null ? [] : [{ description: "Name of the visitor", value: visitor.name }];
  return {
    threadId,
    runId: crypto.randomUUID(),
    protocolVersion: "1.0",
    messages: [...instructions, ...unfold(messages).map(toAgUiMessage)],
    tools,
    context: [...name, ...context],
    state: {},
    forwardedProps: {},
    ...(resume.length > 0 && { resume }),
  };
}

/** What the answer has said so far, as far as the next event depends on it. */
interface Progress {
  /** The message that is being written; null: none yet. */
  textId: string | null;
  hasText: boolean;
  /** A paragraph of its own begins with the next text. */
  isNext: boolean;
  /** The call that chunks without an id belong to. */
  callId: string | null;
}

function* sayText(
  event: Extract<AgentEvent, { type: `TEXT_MESSAGE_${string}` }>,
  progress: Progress,
): Generator<AgentOutput> {
  const id = event.messageId ?? progress.textId ?? "";
  // Several messages of a run are one answer here.
  if (event.type === "TEXT_MESSAGE_START" || id !== progress.textId) progress.isNext = progress.hasText;
  progress.textId = id;
  if (!("delta" in event) || !event.delta) return;
  yield { kind: "text", delta: progress.isNext ? `\n\n${event.delta}` : event.delta };
  progress.isNext = false;
  progress.hasText = true;
}

function* callInChunks(
  { toolCallId, toolCallName, delta }: Extract<AgentEvent, { type: "TOOL_CALL_CHUNK" }>,
  progress: Progress,
): Generator<AgentOutput> {
  const id = toolCallId ?? progress.callId;
  if (!id) return;
  if (id !== progress.callId) {
    if (progress.callId !== null) yield { kind: "tool-end", id: progress.callId };
    progress.callId = id;
    yield { kind: "tool-start", id, name: toolCallName ?? "" };
  }
  if (delta) yield { kind: "tool-args", id, delta };
}

/** Some servers tell an answer only as the conversation that it makes. */
function* sayFromSnapshot(
  { messages }: Extract<AgentEvent, { type: "MESSAGES_SNAPSHOT" }>,
  progress: Progress,
): Generator<AgentOutput> {
  if (progress.hasText) return;
  const lastSaid = messages.findLastIndex(({ role }) => role === "user");
  const texts = messages
    .slice(lastSaid + 1)
    .flatMap(({ role, content }) => (role === "assistant" ? (textOfContent(content) ?? "") : ""))
    .filter((text) => text !== "");
  if (texts.length === 0) return;
  progress.hasText = true;
  yield { kind: "text", delta: texts.join("\n\n") };
}

function customOutput({ name, value }: Extract<AgentEvent, { type: "CUSTOM" }>): AgentOutput[] {
  if (name === SOURCES_EVENT) return [{ kind: "sources", sources: readSources(value) }];
  if (name === SUGGESTIONS_EVENT) return [{ kind: "suggestions", suggestions: readSuggestions(value) }];
  return [];
}

/** What an event that does not end the run makes of the answer. */
function* outputOf(event: AgentEvent, progress: Progress, skipped: Set<string>): Generator<AgentOutput> {
  switch (event.type) {
    case "TEXT_MESSAGE_START":
    case "TEXT_MESSAGE_CHUNK":
    case "TEXT_MESSAGE_CONTENT":
      if (event.role && event.role !== "assistant") skipped.add(event.messageId ?? "");
      if (!skipped.has(event.messageId ?? progress.textId ?? "")) yield* sayText(event, progress);
      return;
    case "STEP_STARTED":
      return yield { kind: "step-start", name: event.stepName };
    case "STEP_FINISHED":
      return yield { kind: "step-end", name: event.stepName };
    case "TOOL_CALL_START":
      return yield { kind: "tool-start", id: event.toolCallId, name: event.toolCallName };
    case "TOOL_CALL_ARGS":
      return yield { kind: "tool-args", id: event.toolCallId, delta: event.delta };
    case "TOOL_CALL_END":
      return yield { kind: "tool-end", id: event.toolCallId };
    case "TOOL_CALL_CHUNK":
      return yield* callInChunks(event, progress);
    case "TOOL_CALL_RESULT":
      return yield { kind: "tool-result", id: event.toolCallId, content: textOfContent(event.content) ?? "" };
    case "MESSAGES_SNAPSHOT":
      return yield* sayFromSnapshot(event, progress);
    case "CUSTOM":
      return yield* customOutput(event);
    default:
  }
}

/** @param threadId the conversation, the same at every turn of it. */
export function createAgUiAgent(config: AgUiConfig, threadId: string, reach: Reach): Agent {
  return async function* answer(input, { signal }) {
    const call = { url: config.url, headers: config.headers, body: bodyFor(threadId, input) };
    const progress: Progress = { textId: null, hasText: false, isNext: false, callId: null };
    const skipped = new Set<string>();
    for await (const data of callAgent(call, reach, signal)) {
      const event = parseAgentEvent(data);
      if (event === null) continue;
      if (event.type === "RUN_ERROR") throw new AgentFailure(event.message.slice(0, MAX_ERROR_LENGTH));
      if (event.type !== "RUN_FINISHED") {
        yield* outputOf(event, progress, skipped);
        continue;
      }
      if (event.outcome?.type === "cancelled") throw new AgentFailure("The agent was stopped");
      if (event.outcome?.type === "interrupt")
        yield { kind: "interrupt", interrupts: event.outcome.interrupts.map(toInterrupt) };
      return;
    }
    throw new Error("The agent's answer broke off");
  };
}
