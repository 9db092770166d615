import { expect, test } from "vitest";
import type { SessionState, TurnState } from "../core/handle.ts";
import { statusText } from "./header.tsx";

const visitor = { id: "g1", type: "guest" } as const;
const problem = { code: "hub_unreachable", detail: "", retryable: true };
const IDLE: TurnState = { kind: "idle" };

test.each<[SessionState, string]>([
  [{ kind: "idle" }, "status_ready"],
  [{ kind: "starting" }, "status_connecting"],
  [{ kind: "ready", visitor }, "status_ready"],
  [{ kind: "refreshing", visitor }, "status_ready"],
  [{ kind: "degraded", visitor, problem }, "status_ready"],
  [{ kind: "degraded", visitor: null, problem }, "status_ended"],
  [{ kind: "offline" }, "status_reconnecting"],
  [{ kind: "dead", problem }, "status_ended"],
])("of %o the header says %s", (session, expected) => {
  expect(statusText(session, IDLE, true)).toBe(expected);
  expect(statusText(session, IDLE, false)).toBe("status_offline");
});

test("while a message is on its way or answered the header says so, unless the chat is not connected", () => {
  for (const turn of [
    { kind: "sending", messageId: "m" },
    { kind: "answering", runId: "r" },
  ] as const) {
    expect(statusText({ kind: "starting" }, turn, true)).toBe("status_answering");
    expect(statusText({ kind: "dead", problem }, turn, true)).toBe("status_ended");
  }
});
