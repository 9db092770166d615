import { describe, expect, it } from "vitest";
import type { Message } from "./conversation.ts";
import { fork, join, placeAgain } from "./fork.ts";

const visitor = (id: string, more: object = {}): Message => ({
  kind: "visitor",
  id,
  text: id,
  at: 0,
  state: "sent",
  ...more,
});
const agent = (id: string, more: object = {}): Message => ({
  kind: "agent",
  id,
  text: id,
  received: id,
  at: 0,
  state: "complete",
  runId: `run-${id}`,
  retryId: `m${id.slice(1)}`,
  ...more,
});
const ids = (messages: readonly Message[]) => messages.map(({ id }) => id);
const talk = [visitor("m1"), agent("a1"), visitor("m2"), agent("a2")];
const edit = (editOf: string) => visitor("new", { state: "sending", editOf });

describe("fork and join", () => {
  it.each<[string, Message[], string, [shown: string[], aside: string[]]]>([
    [
      "an edit takes the place of what it edits",
      [...talk, edit("m2")],
      "new",
      [
        ["m1", "a1", "new"],
        ["m2", "a2"],
      ],
    ],
    ["also of the first message", [...talk, edit("m1")], "new", [["new"], ids(talk)]],
    ["an answer once more leaves its question", talk, "a1", [["m1"], ["a1", "m2", "a2"]]],
    [
      "what waits stays, below",
      [...talk, visitor("q", { state: "failed" }), edit("m2")],
      "new",
      [
        ["m1", "a1", "new", "q"],
        ["m2", "a2"],
      ],
    ],
    [
      "what answers an edit already stays",
      [...talk, visitor("new", { editOf: "m2" }), agent("a3", { retryId: "new" })],
      "new",
      [
        ["m1", "a1", "new", "a3"],
        ["m2", "a2"],
      ],
    ],
    [
      "what the hub never took is replaced for good",
      [...talk, visitor("q", { state: "failed" }), edit("q")],
      "new",
      [["m1", "a1", "m2", "a2", "new"], []],
    ],
  ])("%s, and comes back", (_case, messages, id, [shown, aside]) => {
    const forked = fork(messages, id);
    expect(ids(forked?.messages ?? [])).toEqual(shown);
    expect(ids(forked?.aside.messages ?? [])).toEqual(aside);
    const joined = forked && join(forked.messages, forked.aside);
    expect(new Set(ids(joined ?? []))).toEqual(new Set([...shown, ...aside]));
    expect(ids(joined ?? []).slice(0, talk.length)).toEqual(ids(talk));
  });

  it.each([
    ["a plain message", "m1"],
    ["what is not there", "nobody"],
    ["an edit of what is not shown", "new"],
  ])("%s takes no place", (_case, id) => {
    expect(fork([...talk, edit("elsewhere")], id)).toBe(null);
  });

  it("an edit says which of its place it is", () => {
    const branch = { index: 0, count: 2, ids: ["m2", "other"] };
    const forked = fork([visitor("m2", { branch }), edit("m2")], "new");
    expect(forked?.messages[0]?.branch).toEqual({ index: 2, count: 3, ids: ["m2", "other", "new"] });
  });
});

describe("placeAgain", () => {
  const again = { id: "a1", retryId: "m1", ids: ["a1"] };
  it("gives a new answer its place and its question", () => {
    const placed = placeAgain([visitor("m1"), agent("a9", { retryId: "a1" })], again);
    expect(placed?.at(-1)).toMatchObject({
      retryId: "m1",
      branch: { index: 1, count: 2, ids: ["a1", "a9"] },
    });
  });
  it.each([
    ["an answer to something else", agent("a9", { retryId: "m7" })],
    ["the old answer", agent("a1")],
    ["a message of the visitor", visitor("m9")],
    [
      "one that has a place",
      agent("a9", { retryId: "m1", branch: { index: 0, count: 2, ids: ["a9", "b"] } }),
    ],
  ])("leaves %s", (_case, last) => {
    expect(placeAgain([visitor("m1"), last], again)).toBe(null);
  });
});
