import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agentRow, fakeWidget, visitorRow, type FakeWidget } from "../testing/fake-widget.ts";
import { mountTestPanel, settle } from "../testing/panel.ts";
import { stepOf } from "./toolbar.tsx";

let widget: FakeWidget;
let panel: ReturnType<typeof mountTestPanel>;
const button = (row: string, name: string): HTMLElement =>
  panel.find(`[data-row="${row}"] [aria-label="${name}"]`);
const hover = async (row: string): Promise<void> => {
  panel.find(`[data-row="${row}"]`).dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
  await settle();
};
const click = async (row: string, name: string): Promise<void> => {
  button(row, name).click();
  await settle();
};

beforeEach(async () => {
  await import("./actions.tsx");
  widget = fakeWidget();
  panel = mountTestPanel(widget);
  widget.rows.value = [
    visitorRow("m1", "one", { branch: { index: 1, count: 3, ids: ["m0", "m1", "m2"] } }),
    agentRow("a1", "**One**"),
    visitorRow("m2", "two"),
    agentRow("a2", "Two", { rating: 1, suggestions: ["Why?"] }),
  ];
  widget.open();
  await settle();
});
afterEach(() => {
  panel.unmount();
  panel.host.remove();
});

describe("the actions of rows", () => {
  test("are in the page only where somebody looks, and at the last answer", async () => {
    const shown = () =>
      [...panel.root.querySelectorAll("[role=toolbar]")].map((bar) =>
        bar.closest("[data-row]")?.getAttribute("data-row"),
      );
    expect(shown()).toEqual([]);
    await hover("m1");
    expect(shown()).toEqual(["m1", "a2"]);
    await hover("a1");
    expect(shown()).toEqual(["a1", "a2"]);
  });

  test("do what they say", async () => {
    await hover("m1");
    await click("m1", "Previous version");
    await click("m1", "Next version");
    await click("a2", "Answer again");
    await click("a2", "Good answer");
    await click("a2", "Bad answer");
    expect(widget.calls).toEqual([
      "selectBranch:m0",
      "selectBranch:m2",
      "regenerate:a2",
      "rate:a2:null:",
      "rate:a2:-1:",
    ]);
  });

  test("an answer that runs can be followed by none: no other answer, no other version", async () => {
    await hover("m1");
    widget.turn.value = { kind: "answering", runId: "r" };
    await settle();
    await click("m1", "Next version");
    expect(panel.root.querySelector('[aria-label="Answer again"]')).toBe(null);
    expect(widget.calls).toEqual([]);
  });

  test("what was typed into the edit field outlives Escape, not Cancel", async () => {
    await hover("m2");
    await click("m2", "Edit message");
    const field = () => panel.root.querySelector<HTMLTextAreaElement>('[data-row="m2"] textarea');
    const typed = field();
    if (typed === null) throw new Error("no field");
    typed.value = "zwei";
    typed.dispatchEvent(new InputEvent("input", { bubbles: true }));
    panel.press(typed, "Escape");
    await settle();
    expect([field(), widget.isOpen.value]).toEqual([null, true]);
    await click("m2", "Edit message");
    expect(field()?.value).toBe("zwei");
    panel.find('[data-row="m2"] .plain').click();
    await settle();
    await click("m2", "Edit message");
    expect(field()?.value).toBe("two");
  });

  test("a suggestion is sent", async () => {
    panel.find('[data-row="a2"] .chip').click();
    expect(widget.calls).toEqual(["send:Why?"]);
  });
});

test.each([
  ["ArrowRight", 0, false, 1],
  ["ArrowRight", 2, false, 0],
  ["ArrowLeft", 0, false, 2],
  ["ArrowLeft", 0, true, 1],
  ["Home", 1, false, 0],
  ["End", 1, true, 2],
  ["ArrowDown", 1, false, null],
] as const)("%s from %i, mirrored %s: %s", (...[key, index, isMirrored, next]) => {
  expect(stepOf(key, index, 3, isMirrored)).toBe(next);
});

describe("a comment that the hub did not take", () => {
  const comment = (): HTMLTextAreaElement | null => panel.root.querySelector('[data-row="a2"] textarea');
  const problem = { code: "hub_unreachable", detail: "no answer", retryable: true };
  const show = async (change: object): Promise<void> => {
    widget.rows.value = widget.rows.value.map((row) =>
      row.id === "a2" ? agentRow("a2", "Two", change) : row,
    );
    await settle();
  };
  const write = async (text: string): Promise<void> => {
    await hover("a2");
    await click("a2", "Bad answer");
    const field = comment();
    if (field === null) throw new Error("no field");
    field.value = text;
    field.form?.requestSubmit();
    await settle();
    expect(comment()).toBeNull();
  };

  test("is in its form again, and takes the focus from nobody", async () => {
    await write("It was late.");
    await show({ rating: -1, comment: "It was late." });
    expect(comment()).toBeNull();
    panel.find(".composer textarea").focus();
    await show({ rating: 1 });
    await show({ rating: 1, notice: problem });
    expect(comment()?.value).toBe("It was late.");
    expect(panel.root.activeElement).toBe(panel.find(".composer textarea"));
    expect(panel.find('[data-row="a2"] [role=status]').textContent).toBe("");
  });

  test("comes back a second time where the part that rates cannot be loaded", async () => {
    await write("It was late.");
    await show({ rating: 1, notice: problem });
    expect(comment()?.value).toBe("It was late.");
    comment()?.form?.requestSubmit();
    await settle();
    expect(comment()).toBeNull();
    await show({ rating: 1, notice: problem });
    expect(comment()?.value).toBe("It was late.");
  });

  test("waits while another field is open, and is there when its own is opened", async () => {
    await write("It was late.");
    await hover("m2");
    await click("m2", "Edit message");
    await show({ rating: 1, notice: problem });
    expect(comment()).toBeNull();
    await click("a2", "Bad answer");
    expect(comment()?.value).toBe("It was late.");
  });

  test("is not the one that was stored: what fails later brings no form", async () => {
    await write("It was late.");
    await show({ rating: -1, comment: "It was late." });
    await show({ rating: -1, comment: "It was late.", notice: problem });
    await show({ rating: 1, notice: problem });
    expect(comment()).toBeNull();
  });
});
