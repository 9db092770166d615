import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { agentRow, fakeConfig, fakeWidget, visitorRow, type FakeWidget } from "./testing/fake-widget.ts";
import { mountTestPanel, settle } from "./testing/panel.ts";

let widget: FakeWidget;
let panel: ReturnType<typeof mountTestPanel>;

async function open(config = fakeConfig()): Promise<void> {
  widget = fakeWidget(config);
  panel = mountTestPanel(widget);
  widget.open();
  await settle();
}

const problem = (code: string, retryable = true) => ({ code, detail: "developer detail", retryable });

afterEach(() => {
  panel.unmount();
  panel.host.remove();
});

describe("opening and closing", () => {
  test("closed, there is no dialog; without a config neither", async () => {
    await open();
    widget.close();
    await settle();
    expect(panel.root.querySelector("[role=dialog]")).toBeNull();
    widget.config.value = null;
    widget.open();
    await settle();
    expect(panel.root.querySelector("[role=dialog]")).toBeNull();
  });

  test("the dialog is named by the agent, or by the title of the site", async () => {
    await open();
    const label = () =>
      panel.find(`#${panel.find("[role=dialog]").getAttribute("aria-labelledby")}`).textContent;
    expect(label()).toBe("Nova");
    widget.config.value = fakeConfig({ title: "Help desk" });
    await settle();
    expect(label()).toBe("Help desk");
  });

  test("the focus goes to the text field, and back to the launcher when the panel had it", async () => {
    await open();
    expect(panel.root.activeElement).toBe(panel.find("textarea"));
    expect(panel.button.getAttribute("aria-expanded")).toBe("true");
    widget.close();
    await settle();
    expect(panel.root.activeElement).toBe(panel.button);
    expect(panel.button.getAttribute("aria-expanded")).toBe("false");
  });

  test("a focus elsewhere on the page is not taken when the panel closes", async () => {
    await open();
    const other = document.createElement("input");
    document.body.append(other);
    other.focus();
    widget.close();
    await settle();
    expect(document.activeElement).toBe(other);
    other.remove();
  });

  test("Escape and the close button close; Escape of an input method does not", async () => {
    await open();
    panel.press(panel.find("textarea"), "Escape", { isComposing: true });
    expect(widget.isOpen.value).toBe(true);
    panel.press(panel.find("textarea"), "Escape");
    expect(widget.isOpen.value).toBe(false);
    widget.open();
    await settle();
    panel.find('[part="close"]').click();
    expect(widget.isOpen.value).toBe(false);
  });

  test("what was typed is there again after closing", async () => {
    await open();
    panel.type("half a sent");
    widget.close();
    await settle();
    widget.open();
    await settle();
    expect(panel.root.querySelector("textarea")?.value).toBe("half a sent");
  });
});

test("right after opening with three suggestions at most 49 elements exist beside the launcher", async () => {
  await open(fakeConfig({ suggestions: ["a", "b", "c"], privacy_notice: "Be nice." }));
  expect(panel.root.querySelectorAll(".foyer, .foyer *").length).toBeLessThanOrEqual(49);
});

test("a placeholder that reads the other way than the panel keeps its dots at its own end", async () => {
  await open(fakeConfig({ locale: "ar" }));
  expect(panel.find(".foyer").dir).toBe("rtl");
  expect(panel.root.querySelector("textarea")?.placeholder).toBe("\u2068Ask anything…\u2069");
});

test("key presses in the panel never reach the page", async () => {
  await open();
  const onPage = vi.fn();
  document.addEventListener("keydown", onPage);
  panel.press(panel.find("textarea"), "k");
  panel.press(panel.find('[part="close"]'), "/");
  document.removeEventListener("keydown", onPage);
  expect(onPage).not.toHaveBeenCalled();
});

describe("sending", () => {
  beforeEach(() => open());

  test.each([
    ["Enter sends", {}, ["send:Hello"], true],
    ["Shift+Enter breaks the line", { shiftKey: true }, [], false],
    ["Enter of an input method chooses", { isComposing: true }, [], false],
    ["Enter that an input method still holds (Safari)", { keyCode: 229 }, [], false],
  ])("%s", async (_title, init, calls, isPrevented) => {
    panel.type("Hello");
    await settle();
    const event = panel.press(panel.find("textarea"), "Enter", init);
    expect(widget.calls).toEqual(calls);
    expect(event.defaultPrevented).toBe(isPrevented);
  });

  test.each([
    ["empty", ""],
    ["blank", " \n "],
    ["too long", "x".repeat(4001)],
  ])("a text that is %s is not sent and not lost", async (_title, text) => {
    panel.type(text);
    await settle();
    panel.press(panel.find("textarea"), "Enter");
    panel.find(".send").click();
    expect(widget.calls).toEqual([]);
    expect(widget.draft.value).toBe(text);
    expect(panel.find(".send").getAttribute("aria-disabled")).toBe("true");
  });

  test.each([
    [3799, null],
    [3800, "200 characters left"],
    [4000, "0 characters left"],
    [4012, "12 characters too many"],
  ])("with %d characters the count says %j", async (length, text) => {
    panel.type("x".repeat(length));
    await settle();
    expect(panel.root.querySelector("#foyer-hint")?.textContent ?? null).toBe(text);
  });

  test("while an answer runs, Enter leaves the text alone and the button stops, but not on a double click", async () => {
    widget.turn.value = { kind: "answering", runId: "run_1" };
    panel.type("Next question");
    await settle();
    panel.press(panel.find("textarea"), "Enter");
    expect(widget.draft.value).toBe("Next question");
    const clickSend = (detail: number) =>
      panel.find(".send").dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail }));
    clickSend(2);
    expect(widget.calls).toEqual([]);
    clickSend(1);
    expect(widget.calls).toEqual(["stop"]);
  });

  test("a suggestion is sent as it stands, and the focus stays in the panel", async () => {
    widget.config.value = fakeConfig({ suggestions: ["Where is my order?"] });
    await settle();
    panel.find(".chip").focus();
    panel.find(".chip").click();
    expect(widget.calls).toEqual(["send:Where is my order?"]);
    expect(panel.root.activeElement).toBe(panel.find("textarea"));
  });

  test("a chat that ended says why, takes no message and keeps the text", async () => {
    panel.type("My question");
    widget.session.value = { kind: "dead", problem: problem("session_revoked", false) };
    await settle();
    panel.press(panel.find("textarea"), "Enter");
    expect(widget.calls).toEqual([]);
    expect(panel.root.querySelector("textarea")?.value).toBe("My question");
    expect(panel.find("#foyer-banner").textContent).toContain("This chat has ended");
    expect(panel.find("textarea").getAttribute("aria-describedby")).toContain("foyer-banner");
  });

  test("a dead session that a retry may bring back still takes a message", async () => {
    widget.session.value = { kind: "dead", problem: problem("hub_unreachable") };
    panel.type("Hello");
    await settle();
    panel.press(panel.find("textarea"), "Enter");
    expect(widget.calls).toEqual(["send:Hello"]);
  });

  test("offline, a banner says so and typing goes on", async () => {
    widget.online.value = false;
    panel.type("Hello");
    await settle();
    expect(panel.find(".banner").textContent).toContain("You are offline");
    expect(panel.find("header .meta").textContent).toBe("Offline");
    expect(widget.draft.value).toBe("Hello");
  });
});

describe("leaving", () => {
  test("unmounting takes away every node of the panel, and does so twice without harm", async () => {
    await open();
    panel.unmount();
    expect(panel.root.querySelector(".foyer")).toBeNull();
    expect(() => panel.unmount()).not.toThrow();
  });

  test("a view that breaks says so, and the page sees no exception", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    await open();
    // A row of no known shape, as a core of another version might send it.
    const broken: unknown = null;
    widget.rows.value = [broken as ReturnType<typeof agentRow>];
    await settle();
    expect(panel.root.textContent).toContain("could not be shown");
    expect(log).toHaveBeenCalledWith(expect.stringContaining("[foyer] view failed"));
    widget.close();
    await settle();
    expect(panel.root.textContent).not.toContain("could not be shown");
  });

  test("reopened, the conversation is there again", async () => {
    await open();
    widget.rows.value = [visitorRow("1", "Hello"), agentRow("2", "Hi")];
    widget.close();
    await settle();
    widget.open();
    await settle();
    expect(panel.root.querySelectorAll("[role=article]")).toHaveLength(2);
  });
});
