// A tab whose storage nobody else sees, and a copy of it: a duplicated tab begins with a copy of what is stored.
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
let first: Widget;

/** A tab with a storage of its own. */
async function open(stored: Map<string, string>, isOnline = false) {
  const tab = new ManualEnvironment(env.browser, stored);
  tab.randomBytes(stored.size + 7);
  tab.respond = env.respond;
  tab.connected = isOnline;
  tab.wallMs = env.wallMs;
  const options = { clientKey: CLIENT_KEY, apiUrl: API_URL, storage: "session" } as const;
  const widget = createWidget(options, tab, LOADED);
  widget.open();
  await settle();
  return { tab, widget };
}
const rows = (widget: Widget) =>
  widget.rows.value.flatMap((row) => (row.kind === "visitor" ? [[row.text, row.state]] : []));
const idOf = (widget: Widget, text: string) =>
  widget.rows.value.find((row) => row.kind === "visitor" && row.text === text)?.id ?? "";
const said = (...tabs: ManualEnvironment[]) =>
  tabs.flatMap((tab) =>
    tab.sent(WIDGET_PATHS.connect).map(({ body }) => Object(body)["messages"][0].content),
  );

beforeEach(async () => {
  stage = createStage();
  env = stage.env;
  first = stage.start({ storage: "session" });
  first.open();
  first.send("hello");
  await settle();
  env.emit("offline");
  first.send("later");
});

describe.each([
  ["with locks and channels", true],
  ["without either", false],
])("what a duplicated tab finds, %s", (_, hasDoors) => {
  beforeEach(() => {
    env.browser.hasLocks = env.browser.hasChannels = hasDoors;
  });

  it("is not sent by it, whatever becomes of it where it was written", async () => {
    if (!hasDoors) env.die();
    const { tab, widget } = await open(new Map(env.stored));
    first.withdraw(idOf(first, "later"));
    tab.emit("online");
    await tab.advance(7_200_000);
    expect(said(tab)).toEqual([]);
    expect(rows(widget)).toEqual(hasDoors ? [] : [["later", "failed"]]);
  });

  it("nor by one that looks only after it was sent, or taken back and the tab closed", async () => {
    const stored = new Map(env.stored);
    first.withdraw(idOf(first, "later"));
    first.dispose();
    await settle();
    await env.advance(600_000);
    const { tab, widget } = await open(stored, true);
    await tab.advance(7_200_000);
    expect(said(tab)).toEqual([]);
    expect(rows(widget)).toEqual([["later", "failed"]]);
    widget.retry(idOf(widget, "later"));
    await tab.advance(5_000);
    expect(said(tab)).toEqual(["later"]);
  });
});

it("the tab that wrote it sends it once, while a copy is open and after that was closed", async () => {
  const copy = await open(new Map(env.stored));
  env.emit("online");
  copy.tab.emit("online");
  await env.advance(2_000);
  await copy.tab.advance(2_000);
  copy.widget.dispose();
  await env.advance(600_000);
  expect(said(env, copy.tab)).toEqual(["hello", "later"]);
});

it("a tab that died and is opened again has it as not sent", async () => {
  env.die();
  const { tab, widget } = await open(env.stored, true);
  await tab.advance(600_000);
  expect([rows(widget), said(tab)]).toEqual([[["later", "failed"]], []]);
});

it("a tab that is left and loaded again sends it", async () => {
  env.emit("pagehide");
  env.die();
  const { tab, widget } = await open(env.stored, true);
  await tab.advance(5_000);
  expect([rows(widget), said(tab)]).toEqual([[["later", "sent"]], ["later"]]);
});

it("N70 a copy that is closed while it asks leaves no timer", async () => {
  const { tab, widget } = await open(new Map(env.stored), true);
  widget.dispose();
  expect([tab.timers.size, tab.listeners.size]).toEqual([0, 0]);
  await settle();
  expect([...tab.stored.values()].some((text) => text.includes("later"))).toBe(true);
});
