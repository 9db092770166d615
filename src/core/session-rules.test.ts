// Rules about clocks, refusals and storage that cut across the session's modules; seen from a widget.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { settle } from "./testing/environment.ts";
import { fakeJwt, json, refusal } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
const count = (path: string) => env.sent(path).length;

const say = async (text: string): Promise<void> => {
  stage.widget.send(text);
  await settle();
};
const shown = () => stage.widget.rows.value.map((row) => ("state" in row ? `${row.kind} ${row.state}` : ""));

beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
});

describe("R3 the hub's clock and the device's differ", () => {
  /** The hub lives at another time than the device: its tokens and its `server_time` say so. */
  const skew = (skewMs: number): void => {
    const answerLate = async () => {
      const body: unknown = await hub.session().json();
      const hubNowMs = env.wallMs + skewMs;
      const token = fakeJwt({ sub: hub.subject, n: hub.sessions, iat: hubNowMs / 1000 });
      return json({ ...Object(body), token, server_time: new Date(hubNowMs).toISOString() });
    };
    hub.overrides.set(WIDGET_PATHS.guest, answerLate);
    hub.overrides.set(WIDGET_PATHS.refresh, answerLate);
  };
  const warnings = () => env.logs.filter((line) => /^warn .*clock of this device/.test(line)).length;

  it.each([7_200_000, -7_200_000, 61_000, -61_000])(
    "by %i ms: a token told by another tab lives as long as ever, and each page warns once",
    async (skewMs) => {
      skew(skewMs);
      stage.start();
      await say("hi");
      expect(warnings()).toBe(1);
      const first = stage.widget;
      stage.start().open();
      await env.advance(1_000);
      const second = stage.widget;
      expect(warnings()).toBe(2);
      const before = count(WIDGET_PATHS.refresh);
      await env.advance(3 * 240_000);
      // One of them renews for both, once a lifetime.
      expect(count(WIDGET_PATHS.refresh) - before).toBe(3);
      expect([first.session.value.kind, second.session.value.kind]).toEqual(["ready", "ready"]);
      expect(warnings()).toBe(2);
    },
  );

  it.each([59_000, -59_000])("by %i ms: nobody is told", async (skewMs) => {
    skew(skewMs);
    stage.start();
    await say("hi");
    await env.advance(600_000);
    expect(warnings()).toBe(0);
  });
});

it("R4 the hub refuses a token that the page thinks good: one refresh, whoever asked, and nobody notices", async () => {
  stage.start();
  await say("hi");
  const problems: string[] = [];
  stage.widget.on("problem", ({ code }) => problems.push(code));
  const stale = env.sent(WIDGET_PATHS.connect)[0]?.headers["authorization"];
  for (const path of [WIDGET_PATHS.connect, WIDGET_PATHS.threads]) {
    const usual = env.respond;
    env.respond = (request) =>
      request.path === path && request.headers["authorization"] === stale
        ? refusal(401, "invalid_session")
        : usual(request);
  }
  const threads = await stage.widget.threads();
  stage.widget.send("again");
  threads.load();
  await settle();
  await settle();
  expect([count(WIDGET_PATHS.refresh), count(WIDGET_PATHS.guest)]).toEqual([1, 1]);
  const [, refused, repeated, ...more] = env.sent(WIDGET_PATHS.connect);
  expect(repeated?.body).toEqual(refused?.body);
  expect(more).toEqual([]);
  expect(shown()).toEqual(["visitor sent", "agent complete", "visitor sent", "agent complete"]);
  expect([problems, stage.widget.session.value.kind]).toEqual([[], "ready"]);
});

describe("S1 what is stored, and where", () => {
  const kindsAsked = new Set<string>();
  beforeEach(() => {
    kindsAsked.clear();
    const { storage } = env;
    env.storage = (kind) => {
      kindsAsked.add(kind);
      return storage(kind);
    };
  });
  /** Says two things and renews once; returns every access token that was used. */
  const live = async (): Promise<string[]> => {
    await say("hi");
    await env.advance(240_100);
    await say("again");
    const headers = env.requests.flatMap(({ headers: { authorization } }) => authorization ?? []);
    return [...new Set(headers)].map((header) => header.replace("Bearer ", ""));
  };

  it.each([undefined, "local", "session"] as const)(
    "storage %s: the refresh token and the thread, never an access token",
    async (storage) => {
      stage.start(storage && { storage });
      const tokens = await live();
      expect(tokens.length).toBe(2);
      const text = JSON.stringify([...env.stored]);
      expect(tokens.filter((token) => text.includes(token))).toEqual([]);
      expect(text).not.toMatch(/eyJ/);
      expect(stage.stored()).toMatchObject({ r: "refresh-2", t: expect.any(String) });
      expect([...kindsAsked]).toEqual([storage ?? "local"]);
    },
  );

  it("storage none: nothing", async () => {
    stage.start({ storage: "none" });
    await live();
    expect(env.stored.size).toBe(0);
    expect([...kindsAsked]).toEqual(["none"]);
  });

  it("no request carries or accepts a cookie", async () => {
    stage.start();
    await live();
    expect(new Set(env.requests.map(({ credentials }) => credentials))).toEqual(new Set(["omit"]));
    expect(env.requests.filter(({ headers }) => "cookie" in headers)).toEqual([]);
  });
});

describe("S5 the browser has cleared what was stored", () => {
  const problems: string[] = [];
  const open = (): void => {
    stage.start().on("problem", ({ code }) => problems.push(code));
    stage.widget.open();
  };
  beforeEach(async () => {
    problems.length = 0;
    open();
    await say("hi");
  });

  it("between two visits: a new guest, and no error", async () => {
    stage.widget.dispose();
    env.stored.clear();
    hub.subject = "guest:g2";
    open();
    await settle();
    expect(shown()).toEqual([]);
    await say("hello again");
    expect([count(WIDGET_PATHS.guest), count(WIDGET_PATHS.refresh)]).toEqual([2, 0]);
    expect(shown()).toEqual(["visitor sent", "agent complete"]);
    expect(stage.stored()).toMatchObject({ s: "guest:g2" });
    expect([problems, env.logs]).toEqual([[], []]);
  });

  it("while the page is open: the conversation goes on as the same guest", async () => {
    env.stored.clear();
    await say("still me");
    await env.advance(240_100);
    expect([count(WIDGET_PATHS.guest), count(WIDGET_PATHS.refresh)]).toEqual([1, 1]);
    expect(shown()).toEqual(["visitor sent", "agent complete", "visitor sent", "agent complete"]);
    expect([problems, env.logs]).toEqual([[], []]);
  });
});

describe("the hub cannot be reached for the first session of a logged-in visitor", () => {
  const down = () => Promise.reject(new TypeError("down"));
  const session = () => stage.widget.session.value;
  const rest = () => [session().kind, count(WIDGET_PATHS.exchange), env.timers.size];
  let dispose = (): void => {};

  beforeEach(async () => {
    hub.subject = "user:ada";
    env.fixedRandom = 0.999;
    hub.overrides.set(WIDGET_PATHS.exchange, down);
    stage.start({ userToken: fakeJwt({ sub: "user:ada" }) }).open();
    const kinds = new Set<string>();
    await settle();
    dispose = stage.widget.session.subscribe(({ kind }) => kinds.add(kind));
    await env.advance(1_000);
    expect(kinds).toEqual(new Set(["starting"]));
    await env.advance(3_600_000);
    expect(kinds).toEqual(new Set(["starting", "degraded"]));
  });

  it("eight tries, then degraded without a visitor: no timer, no request", () => {
    dispose();
    expect(rest()).toEqual(["degraded", 8, 0]);
    expect(session()).toMatchObject({ visitor: null, problem: { code: "hub_unreachable" } });
    expect(stage.widget.history.value.kind).toBe("failed");
  });

  it("a message is tried, kept as not sent, and goes out when the visitor presses Retry", async () => {
    await say("hello");
    await env.advance(60_000);
    expect(shown()).toEqual(["visitor failed"]);
    expect(session().kind).toBe("degraded");
    hub.overrides.delete(WIDGET_PATHS.exchange);
    stage.widget.retry(stage.visitorRow()?.id ?? "");
    await env.advance(1_000);
    expect([session().kind, shown()]).toEqual(["ready", ["visitor sent", "agent complete"]]);
  });

  it("Retry above the transcript is a try at once, also a second time", async () => {
    stage.widget.loadOlder();
    await env.advance(10_000);
    expect(rest().slice(0, 2)).toEqual(["degraded", 9]);
    hub.overrides.delete(WIDGET_PATHS.exchange);
    stage.widget.loadOlder();
    await env.advance(1_000);
    expect([session().kind, stage.widget.history.value.kind]).toEqual(["ready", "ready"]);
  });

  it("so is the connection that comes back", async () => {
    env.emit("offline");
    hub.overrides.delete(WIDGET_PATHS.exchange);
    env.emit("online");
    await env.advance(1_000);
    expect([session().kind, stage.widget.history.value.kind]).toEqual(["ready", "ready"]);
  });

  it("and a fresh token of the page", async () => {
    hub.overrides.delete(WIDGET_PATHS.exchange);
    stage.widget.identify({ token: fakeJwt({ sub: "user:ada", n: 2 }) });
    await env.advance(1_000);
    expect([session().kind, stage.widget.history.value.kind]).toEqual(["ready", "ready"]);
  });
});

it("a session that the page may bring back is dead, but hinders no message: each asks for a new token once", async () => {
  let asked = 0;
  hub.subject = "user:ada";
  hub.overrides.set(WIDGET_PATHS.exchange, () => refusal(409, "token_replayed"));
  stage.start().identify({ getToken: () => fakeJwt({ sub: "user:ada", n: (asked += 1) }) });
  stage.widget.open();
  await env.advance(600_000);
  expect(stage.widget.session.value).toMatchObject({ kind: "dead", problem: { retryable: true } });
  expect([asked, count(WIDGET_PATHS.exchange), env.timers.size]).toEqual([1, 1, 0]);
  await say("hello");
  expect([asked, shown()]).toEqual([2, ["visitor queued"]]);
  hub.overrides.delete(WIDGET_PATHS.exchange);
  stage.widget.loadOlder();
  await env.advance(1_000);
  expect([asked, shown()]).toEqual([3, ["visitor sent", "agent complete"]]);
});
