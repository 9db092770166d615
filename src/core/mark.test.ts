import { beforeEach, expect, it } from "vitest";
import type { StorageKind } from "./environment.ts";
import { settle } from "./testing/environment.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let tab: Map<string, string>;
let browser: Map<string, string>;
beforeEach(() => {
  stage = createStage();
  tab = new Map();
  browser = stage.env.stored;
  const { storage } = stage.env;
  stage.env.storage = (kind: StorageKind) => {
    const all = storage(kind);
    return kind === "session"
      ? {
          getItem: (key) => tab.get(key) ?? null,
          setItem: (key, value) => void tab.set(key, value),
          removeItem: (key) => void tab.delete(key),
        }
      : all;
  };
});

const talk = async (): Promise<void> => {
  stage.widget.send("hello");
  await settle();
};

it("S1: of a visitor who has not said a word nothing is marked", () => {
  const widget = stage.start();
  widget.open();
  expect(widget.mark("open", true)).toBe(false);
  expect([tab.size, browser.size]).toEqual([0, 0]);
});

it("the mark lies in the tab beside the record, tells nothing, and is gone once it was read", async () => {
  const widget = stage.start();
  await talk();
  widget.mark("open", true);
  const [record] = browser.keys();
  expect([...tab]).toEqual([[`${record}:open`, "1"]]);
  const next = stage.start();
  expect(next.mark("open", false)).toBe(true);
  expect(tab.size).toBe(0);
  expect(next.mark("open", false)).toBe(false);
});

it("another agent on the next page has a mark of its own", async () => {
  stage.start();
  await talk();
  stage.widget.mark("open", true);
  expect(stage.start({ agent: "sales" }).mark("open", false)).toBe(false);
});

it("S4: a visitor who was forgotten meanwhile has no mark any more", async () => {
  stage.start();
  await talk();
  stage.widget.mark("open", true);
  browser.clear();
  expect(stage.start().mark("open", false)).toBe(false);
  expect(tab.size).toBe(0);
});

it.each(["none", "session"] as const)("with storage %s the mark goes with the record", async (storage) => {
  stage.start({ storage });
  await talk();
  stage.widget.mark("open", true);
  expect([...tab.keys()].filter((name) => name.endsWith(":open"))).toHaveLength(storage === "none" ? 0 : 1);
  expect(browser.size).toBe(0);
});

it("S2: where the page may not store nothing is marked, and nothing breaks", async () => {
  const widget = stage.start();
  stage.env.storage = () => {
    throw new Error("SecurityError");
  };
  expect(widget.mark("open", true)).toBe(false);
});

it("what is muted lies beside the record, is read without a change, and goes with the record", async () => {
  const widget = stage.start();
  expect([widget.mark("muted", true), widget.mark("muted")]).toEqual([false, false]);
  await talk();
  const [record = ""] = browser.keys();
  widget.mark("muted", true);
  expect([widget.mark("muted"), stage.start().mark("muted")]).toEqual([true, true]);
  expect([...browser.keys()]).toEqual([record, `${record}:muted`]);
  browser.delete(record);
  expect(widget.mark("muted")).toBe(false);
  expect(browser.size).toBe(0);
});
