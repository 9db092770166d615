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

type Shape = Record<string, "string" | "string?" | "unknown">;

const MEMBERS: Record<AguiEvent["type"], Shape> = {
  RUN_STARTED: { threadId: "string", runId: "string" },
  RUN_FINISHED: { threadId: "string", runId: "string" },
  RUN_ERROR: { message: "string", code: "string?" },
  STEP_STARTED: { stepName: "string" },
  STEP_FINISHED: { stepName: "string" },
  TEXT_MESSAGE_START: { messageId: "string" },
  TEXT_MESSAGE_CONTENT: { messageId: "string", delta: "string" },
  TEXT_MESSAGE_END: { messageId: "string" },
  TEXT_MESSAGE_CHUNK: { messageId: "string?", delta: "string?" },
  CUSTOM: { name: "string", value: "unknown" },
};

/** Reads one `data:` payload. Null for junk, unknown types and known types with missing members. */
export function parseAguiEvent(data: string): AguiEvent | null {
  const raw = membersOf(parseJson(data));
  if (typeof raw["type"] !== "string" || !Object.hasOwn(MEMBERS, raw["type"])) return null;
  const type = raw["type"] as AguiEvent["type"];
  const event: Record<string, unknown> = { type };
  for (const [name, kind] of Object.entries(MEMBERS[type])) {
    const value = raw[name];
    if (kind === "unknown" || typeof value === "string") event[name] = value;
    else if (kind === "string" || (value !== undefined && value !== null)) return null;
  }
  if (type === "TEXT_MESSAGE_START") event["role"] = "assistant";
  return event as AguiEvent;
}
