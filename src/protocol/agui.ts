// Owns AG-UI 1.0 events: the subset we speak, and a tolerant reader. Unknown events are null, never an error.
// Source: https://docs.ag-ui.com/concepts/events
import { membersOf, parseJson } from "./read.ts";

export type AguiEvent =
  | { type: "RUN_STARTED"; threadId: string; runId: string }
  /** How it ended besides well is in `outcome`, which agui-tools.ts knows. */
  | { type: "RUN_FINISHED"; threadId: string; runId: string }
  | { type: "RUN_ERROR"; message: string; code?: string }
  | { type: "STEP_STARTED"; stepName: string }
  | { type: "STEP_FINISHED"; stepName: string }
  | { type: "TEXT_MESSAGE_START"; messageId: string; role: "assistant" }
  | { type: "TEXT_MESSAGE_CONTENT"; messageId: string; delta: string }
  | { type: "TEXT_MESSAGE_END"; messageId: string }
  /** Shorthand for START, CONTENT and END; `messageId` may be missing after the first chunk. */
  | { type: "TEXT_MESSAGE_CHUNK"; messageId?: string; delta?: string }
  | { type: "CUSTOM"; name: string; value: unknown };

/** What each event has: text; with `?` it may be missing; with `*` it may be anything. */
const MEMBERS: Record<AguiEvent["type"], string> = {
  RUN_STARTED: "threadId runId",
  RUN_FINISHED: "threadId runId",
  RUN_ERROR: "message code?",
  STEP_STARTED: "stepName",
  STEP_FINISHED: "stepName",
  TEXT_MESSAGE_START: "messageId",
  TEXT_MESSAGE_CONTENT: "messageId delta",
  TEXT_MESSAGE_END: "messageId",
  TEXT_MESSAGE_CHUNK: "messageId? delta?",
  CUSTOM: "name value*",
};

/** The same, read once: name and mark of each member. */
const SHAPES = new Map(
  Object.entries(MEMBERS).map(([type, members]) => [
    type,
    members.split(" ").map((member) => member.split(/(?=\W)/)),
  ]),
);

/** Reads one `data:` payload. Null for junk, unknown types and known types with missing members. */
export function parseAguiEvent(data: string): AguiEvent | null {
  const raw = membersOf(parseJson(data));
  const { type } = raw;
  const shape = SHAPES.get(String(type));
  if (typeof type !== "string" || shape === undefined) return null;
  const event: Record<string, unknown> = { type };
  for (const [name = "", mark] of shape) {
    const value = raw[name];
    if (mark === "*" || typeof value === "string") event[name] = value;
    else if (mark === undefined || (value !== undefined && value !== null)) return null;
  }
  if (type === "TEXT_MESSAGE_START") event["role"] = "assistant";
  return event as AguiEvent;
}
