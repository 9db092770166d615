// Several tabs of one browser: widgets on one environment share its clock, storage, locks and channel.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { Widget } from "./handle.ts";
import { settle } from "./testing/environment.ts";
import { answer, fakeJwt, frames, json, openStream, refusal, runIdOf } from "./testing/hub.ts";
import { LATENCY_MS, openTabs as openTabsOf } from "./testing/tabs.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
let tabs: Widget[];
/** What the first message was sent with. */
let first: string | undefined;
const refreshes = () => env.sent(WIDGET_PATHS.refresh).length;
const kinds = () => new Set(tabs.map(({ session }) => session.value.kind));

/** A guest who has said one thing in the first tab and opened the others. */
async function openTabs(count: number): Promise<void> {
  tabs = await openTabsOf(stage, count);
  expect(kinds()).toEqual(new Set(["ready"]));
  first = env.sent(WIDGET_PATHS.connect)[0]?.headers["authorization"];
  env.requests.length = 0;
}

/** Some other tab has the lock and keeps it. */
const holdLock = (): void =>
  void env.browser.held.set([...env.stored.keys()][0] ?? "", new Promise(() => {}));

beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
});

describe("one session for all tabs", () => {
  it("R14 R15 N23 five tabs whose token ends in the same second: one refresh, and all hold its token", async () => {
    await openTabs(5);
    await env.advance(245_000);
    expect([refreshes(), [...kinds()]]).toEqual([1, ["ready"]]);
    for (const tab of tabs) expect(tab.send("again")).toBe(true);
    await env.advance(2_000);
    const tokens = env.sent(WIDGET_PATHS.connect).map(({ headers }) => headers["authorization"]);
    expect([tokens.length, new Set(tokens).size]).toEqual([5, 1]);
  });

  it.each([
    ["locks", false, true],
    ["channels", true, false],
    ["both", false, false],
  ])(
    "R16 R17 N24 without %s: at most one refresh a tab, and nobody is logged out",
    async (_, locks, channels) => {
      env.browser.hasLocks = locks;
      env.browser.hasChannels = channels;
      await openTabs(5);
      await env.advance(245_000);
      expect(refreshes()).toBeLessThanOrEqual(5);
      for (let round = 0; round < 20; round++) await env.advance(240_000);
      expect([...kinds()]).toEqual(["ready"]);
      expect(refreshes()).toBeLessThanOrEqual(5 * 21);
      for (const path of [WIDGET_PATHS.guest, WIDGET_PATHS.logout]) expect(env.sent(path)).toEqual([]);
      for (const tab of tabs) expect(tab.send("again")).toBe(true);
      await env.advance(1_000);
      expect(env.sent(WIDGET_PATHS.connect)).toHaveLength(5);
      expect(tabs.every(({ turn }) => turn.value.kind === "idle")).toBe(true);
    },
  );

  it("R14 N25 a lock that another tab never gives back delays for 5 s", async () => {
    await openTabs(2);
    holdLock();
    await env.advance(244_700);
    expect(refreshes()).toBe(0);
    await env.advance(200);
    expect(refreshes()).toBe(2);
    await env.advance(10_000);
    expect([refreshes(), [...kinds()]]).toEqual([2, ["ready"]]);
  });

  it("N25 a logout waits for no lock, and whoever writes then waits 5 s for it at most", async () => {
    await openTabs(1);
    holdLock();
    await env.advance(241_000);
    const [tab] = tabs;
    tab?.logout();
    expect([tab?.session.value.kind, env.stored.size]).toEqual(["idle", 0]);
    await settle();
    expect(env.sent(WIDGET_PATHS.logout).map(({ body }) => body)).toEqual([{ refresh_token: "refresh-1" }]);
    await env.advance(60_000);
    expect([refreshes(), env.timers.size]).toEqual([0, 0]);
    hub.subject = "guest:g2";
    tab?.send("a stranger");
    await env.advance(5_100);
    expect([refreshes(), env.sent(WIDGET_PATHS.guest).length]).toEqual([0, 1]);
    expect(tab?.rows.value.map((row) => (row.kind === "activity" ? "" : row.text))).toEqual([
      "a stranger",
      "Hello there.",
    ]);
  });

  it("R14 N26 the tab that held the lock is gone: the next one goes on, with the token it was after", async () => {
    await openTabs(2);
    await env.advance(239_850);
    expect(refreshes()).toBe(1);
    tabs.shift()?.dispose();
    await env.advance(LATENCY_MS);
    expect(refreshes()).toBe(2);
    const presented = env.sent(WIDGET_PATHS.refresh).map(({ body }) => Object(body)["refresh_token"]);
    expect(new Set(presented).size).toBe(1);
    await env.advance(10_000);
    expect([refreshes(), [...kinds()]]).toEqual([2, ["ready"]]);
    tabs[0]?.send("again");
    await settle();
    expect(env.sent(WIDGET_PATHS.connect)[0]?.headers["authorization"]).not.toBe(first);
  });

  it("N26 the tab that held the lock logs out: nobody goes on, and what the hub still says is dropped", async () => {
    await openTabs(2);
    await env.advance(239_850);
    tabs[0]?.logout();
    await env.advance(60_000);
    expect([refreshes(), env.sent(WIDGET_PATHS.guest).length]).toEqual([1, 0]);
    expect([[...kinds()], env.stored.size, env.timers.size]).toEqual([["idle"], 0, 0]);
  });

  describe("R14 N27 a lock stolen by foreign code", () => {
    beforeEach(() => {
      const { lock } = env;
      env.lock = async (name, signal, body) => {
        void lock(name, signal, body);
        await Promise.resolve();
        throw new DOMException("stolen", "AbortError");
      };
    });

    it("the work is done once, and nothing is thrown", async () => {
      await openTabs(1);
      await env.advance(245_000);
      expect([refreshes(), [...kinds()]]).toEqual([1, ["ready"]]);
    });

    it("of two tabs with a message each, sends each once", async () => {
      await openTabs(2);
      hub.script(WIDGET_PATHS.connect, () => refusal(429, "rate_limited", { "retry-after": "20" }));
      tabs[0]?.send("one");
      tabs[1]?.send("two");
      await env.advance(300_000);
      const sent = env
        .sent(WIDGET_PATHS.connect)
        .map(({ body }) => String(Object(body)["messages"][0].content));
      expect(sent.toSorted()).toEqual(["one", "one", "two"]);
      expect([...kinds()]).toEqual(["ready"]);
    });

    it("does not keep anybody from logging out", async () => {
      await openTabs(2);
      await env.advance(239_850);
      tabs[1]?.logout();
      await env.advance(60_000);
      expect([[...kinds()], env.stored.size, env.timers.size]).toEqual([["idle"], 0, 0]);
      expect(env.sent(WIDGET_PATHS.guest)).toEqual([]);
    });
  });

  it.each([
    ["locks", true],
    ["neither locks nor channels", false],
  ])(
    "10 tabs, 50 expiries at a life of 5 s, with %s",
    async (_, hasAll) => {
      hub.ttlS = 5;
      env.browser.hasLocks = hasAll;
      env.browser.hasChannels = hasAll;
      let logouts = 0;
      await openTabs(10);
      for (const tab of tabs)
        tab.session.subscribe(({ kind }) => (logouts += kind === "dead" || kind === "idle" ? 1 : 0));
      const before = hub.sessions;
      await env.advance(50 * 2_500);
      const perExpiry = refreshes() / 50;
      expect(logouts).toBe(0);
      expect(env.sent(WIDGET_PATHS.guest)).toEqual([]);
      if (hasAll) expect(perExpiry).toBeCloseTo(1, 1);
      else expect(hub.sessions - before).toBeLessThanOrEqual(50 * 10);
    },
    60_000,
  );

  it("a tab that slept through two renewals finds the newest token, and ends nobody's session", async () => {
    env.browser.hasChannels = false;
    await openTabs(1);
    const second = stage.start();
    second.open();
    await env.advance(400);
    const sleeper = tabs[0];
    // Only the second one renews: the first is asked for nothing until much later.
    await env.advance(1_000_000);
    expect(sleeper?.send("good morning")).toBe(true);
    await env.advance(2_000);
    expect(new Set([sleeper?.session.value.kind, second.session.value.kind])).toEqual(new Set(["ready"]));
  });
});

describe("R17 what does not count as news", () => {
  const k = (): string => ([...env.stored.keys()][0] ?? "").replace("foyer:", "");
  const news = (
    change: Record<string, unknown>,
    claims: object = { sub: "guest:g1" },
  ): Record<string, unknown> => {
    const iat = env.wallMs / 1000 + 100;
    return {
      v: 1,
      k: k(),
      kind: "session",
      iat,
      exp: iat + 300,
      at: env.wallMs,
      token: fakeJwt(claims),
      r: "evil",
      ...change,
    };
  };
  /** What the token says that the next message is sent with; the hub numbers its own. */
  const tokenOfNextMessage = async (): Promise<unknown> => {
    tabs[0]?.send("again");
    await settle();
    const header = env.sent(WIDGET_PATHS.connect).at(-1)?.headers["authorization"] ?? "";
    return JSON.parse(atob(header.split(".")[1] ?? ""));
  };
  it.each<[string, () => unknown]>([
    ["null", () => null],
    ["a text", () => "session"],
    ["another version", () => news({ v: 2 })],
    ["another key", () => news({ k: "0000000000000000" })],
    ["another visitor", () => news({}, { sub: "guest:g2" })],
    ["no visitor", () => news({}, {})],
    ["a token that is older", () => news({ iat: 1, exp: 301 })],
    ["a life that makes no sense", () => news({ exp: 0 })],
    ["a number as refresh token", () => news({ r: 7 })],
    ["a logout of somebody else", () => ({ v: 1, k: k(), kind: "logout", subject: "guest:g2" })],
    ["an unknown kind", () => ({ v: 1, k: k(), kind: "steal", subject: "guest:g1" })],
  ])("%s", async (_, message) => {
    await openTabs(1);
    env.channel([...env.stored.keys()][0] ?? "", () => {}).post(message());
    await settle();
    expect(stage.stored()).toMatchObject({ r: "refresh-1", s: "guest:g1" });
    expect(tabs[0]?.rows.value.length).toBe(2);
    expect(await tokenOfNextMessage()).toMatchObject({ sub: "guest:g1", n: 1 });
    await env.advance(240_200);
    expect(env.sent(WIDGET_PATHS.refresh).map(({ body }) => Object(body)["refresh_token"])).toEqual([
      "refresh-1",
    ]);
  });

  it("the same with nothing wrong counts", async () => {
    await openTabs(1);
    env.channel([...env.stored.keys()][0] ?? "", () => {}).post(news({}));
    await settle();
    expect(await tokenOfNextMessage()).toEqual({ sub: "guest:g1" });
  });
});

describe("what one tab does, the others hear", () => {
  it("L1 L5 a logout empties the others; two at once are one event each", async () => {
    await openTabs(3);
    const events = tabs.map((tab) => {
      const heard: string[] = [];
      tab.on("logout", () => heard.push("logout"));
      return heard;
    });
    tabs[0]?.logout();
    tabs[1]?.logout();
    await env.advance(1_000);
    expect(events).toEqual([["logout"], ["logout"], ["logout"]]);
    expect(tabs.map(({ rows }) => rows.value.length)).toEqual([0, 0, 0]);
    expect(env.stored.size).toBe(0);
    expect([...kinds()]).toEqual(["idle"]);
  });

  it("R27 a key that was revoked ends all of them, and each keeps its transcript and its text", async () => {
    await openTabs(2);
    hub.overrides.set(WIDGET_PATHS.connect, () => refusal(403, "key_revoked"));
    if (tabs[1] !== undefined) tabs[1].draft.value = "half a thought";
    tabs[0]?.send("more");
    await env.advance(1_000);
    expect(tabs.map(({ session }) => session.value)).toMatchObject([
      { kind: "dead", problem: { code: "key_revoked" } },
      { kind: "dead", problem: { code: "key_revoked" } },
    ]);
    expect([tabs[1]?.draft.value, tabs[0]?.rows.value.length]).toEqual(["half a thought", 3]);
    await env.advance(3_600_000);
    expect([refreshes(), env.timers.size]).toEqual([0, 0]);
  });

  it("the second tab shows the same conversation while it goes on", async () => {
    await openTabs(2);
    const stream = openStream();
    hub.script(WIDGET_PATHS.connect, () => stream.response);
    tabs[0]?.send("and now?");
    await settle();
    const sent = Object(env.sent(WIDGET_PATHS.connect)[0]?.body);
    const run = runIdOf(env.sent(WIDGET_PATHS.connect)[0]);
    const at = new Date(env.wallMs).toISOString();
    const stored = [
      {
        id: sent.messages[0].id,
        role: "user",
        content: "and now?",
        created_at: at,
        state: "complete",
        run_id: null,
      },
      { id: "a2", role: "assistant", content: "", created_at: at, state: "running", run_id: run },
    ];
    hub.overrides.set(`/api/v1/widget/threads/${sent.threadId}/messages`, () => json({ messages: stored }));
    const resumed = openStream();
    hub.overrides.set(`/api/v1/widget/runs/${run}/events`, () => resumed.response);
    stream.push(frames(answer(run, "Here we go", "a2").slice(0, 3)));
    await env.advance(100);
    resumed.push(frames(answer(run, "Here we go", "a2")));
    await env.advance(100);
    expect(tabs[1]?.rows.value.map((row) => (row.kind === "activity" ? "..." : row.text)).slice(-2)).toEqual([
      "and now?",
      "Here we go",
    ]);
  });
});

describe("R11 R12 leaving and coming back", () => {
  it("R11 a page that is left or frozen has no channel open and holds no lock, and has both again", async () => {
    await openTabs(1);
    for (const [leave, back] of [
      ["pagehide", "pageshow"],
      ["freeze", "resume"],
    ] as const) {
      expect(env.browser.channels.size).toBe(1);
      env.emit(leave);
      expect(env.browser.channels.size).toBe(0);
      env.emit(back);
      expect(env.browser.channels.size).toBe(1);
    }
  });

  it("R11 a refresh under way is not aborted, and its lock is given back", async () => {
    await openTabs(1);
    await env.advance(240_050);
    expect(refreshes()).toBe(1);
    env.emit("pagehide");
    let isFree = false;
    void env.lock(
      [...env.stored.keys()][0] ?? "",
      new AbortController().signal,
      async () => void (isFree = true),
    );
    await settle();
    expect([isFree, env.sent(WIDGET_PATHS.refresh)[0]?.signal?.aborted]).toEqual([true, false]);
    await env.advance(LATENCY_MS);
    expect([...kinds()]).toEqual(["ready"]);
  });

  it("R12 dispose closes the channel, clears every timer and listener, also while waiting for the lock", async () => {
    await openTabs(1);
    env.browser.held.set([...env.stored.keys()][0] ?? "", new Promise(() => {}));
    await env.advance(240_100);
    tabs[0]?.dispose();
    await settle();
    expect([env.browser.channels.size, env.timers.size, env.listeners.size, refreshes()]).toEqual([
      0, 0, 0, 0,
    ]);
  });
});
