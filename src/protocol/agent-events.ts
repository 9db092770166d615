// Owns AG-UI events as the hub reads them from an agent's server: those that it passes on. Apart from agui.ts, because a
// browser has no use for it. Members that it does not know are left out, and null counts as missing.
import * as v from "valibot";
import type { Interrupt } from "./agui-tools.ts";

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(128));
const name = v.pipe(v.string(), v.maxLength(200));
const optional = <Schema extends v.GenericSchema>(schema: Schema) => v.nullish(schema);

const interrupt = v.object({
  id,
  reason: v.pipe(v.string(), v.maxLength(200)),
  message: optional(v.pipe(v.string(), v.maxLength(4000))),
  toolCallId: optional(id),
  responseSchema: optional(v.record(v.string(), v.unknown())),
  expiresAt: optional(v.pipe(v.string(), v.maxLength(64))),
});

const outcome = v.variant("type", [
  v.object({ type: v.literal("success") }),
  v.object({
    type: v.literal("interrupt"),
    interrupts: v.pipe(v.array(interrupt), v.minLength(1), v.maxLength(20)),
  }),
  v.object({ type: v.literal("cancelled") }),
]);

const text = { messageId: optional(v.string()), role: optional(v.string()) };
const message = v.object({ role: v.string(), content: v.optional(v.unknown()) });

const agentEvent = v.variant("type", [
  v.object({ type: v.literal("RUN_FINISHED"), outcome: v.fallback(optional(outcome), undefined) }),
  v.object({ type: v.literal("RUN_ERROR"), message: v.string() }),
  v.object({ type: v.literal("STEP_STARTED"), stepName: name }),
  v.object({ type: v.literal("STEP_FINISHED"), stepName: name }),
  v.object({ type: v.literal("TEXT_MESSAGE_START"), ...text }),
  v.object({ type: v.literal("TEXT_MESSAGE_CONTENT"), ...text, delta: v.string() }),
  v.object({ type: v.literal("TEXT_MESSAGE_CHUNK"), ...text, delta: optional(v.string()) }),
  v.object({ type: v.literal("TOOL_CALL_START"), toolCallId: id, toolCallName: name }),
  v.object({ type: v.literal("TOOL_CALL_ARGS"), toolCallId: id, delta: v.string() }),
  v.object({ type: v.literal("TOOL_CALL_END"), toolCallId: id }),
  v.object({
    type: v.literal("TOOL_CALL_CHUNK"),
    toolCallId: optional(id),
    toolCallName: optional(name),
    delta: optional(v.string()),
  }),
  v.object({ type: v.literal("TOOL_CALL_RESULT"), toolCallId: id, content: v.unknown() }),
  v.object({ type: v.literal("MESSAGES_SNAPSHOT"), messages: v.array(message) }),
  v.object({ type: v.literal("CUSTOM"), name: v.string(), value: v.unknown() }),
]);
export type AgentEvent = v.InferOutput<typeof agentEvent>;

/** Reads one `data:` payload. Null for junk, for other events and for those with missing members. */
export function parseAgentEvent(data: string): AgentEvent | null {
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    return null;
  }
  const parsed = v.safeParse(agentEvent, body);
  return parsed.success ? parsed.output : null;
}

/** Without the members that are missing. */
export function toInterrupt({ id, reason, ...rest }: v.InferOutput<typeof interrupt>): Interrupt {
  const { message, toolCallId, responseSchema, expiresAt } = rest;
  return {
    id,
    reason,
    ...(message && { message }),
    ...(toolCallId && { toolCallId }),
    ...(responseSchema && { responseSchema }),
    ...(expiresAt && { expiresAt }),
  };
}
