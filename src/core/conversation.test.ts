import { describe, expect, it } from "vitest";
import type { AguiEvent } from "../protocol/agui.ts";
import { type Conversation, EMPTY_CONVERSATION } from "./conversation.ts";
import { localProblem } from "./problem.ts";
import { createProjection } from "./rows.ts";
import { type AnyEvent, reduceAny } from "./testing/pages.ts";

const run = { runId: "r1", messageId: "m1" };
const AT = Date.UTC(2026, 0, 15, 12, 0, 30);
const problem = localProblem("answer_cut", "cut", true);
const asked: AnyEvent = { kind: "asked", id: "m1", text: "hi", atMs: AT, state: "sending" };
const agui = (event: AguiEvent, atMs = AT): AnyEvent => ({ kind: "agui", run, event, atMs });
const started = agui({ type: "RUN_STARTED", threadId: "t", runId: "r1" });
const opened = (messageId: string) => agui({ type: "TEXT_MESSAGE_START", messageId, role: "assistant" });
const text = (messageId: string, delta: string) => agui({ type: "TEXT_MESSAGE_CONTENT", messageId, delta });
const finished = agui({ type: "RUN_FINISHED", threadId: "t", runId: "r1" });
const failed = agui({ type: "RUN_ERROR", message: "boom" });
const after = (...events: AnyEvent[]): Conversation => events.reduce(reduceAny, EMPTY_CONVERSATION);
/** Rows as `kind state text`. */
const shown = (...events: AnyEvent[]): string[] =>
  createProjection()(after(...events)).map((row) =>
    row.kind === "activity" ? `activity ${row.label ?? "-"}` : `${row.kind} ${row.state} ${row.text}`.trim(),
  );

it.each<[string, AnyEvent[], string[]]>([
  ["a message on its way", [asked], ["visitor sending hi"]],
  ["accepted", [asked, { kind: "accepted", id: "m1" }], ["visitor sent hi"]],
  ["refused", [asked, { kind: "refused", id: "m1", problem }], ["visitor failed hi"]],
  [
    "refused, then asked again",
    [asked, { kind: "refused", id: "m1", problem }, { kind: "asked_again", id: "m1" }],
    ["visitor sending hi"],
  ],
  [
    "refused, and asked again after something else: it stands where the hub will have it",
    [
      asked,
      { kind: "refused", id: "m1", problem },
      { ...asked, id: "m2", text: "else" },
      { kind: "accepted", id: "m2" },
      { kind: "asked_again", id: "m1" },
    ],
    ["visitor sent else", "visitor sending hi"],
  ],
  ["the agent works", [started], ["activity -"]],
  [
    "the agent says what it does",
    [started, agui({ type: "STEP_STARTED", stepName: "Searching" })],
    ["activity Searching"],
  ],
  [
    "and stops doing it",
    [started, agui({ type: "STEP_STARTED", stepName: "S" }), agui({ type: "STEP_FINISHED", stepName: "S" })],
    ["activity -"],
  ],
  ["an answer without text yet is the activity", [started, opened("a")], ["activity -"]],
  [
    "text replaces the activity",
    [started, opened("a"), text("a", "He"), text("a", "llo")],
    ["agent streaming Hello"],
  ],
  ["empty deltas change nothing", [started, opened("a"), text("a", "")], ["activity -"]],
  [
    "END does not complete: the run may yet fail",
    [opened("a"), text("a", "x"), agui({ type: "TEXT_MESSAGE_END", messageId: "a" })],
    ["agent streaming x"],
  ],
  ["finished", [started, opened("a"), text("a", "x"), finished], ["agent complete x"]],
  ["finished without a word", [started, opened("a"), finished], []],
  [
    "a second text completes the first",
    [opened("a"), text("a", "x"), opened("b"), text("b", "y")],
    ["agent complete x", "agent streaming y"],
  ],
  [
    "failed with text",
    [opened("a"), text("a", "x"), agui({ type: "TEXT_MESSAGE_END", messageId: "a" }), failed],
    ["agent failed x"],
  ],
  ["failed without text", [started, failed], ["agent failed"]],
  ["cut with text", [opened("a"), text("a", "x"), { kind: "cut", run, problem, atMs: AT }], ["agent cut x"]],
  ["cut without text", [started, { kind: "cut", run, problem, atMs: AT }], ["agent cut"]],
  [
    "cut and continued",
    [
      opened("a"),
      text("a", "x"),
      { kind: "cut", run, problem, atMs: AT },
      { kind: "continued", run },
      text("a", "y"),
    ],
    ["agent streaming xy"],
  ],
  [
    "cut without text and continued",
    [started, { kind: "cut", run, problem, atMs: AT }, { kind: "continued", run }],
    ["activity -"],
  ],
  ["stopped", [opened("a"), text("a", "x"), { kind: "stopped", run }], ["agent stopped x"]],
  [
    "late text after stop",
    [opened("a"), text("a", "x"), { kind: "stopped", run }, text("a", "y")],
    ["agent stopped x"],
  ],
  ["text of an unknown message", [text("nope", "x")], []],
  [
    "chunks with and without an id",
    [
      agui({ type: "TEXT_MESSAGE_CHUNK", messageId: "a", delta: "x" }),
      agui({ type: "TEXT_MESSAGE_CHUNK", delta: "y" }),
    ],
    ["agent streaming xy"],
  ],
  ["a chunk of nothing known", [agui({ type: "TEXT_MESSAGE_CHUNK", delta: "y" })], []],
  ["custom events", [agui({ type: "CUSTOM", name: "x", value: 1 })], []],
  [
    "asking again drops a failed answer only",
    [asked, opened("a"), text("a", "ok"), finished, failed, { kind: "asked_again", id: "m1" }],
    ["visitor sending hi", "agent complete ok"],
  ],
])("%s", (_, events, expected) => {
  expect(shown(...events)).toEqual(expected);
});

describe("R26: a run told again from its start", () => {
  it("never shrinks or repeats text", () => {
    const replay = [..."Hello world"].map((letter) => text("a", letter));
    let state = after(opened("a"), text("a", "Hello"), opened("a"));
    for (const event of replay) {
      const before = state;
      state = reduceAny(state, event);
      const [was, is] = [before.messages[0]?.text ?? "", state.messages[0]?.text ?? ""];
      expect(is.startsWith(was)).toBe(true);
    }
    expect(state.messages.map((message) => message.text)).toEqual(["Hello world"]);
  });
});

describe("history", () => {
  const stored = (
    id: string,
    role: "user" | "assistant",
    state: "complete" | "running" | "failed" | "stopped",
  ) =>
    ({
      id,
      role,
      content: id,
      created_at: "2026-01-15T12:00:00.000Z",
      state,
      run_id: "r0",
      parent_id: null,
    }) as const;

  it("maps states, answers know their question, what is on its way stays below", () => {
    const messages = [
      stored("u1", "user", "complete"),
      stored("a1", "assistant", "failed"),
      stored("u2", "user", "complete"),
      stored("a2", "assistant", "running"),
    ];
    const state = after(asked, { kind: "loaded", messages });
    expect(state.messages.map(({ id, state }) => `${id} ${state}`)).toEqual([
      "u1 sent",
      "a1 failed",
      "u2 sent",
      "a2 streaming",
      "m1 sending",
    ]);
    expect(state.messages[1]).toMatchObject({ retryId: "u1", problem: { code: "agent_failed" } });
    expect(state.messages[3]).toMatchObject({ retryId: "u2", runId: "r0" });
  });

  it("loaded twice shows nothing twice", () => {
    const event: AnyEvent = { kind: "loaded", messages: [stored("u1", "user", "complete")] };
    expect(after(event, event).messages.length).toBe(1);
  });

  it("an unreadable date is no reason to lose a message", () => {
    const broken = { ...stored("u1", "user", "complete"), created_at: "yesterday" };
    expect(after({ kind: "loaded", messages: [broken] }).messages[0]).toMatchObject({ at: 0, text: "u1" });
  });
});

describe("rows", () => {
  it("are first of a group per sender and minute", () => {
    const say = (id: string, atMs: number): AnyEvent => ({
      kind: "asked",
      id,
      text: id,
      atMs,
      state: "sending",
    });
    const rows = createProjection()(
      after(say("1", AT), say("2", AT + 20_000), say("3", AT + 40_000), opened("a"), text("a", "x")),
    );
    expect(rows.map((row) => row.isFirst)).toEqual([true, false, true, true]);
  });

  it("keep their identity while nothing in them changes", () => {
    const step = createProjection();
    const before = after(asked, started, opened("a"), text("a", "x"));
    const [visitor, agent] = step(before);
    const [sameVisitor, grown] = step(reduceAny(before, text("a", "y")));
    expect(sameVisitor).toBe(visitor);
    expect(grown).not.toBe(agent);
    expect(step(reduceAny(before, text("a", "y")))[1]).toBe(grown);
  });

  it("hold no inner bookkeeping", () => {
    const [row] = createProjection()(after(opened("a"), text("a", "x")));
    expect(Object.keys(row ?? {}).sort()).toEqual([
      "at",
      "id",
      "isFirst",
      "kind",
      "retryId",
      "state",
      "text",
    ]);
  });
});
