import { expect, test, vi } from "vitest";
import { agentRow, fakeWidget, visitorRow } from "./testing/fake-widget.ts";
import { mountTestPanel, settle } from "./testing/panel.ts";

/** What has the focus, once all parts have come. */
async function pressEarly(key: string, init: KeyboardEventInit = {}) {
  const widget = fakeWidget();
  const panel = mountTestPanel(widget);
  widget.open();
  widget.rows.value = [visitorRow("1", "Hi"), agentRow("2", "Ho")];
  await settle();
  const log = panel.find(".log");
  log.focus();
  const isTaken = panel.press(log, key, init).defaultPrevented;
  const before = panel.root.activeElement;
  await vi.dynamicImportSettled();
  await settle();
  const { activeElement } = panel.root;
  panel.unmount();
  panel.host.remove();
  return { isTaken, before, row: activeElement?.getAttribute("data-row"), log };
}

test("a key that comes before the part that knows it neither scrolls nor is lost", async () => {
  const { isTaken, before, row, log } = await pressEarly("Home");
  expect([isTaken, before === log]).toEqual([true, true]);
  expect(row).toBe("1");
});

test.each(["Tab", "Escape", "Enter", "a"])("%s stays what it is until then", async (key) => {
  const { isTaken } = await pressEarly(key);
  expect(isTaken).toBe(key === "Escape");
});
