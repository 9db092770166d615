import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../../protocol/paths.ts";
import type { HubClock } from "../clock.ts";
import { createTestHub, HUB_URL, PAGE, readFrames, textOfFrames } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { DroppedConnection } from "./break.ts";
import { createFaultLayer } from "./layer.ts";
import type { FaultLayer } from "./layer.ts";
import { FAULT_ROUTES, faultRouteOf } from "./routes.ts";
import { parseFaultPlan } from "./rules.ts";
import type { FaultPlanInput } from "./rules.ts";

type RuleInput = FaultPlanInput["rules"][number];

const freeClock = (): HubClock => {
  const clock = createManualClock();
  clock.runFreely();
  return clock;
};

/** A layer around something that always answers the same, and counts. */
function around(rules: RuleInput[], body = '{"token":"abcdef"}', clock = freeClock()) {
  let asked = 0;
  const layer = createFaultLayer({
    fetch: async () => {
      asked += 1;
      return new Response(body, { headers: { "Content-Type": "application/json", "X-Request-Id": "r-1" } });
    },
    clock,
    plan: parseFaultPlan({ seed: 7, rules }),
  });
  const ask = (path: string = WIDGET_PATHS.refresh, init: RequestInit = {}) =>
    layer.fetch(new Request(HUB_URL + path, { headers: { Origin: PAGE }, ...init }));
  return { layer, ask, clock, asked: () => asked };
}

describe("every fault without a socket", () => {
  it("drop_before: the fetch rejects and the hub has seen nothing", async () => {
    const { ask, asked } = around([{ route: "*", fault: "drop_before" }]);
    await expect(ask()).rejects.toBeInstanceOf(DroppedConnection);
    await expect(ask()).rejects.toBeInstanceOf(TypeError);
    expect(asked()).toBe(0);
  });

  it("drop_after: the fetch rejects and the hub has done it", async () => {
    const { ask, asked, layer } = around([{ route: "refresh", fault: "drop_after" }]);
    await expect(ask()).rejects.toBeInstanceOf(DroppedConnection);
    expect(asked()).toBe(1);
    expect(layer.log.since(0)).toMatchObject([
      { route: "refresh", status: null, faults: ["drop after"], request_id: "r-1", session: "rotated" },
    ]);
  });

  it("cut: so many bytes arrive, then the body breaks", async () => {
    const { ask } = around([{ route: "*", fault: { kind: "cut", after_bytes: 5 } }]);
    const reader = (await ask()).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('{"tok');
    await expect(reader?.read()).rejects.toBeInstanceOf(DroppedConnection);
  });

  it("cut with a clean end, and after nothing at all", async () => {
    const { ask } = around([{ route: "*", fault: { kind: "cut", after_bytes: 5, ending: "end" } }]);
    expect(await (await ask()).text()).toBe('{"tok');
    const nothing = around([{ route: "*", fault: { kind: "cut", after_bytes: 0 } }]);
    await expect((await nothing.ask()).text()).rejects.toBeInstanceOf(DroppedConnection);
  });

  it.each([
    [401, "invalid_session", null],
    [403, "key_revoked", null],
    [409, "token_replayed", null],
    [429, "rate_limited", "9"],
    [500, "internal_error", null],
    [502, "agent_unavailable", null],
    [503, "not_ready", "9"],
  ] as const)("status %i speaks as the hub does, and pages can read it", async (status, code, retryAfter) => {
    const { ask, asked } = around([{ route: "*", fault: { kind: "status", status, retry_after_s: 9 } }]);
    const response = await ask(WIDGET_PATHS.guest, {
      headers: { Accept: "application/problem+json", Origin: PAGE },
    });
    expect([response.status, response.headers.get("Retry-After")]).toEqual([status, retryAfter]);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(PAGE);
    expect(await response.json()).toMatchObject({ code });
    expect(asked()).toBe(0);
  });

  it("junk, html, empty and redirect come from somebody else", async () => {
    const one = async (fault: RuleInput["fault"]) => around([{ route: "*", fault }]).ask();
    const junk = await one("junk");
    const text = await junk.text();
    expect(junk.headers.get("Content-Type")).toContain("application/json");
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(await (await one("junk")).text()).toBe(text);
    for (const status of [200, 502] as const) {
      const page = await one({ kind: "html", status });
      expect([page.status, page.headers.get("Content-Type")]).toEqual([status, "text/html; charset=utf-8"]);
      expect(await page.text()).toContain("<!doctype html>");
    }
    const empty = await one("empty");
    expect([empty.status, await empty.text()]).toEqual([200, ""]);
    const redirect = await one("redirect");
    expect([redirect.status, redirect.headers.get("Location")]).toEqual([302, "https://login.invalid/"]);
  });

  it("truncated: the first half of what the hub said", async () => {
    const { ask } = around([{ route: "*", fault: "truncated" }]);
    expect(await (await ask()).text()).toBe('{"token":');
  });

  it("latency: waits at least `ms` and at most the jitter more; drip: a piece per wait", async () => {
    const { ask, clock } = around([{ route: "*", fault: { kind: "latency", ms: 500, jitter_ms: 100 } }]);
    const startMs = clock.now();
    expect(await (await ask()).text()).toBe('{"token":"abcdef"}');
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(500);
    expect(clock.now() - startMs).toBeLessThanOrEqual(600);
    const dripping = around([{ route: "*", fault: { kind: "drip", bytes: 4, every_ms: 1000 } }]);
    const beginMs = dripping.clock.now();
    expect(await (await dripping.ask()).text()).toBe('{"token":"abcdef"}');
    expect(dripping.clock.now() - beginMs).toBe(5000);
  });

  it("hang: no answer until the caller gives up; its line is there at once", async () => {
    const { ask, layer, asked } = around([{ route: "*", fault: "hang" }]);
    const ending = new AbortController();
    const answer = ask(WIDGET_PATHS.config, { signal: ending.signal });
    expect(layer.log.since(0)).toMatchObject([{ route: "config", status: null, faults: ["hang"] }]);
    ending.abort(new Error("enough"));
    await expect(answer).rejects.toThrow("enough");
    expect([asked(), layer.log.since(0).length]).toEqual([0, 1]);
  });

  it("latency and one fault add up", async () => {
    const { ask, clock } = around([
      { route: "*", fault: { kind: "latency", ms: 300 } },
      { route: "refresh", fault: { kind: "status", status: 503 } },
    ]);
    const startMs = clock.now();
    expect((await ask()).status).toBe(503);
    expect(clock.now() - startMs).toBe(300);
  });
});

describe("without a rule", () => {
  it("an answer passes as it is, its body unseen, and the log knows it all the same", async () => {
    const answer = new Response('{"token":"abcdef"}', { headers: { "X-Request-Id": "r-1" } });
    Object.defineProperty(answer, "body", {
      get() {
        throw new Error("looked at");
      },
    });
    const layer = createFaultLayer({ fetch: async () => answer, clock: freeClock() });
    expect(await layer.fetch(new Request(HUB_URL + WIDGET_PATHS.guest))).toBe(answer);
    expect(layer.log.since(0)).toMatchObject([
      { id: 1, route: "guest", status: 200, faults: [], session: "minted", request_id: "r-1" },
    ]);
  });

  it("what was logged keeps its time, and its path loses secrets, however late it is read", async () => {
    const { layer, ask, clock } = around([]);
    const at = new Date(clock.now()).toISOString();
    await ask("/v1/widget/threads/sk_live_0123456789/messages");
    await clock.sleep(5000);
    expect(layer.log.since(0)).toMatchObject([{ at, path: "/v1/widget/threads/[redacted]/messages" }]);
  });
});

describe("which requests are hit", () => {
  const statuses = async (plan: FaultPlanInput, count: number, layer = around([]).layer) => {
    layer.setPlan(parseFaultPlan(plan));
    const ask = () => layer.fetch(new Request(HUB_URL + WIDGET_PATHS.guest));
    return Promise.all(Array.from({ length: count }, async () => (await ask()).status));
  };
  const half = { route: "guest", percent: 50, fault: { kind: "status", status: 500 } } as const;

  it("the same seed gives the same faults, another seed others", async () => {
    const first = await statuses({ seed: 3, rules: [half] }, 200);
    expect(await statuses({ seed: 3, rules: [half] }, 200)).toEqual(first);
    expect(await statuses({ seed: 4, rules: [half] }, 200)).not.toEqual(first);
    const hit = first.filter((status) => status === 500).length;
    expect(hit).toBeGreaterThan(70);
    expect(hit).toBeLessThan(130);
  });

  it("another rule does not move a rule's dice", async () => {
    const alone = await statuses({ seed: 3, rules: [half] }, 100);
    const other = { route: "guest", percent: 30, fault: { kind: "latency", ms: 1 } } as const;
    expect(await statuses({ seed: 3, rules: [half, other] }, 100)).toEqual(alone);
  });

  it("`times` ends a rule, 0 % never hits, the other routes are left alone", async () => {
    const { layer } = around([]);
    expect(await statuses({ rules: [{ ...half, percent: 100, times: 2 }] }, 4, layer)).toEqual([
      500, 500, 200, 200,
    ]);
    expect(layer.hits()).toEqual([2]);
    expect(await statuses({ rules: [{ ...half, percent: 0 }] }, 3)).toEqual([200, 200, 200]);
    expect(await statuses({ rules: [{ route: "config", fault: "drop_before" }] }, 1)).toEqual([200]);
  });

  it("knows every route of a page under both mounts, and nothing of management", () => {
    const paths = {
      "/api/v1/widget/config": "config",
      "/v1/widget/auth/guest": "guest",
      "/v1/widget/auth/exchange": "exchange",
      "/v1/widget/auth/refresh": "refresh",
      "/v1/widget/auth/logout": "logout",
      "/v1/widget/connect": "connect",
      "/v1/widget/runs/a-b/events": "run-events",
      "/v1/widget/runs/a-b/cancel": "cancel",
      "/v1/widget/threads": "threads",
      "/v1/widget/threads/t": "threads",
      "/v1/widget/threads/t/messages": "messages",
      "/v1/widget/messages/m/feedback": "feedback",
      "/foyer.js": "file",
    };
    for (const [path, route] of Object.entries(paths))
      expect([path, faultRouteOf(path)]).toEqual([path, route]);
    expect(new Set(Object.values(paths))).toEqual(new Set(FAULT_ROUTES));
    for (const path of ["/api/v1/widget-keys", "/v1/publishable-key", "/healthz", "/docs", "/openapi.json"])
      expect(faultRouteOf(path)).toBeNull();
    expect(faultRouteOf("/api/v1/widget/auth/user-token")).toBeNull();
  });

  it.each([
    [{ rules: [{ route: "nowhere", fault: "hang" }] }, "rules"],
    [{ rules: [{ route: "*", fault: "explode" }] }, "rules"],
    [{ rules: [{ route: "*", percent: 101, fault: "hang" }] }, "rules"],
    [{ rules: [{ route: "*", fault: { kind: "cut", after_bytes: -1 } }] }, "rules"],
    [{ rules: [{ route: "*", fault: { kind: "status", status: 418 } }] }, "rules"],
    [{ rules: [], seed: 1.5 }, "seed"],
    [{}, "rules"],
  ])("refuses %j and names the member", (plan, member) => {
    expect(() => parseFaultPlan(plan)).toThrowError(
      expect.objectContaining({ code: "invalid_request" }) as Error,
    );
    try {
      parseFaultPlan(plan);
    } catch (failure) {
      expect(failure).toMatchObject({ options: { fields: { [member]: [expect.any(String)] } } });
    }
  });
});

describe("around a real hub", () => {
  let hub: TestHub;
  let layer: FaultLayer;
  beforeAll(async () => {
    hub = await createTestHub();
    hub.clock.runFreely();
    layer = createFaultLayer({ fetch: hub.hub.fetch, clock: hub.clock });
  });
  afterAll(() => hub.hub.close());
  const post = (path: string, body: unknown, token?: string) =>
    layer.fetch(
      new Request(HUB_URL + path, {
        method: "POST",
        headers: {
          Origin: PAGE,
          Accept: "application/problem+json",
          "Content-Type": "application/json",
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      }),
    );
  const start = async () => {
    const answer = await post(WIDGET_PATHS.guest, { client_key: hub.widgetKey, agent_id: "long" });
    return (await answer.json()) as { token: string; refresh_token: string };
  };
  const turn = (run: string) => ({
    threadId: `thread-${run}`,
    runId: run,
    messages: [{ id: `message-${run}`, role: "user", content: "hello" }],
    tools: [],
    context: [],
    state: {},
    forwardedProps: {},
  });

  it("a dropped answer was given all the same: its run is there and complete", async () => {
    const { token } = await start();
    layer.setPlan(parseFaultPlan({ rules: [{ route: "connect", fault: "drop_after", times: 1 }] }));
    await expect(post(WIDGET_PATHS.connect, turn("run-a"), token)).rejects.toBeInstanceOf(DroppedConnection);
    const again = await post(WIDGET_PATHS.connect, turn("run-a"), token);
    expect(textOfFrames(await readFrames(again)).length).toBeGreaterThan(100);
  });

  it("expired session tokens are refused until the page has refreshed, however long that takes", async () => {
    const { token, refresh_token } = await start();
    layer.expireSessionTokens();
    const refused = await post(WIDGET_PATHS.connect, turn("run-b"), token);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
      401,
      "invalid_session",
    ]);
    const next = (await (await post(WIDGET_PATHS.refresh, { refresh_token })).json()) as { token: string };
    const answered = await post(WIDGET_PATHS.connect, turn("run-b"), next.token);
    expect(answered.status).toBe(200);
    await answered.text();
    expect((await post(WIDGET_PATHS.connect, turn("run-c"), token)).status).toBe(401);
  });

  it("open streams break at once, others do not notice", async () => {
    const { token } = await start();
    hub.clock.hold();
    const open = await post(WIDGET_PATHS.connect, turn("run-d"), token);
    const body = open.text();
    layer.breakStreams();
    await expect(body).rejects.toBeInstanceOf(DroppedConnection);
    hub.clock.runFreely();
    const again = await post(WIDGET_PATHS.connect, turn("run-d"), token);
    expect((await readFrames(again)).at(-1)?.event.type).toBe("RUN_FINISHED");
  });

  it("many streams at once are no reason to warn of a leak", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const quiet = createFaultLayer({
      fetch: async () => new Response(new ReadableStream()),
      clock: hub.clock,
    });
    const ask = () => quiet.fetch(new Request(HUB_URL + WIDGET_PATHS.connect, { method: "POST" }));
    const open = await Promise.all(Array.from({ length: 20 }, ask));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
    await Promise.all(open.map(({ body }) => body?.cancel()));
  });

  it("its log has no token in it", () => {
    const lines = layer.log.since(0);
    expect(lines.length).toBeGreaterThan(5);
    expect(JSON.stringify(lines)).not.toMatch(/eyJ|rt_|pk_live|sk_/);
    expect(lines.map((line) => (line.type === "request" ? line.session : null))).toEqual(
      expect.arrayContaining(["minted", "rotated", "refused"]),
    );
  });
});
