import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { messageFeedbackPath, threadMessagesPath } from "../protocol/thread-paths.ts";
import { settle } from "./testing/environment.ts";
import { answer, frames, json, refusal, runIdOf, streamOf } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let env: Stage["env"];
const shown = () =>
  stage.widget.rows.value.map((row) =>
    row.kind === "activity" ? "..." : `${row.kind} ${row.state} ${row.text}`,
  );
const rows = () => stage.widget.rows.value.filter((row) => row.kind !== "activity");
const idOf = (index: number): string => rows().at(index)?.id ?? "";
const orders = () =>
  env.sent(WIDGET_PATHS.connect).map(({ body }) => ({
    said: Object(body)["messages"].length,
    order: Object(Object(body)["forwardedProps"])["foyer"],
  }));
const say = async (text: string): Promise<void> => {
  stage.widget.send(text);
  await settle();
};
/** The next run answers this. */
const next = (text: string): void =>
  stage.hub.script(WIDGET_PATHS.connect, (request) => streamOf(frames(answer(runIdOf(request), text))));

beforeAll(() => import("./past.ts"));
beforeEach(async () => {
  stage = createStage();
  ({ env } = stage);
  stage.start();
  await say("one");
  await say("two");
  // From here on the part that does it is loaded.
  stage.widget.rate("nobody", 1);
  await settle();
});

const BEFORE = [
  "visitor sent one",
  "agent complete Hello there.",
  "visitor sent two",
  "agent complete Hello there.",
];

describe("an answer once more", () => {
  it("stands in the place of the old one, which is a branch, and answers the same question", async () => {
    const [question, old] = [idOf(-2), idOf(-1)];
    next("Better.");
    expect(stage.widget.regenerate(old)).toBe(true);
    expect(shown()).toEqual(BEFORE.slice(0, 3));
    await settle();
    expect(shown()).toEqual([...BEFORE.slice(0, 3), "agent complete Better."]);
    expect(orders().at(-1)).toEqual({ said: 0, order: { regenerate: old } });
    expect(stage.agentRow()).toMatchObject({
      retryId: question,
      branch: { index: 1, count: 2, ids: [old, idOf(-1)] },
    });
  });

  it("that the hub refuses brings the old one back, with the reason beside it", async () => {
    stage.hub.script(WIDGET_PATHS.connect, () => refusal(400, "invalid_request"));
    stage.widget.regenerate(idOf(-1));
    await settle();
    expect(shown()).toEqual(BEFORE);
    expect(stage.agentRow()).toMatchObject({ state: "complete", notice: { code: "invalid_request" } });
    expect(stage.widget.turn.value.kind).toBe("idle");
  });

  it("stopped before the hub took it brings the old one back without a word", async () => {
    stage.hub.script(WIDGET_PATHS.connect, () => new Promise(() => {}));
    stage.widget.regenerate(idOf(-1));
    await settle();
    stage.widget.stop();
    await settle();
    expect(shown()).toEqual(BEFORE);
    expect(stage.agentRow()?.notice).toBe(undefined);
  });

  it("is not asked for offline, while an answer runs, or of what is no answer", async () => {
    expect(stage.widget.regenerate(idOf(-2))).toBe(false);
    expect(stage.widget.regenerate("nobody")).toBe(false);
    stage.widget.send("three");
    expect(stage.widget.regenerate(idOf(1))).toBe(false);
    await settle();
    env.connected = false;
    env.emit("offline");
    expect(stage.widget.regenerate(idOf(-1))).toBe(false);
  });
});

describe("an edited message", () => {
  it("stands in the place of the old one, and what followed that is gone from view", async () => {
    const old = idOf(0);
    expect(stage.widget.edit(old, "  uno ")).toBe(true);
    expect(shown()).toEqual(["visitor sending uno"]);
    await settle();
    expect(shown()).toEqual(["visitor sent uno", "agent complete Hello there."]);
    expect(orders().at(-1)).toEqual({ said: 1, order: { edit_of: old } });
    expect(stage.visitorRow()?.branch).toEqual({ index: 1, count: 2, ids: [old, idOf(0)] });
  });

  it.each([
    ["empty", " "],
    ["too long", "x".repeat(4001)],
  ])("that is %s is not sent", (_case, text) => {
    expect(stage.widget.edit(idOf(0), text)).toBe(false);
    expect(shown()).toEqual(BEFORE);
  });

  it("that the hub refuses: the old ones stand again, and the new text is not lost", async () => {
    stage.hub.script(WIDGET_PATHS.connect, () => refusal(400, "invalid_request"));
    stage.widget.edit(idOf(2), "deux");
    await settle();
    expect(shown()).toEqual([...BEFORE, "visitor failed deux"]);
    stage.widget.retry(idOf(-1));
    await settle();
    expect(shown()).toEqual([...BEFORE.slice(0, 2), "visitor sent deux", "agent complete Hello there."]);
  });

  it("that the hub refuses before its part is there: no less", async () => {
    stage = createStage();
    ({ env } = stage);
    stage.start();
    await say("one");
    await say("two");
    stage.hub.script(WIDGET_PATHS.connect, () => refusal(400, "invalid_request"));
    stage.widget.edit(idOf(2), "deux");
    await settle();
    expect(shown()).toEqual([...BEFORE, "visitor failed deux"]);
  });

  it("written offline waits, can be taken back, and is an edit also after a reload", async () => {
    const old = idOf(2);
    env.connected = false;
    env.emit("offline");
    stage.widget.edit(old, "deux");
    await settle();
    expect(shown()).toEqual([...BEFORE.slice(0, 2), "visitor queued deux"]);
    expect(stage.widget.withdraw(idOf(-1))).toBe("deux");
    expect(shown()).toEqual(BEFORE);
    stage.widget.edit(old, "deux");
    await settle();
    stage.widget.dispose();
    env.connected = true;
    env.requests.length = 0;
    stage.start().open();
    await settle();
    expect(orders()).toEqual([{ said: 1, order: { edit_of: old } }]);
  });

  it.each([
    ["while its part is on the way", true, "sending"],
    ["offline, where its part cannot be had", false, "queued"],
  ])("is in the transcript, and kept over a reload, at once: %s", async (_case, isOnline, state) => {
    stage = createStage();
    ({ env } = stage);
    stage.start();
    await say("one");
    const old = idOf(0);
    env.connected = isOnline;
    if (!isOnline) env.emit("offline");
    expect(stage.widget.edit(old, "uno")).toBe(true);
    expect(shown().at(-1)).toBe(`visitor ${state} uno`);
    env.emit("pagehide");
    stage.widget.dispose();
    env.connected = true;
    stage.start().open();
    await settle();
    expect(shown().slice(0, 1)).toEqual(["visitor sent uno"]);
    expect(orders().at(-1)).toEqual({ said: 1, order: { edit_of: old } });
  });

  it("whose old one never arrived is said where the conversation ends", async () => {
    stage.hub.script(WIDGET_PATHS.connect, () => refusal(400, "invalid_request"));
    await say("three");
    stage.hub.script(WIDGET_PATHS.connect, () => refusal(404, "message_not_found"));
    stage.widget.edit(idOf(-1), "trois");
    await settle();
    expect(shown()).toEqual([...BEFORE, "visitor sent trois", "agent complete Hello there."]);
    expect(orders().at(-1)).toEqual({ said: 1, order: undefined });
  });
});

describe("another branch", () => {
  const stored = (id: string, role: string, more: object) => ({
    id,
    role,
    content: `text ${id}`,
    created_at: "2026-01-15T12:00:00.000Z",
    ...more,
  });
  it("is fetched and shown, and the conversation goes on there", async () => {
    const [m1, a1] = [idOf(0), idOf(1)];
    stage.widget.edit(idOf(2), "deux");
    await settle();
    const ids = rows().at(2)?.branch?.ids ?? [];
    const [old = ""] = ids;
    const path = threadMessagesPath(String(stage.stored()?.["t"]));
    stage.hub.overrides.set(path, ({ url }) => {
      expect(new URL(url).searchParams.get("leaf")).toBe(old);
      const messages = [
        stored(old, "user", { parent_id: a1, branch: { index: 0, count: 2, ids } }),
        stored("end", "assistant", { parent_id: old }),
      ];
      return json({ messages, has_more: true });
    });
    stage.widget.selectBranch(old);
    await settle();
    expect(rows().map(({ id }) => id)).toEqual([m1, a1, old, "end"]);
    await say("three");
    await say("four");
    expect(orders().slice(-2)).toEqual([
      { said: 1, order: { after: "end" } },
      { said: 1, order: undefined },
    ]);
  });

  it("that cannot be had is told on the row", async () => {
    stage.widget.edit(idOf(2), "deux");
    await settle();
    const path = threadMessagesPath(String(stage.stored()?.["t"]));
    stage.hub.overrides.set(path, () => refusal(400, "invalid_request"));
    stage.widget.selectBranch(rows().at(2)?.branch?.ids[0] ?? "");
    await settle();
    expect(rows().at(2)).toMatchObject({ text: "deux", notice: { code: "invalid_request" } });
  });
});

describe("a rating", () => {
  const bodies = () => env.sent(messageFeedbackPath(idOf(-1))).map(({ body }) => body);
  it("shows at once, is sent in order, and null takes it back", async () => {
    stage.widget.rate(idOf(-1), -1);
    expect(stage.agentRow()).toMatchObject({ rating: -1 });
    stage.widget.rate(idOf(-1), -1, "Wrong.");
    stage.widget.rate(idOf(-1), null);
    await settle();
    expect(stage.agentRow()?.rating).toBe(undefined);
    expect(bodies()).toEqual([{ rating: -1 }, { rating: -1, comment: "Wrong." }, { rating: null }]);
  });

  it("that is not stored is undone, with the reason", async () => {
    stage.widget.rate(idOf(-1), 1);
    await settle();
    stage.hub.overrides.set(messageFeedbackPath(idOf(-1)), () => refusal(404, "message_not_found"));
    stage.widget.rate(idOf(-1), -1, "Wrong.");
    await settle();
    expect(stage.agentRow()).toMatchObject({ rating: 1, notice: { code: "message_not_found" } });
    expect(stage.agentRow()?.comment).toBe(undefined);
  });
});

describe("sources and suggestions", () => {
  const sources = [{ id: "1", title: "Shipping", url: "https://shop.example/" }];
  it.each([
    ["before the text", 1],
    ["after it", 4],
  ])("that come %s are the answer's", async (_case, at) => {
    stage.hub.script(WIDGET_PATHS.connect, (request) => {
      const events = answer(runIdOf(request), "Free.");
      events.splice(
        at,
        0,
        { type: "CUSTOM", name: "foyer.sources", value: sources },
        { type: "CUSTOM", name: "foyer.suggestions", value: ["Why?"] },
        { type: "CUSTOM", name: "other", value: 1 },
      );
      return streamOf(frames(events));
    });
    await say("three");
    expect(stage.agentRow()).toMatchObject({ text: "Free.", sources, suggestions: ["Why?"] });
  });
});
