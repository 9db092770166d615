import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Row } from "../core/rows.ts";
import { announce } from "./announce.ts";
import { loadMarkdown } from "./load-markdown.ts";
import { textsFor } from "./strings.ts";
import { agentRow, fakeConfig, fakeWidget, visitorRow, type FakeWidget } from "./testing/fake-widget.ts";
import { mountTestPanel, settle } from "./testing/panel.ts";

let widget: FakeWidget;
let panel: ReturnType<typeof mountTestPanel>;
const problem = (code: string, retryable = true) => ({ code, detail: "developer detail", retryable });

async function show(...rows: Row[]): Promise<void> {
  widget.rows.value = rows;
  await settle();
}

beforeEach(async () => {
  await loadMarkdown();
  widget = fakeWidget(fakeConfig({ locale: "en-GB" }));
  panel = mountTestPanel(widget);
  widget.open();
  await settle();
});
afterEach(() => {
  panel.unmount();
  panel.host.remove();
});

describe("rows", () => {
  test("both sides are named with their time, and only the agent's words are markdown", async () => {
    await show(visitorRow("1", "**Hi** <b>"), agentRow("2", "**Hello**"));
    const [mine, theirs] = panel.root.querySelectorAll("[role=article]");
    expect(mine?.getAttribute("aria-label")).toMatch(/^You said, \d\d:\d\d$/);
    expect(theirs?.getAttribute("aria-label")).toMatch(/^Nova said, \d\d:\d\d$/);
    expect(mine?.textContent).toBe("**Hi** <b>");
    expect(theirs?.querySelector("strong")?.textContent).toBe("Hello");
  });

  test.each([
    ["en_US", "a locale that is no language tag"],
    ["x", "a lone letter"],
  ])("locale %s (%s) breaks nothing", async (locale) => {
    widget.config.value = fakeConfig({ locale });
    await show(visitorRow("1", "Hi"));
    expect(panel.find("[role=article]").textContent).toBe("Hi");
  });

  test("a failed message gives the reason and goes out again on Retry", async () => {
    await show(visitorRow("m1", "Hi", { state: "failed", problem: problem("hub_unreachable") }));
    expect(panel.find(".failure").textContent).toContain("cannot be reached");
    panel.find(".failure button").click();
    expect(widget.calls).toEqual(["retry:m1"]);
  });

  test("where trying again cannot help, no Retry is offered", async () => {
    await show(visitorRow("m1", "Hi", { state: "failed", problem: problem("message_too_long", false) }));
    const offers = [...panel.root.querySelectorAll(".failure button")].map(({ textContent }) => textContent);
    expect(offers).toEqual(["Edit", "Remove"]);
  });

  test("where the banner gives the reason the message only says that it was not sent, and can be taken back", async () => {
    const revoked = problem("key_revoked", false);
    widget.session.value = { kind: "dead", problem: revoked };
    await show(
      visitorRow("m1", "Hi", { state: "failed", problem: revoked }),
      visitorRow("m2", "Ho", { state: "failed", problem: problem("message_too_long", false) }),
    );
    expect(panel.root.textContent?.match(/not available on this page/g)).toHaveLength(1);
    expect(panel.find('[data-row="m1"] .meta').textContent).toMatch(/^Not sent yet Edit\s+Remove$/);
    expect(panel.find('[data-row="m2"] .failure').textContent).toContain("too long");
    panel.find('[data-row="m1"] .link').click();
    expect(widget.calls).toEqual(["withdraw:m1"]);
  });

  test("a cut answer keeps its text and can be asked for again", async () => {
    await show(agentRow("a1", "Half an", { state: "cut", problem: problem("answer_cut"), retryId: "m1" }));
    expect(panel.find(".md").textContent).toBe("Half an");
    panel.find(".failure button").click();
    expect(widget.calls).toEqual(["retry:m1"]);
  });

  test("a stopped answer says so quietly", async () => {
    await show(agentRow("a1", "Half an", { state: "stopped" }));
    expect(panel.find(".words .meta").textContent).toBe("Stopped");
    expect(panel.root.querySelector(".failure")).toBeNull();
  });

  test("what the agent does is shown once it is known", async () => {
    await show({ kind: "activity", id: "activity", label: "Searching orders", isFirst: true });
    expect(panel.find(".activity").textContent).toBe("Searching orders");
    expect(panel.find(".dots").getAttribute("aria-label")).toBe("Nova is thinking");
  });

  test("history: a skeleton while it loads, a line when it failed, and the greeting stays", async () => {
    widget.history.value = { kind: "loading" };
    await settle();
    expect(panel.root.querySelector(".skeleton")).not.toBeNull();
    expect(panel.root.querySelector(".welcome")).toBeNull();
    widget.history.value = { kind: "failed", problem: problem("timeout") };
    await settle();
    expect(panel.find(".notice").textContent).toBe("Earlier messages could not be loaded. Retry");
    expect(panel.root.querySelector(".welcome")).not.toBeNull();
  });
});

test("a token touches its own row only", async () => {
  const first = visitorRow("1", "Hi");
  const old = agentRow("2", "Old **answer**");
  await show(first, old, agentRow("3", "New", { state: "streaming" }));
  const changed = new Set<string>();
  const log = panel.find(".rows");
  const observer = new MutationObserver((records) => {
    for (const record of records) {
      const turn = [...log.children].findIndex((child) => child.contains(record.target));
      changed.add(String(turn));
    }
  });
  observer.observe(log, { subtree: true, childList: true, characterData: true, attributes: true });
  await show(first, old, agentRow("3", "New words", { state: "streaming" }));
  observer.disconnect();
  expect(log.textContent).toContain("New words".slice(0, -1));
  expect([...changed]).toEqual(["2"]);
});

describe("a message that the hub has not got", () => {
  const button = (text: string) =>
    [...panel.find(".log").querySelectorAll("button")].find(({ textContent }) => textContent === text);

  test("Edit brings its text back into the field, above what stands there; Remove throws it away", async () => {
    widget.draft.value = "and more";
    await show(visitorRow("1", "Hi", { state: "queued" }));
    expect(panel.find(".log").textContent).toContain("Not sent yet");
    button("Edit")?.click();
    expect([widget.calls, widget.draft.value]).toEqual([["withdraw:1"], "Hi\nand more"]);
    button("Remove")?.click();
    expect([widget.calls.length, widget.draft.value]).toEqual([2, "Hi\nand more"]);
  });

  test("offline it says when it goes out; refused for good it can be edited, not retried", async () => {
    widget.online.value = false;
    await show(visitorRow("1", "Hi", { state: "queued" }));
    expect(panel.find(".log").textContent).toContain("Sent as soon as you are online");
    const refused = { code: "message_too_long", detail: "", retryable: false };
    await show(visitorRow("1", "Hi", { state: "failed", problem: refused }));
    expect([button("Retry"), button("Edit") === undefined]).toEqual([undefined, false]);
  });

  test("the composer tells how long the hub wants us to wait, and sends on", async () => {
    widget.turn.value = { kind: "waiting", untilMs: Date.now() + 6_500 };
    await settle();
    expect(panel.find("footer [role=status]").textContent).toContain("about 7 s");
    widget.draft.value = "next";
    await settle();
    panel.find(".send").click();
    expect(widget.calls).toEqual(["send:next"]);
  });
});

describe("screen reader", () => {
  const polite = () => panel.find("[role=status].hidden").textContent;
  const assertive = () => panel.find("[role=alert].hidden").textContent;

  test("the log is silent while tokens come; the finished answer is announced once", async () => {
    expect(panel.find("[role=log]").getAttribute("aria-live")).toBe("off");
    widget.turn.value = { kind: "answering", runId: "r" };
    await show(visitorRow("1", "Hi"), agentRow("2", "Some", { state: "streaming" }));
    expect(polite()).toBe("");
    widget.turn.value = { kind: "idle" };
    await show(visitorRow("1", "Hi"), agentRow("2", "Some **words**"));
    expect(polite()).toBe("Some words");
    widget.turn.value = { kind: "sending", messageId: "3" };
    await settle();
    expect(polite()).toBe("");
  });

  test("a failure is announced at once", async () => {
    await show(visitorRow("1", "Hi", { state: "sending" }));
    await show(visitorRow("1", "Hi", { state: "failed", problem: problem("offline") }));
    expect(assertive()).toContain("You are offline");
  });

  test("a history that arrives is no news", async () => {
    await show(visitorRow("1", "Hi"), agentRow("2", "Hello"), agentRow("3", "x", { state: "cut" }));
    expect(polite() + assertive()).toBe("");
  });
});

describe("what is news", () => {
  const streaming = agentRow("a", "Par", { state: "streaming" });
  const texts = textsFor({});
  const none = { polite: "", assertive: "" };
  const busy = { rows: [streaming], isBusy: true };
  test.each([
    ["more words", busy, [{ ...streaming, text: "Partial" }], none],
    ["completion", busy, [agentRow("a", "All")], { polite: "All", assertive: "" }],
    ["the same again", { rows: [agentRow("a", "All")], isBusy: false }, [agentRow("a", "All")], none],
    [
      "an answer in one piece",
      { rows: [], isBusy: true },
      [agentRow("a", "All")],
      { polite: "All", assertive: "" },
    ],
    ["an earlier answer from the hub meanwhile", busy, [agentRow("o", "Old"), streaming], none],
    [
      "the first words being the whole answer",
      {
        rows: [visitorRow("v", "Hi"), { kind: "activity", id: "activity", label: null, isFirst: true }],
        isBusy: true,
      },
      [visitorRow("v", "Hi"), agentRow("a", "All")],
      { polite: "All", assertive: "" },
    ],
    ["a loaded answer", { rows: [], isBusy: false }, [agentRow("a", "All")], none],
    ["a stop", busy, [agentRow("a", "Par", { state: "stopped" })], { polite: "Par", assertive: "" }],
    [
      "a cut",
      busy,
      [agentRow("a", "Par", { state: "cut", problem: problem("answer_cut") })],
      { polite: "Par", assertive: "The answer was cut off." },
    ],
    ["a message on its way", { rows: [], isBusy: true }, [visitorRow("v", "Hi", { state: "sending" })], none],
  ] as const)("%s", (_title, before, after, expected) => {
    expect(announce(before, after, texts)).toEqual(expected);
  });
});
