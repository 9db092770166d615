import { beforeEach, describe, expect, it } from "vitest";
import type { Threads } from "./handle.ts";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { threadMessagesPath, threadPath } from "../protocol/thread-paths.ts";
import { settle } from "./testing/environment.ts";
import { answer, frames, json, openStream, refusal, runIdOf } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

const TOTAL = 70;
const all = Array.from({ length: TOTAL }, (_, index) => ({
  id: `t${index}`,
  title: `Title ${index}`,
  updated_at: "2026-01-15T12:00:00.000Z",
}));

let stage: Stage;
let env: Stage["env"];
let desk: Threads;
const threads = () => desk.state.value;
const list = () => {
  const state = threads();
  return state.kind === "ready" ? state.list.map(({ id, title }) => `${id} ${title}`) : [];
};
const texts = () => stage.widget.rows.value.map((row) => (row.kind === "activity" ? "..." : row.text));
const threadId = () => String(stage.stored()?.["t"]);
const answerThreads = () =>
  stage.hub.overrides.set(WIDGET_PATHS.threads, ({ url }) => {
    const before = new URL(url).searchParams.get("before");
    const start = before === null ? 0 : all.findIndex(({ id }) => id === before) + 1;
    return json({ threads: all.slice(start, start + 50), has_more: start + 50 < TOTAL });
  });
const show = async () => {
  desk.load();
  await settle();
};

beforeEach(async () => {
  stage = createStage();
  ({ env } = stage);
  answerThreads();
  stage.start().send("hi");
  desk = await stage.widget.threads();
  await settle();
});

describe("the list of conversations", () => {
  it("comes page by page, newest first, each once", async () => {
    desk.load();
    expect(threads()).toEqual({ kind: "loading" });
    await settle();
    expect(threads()).toMatchObject({ kind: "ready", hasMore: true, more: "idle", shownId: threadId() });
    desk.loadMore();
    desk.loadMore();
    await settle();
    expect(list()).toEqual(all.map(({ id, title }) => `${id} ${title}`));
    expect(threads()).toMatchObject({ hasMore: false });
    expect(env.sent(WIDGET_PATHS.threads)).toHaveLength(2);
  });

  it("of somebody new is empty, and makes nobody", async () => {
    stage.widget.dispose();
    env.stored.clear();
    env.requests.length = 0;
    desk = await stage.start().threads();
    desk.load();
    await settle();
    expect(threads()).toMatchObject({ kind: "ready", list: [], shownId: null });
    expect(env.requests).toEqual([]);
  });

  it("that cannot be had says why, and is asked for again", async () => {
    stage.hub.overrides.set(WIDGET_PATHS.threads, () => refusal(503, "agent_unavailable"));
    await show();
    expect(threads()).toMatchObject({ kind: "failed", problem: { code: "agent_unavailable" } });
    answerThreads();
    await show();
    expect(list()).toHaveLength(50);
  });

  it("keeps what it has when the page below cannot be had", async () => {
    await show();
    stage.hub.overrides.set(WIDGET_PATHS.threads, () => refusal(503, "agent_unavailable"));
    desk.loadMore();
    await settle();
    expect(threads()).toMatchObject({ kind: "ready", hasMore: true, more: "failed" });
    expect(list()).toHaveLength(50);
  });
});

describe("a conversation", () => {
  it("is renamed and deleted on the hub", async () => {
    await show();
    expect(await desk.rename("t1", " Other ")).toBe(true);
    expect(env.sent(threadPath("t1"))[0]).toMatchObject({ method: "PATCH", body: { title: "Other" } });
    expect(list().slice(0, 3)).toEqual(["t0 Title 0", "t1 Other", "t2 Title 2"]);
    expect(await desk.remove("t0")).toBe(true);
    expect(env.sent(threadPath("t0"))[0]?.method).toBe("DELETE");
    expect(list()[0]).toBe("t1 Other");
  });

  it("stays as it is where the hub refuses, and the problem is told", async () => {
    await show();
    const problems: string[] = [];
    stage.widget.on("problem", ({ code }) => problems.push(code));
    stage.hub.overrides.set(threadPath("t1"), () => refusal(400, "invalid_request"));
    expect(await desk.rename("t1", "Other")).toBe(false);
    expect(await desk.remove("t1")).toBe(false);
    expect([list()[1], problems]).toEqual(["t1 Title 1", ["invalid_request", "invalid_request"]]);
  });

  it("that is gone already counts as deleted", async () => {
    await show();
    stage.hub.overrides.set(threadPath("t1"), () => refusal(404, "thread_not_found"));
    expect(await desk.remove("t1")).toBe(true);
    expect(list()[1]).toBe("t2 Title 2");
  });

  it("that is shown makes room for a new one when it is deleted", async () => {
    const old = threadId();
    expect(await desk.remove(old)).toBe(true);
    expect(texts()).toEqual([]);
    stage.widget.send("again");
    await settle();
    expect(env.sent(WIDGET_PATHS.connect).at(-1)?.body).toMatchObject({ threadId: threadId() });
    expect(threadId()).not.toBe(old);
  });

  it("is opened with its messages, and written on", async () => {
    stage.hub.overrides.set(threadMessagesPath("t3"), () =>
      json({
        messages: [{ id: "m1", role: "user", content: "long ago", created_at: "2026-01-15T12:00:00.000Z" }],
      }),
    );
    expect(desk.open("t3")).toBe(true);
    expect([texts(), stage.widget.history.value.kind]).toEqual([[], "loading"]);
    await settle();
    expect([texts(), threadId()]).toEqual([["long ago"], "t3"]);
    stage.widget.send("more");
    await settle();
    expect(env.sent(WIDGET_PATHS.connect).at(-1)?.body).toMatchObject({ threadId: "t3" });
    expect(texts()).toEqual(["long ago", "more", "Hello there."]);
  });
});

describe("starting over", () => {
  it("shows nothing, asks the hub for nothing, and the next message begins another conversation", async () => {
    const old = threadId();
    env.requests.length = 0;
    expect(desk.startOver()).toBe(true);
    expect(texts()).toEqual([]);
    await settle();
    expect(env.requests).toEqual([]);
    expect(stage.widget.history.value).toMatchObject({ kind: "ready", hasOlder: false });
    stage.widget.send("new");
    await settle();
    expect(texts()).toEqual(["new", "Hello there."]);
    expect(threadId()).not.toBe(old);
  });

  it("lets the answer under way go on at the hub and shows no word of it", async () => {
    const stream = openStream();
    stage.hub.overrides.set(WIDGET_PATHS.connect, () => stream.response);
    stage.widget.send("slow");
    await settle();
    const runId = runIdOf(env.sent(WIDGET_PATHS.connect).at(-1));
    stream.push(frames(answer(runId, "Hello there.").slice(0, 3)));
    await settle();
    expect(stage.widget.turn.value.kind).toBe("answering");
    desk.startOver();
    stream.push(frames(answer(runId, "Hello there.").slice(3), 4));
    await env.advance(60_000);
    expect([texts(), stage.widget.turn.value.kind]).toEqual([[], "idle"]);
    expect(stage.paths().filter((path) => path.endsWith("/cancel"))).toEqual([]);
  });

  it("while an answer is being written: what is said next is said in the new conversation", async () => {
    const stream = openStream();
    stage.hub.script(WIDGET_PATHS.connect, () => stream.response);
    stage.widget.send("long story");
    await settle();
    stream.push(frames(answer(runIdOf(env.sent(WIDGET_PATHS.connect).at(-1)), "Hello there.").slice(0, 3)));
    await settle();
    const before = threadId();
    expect(desk.startOver()).toBe(true);
    await settle();
    expect(threadId()).not.toBe(before);
    stage.widget.send("something else");
    await settle();
    expect(Object(env.sent(WIDGET_PATHS.connect).at(-1)?.body)["threadId"]).toBe(threadId());
    expect(threadId()).not.toBe(before);
    expect(texts()).toEqual(["something else", "Hello there."]);
  });

  it("waits for what is not sent yet, and takes along what could not be sent", async () => {
    env.emit("offline");
    stage.widget.send("waits");
    expect([desk.startOver(), desk.open("t3")]).toEqual([false, false]);
    expect(texts()).toContain("waits");
    stage.hub.overrides.set(WIDGET_PATHS.connect, () => refusal(400, "invalid_request"));
    env.emit("online");
    await env.advance(1_000);
    expect(stage.visitorRow()).toBeDefined();
    expect(desk.startOver()).toBe(true);
    expect(texts()).toEqual(["waits"]);
  });

  /** The next message is not answered, and then said to have failed: the hub may have it. */
  const loseAnswers = async (text: string) => {
    stage.hub.script(
      WIDGET_PATHS.connect,
      ...Array.from({ length: 3 }, () => () => refusal(503, "unavailable")),
    );
    stage.widget.send(text);
    await env.advance(60_000);
    expect(stage.widget.rows.value.at(-1)).toMatchObject({ text, state: "failed" });
  };
  const lastRequest = () => env.sent(WIDGET_PATHS.connect).at(-1)?.body;

  it("and Retry of what the hub may have: it goes to the conversation where it was said, and that one is shown", async () => {
    const old = threadId();
    await loseAnswers("lost?");
    desk.startOver();
    stage.widget.send("new");
    await settle();
    expect(threadId()).not.toBe(old);
    const history = [{ id: "m1", role: "user", content: "hi", created_at: "2026-01-15T12:00:00.000Z" }];
    stage.hub.overrides.set(threadMessagesPath(old), () => json({ messages: history }));
    stage.widget.retry(stage.widget.rows.value.find(({ id }) => id !== undefined)?.id ?? "");
    await settle();
    expect(lastRequest()).toMatchObject({ threadId: old });
    expect([texts(), threadId()]).toEqual([["hi", "lost?", "Hello there."], old]);
  });

  it("and Retry of what the hub has: it is seen where it was said, and not said again", async () => {
    const old = threadId();
    await loseAnswers("lost?");
    const { id } = stage.widget.rows.value.at(-1) as { id: string };
    desk.startOver();
    stage.hub.overrides.set(threadMessagesPath(old), () =>
      json({ messages: [{ id, role: "user", content: "lost?", created_at: "2026-01-15T12:00:00.000Z" }] }),
    );
    env.requests.length = 0;
    stage.widget.retry(id);
    await settle();
    expect([texts(), threadId()]).toEqual([["lost?"], old]);
    expect(env.sent(WIDGET_PATHS.connect)).toEqual([]);
  });

  it("and Retry of what the hub refused: it is said in the conversation that is shown", async () => {
    const old = threadId();
    stage.hub.script(WIDGET_PATHS.connect, () => refusal(400, "invalid_request"));
    stage.widget.send("refused");
    await settle();
    const { id } = stage.widget.rows.value.at(-1) as { id: string };
    desk.startOver();
    stage.widget.retry(id);
    await settle();
    expect(lastRequest()).toMatchObject({ threadId: threadId() });
    expect(threadId()).not.toBe(old);
  });

  it("in another tab: a message that was on its way before a reload goes where it was first sent", async () => {
    const old = threadId();
    stage.hub.script(WIDGET_PATHS.connect, () => new Promise(() => {}));
    stage.widget.send("on its way");
    await settle();
    env.emit("pagehide");
    stage.widget.dispose();
    const [name, text] = [...env.stored].find(([key]) => !key.endsWith(":outbox")) ?? ["", "{}"];
    env.stored.set(name, JSON.stringify({ ...JSON.parse(text), t: "elsewhere" }));
    stage.start().open();
    await settle();
    expect(lastRequest()).toMatchObject({ threadId: old });
    expect(threadId()).toBe(old);
  });

  it("is remembered: after a reload the old conversation does not come back", async () => {
    const old = threadId();
    desk.startOver();
    stage.hub.overrides.set(threadMessagesPath(threadId()), () => refusal(404, "thread_not_found"));
    stage.widget.dispose();
    stage.start().open();
    await settle();
    expect([texts(), stage.widget.history.value.kind]).toEqual([[], "ready"]);
    expect(stage.paths()).not.toContain(threadMessagesPath(old));
  });
});
