import { array, assert, constantFrom, integer, oneof, property, uniqueArray } from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredMessage } from "../protocol/chat.ts";
import { type Conversation, EMPTY_CONVERSATION } from "./conversation.ts";
import { createProjection } from "./rows.ts";
import { type AnyEvent, reduceAny } from "./testing/pages.ts";

const AT = Date.UTC(2026, 0, 15, 12, 0, 0);
const stored = (id: string, changes: Partial<StoredMessage> = {}): StoredMessage => ({
  id,
  role: id.startsWith("a") ? "assistant" : "user",
  content: `text of ${id}`,
  created_at: new Date(AT).toISOString(),
  state: "complete",
  run_id: id.startsWith("a") ? `run-${id}` : null,
  parent_id: null,
  ...changes,
});
const loaded = (...ids: string[]): AnyEvent => ({
  kind: "loaded",
  messages: ids.map((id) => stored(id)),
});
const older = (...ids: string[]): AnyEvent => ({
  kind: "older",
  messages: ids.map((id) => stored(id)),
});
const asked = (id: string): AnyEvent => ({ kind: "asked", id, text: id, atMs: AT, state: "queued" });
const after = (...events: AnyEvent[]): Conversation => events.reduce(reduceAny, EMPTY_CONVERSATION);
const ids = (...events: AnyEvent[]): string[] => after(...events).messages.map(({ id }) => id);

describe("history and what is shown", () => {
  it.each<[string, AnyEvent[], string[]]>([
    [
      "earlier pages go above",
      [loaded("u3", "a3"), older("u2", "a2"), older("u1", "a1")],
      ["u1", "a1", "u2", "a2", "u3", "a3"],
    ],
    [
      "a page that overlaps brings nothing twice",
      [loaded("u2", "a2"), older("u1", "a1", "u2")],
      ["u1", "a1", "u2", "a2"],
    ],
    ["what was asked meanwhile stays below", [asked("new"), loaded("u1", "a1")], ["u1", "a1", "new"]],
    [
      "what was asked and arrived is there once",
      [asked("u2"), loaded("u1", "a1", "u2", "a2")],
      ["u1", "a1", "u2", "a2"],
    ],
    [
      "a newest page leaves earlier ones above and new ones below",
      [loaded("u2", "a2"), older("u1", "a1"), asked("new"), loaded("u2", "a2", "u3", "a3")],
      ["u1", "a1", "u2", "a2", "u3", "a3", "new"],
    ],
    [
      "what came to the hub while the page was on its way stays below it",
      [asked("u2"), { kind: "accepted", id: "u2" }, loaded("u1", "a1")],
      ["u1", "a1", "u2"],
    ],
  ])("%s", (_, events, expected) => expect(ids(...events)).toEqual(expected));

  it("a full newest page that does not reach back to what is shown replaces it; unsent messages stay", () => {
    const later = new Date(AT + 60_000).toISOString();
    const page = Array.from({ length: 50 }, (_, index) => stored(`u${100 + index}`, { created_at: later }));
    const events: AnyEvent[] = [loaded("u1", "a1"), asked("new"), { kind: "loaded", messages: page }];
    expect(ids(...events)).toEqual([...page.map(({ id }) => id), "new"]);
  });

  it("a page never sets back an answer that streams, and ends one that is over", () => {
    const run = { runId: "run-a1", messageId: "u1" };
    const streaming = after(loaded("u1"), {
      kind: "agui",
      run,
      atMs: AT,
      event: { type: "TEXT_MESSAGE_CHUNK", messageId: "a1", delta: "much more text" },
    });
    const running = stored("a1", { state: "running", content: "much" });
    const kept = reduceAny(streaming, { kind: "loaded", messages: [stored("u1"), running] });
    expect(kept.messages[1]).toMatchObject({ text: "much more text", state: "streaming" });
    const ended = reduceAny(streaming, loaded("u1", "a1"));
    expect(ended.messages[1]).toMatchObject({ text: "text of a1", state: "complete" });
  });

  it("whatever comes in which order, no message is there twice", () => {
    const id = constantFrom("u1", "a1", "u2", "a2", "u3", "a3", "u4");
    const event = oneof(
      uniqueArray(id).map((page) => loaded(...page)),
      uniqueArray(id).map((page) => older(...page)),
      integer().map((n) => asked(`new${n}`)),
    );
    assert(
      property(array(event), (events) => {
        const all = ids(...events);
        const fresh = all.filter((one) => !one.startsWith("new"));
        expect(new Set(fresh).size).toBe(fresh.length);
      }),
    );
  });
});

describe("a long conversation", () => {
  const many = (count: number): StoredMessage[] =>
    Array.from({ length: count }, (_, index) => stored(`${index % 2 === 0 ? "u" : "a"}${index}`));
  const run = { runId: "r", messageId: "u0" };
  const word: AnyEvent = {
    kind: "agui",
    run,
    atMs: AT,
    event: { type: "TEXT_MESSAGE_CHUNK", messageId: "a", delta: "word " },
  };
  /** ms per word of an answer below so many messages, the quickest of some rounds. */
  const msPerWord = (count: number): number => {
    let state = reduceAny(after({ kind: "loaded", messages: many(count) }), word);
    const project = createProjection();
    project(state);
    let best = Infinity;
    for (let round = 0; round < 15; round++) {
      const startedMs = performance.now();
      for (let words = 0; words < 100; words++) {
        state = reduceAny(state, word);
        project(state);
      }
      best = Math.min(best, (performance.now() - startedMs) / 100);
    }
    return best;
  };

  it("a word costs no look at each message: 10,000 of them add less than 0.6 ms", () => {
    const [short, long] = [msPerWord(10), msPerWord(10_000)];
    expect(long - short).toBeLessThan(0.6);
  });

  it("rows that do not change are the same objects, whatever changes above and below", () => {
    const project = createProjection();
    const state = after({ kind: "loaded", messages: many(100) });
    const before = project(state);
    const grown = project(reduceAny(reduceAny(state, older("u-2", "a-1")), word));
    expect(grown.slice(2, 102).every((row, index) => row === before[index])).toBe(true);
    expect(grown.length).toBe(103);
  });
});
