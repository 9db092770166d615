import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { signal } from "../core/signal.ts";
import { fakeWidget, type FakeWidget } from "./testing/fake-widget.ts";
import { mountTestPanel, settle } from "./testing/panel.ts";
import type { Placement } from "./placement.ts";
import { reopen } from "./reopen.ts";

let widget: FakeWidget;
let panel: ReturnType<typeof mountTestPanel> | null = null;
let isHidden = false;

/** A page of this size, after one that was left with an open panel. */
async function arrive(placement: Placement = {}, isSmall = false): Promise<void> {
  const matchMedia = window.matchMedia.bind(window);
  vi.spyOn(window, "matchMedia").mockImplementation((query) =>
    query.includes("min-width: 720px")
      ? Object.assign(new EventTarget(), matchMedia(query), { matches: !isSmall })
      : matchMedia(query),
  );
  widget = fakeWidget();
  widget.marks.add("open");
  panel = mountTestPanel(widget, placement);
  await vi.dynamicImportSettled();
  await settle();
}

function look(hidden: boolean): void {
  isHidden = hidden;
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  isHidden = false;
  vi.spyOn(document, "hidden", "get").mockImplementation(() => isHidden);
});
afterEach(() => {
  panel?.unmount();
  panel?.host.remove();
  panel = null;
  vi.unstubAllGlobals();
});

describe("on the next page", () => {
  test("the panel opens by itself, and what had the focus keeps it", async () => {
    const field = document.body.appendChild(document.createElement("input"));
    field.focus();
    await arrive();
    await settle();
    expect(widget.isOpen.value).toBe(true);
    expect(panel?.find("[role=dialog]")).toBeTruthy();
    expect(document.activeElement).toBe(field);
    expect(panel?.find(".foyer").inert).toBe(false);
    field.remove();
  });

  test.each<[string, Placement, boolean]>([
    ["a small page", {}, true],
    ["a full page", { mode: "full" }, false],
  ])("not on %s", async (_, placement, isSmall) => {
    await arrive(placement, isSmall);
    expect(widget.isOpen.value).toBe(false);
    expect(widget.marks.has("open")).toBe(false);
  });

  test("what was opened and closed again before it came stays closed", async () => {
    widget = fakeWidget();
    widget.history.value = { kind: "ready", hasOlder: false, older: "idle" };
    const container = document.body.appendChild(document.createElement("div"));
    const place = { mode: signal("floating" as const), leave: () => {}, undo: () => {} };
    reopen(widget, container, place);
    expect(widget.isOpen.value).toBe(false);
    expect(container.inert).toBe(false);
    container.remove();
  });
});

describe("leaving a page", () => {
  test("an open panel is marked while the page is out of sight", async () => {
    await arrive();
    expect(widget.marks.has("open")).toBe(false);
    look(true);
    expect(widget.marks.has("open")).toBe(true);
    look(false);
    expect(widget.marks.has("open")).toBe(false);
  });

  test("a closed one is not, nor one that was closed meanwhile", async () => {
    await arrive();
    look(true);
    widget.close();
    await settle();
    expect(widget.marks.has("open")).toBe(false);
    look(false);
    look(true);
    expect(widget.marks.has("open")).toBe(false);
  });

  test("a full page is not", async () => {
    vi.stubGlobal("visualViewport", null);
    await arrive({ mode: "full" });
    widget.open();
    await settle();
    look(true);
    expect(widget.marks.has("open")).toBe(false);
  });

  test("N70: nothing is left once the panel was taken down", async () => {
    await arrive();
    look(true);
    panel?.unmount();
    expect(widget.marks.has("open")).toBe(false);
    look(false);
    look(true);
    expect(widget.marks.has("open")).toBe(false);
  });
});
