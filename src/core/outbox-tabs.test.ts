// Two tabs of one visitor and what waits to be sent: each tab has an environment of its own, and they share the storage.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { Widget } from "./handle.ts";
import { ManualEnvironment, settle } from "./testing/environment.ts";
import { API_URL, CLIENT_KEY } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";
import { LOADED } from "./testing/parts.ts";
import { createWidget } from "./widget.ts";

let stage: Stage;
let env: ManualEnvironment;
let other: ManualEnvironment;
let first: Widget;
let second: Widget;

/** Another tab of the same browser. */
function openTab(): Widget {
  const widget = createWidget({ clientKey: CLIENT_KEY, apiUrl: API_URL }, other, LOADED);
  widget.open();
  return widget;
}

beforeEach(async () => {
  stage = createStage();
  env = stage.env;
  other = new ManualEnvironment(env.browser, env.stored);
  // Ids of its own.
  other.randomBytes(7);
  other.respond = env.respond;
  first = stage.start();
  first.open();
  first.send("hello");
  await settle();
});

const rows = (widget: Widget) =>
  widget.rows.value.flatMap((row) => (row.kind === "visitor" ? [[row.text, row.state]] : []));
const said = () =>
  [...env.sent(WIDGET_PATHS.connect), ...other.sent(WIDGET_PATHS.connect)].map(
    ({ body }) => Object(body)["messages"][0].content,
  );
const ids = () =>
  [...env.sent(WIDGET_PATHS.connect), ...other.sent(WIDGET_PATHS.connect)].map(
    ({ body }) => Object(body)["messages"][0].id,
  );
const idOf = (widget: Widget, text: string) =>
  widget.rows.value.find((row) => row.kind === "visitor" && row.text === text)?.id ?? "";
/** What each tab stores, the other one hears of. */
const tell = async () => {
  env.emit("storage");
  other.emit("storage");
  await env.advance(1_000);
  await other.advance(1_000);
};
/** A message that the first tab has queued, and the second one shows. */
async function queueInFirst(): Promise<void> {
  env.emit("offline");
  first.send("later");
  second = openTab();
  await settle();
  await tell();
  expect(rows(second)).toContainEqual(["later", "queued"]);
}

it("another tab's message stands below what was said before", async () => {
  second = openTab();
  await settle();
  second.send("here");
  await settle();
  env.emit("offline");
  first.send("later");
  await tell();
  expect(rows(second)).toEqual([
    ["here", "sent"],
    ["later", "queued"],
  ]);
});

describe.each([
  ["with locks and channels", true],
  ["without either", false],
])("a queued message that two tabs show, %s", (_, hasDoors) => {
  beforeEach(async () => {
    env.browser.hasLocks = env.browser.hasChannels = hasDoors;
    await queueInFirst();
  });

  it("is not sent by a tab that did not write it while the other is there", async () => {
    await other.advance(60_000);
    expect(said()).toEqual(["hello"]);
    env.emit("online");
    await tell();
    await tell();
    expect(said()).toEqual(["hello", "later"]);
    expect([rows(first), rows(second)]).toEqual([
      [
        ["hello", "sent"],
        ["later", "sent"],
      ],
      [],
    ]);
  });

  it("taken back where it was written, it is gone in the other tab too, and is never sent", async () => {
    expect(first.withdraw(idOf(first, "later"))).toBe("later");
    await tell();
    expect(rows(second)).toEqual([]);
    env.emit("online");
    first.dispose();
    await tell();
    await other.advance(300_000);
    expect(said()).toEqual(["hello"]);
  });

  it("taken back in the other tab, it is never sent, also where no tab hears of it", async () => {
    expect(second.withdraw(idOf(second, "later"))).toBe("later");
    env.emit("online");
    await env.advance(5_000);
    await other.advance(5_000);
    expect(said()).toEqual(["hello"]);
    expect([rows(first), rows(second)]).toEqual([[["hello", "sent"]], []]);
  });

  it("taken back in the other tab at the moment it goes out, it is not sent", async () => {
    env.emit("online");
    await env.advance(100);
    expect(rows(first)).toContainEqual(["later", "sending"]);
    expect(second.withdraw(idOf(second, "later"))).toBe("later");
    await env.advance(5_000);
    expect(said()).toEqual(["hello"]);
  });

  it("the tab that wrote it is closed: the other one sends it, once", async () => {
    first.dispose();
    await tell();
    await other.advance(5_000);
    expect(said()).toEqual(["hello", "later"]);
    expect(rows(second)).toEqual([["later", "sent"]]);
  });

  it("the tab that wrote it dies: with locks the other one sends it at once, else after a while, once", async () => {
    await other.advance(60_000);
    expect(said()).toEqual(["hello"]);
    env.die();
    await other.advance(1_000);
    expect(said()).toEqual(hasDoors ? ["hello", "later"] : ["hello"]);
    await other.advance(120_000);
    expect(said()).toEqual(["hello", "later"]);
    expect(rows(second)).toEqual([["later", "sent"]]);
  });

  it("the tab that wrote it sleeps, and wakes after the other one has sent it: the hub has it once", async () => {
    env.emit("freeze");
    await tell();
    await other.advance(5_000);
    expect(said()).toEqual(["hello", "later"]);
    env.emit("resume");
    env.emit("online");
    await env.advance(5_000);
    expect(new Set(ids()).size).toBe(2);
    expect(rows(first)).toContainEqual(["later", "sent"]);
  });
});

it("what cannot be stored is sent all the same", async () => {
  env.storageFails = "write";
  env.emit("offline");
  first.send("later");
  env.stored.clear();
  env.emit("online");
  await env.advance(5_000);
  expect(said()).toEqual(["hello", "later"]);
});

it("storage that somebody clears takes nothing back that is on its way", async () => {
  env.emit("offline");
  first.send("later");
  env.stored.clear();
  env.emit("storage");
  await env.advance(1_000);
  env.emit("online");
  await env.advance(5_000);
  expect(said()).toEqual(["hello", "later"]);
});

/** Whether nobody holds a lock of this name. */
const isFree = async (name: string) => {
  let isHad = false;
  void env.lock(name, new AbortController().signal, async () => void (isHad = true));
  await settle();
  return isHad;
};

it("R11 a page that is left or frozen holds no lock for what it has to send, and waits for none", async () => {
  await queueInFirst();
  const mine = [...env.browser.held.keys()].find((name) => name.includes(":outbox:")) ?? "";
  expect(await isFree(mine)).toBe(false);
  second.dispose();
  env.emit("pagehide");
  expect(await isFree(mine)).toBe(true);
  env.emit("pageshow");
  await env.advance(1_000);
  expect(await isFree(mine)).toBe(false);
  first.dispose();
  expect(await isFree(mine)).toBe(true);
});

it("a page in the back/forward cache waits for no lock either: who comes after it has the message", async () => {
  await queueInFirst();
  other.emit("pagehide");
  env.die();
  await settle();
  expect(rows(second)).toContainEqual(["later", "queued"]);
  expect(said()).toEqual(["hello"]);
  other.emit("pageshow");
  await other.advance(1_000);
  expect(said()).toEqual(["hello", "later"]);
});

it("a message that failed in one tab can be tried again in the other, at once", async () => {
  const usual = env.respond;
  const isDown = (path: string) => path === WIDGET_PATHS.connect;
  env.respond = (request) => (isDown(request.path) ? Promise.reject(new TypeError("reset")) : usual(request));
  first.send("later");
  await env.advance(60_000);
  second = openTab();
  await settle();
  await tell();
  expect(rows(second)).toContainEqual(["later", "failed"]);
  second.retry(idOf(second, "later"));
  await other.advance(5_000);
  expect(rows(second)).toContainEqual(["later", "sent"]);
  const before = ids().length;
  env.respond = usual;
  await tell();
  await env.advance(300_000);
  await other.advance(300_000);
  expect(ids().length).toBe(before);
});

it("the part for messages of other tabs is made once, however often it is asked for, and leaves nothing", async () => {
  second = openTab();
  await settle();
  for (const tab of [other, env]) tab.emit("offline");
  first.send("later");
  await settle();
  // It waits for the network.
  for (let count = 0; count < 3; count += 1) {
    other.emit("storage");
    await other.advance(1_000);
  }
  other.emit("online");
  await tell();
  expect(rows(second)).toContainEqual(["later", "queued"]);
  second.dispose();
  expect([other.listeners.size, other.timers.size]).toEqual([0, 0]);
});
