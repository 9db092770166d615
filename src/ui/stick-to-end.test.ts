import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { agentRow, fakeWidget, visitorRow, type FakeWidget } from "./testing/fake-widget.ts";
import { mountTestPanel, settle } from "./testing/panel.ts";

// What a long conversation needs looks at places on the screen, of which there are none here.
vi.mock("./long-reading.ts", () => new Promise(() => {}));

const VISIBLE = 300;
let widget: FakeWidget;
let panel: ReturnType<typeof mountTestPanel>;
let observers: Set<() => void>;
let height = 0;

/** happy-dom lays nothing out: the test says how high the content is and tells the observers. */
async function layOut(to: number): Promise<void> {
  height = to;
  await settle();
  for (const notify of observers) notify();
  await settle();
}

/** The answer has got longer. */
async function grow(to: number): Promise<void> {
  widget.rows.value = [
    ...widget.rows.value.slice(0, -1),
    agentRow("2", `Hello ${to}`, { state: "streaming" }),
  ];
  await layOut(to);
}

function scrollTo(top: number): void {
  panel.find(".log").scrollTop = top;
  panel.find(".log").dispatchEvent(new Event("scroll"));
}

const top = () => panel.find(".log").scrollTop;
const pill = () => panel.root.querySelector<HTMLElement>(".news");

beforeEach(async () => {
  observers = new Set();
  vi.stubGlobal(
    "ResizeObserver",
    class {
      #notify: () => void;
      constructor(notify: () => void) {
        this.#notify = notify;
      }
      observe(): void {
        observers.add(this.#notify);
      }
      disconnect(): void {
        observers.delete(this.#notify);
      }
    },
  );
  widget = fakeWidget();
  widget.rows.value = [visitorRow("1", "Hi"), agentRow("2", "Hello", { state: "streaming" })];
  panel = mountTestPanel(widget);
  widget.open();
  await settle();
  Object.defineProperty(panel.find(".log"), "scrollHeight", { get: () => height });
  Object.defineProperty(panel.find(".log"), "clientHeight", { get: () => VISIBLE });
  await grow(1000);
});

afterEach(() => {
  panel.unmount();
  panel.host.remove();
  vi.unstubAllGlobals();
});

test("the end stays in view while an answer grows", async () => {
  await grow(1500);
  expect(top()).toBeGreaterThanOrEqual(1500 - VISIBLE);
  expect(pill()).toBeNull();
});

test("a reader who goes up, however little, is left alone and told of news", async () => {
  scrollTo(1000 - VISIBLE - 20);
  await grow(1500);
  expect(top()).toBe(680);
  expect(pill()?.textContent).toBe("New messages");
});

test("a reader who went up a little stays there, also when only a little comes", async () => {
  scrollTo(1000 - VISIBLE - 20);
  await grow(1010);
  expect([top(), pill()?.textContent]).toEqual([680, "New messages"]);
});

test("what is laid out late is no news", async () => {
  scrollTo(1000 - VISIBLE - 20);
  await layOut(1500);
  expect([top(), pill()]).toEqual([680, null]);
});

test("growth alone, however large, does not end the following", async () => {
  await grow(5000);
  await grow(9000);
  expect(top()).toBeGreaterThanOrEqual(9000 - VISIBLE);
});

test("the pill leads to the end and following goes on", async () => {
  scrollTo(100);
  await grow(1500);
  pill()?.click();
  await settle();
  expect(pill()).toBeNull();
  expect(panel.root.activeElement).toBe(panel.find(".log"));
  await grow(2000);
  expect(top()).toBeGreaterThanOrEqual(2000 - VISIBLE);
});

test("scrolling back to the end by hand goes on following", async () => {
  scrollTo(100);
  await grow(1500);
  scrollTo(1500 - VISIBLE);
  await settle();
  expect(pill()).toBeNull();
  await grow(2000);
  expect(top()).toBeGreaterThanOrEqual(2000 - VISIBLE);
});

test("an own message brings the end into view from anywhere", async () => {
  scrollTo(100);
  height = 1200;
  widget.rows.value = [...widget.rows.value, visitorRow("3", "Next")];
  await settle();
  expect(top()).toBeGreaterThanOrEqual(1200 - VISIBLE);
});

test("nothing observes once the panel is gone", () => {
  expect(observers.size).toBeGreaterThan(0);
  panel.unmount();
  expect(observers.size).toBe(0);
});
