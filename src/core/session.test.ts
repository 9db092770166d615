import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { settle } from "./testing/environment.ts";
import { json, openStream, refusal } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
const refreshes = () => env.sent(WIDGET_PATHS.refresh).length;
const DAY_S = 86_400;
const session = () => stage.widget.session.value;

/** A guest who has said one thing. */
const haveGuest = async (): Promise<void> => {
  stage.start().send("hi");
  await settle();
};

beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
});

describe("R5, R8: renewal while idle and visible", () => {
  it.each([
    [6, 3_000],
    [60, 48_000],
    [300, 240_000],
    [3600, 3_300_000],
  ])("a token of %i s is renewed after %i ms, not before", async (ttlS, dueMs) => {
    hub.ttlS = ttlS;
    await haveGuest();
    await env.advance(dueMs - 100);
    expect(refreshes()).toBe(0);
    await env.advance(200);
    expect(refreshes()).toBe(1);
    expect(env.longestTimer.ms).toBeLessThanOrEqual(30_000);
  });

  it.each<[unknown, number, number]>([
    // Senseless ones count as 300 s.
    [0, 240_000, 1],
    [-1, 240_000, 1],
    [-3600, 240_000, 1],
    [Number.NaN, 240_000, 1],
    ["3600", 240_000, 1],
    [null, 240_000, 1],
    [100 * 365 * DAY_S, 240_000, 1],
    [1e300, 240_000, 1],
    [30 * DAY_S, 30 * DAY_S * 1000 - 300_000, 0],
    [10 * 365 * DAY_S, 10 * 365 * DAY_S * 1000 - 300_000, 0],
  ])(
    "N17 a lifetime of %j s: renewed after %i ms, warned of %i times, and no timer is long",
    async (ttl, dueMs, warnings) => {
      hub.overrides.set(WIDGET_PATHS.guest, () => hub.session({ expires_in: ttl }));
      hub.overrides.set(WIDGET_PATHS.refresh, () => hub.session({ expires_in: ttl }));
      await haveGuest();
      // Days of timers of 30 s would take long to ring: the clocks are set to the last minute.
      const skippedMs = Math.max(dueMs - 60_000, 0);
      env.monotonicMs += skippedMs;
      env.wallMs += skippedMs;
      await env.advance(dueMs - skippedMs - 100);
      expect(refreshes()).toBe(0);
      await env.advance(200);
      expect(refreshes()).toBe(1);
      await env.advance(200_000);
      expect([refreshes(), session().kind]).toEqual([1, "ready"]);
      expect(env.logs.filter((line) => line.startsWith("warn"))).toHaveLength(warnings);
      expect(env.longestTimer.ms).toBeLessThanOrEqual(30_000);
    },
  );

  it("each refresh uses the newest refresh token", async () => {
    hub.ttlS = 6;
    await haveGuest();
    await env.advance(12_100);
    expect(env.sent(WIDGET_PATHS.refresh).map(({ body }) => Object(body)["refresh_token"])).toEqual([
      "refresh-1",
      "refresh-2",
      "refresh-3",
      "refresh-4",
    ]);
  });
});

describe("R9, R10: a hidden page", () => {
  it("idle has no timer at all, and coming back is one check", async () => {
    await haveGuest();
    env.emit("hidden");
    expect(env.timers.size).toBe(0);
    await env.advance(10 * 60_000);
    for (const event of ["visible", "pageshow", "focus", "online"] as const) env.emit(event);
    expect(env.timers.size).toBe(1);
    await env.advance(1_000);
    expect(refreshes()).toBe(1);
  });

  it("with an answer on its way keeps renewing", async () => {
    hub.ttlS = 6;
    hub.script(WIDGET_PATHS.connect, () => openStream().response);
    await haveGuest();
    env.emit("hidden");
    await env.advance(9_100);
    expect(refreshes()).toBe(3);
  });
});

describe("N18, N19: clocks", () => {
  const HOUR_MS = 3_600_000;
  const connects = () => env.sent(WIDGET_PATHS.connect);
  const sentTexts = () =>
    stage.widget.rows.value.flatMap((row) =>
      row.kind === "visitor" && row.state === "sent" ? [row.text] : [],
    );
  /** The visitor's clock is set; the hub's goes on. */
  const jump = (byMs: number): void => {
    env.wallMs += byMs;
    hub.aheadMs -= byMs;
  };

  it.each([HOUR_MS, -HOUR_MS, 40 * 365 * DAY_S * 1000])(
    "N18 a visitor's clock that is %i ms wrong from the start changes nothing, and is warned of once",
    async (wrongMs) => {
      jump(wrongMs);
      await haveGuest();
      await env.advance(239_900);
      expect(refreshes()).toBe(0);
      await env.advance(240_200);
      expect(refreshes()).toBe(2);
      stage.widget.send("again");
      await settle();
      expect([sentTexts(), session().kind]).toEqual([["hi", "again"], "ready"]);
      expect(env.logs).toEqual([expect.stringMatching(/^warn the clock of this device/)]);
    },
  );

  it.each([
    [[HOUR_MS]],
    [[-HOUR_MS]],
    [[HOUR_MS, -HOUR_MS]],
    [[-HOUR_MS, HOUR_MS]],
    [[-HOUR_MS, 2 * HOUR_MS, -HOUR_MS]],
  ])("N18 jumps of %j ms cost one refresh each at most, and the schedule goes on", async (jumps) => {
    await haveGuest();
    for (const [index, byMs] of jumps.entries()) {
      const before = refreshes();
      jump(byMs);
      await env.advance(31_000);
      stage.widget.send(`after ${index}`);
      await env.advance(1_000);
      expect(refreshes() - before).toBeLessThanOrEqual(1);
    }
    expect(sentTexts()).toEqual(["hi", ...jumps.map((_, index) => `after ${index}`)]);
    const before = refreshes();
    await env.advance(960_000);
    expect(refreshes() - before).toBe(4);
    expect([connects().length, session().kind]).toEqual([jumps.length + 1, "ready"]);
    expect(env.sent(WIDGET_PATHS.guest)).toHaveLength(1);
  });

  it.each([
    [WIDGET_PATHS.guest, HOUR_MS, 1],
    [WIDGET_PATHS.guest, -HOUR_MS, 0],
    [WIDGET_PATHS.refresh, HOUR_MS, 2],
    [WIDGET_PATHS.refresh, -HOUR_MS, 1],
  ])("N18 while %s is asked a jump of %i ms: %i refreshes in all", async (path, byMs, expected) => {
    let answer = (): void => {};
    hub.script(path, () => new Promise((resolve) => (answer = () => resolve(hub.session()))));
    await haveGuest();
    if (path === WIDGET_PATHS.refresh) await env.advance(240_100);
    jump(byMs);
    answer();
    await env.advance(60_000);
    expect([refreshes(), env.sent(WIDGET_PATHS.guest).length]).toEqual([expected, 1]);
    expect([sentTexts(), connects().length, session().kind]).toEqual([["hi"], 1, "ready"]);
  });

  it("N19 after eight hours of sleep the first message refreshes once and is sent once, with the new token", async () => {
    await haveGuest();
    env.wallMs += 8 * HOUR_MS;
    stage.widget.send("good morning");
    await env.advance(60_000);
    expect([refreshes(), connects().length]).toEqual([1, 2]);
    const tokens = connects().map(({ headers }) => headers["authorization"]);
    expect(new Set(tokens).size).toBe(2);
    expect([sentTexts(), stage.widget.rows.value.length]).toEqual([["hi", "good morning"], 4]);
  });
});

describe("N33, N34: renewing fails", () => {
  beforeEach(haveGuest);

  it("with 500: degraded, unseen, within the backoff budget, and the old token still serves", async () => {
    hub.overrides.set(WIDGET_PATHS.refresh, () => refusal(500, "internal_error"));
    env.fixedRandom = 0.999;
    const shown = stage.widget.rows.value;
    await env.advance(250_000);
    expect(session().kind).toBe("degraded");
    expect(refreshes()).toBeGreaterThanOrEqual(3);
    expect(refreshes()).toBeLessThanOrEqual(8);
    expect([stage.widget.rows.value, stage.widget.turn.value]).toEqual([shown, { kind: "idle" }]);
    stage.widget.send("still here");
    await settle();
    expect(stage.visitorRow()?.state).toBe("sent");
    hub.overrides.delete(WIDGET_PATHS.refresh);
    await env.advance(61_000);
    expect(session().kind).toBe("ready");
  });

  it("for a day: at most a try per five minutes after the first minutes", async () => {
    hub.overrides.set(WIDGET_PATHS.refresh, () => Promise.reject(new TypeError("down")));
    env.fixedRandom = 0.5;
    await env.advance(86_400_000);
    expect(refreshes()).toBeLessThan(320);
    expect(refreshes()).toBeGreaterThan(200);
  });

  it.each([
    ["502 with HTML of a proxy", () => new Response("<html>Bad gateway</html>", { status: 502 })],
    ["200 with HTML of a proxy", () => new Response("<html>")],
    ["200 with an empty body", () => new Response("")],
    ["200 with truncated JSON", () => new Response('{"token":"x')],
    ["200 with null", () => json(null)],
    ["200 with a body of 10 MB", () => new Response(`"${"x".repeat(10_000_000)}"`)],
  ])("N36: %s is a typed problem, keeps the old token, and is tried again", async (_, responder) => {
    hub.overrides.set(WIDGET_PATHS.refresh, responder);
    env.fixedRandom = 0.5;
    const problems: string[] = [];
    stage.widget.on("problem", ({ code }) => problems.push(code));
    await env.advance(240_100);
    expect([session().kind, problems]).toEqual(["degraded", ["bad_answer"]]);
    stage.widget.send("still here");
    await settle();
    const tokens = env.sent(WIDGET_PATHS.connect).map(({ headers }) => headers["authorization"]);
    expect([tokens.length, new Set(tokens).size]).toEqual([2, 1]);
    expect(
      stage.widget.rows.value.filter((row) => row.kind === "visitor" && row.state === "sent").length,
    ).toBe(2);
    hub.overrides.delete(WIDGET_PATHS.refresh);
    await env.advance(5_000);
    expect([session().kind, env.sent(WIDGET_PATHS.guest).length]).toEqual(["ready", 1]);
  });

  it.each([
    [400, "invalid_refresh_token"],
    [401, "session_revoked"],
    [404, "not_found"],
    [409, "token_replayed"],
  ])("%i while idle: the guest is forgotten; the next message makes a new one", async (status, code) => {
    hub.script(WIDGET_PATHS.refresh, () => refusal(status, code));
    hub.subject = "guest:g2";
    await env.advance(310_000);
    expect([refreshes(), env.sent(WIDGET_PATHS.guest).length]).toEqual([1, 1]);
    stage.widget.send("again");
    await settle();
    expect(env.sent(WIDGET_PATHS.guest).length).toBe(2);
    const threads = env.sent(WIDGET_PATHS.connect).map(({ body }) => Object(body)["threadId"]);
    expect(new Set(threads).size).toBe(2);
    expect(stage.stored()).toMatchObject({ s: "guest:g2", t: threads[1] });
  });

  it("403: terminal at once, no timer left", async () => {
    hub.script(WIDGET_PATHS.refresh, () => refusal(403, "key_revoked"));
    await env.advance(3_600_000);
    expect(session()).toMatchObject({ kind: "dead", problem: { code: "key_revoked" } });
    expect([refreshes(), env.timers.size]).toEqual([1, 0]);
  });

  it.each([
    ["0", 562],
    ["7", 7_875],
    ["Thu, 15 Jan 2026 12:04:30 GMT", 33_750],
    ["-1", 500],
    ["abc", 500],
    ["1000000000", 300_000],
  ])("429 with Retry-After %s waits %i ms, jitter included", async (header, waitMs) => {
    env.fixedRandom = 0.5;
    hub.script(WIDGET_PATHS.refresh, () => refusal(429, "rate_limited", { "retry-after": header }));
    await env.advance(240_000);
    await env.advance(waitMs - 10);
    expect(refreshes()).toBe(1);
    await env.advance(20);
    expect(refreshes()).toBe(2);
    expect(session().kind).toBe("ready");
  });
});

it("R7: a hub whose tokens die at once is asked at most six times a minute, and it is reported", async () => {
  hub.ttlS = 300;
  const codes: string[] = [];
  stage.start().on("problem", ({ code }) => codes.push(code));
  hub.overrides.set(WIDGET_PATHS.connect, () => refusal(401, "invalid_session"));
  for (let round = 0; round < 8; round++) {
    stage.widget.send(`round ${round}`);
    await env.advance(2_000);
  }
  expect(codes).toContain("refresh_loop");
  expect(env.sent(WIDGET_PATHS.guest).length + refreshes()).toBeLessThanOrEqual(24);
});

it("R13, R6: many who ask during one flight cause one request", async () => {
  await haveGuest();
  env.wallMs += 3_600_000;
  stage.widget.send("one");
  stage.widget.open();
  for (const event of ["visible", "focus", "online"] as const) env.emit(event);
  await env.advance(500);
  expect(refreshes()).toBe(1);
});

it("R22 N30: an answer that comes after the end is dropped and stored nowhere", async () => {
  await haveGuest();
  const before = stage.stored();
  let release: (response: Response) => void = () => {};
  hub.script(WIDGET_PATHS.refresh, () => new Promise((resolve) => (release = resolve)));
  await env.advance(240_100);
  expect(session().kind).toBe("refreshing");
  stage.widget.dispose();
  release(hub.session());
  await settle();
  expect(stage.stored()).toEqual(before);
  expect(env.timers.size).toBe(0);
});

it("N32 a listener that sends from within an event is told that it is too early, and causes no deadlock", async () => {
  stage.start();
  const taken: boolean[] = [];
  let answered = 0;
  stage.widget.on("message", ({ role }) => {
    if (role === "user") return;
    answered += 1;
    taken.push(stage.widget.send("within"));
    if (answered === 1) setImmediate(() => taken.push(stage.widget.send("after it")));
  });
  stage.widget.send("hi");
  await env.advance(5_000);
  expect([answered, taken]).toEqual([2, [false, true, false]]);
  expect(stage.widget.turn.value.kind).toBe("idle");
});

it("N37 no request follows a redirect or carries cookies, and tokens travel only in the header", async () => {
  await haveGuest();
  await env.advance(240_100);
  for (const { headers } of env.requests) expect(headers["accept"]).toContain("application/problem+json");
  stage.widget.logout();
  await settle();
  expect(new Set(stage.paths()).size).toBe(4);
  for (const { redirect, credentials, url } of env.requests) {
    expect([redirect, credentials]).toEqual(["error", "omit"]);
    expect(url).not.toMatch(/refresh-|eyJ/);
  }
});

it("keys and tokens that a hub echoes in an error are blacked out", async () => {
  const detail = "bad key pk_live_demo_abcdefgh and eyJhbGciOiJFUzI1NiJ9.eyJzdWIi.c2ln";
  hub.overrides.set(WIDGET_PATHS.guest, () => json({ code: "invalid_request", detail, hint: detail }, 400));
  await haveGuest();
  expect(session().kind).toBe("dead");
  expect(JSON.stringify([session(), env.logs, stage.visitorRow()])).not.toMatch(/abcdefgh|eyJ/);
});
