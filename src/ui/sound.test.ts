import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createEmitter } from "../core/emitter.ts";
import type { WidgetEvents } from "../core/handle.ts";
import { chime, soundOf } from "./sound.ts";
import { fakeWidget } from "./testing/fake-widget.ts";

/** Enough for every tab to have had its turn. */
const ALL_MS = 3000;

let played: number;
let open: number;
let gestures: boolean;
let locked: boolean;

function fakeAudio() {
  const param = {
    setValueAtTime: () => {},
    linearRampToValueAtTime: () => {},
    exponentialRampToValueAtTime: () => {},
  };
  const node = { gain: param, frequency: { value: 0 }, connect: () => node, start: () => {}, stop: () => {} };
  return class {
    currentTime = 0;
    destination = {};
    constructor() {
      played += 1;
      open += 1;
    }
    createOscillator = () => node;
    createGain = () => node;
    close = async () => void (open -= 1);
  };
}

/** Locks of one browser, for all of its tabs. */
const locks = {
  async request(_name: string, _options: object, body: (lock: object | null) => Promise<void> | undefined) {
    if (locked) return body(null);
    locked = true;
    await body({});
    locked = false;
  },
};

function makeTab() {
  const { on, emit } = createEmitter<WidgetEvents>(() => {});
  const widget = { ...fakeWidget(), on };
  const container = document.body.appendChild(document.createElement("div"));
  return { widget, emit, container, end: chime(widget, container) };
}
type Tab = ReturnType<typeof makeTab>;
const tabs: Tab[] = [];
function openTab(): Tab {
  const tab = makeTab();
  tabs.push(tab);
  return tab;
}

const answer = ({ emit }: Tab): void => emit("message", { id: "1", role: "assistant", text: "Hi" });

beforeEach(() => {
  vi.useFakeTimers();
  [played, open, gestures, locked] = [0, 0, true, false];
  vi.stubGlobal("AudioContext", fakeAudio());
  vi.stubGlobal("navigator", {
    locks,
    userActivation: {
      get hasBeenActive() {
        return gestures;
      },
    },
  });
});
afterEach(() => {
  for (const { container, end } of tabs.splice(0)) {
    end();
    container.remove();
  }
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("an answer that nobody saw is heard once, and nothing stays open", async () => {
  answer(openTab());
  await vi.advanceTimersByTimeAsync(ALL_MS);
  expect([played, open]).toEqual([1, 0]);
});

test("the visitor's own message is not heard, nor an answer that is seen", async () => {
  const tab = openTab();
  tab.emit("message", { id: "1", role: "user", text: "Hi" });
  tab.widget.open();
  answer(tab);
  await vi.advanceTimersByTimeAsync(ALL_MS);
  expect(played).toBe(0);
});

test("in a hidden page the open panel is not seen", async () => {
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  const tab = openTab();
  tab.widget.open();
  answer(tab);
  await vi.advanceTimersByTimeAsync(ALL_MS);
  expect(played).toBe(1);
});

test("before any gesture there is no sound", async () => {
  gestures = false;
  answer(openTab());
  await vi.advanceTimersByTimeAsync(ALL_MS);
  expect(played).toBe(0);
});

describe("several tabs", () => {
  test("one of them plays", async () => {
    const all = [openTab(), openTab(), openTab()];
    for (const tab of all) answer(tab);
    await vi.advanceTimersByTimeAsync(ALL_MS);
    expect(played).toBe(1);
  });

  test("none does where the answer is seen in one of them, though that one hears of it later", async () => {
    const [away, here] = [openTab(), openTab()];
    here.widget.open();
    answer(away);
    await vi.advanceTimersByTimeAsync(50);
    answer(here);
    await vi.advanceTimersByTimeAsync(ALL_MS);
    expect(played).toBe(0);
  });

  test("one that may not play leaves it to another", async () => {
    const [silent, other] = [openTab(), openTab()];
    gestures = false;
    answer(silent);
    await vi.advanceTimersByTimeAsync(250);
    gestures = true;
    answer(other);
    await vi.advanceTimersByTimeAsync(ALL_MS);
    expect(played).toBe(1);
  });

  test("without Web Locks each plays for itself", async () => {
    vi.stubGlobal("navigator", { userActivation: { hasBeenActive: true } });
    answer(openTab());
    await vi.advanceTimersByTimeAsync(ALL_MS);
    expect([played, open]).toEqual([1, 0]);
  });
});

describe("muting", () => {
  test("what is muted is silent, and remembered once there is a record", async () => {
    const tab = openTab();
    const { widget } = tab;
    const { mark } = widget;
    let isKnown = false;
    widget.mark = (name, isSet) => isKnown && mark(name, isSet);
    const sound = soundOf(widget);
    sound?.mute(true);
    expect([sound?.isMuted(), widget.marks.has("muted")]).toEqual([true, false]);
    isKnown = true;
    tab.emit("message", { id: "1", role: "user", text: "Hi" });
    expect(widget.marks.has("muted")).toBe(true);
    answer(tab);
    await vi.advanceTimersByTimeAsync(ALL_MS);
    expect(played).toBe(0);
    sound?.mute(false);
    expect([sound?.isMuted(), widget.marks.has("muted")]).toEqual([false, false]);
    answer(tab);
    await vi.advanceTimersByTimeAsync(ALL_MS);
    expect(played).toBe(1);
  });

  test("what another tab has muted is silent here", async () => {
    const tab = openTab();
    tab.widget.marks.add("muted");
    answer(tab);
    await vi.advanceTimersByTimeAsync(ALL_MS);
    expect(played).toBe(0);
  });

  test("L1: after a logout the next visitor begins with sound", () => {
    const { widget, emit } = openTab();
    soundOf(widget)?.mute(true);
    emit("logout", undefined);
    expect([soundOf(widget)?.isMuted(), widget.marks.size]).toEqual([false, 0]);
  });
});

test("N70: the end leaves no timer, no open audio and no listener", async () => {
  const tab = openTab();
  answer(tab);
  await vi.advanceTimersByTimeAsync(300);
  expect([played, open]).toEqual([1, 1]);
  tab.end();
  await vi.advanceTimersByTimeAsync(0);
  expect([open, vi.getTimerCount()]).toEqual([0, 0]);
  answer(tab);
  await vi.advanceTimersByTimeAsync(ALL_MS);
  expect(played).toBe(1);
});

test("a panel that was taken down meanwhile gets none", () => {
  const widget = fakeWidget();
  chime(widget, document.createElement("div"))();
  expect(soundOf(widget)).toBeUndefined();
});
