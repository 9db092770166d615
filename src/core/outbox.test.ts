import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { VisitorRow } from "./rows.ts";
import { settle } from "./testing/environment.ts";
import { fakeJwt, json, openStream, refusal } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];

beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
  env.fixedRandom = 0.5;
});

const connects = () => env.sent(WIDGET_PATHS.connect);
const said = () => connects().map(({ body }) => Object(body)["messages"][0]);
const texts = () => said().map(({ content }) => content);
const visitorRows = () => stage.widget.rows.value.filter((row): row is VisitorRow => row.kind === "visitor");
const states = () => visitorRows().map(({ text, state }) => [text, state]);
const outbox = () => [...env.stored].find(([name]) => name.endsWith(":outbox"))?.[1] ?? null;
const reload = async () => {
  stage.widget.dispose();
  stage.start().open();
  await settle();
};
const chatOnce = async () => {
  stage.start().open();
  stage.widget.send("first");
  await settle();
};

describe("what is queued", () => {
  it("can be taken back before anything was sent, with its text, and is never sent", async () => {
    env.connected = false;
    stage.start();
    for (const text of ["one", "two", "three"]) stage.widget.send(text);
    const [, second] = visitorRows();
    expect(stage.widget.withdraw(second?.id ?? "")).toBe("two");
    expect(stage.widget.withdraw(second?.id ?? "")).toBeNull();
    expect(stage.widget.withdraw("nobody")).toBeNull();
    env.emit("online");
    await settle();
    expect(texts()).toEqual(["one", "three"]);
    expect(stage.widget.withdraw(visitorRows()[0]?.id ?? "")).toBeNull();
  });

  it("429: the wait is shown, more may be written and taken back, all goes out once and in order", async () => {
    const limited = () => refusal(429, "rate_limited", { "retry-after": "20" });
    hub.script(WIDGET_PATHS.connect, limited, limited, limited, limited);
    stage.start().send("one");
    await settle();
    expect(stage.widget.turn.value).toEqual({ kind: "waiting", untilMs: env.now() + 22_500 });
    expect([stage.widget.send("two"), stage.widget.send("three")]).toEqual([true, true]);
    expect(states()).toEqual([
      ["one", "queued"],
      ["two", "queued"],
      ["three", "queued"],
    ]);
    expect(stage.widget.withdraw(visitorRows()[1]?.id ?? "")).toBe("two");
    await env.advance(200_000);
    expect(states()).toEqual([
      ["one", "sent"],
      ["three", "sent"],
    ]);
    expect(texts()).toEqual(["one", "one", "one", "one", "one", "three"]);
    expect(new Set(said().map(({ id }) => id)).size).toBe(2);
  });

  it("the message that waits for the hub can be taken back too, and frees the composer", async () => {
    hub.overrides.set(WIDGET_PATHS.connect, () => refusal(429, "rate_limited", { "retry-after": "60" }));
    stage.start().send("one");
    await settle();
    expect(stage.widget.withdraw(visitorRows()[0]?.id ?? "")).toBe("one");
    await settle();
    expect(stage.widget.turn.value.kind).toBe("idle");
    await env.advance(600_000);
    expect(connects().length).toBe(1);
  });

  it("a message that the hub may have cannot be taken back", async () => {
    hub.overrides.set(WIDGET_PATHS.connect, () => Promise.reject(new TypeError("reset")));
    stage.start().send("one");
    await settle();
    const id = visitorRows()[0]?.id ?? "";
    expect(stage.widget.withdraw(id)).toBeNull();
    await env.advance(60_000);
    expect([visitorRows()[0]?.state, stage.widget.withdraw(id)]).toEqual(["failed", null]);
  });

  it("a message that was refused for good gives its text back", async () => {
    hub.overrides.set(WIDGET_PATHS.connect, () => refusal(422, "invalid_request"));
    stage.start().send("one");
    await settle();
    expect(stage.widget.withdraw(visitorRows()[0]?.id ?? "")).toBe("one");
    expect(stage.widget.rows.value).toEqual([]);
  });

  it("signed out by accident: it waits, and is sent once when the visitor is known again", async () => {
    const userToken = fakeJwt({ sub: "user:u1" });
    hub.subject = "user:u1";
    hub.script(WIDGET_PATHS.exchange, () => refusal(409, "token_replayed"));
    stage.start({ userToken }).open();
    await settle();
    stage.widget.send("one");
    await env.advance(60_000);
    expect([states(), connects().length]).toEqual([[["one", "queued"]], 0]);
    stage.widget.retry(visitorRows()[0]?.id ?? "");
    await env.advance(1_000);
    expect([states(), connects().length]).toEqual([[["one", "queued"]], 0]);
    stage.widget.dispose();
    stage.start({ userToken }).open();
    await env.advance(1_000);
    expect([states(), connects().length]).toEqual([[["one", "sent"]], 1]);
  });

  it("waits in any number of letters typed, 20 messages, on one abort listener each", async () => {
    env.connected = false;
    stage.start();
    for (let length = 1; length < 40; length++) stage.widget.draft.value = "x".repeat(length);
    const taken = Array.from({ length: 25 }, (_, index) => stage.widget.send(`m${index}`));
    expect(taken.filter(Boolean).length).toBe(20);
  });

  it("while an answer streams nothing is sent, and the text stays in the draft", async () => {
    hub.script(WIDGET_PATHS.connect, () => openStream().response);
    stage.start().send("one");
    await settle();
    stage.widget.draft.value = "two";
    expect([stage.widget.send(), stage.widget.draft.value]).toEqual([false, "two"]);
  });
});

describe("a reload", () => {
  it("N40: keeps what was queued offline and sends it once, with the same ids, in order", async () => {
    await chatOnce();
    env.emit("offline");
    stage.widget.send("two");
    stage.widget.send("three");
    await settle();
    const ids = visitorRows().map(({ id }) => id);
    stage.widget.dispose();
    stage.start().open();
    env.emit("online");
    await settle();
    await env.advance(1_000);
    expect(texts()).toEqual(["first", "two", "three"]);
    expect(said().map(({ id }) => id)).toEqual(ids);
    expect(outbox()).toBeNull();
    await reload();
    await env.advance(60_000);
    expect(connects().length).toBe(3);
  });

  it("also the very first message, written offline", async () => {
    stage.start().draft.value = "one";
    await settle();
    env.emit("offline");
    stage.widget.send();
    stage.widget.dispose();
    env.connected = true;
    stage.start().open();
    await settle();
    expect([states(), connects().length]).toEqual([[["one", "sent"]], 1]);
  });

  it("N40: a first message written offline before there was an engine is kept, taken back or sent once", async () => {
    env.connected = false;
    stage.start().open();
    for (const text of ["one", "two", "three"]) stage.widget.send(text);
    expect(stage.widget.withdraw(visitorRows()[1]?.id ?? "")).toBe("two");
    // The page is left as it is: nothing is told to end.
    env.listeners.clear();
    env.connected = true;
    stage.start().open();
    await env.advance(2_000);
    expect(states()).toEqual([
      ["one", "sent"],
      ["three", "sent"],
    ]);
    expect(texts()).toEqual(["one", "three"]);
    expect(outbox()).toBeNull();
  });

  it("of messages taken back offline before there was an engine nothing stays", async () => {
    env.connected = false;
    stage.start().open();
    stage.widget.send("one");
    stage.widget.withdraw(visitorRows()[0]?.id ?? "");
    expect(env.stored.size).toBe(0);
    stage.widget.send("two");
    stage.widget.logout();
    expect(env.stored.size).toBe(0);
  });

  it("N39: keeps a message that failed, with Retry; nothing goes out unasked", async () => {
    await chatOnce();
    hub.overrides.set(WIDGET_PATHS.connect, () => Promise.reject(new TypeError("reset")));
    stage.widget.send("two");
    await env.advance(60_000);
    hub.overrides.delete(WIDGET_PATHS.connect);
    const before = connects().length;
    const id = visitorRows()[1]?.id;
    await reload();
    await env.advance(60_000);
    expect(connects().length).toBe(before);
    expect(visitorRows()).toMatchObject([
      { id, text: "two", state: "failed", problem: { code: "hub_unreachable" } },
    ]);
    stage.widget.retry(id ?? "");
    await settle();
    expect([visitorRows()[0]?.state, said().at(-1)]).toEqual(["sent", expect.objectContaining({ id })]);
  });

  it("a message that the hub had taken already is shown once, as the hub has it", async () => {
    await chatOnce();
    hub.overrides.set(WIDGET_PATHS.connect, () => new Promise(() => {}));
    stage.widget.send("two");
    await settle();
    const id = visitorRows()[1]?.id;
    hub.overrides.delete(WIDGET_PATHS.connect);
    const messages = [
      { id, role: "user", content: "two", created_at: "2026-01-15T12:00:00.000Z" },
      { id: "a", role: "assistant", content: "Done", created_at: "2026-01-15T12:00:01.000Z" },
    ];
    const thread = stage.stored()?.["t"];
    hub.overrides.set(`${WIDGET_PATHS.threads}/${thread}/messages`, () => json({ messages }));
    const before = connects().length;
    await reload();
    expect(stage.widget.rows.value.map((row) => row.id)).toEqual([id, "a"]);
    expect(connects().length).toBe(before);
  });

  it("a message that was stopped while the conversation was being fetched is kept, and goes out when it is asked for", async () => {
    await chatOnce();
    const path = `${WIDGET_PATHS.threads}/${stage.stored()?.["t"]}/messages`;
    let arrive: (page: Response) => void = () => {};
    hub.overrides.set(path, () => new Promise((resolve) => (arrive = resolve)));
    await reload();
    stage.widget.send("two");
    stage.widget.stop();
    await settle();
    expect(states()).toEqual([["two", "failed"]]);
    expect(outbox()).toContain("two");
    arrive(json({ messages: [], has_more: false }));
    await settle();
    stage.widget.retry(visitorRows()[0]?.id ?? "");
    await env.advance(2_000);
    expect([states(), texts()]).toEqual([[["two", "sent"]], ["first", "two"]]);
  });

  it("a message that another page's write left out is written down again", async () => {
    await chatOnce();
    env.connected = false;
    env.emit("offline");
    stage.widget.send("two");
    const [name, text] = [...env.stored].find(([key]) => key.endsWith(":outbox")) ?? ["", "{}"];
    env.stored.set(name, JSON.stringify({ ...JSON.parse(text), m: [] }));
    env.emit("storage");
    await env.advance(1_000);
    expect(outbox()).toContain("two");
    env.connected = true;
    await reload();
    expect(states()).toEqual([["two", "sent"]]);
  });

  it("a message older than an hour is kept as not sent", async () => {
    await chatOnce();
    env.emit("offline");
    stage.widget.send("two");
    stage.widget.dispose();
    env.wallMs += 3_600_001;
    env.connected = true;
    stage.start().open();
    await settle();
    expect([states(), connects().length]).toEqual([[["two", "failed"]], 1]);
  });

  it("keeps the draft after the first message and stores none before it", async () => {
    stage.start().open();
    stage.widget.draft.value = "secret";
    await env.advance(5_000);
    expect(env.stored.size).toBe(0);
    stage.widget.draft.value = "";
    stage.widget.send("first");
    await settle();
    stage.widget.draft.value = "half a sen";
    await env.advance(400);
    stage.widget.draft.value = "half a sentence";
    await env.advance(200);
    expect(outbox()).toContain('"half a sentence"');
    await reload();
    expect(stage.widget.draft.value).toBe("half a sentence");
    stage.widget.draft.value = "";
    env.emit("hidden");
    expect([outbox(), env.timers.size]).toEqual([null, 0]);
  });
});

describe("what is stored", () => {
  const junk = [
    "{",
    "null",
    '{"v":2}',
    '{"__proto__":{"v":1}}',
    '{"v":1,"k":"other","o":"guest","d":"x","m":[]}',
  ];
  it.each(junk)("S3: %s is deleted", async (text) => {
    await chatOnce();
    const name = `${[...env.stored.keys()][0]}:outbox`;
    env.stored.set(name, text);
    await reload();
    expect([stage.widget.draft.value, env.stored.has(name)]).toEqual(["", false]);
  });

  it("S2, S4: storage that throws costs nothing but the memory of a reload", async () => {
    await chatOnce();
    env.storageFails = "write";
    env.emit("offline");
    expect(stage.widget.send("two")).toBe(true);
    env.storageFails = "read";
    expect(stage.widget.send("three")).toBe(true);
    env.emit("online");
    await env.advance(2_000);
    expect(texts()).toEqual(["first", "two", "three"]);
  });

  it("L4: what a visitor left is not shown to another one", async () => {
    await chatOnce();
    env.emit("offline");
    stage.widget.send("mine");
    stage.widget.draft.value = "mine too";
    stage.widget.dispose();
    env.connected = true;
    stage.start({ userToken: "a.b.c" }).open();
    await settle();
    expect([states(), stage.widget.draft.value, outbox()]).toEqual([[], "", null]);
  });

  it("another tab's queued messages are left alone", async () => {
    await chatOnce();
    const first = stage.widget;
    const second = stage.start();
    second.open();
    await settle();
    env.emit("offline");
    first.send("from the first");
    second.send("from the second");
    expect(outbox()).toContain("from the first");
    expect(outbox()).toContain("from the second");
    first.dispose();
    second.dispose();
  });
});
