import { describe, expect, it } from "vitest";
import { parseAguiEvent } from "./agui.ts";

const read = (body: unknown) => parseAguiEvent(JSON.stringify(body));

describe("parseAguiEvent", () => {
  it.each([
    [
      { type: "RUN_STARTED", threadId: "t", runId: "r", extra: 1 },
      { type: "RUN_STARTED", threadId: "t", runId: "r" },
    ],
    [
      { type: "RUN_ERROR", message: "no" },
      { type: "RUN_ERROR", message: "no" },
    ],
    [
      { type: "TEXT_MESSAGE_START", messageId: "m", role: "tool" },
      { type: "TEXT_MESSAGE_START", messageId: "m", role: "assistant" },
    ],
    [
      { type: "TEXT_MESSAGE_CHUNK", delta: "x" },
      { type: "TEXT_MESSAGE_CHUNK", delta: "x" },
    ],
    [
      { type: "CUSTOM", name: "n", value: [1] },
      { type: "CUSTOM", name: "n", value: [1] },
    ],
  ])("reads %j", (body, event) => {
    expect(read(body)).toEqual(event);
  });

  it.each([
    ["an unknown type", { type: "STATE_DELTA", delta: [] }],
    ["an inherited name as type", { type: "constructor" }],
    ["a missing member", { type: "TEXT_MESSAGE_CONTENT", messageId: "m" }],
    ["a member of the wrong type", { type: "TEXT_MESSAGE_CONTENT", messageId: "m", delta: 5 }],
    ["a type that is no string", { type: 7 }],
    ["null", null],
    ["a list", [{ type: "RUN_STARTED" }]],
  ])("ignores %s", (_name, body) => {
    expect(read(body)).toBeNull();
  });

  it("ignores what is not JSON", () => {
    expect(parseAguiEvent("<html>502</html>")).toBeNull();
    expect(parseAguiEvent("")).toBeNull();
  });
});
