import { CompactSign } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { HUB_URL, PAGE, codeOf, createTestHub, readBody, readFrames } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";
import { statementsOf } from "../testing/statements.ts";
import { createLimits } from "./limits.ts";
import { DEFAULT_LIMITS, limitRules } from "./rules.ts";

const GUEST = "/api/v1/widget/auth/guest";
const MANY = 1_000_000;
/** Every limit out of the way but those under test. */
const UNLIMITED = {
  accountPerMinute: MANY,
  accountPerHour: MANY,
  accountPerDay: MANY,
  keyPerMinute: MANY,
  addressAndKeyPerMinute: MANY,
  visitorPerMinute: MANY,
  failurePerMinute: MANY,
};

describe("the rules", () => {
  it("are the documented ones, shorter windows first", () => {
    expect(
      limitRules("on").map(({ subject, window, windowS, limit }) => [subject, window, windowS, limit]),
    ).toEqual([
      ["account", "per-minute", 60, 60],
      ["account", "per-hour", 3600, 1000],
      ["account", "per-day", 86_400, 10_000],
      ["key", "per-minute", 60, 600],
      ["addressAndKey", "per-minute", 60, 60],
      ["visitor", "per-minute", 60, 60],
      ["failure", "per-minute", 60, 30],
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN])("%s is no limit", (keyPerMinute) => {
    expect(() => limitRules({ ...DEFAULT_LIMITS, keyPerMinute })).toThrow(RangeError);
  });
});

describe("a window", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("says when it ends, and opens again then", async () => {
    const limits = createLimits({ ...UNLIMITED, visitorPerMinute: 2 }, null);
    await limits.take("visitor", "ada");
    vi.advanceTimersByTime(20_000);
    await limits.take("visitor", "ada");
    await expect(limits.take("visitor", "ada")).rejects.toMatchObject({
      code: "rate_limited",
      options: { retryAfterS: 40, text: "rate_limited: per-minute (2) exceeded" },
    });
    await limits.take("visitor", "bob");
    expect(() => limits.refuseBlocked("visitor", "ada")).toThrow("rate_limited");
    limits.refuseBlocked("visitor", "bob");
    limits.refuseBlocked("failure", "ada");
    vi.advanceTimersByTime(40_001);
    limits.refuseBlocked("visitor", "ada");
    await limits.take("visitor", "ada");
  });

  it("of an hour counts what the minutes let through", async () => {
    const limits = createLimits({ ...UNLIMITED, accountPerHour: 3 }, null);
    for (let count = 0; count < 3; count += 1) {
      await limits.take("account", "1");
      vi.advanceTimersByTime(61_000);
    }
    await expect(limits.take("account", "1")).rejects.toMatchObject({
      options: { text: "rate_limited: per-hour (3) exceeded" },
    });
  });
});

describe("requests", () => {
  let t: TestHub;
  const from = (address: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
    t.hub.fetch(
      new Request(HUB_URL + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", Origin: PAGE, ...headers },
        body: JSON.stringify(body),
      }),
      { address },
    );
  const guestFrom = (address: string, key = t.widgetKey) => from(address, GUEST, { client_key: key });
  const JSON_ERRORS = { Accept: "application/json" };

  beforeAll(async () => {
    t = await createTestHub({
      limits: {
        ...UNLIMITED,
        accountPerMinute: 8,
        keyPerMinute: 40,
        addressAndKeyPerMinute: 5,
        visitorPerMinute: 6,
        failurePerMinute: 4,
      },
    });
  });
  afterAll(() => t.hub.close());

  it("N68 of one address with one key end in 429; other addresses and other keys go on", async () => {
    const flood = await Promise.all(Array.from({ length: 100 }, () => guestFrom("10.0.0.1")));
    expect(flood.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = flood.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    expect(Number(refused?.headers.get("Retry-After"))).toBeLessThanOrEqual(60);
    expect(refused?.headers.get("Access-Control-Allow-Origin")).toBe(PAGE);
    expect(await refused?.text()).toBe("rate_limited: per-minute (5) exceeded");
    expect((await guestFrom("10.0.0.2")).status).toBe(200);
    expect((await guestFrom("10.0.0.1", t.publishableKey)).status).toBe(200);
  });

  it("N68 that are refused cost the store no statement, and nothing is signed for them", async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => index);
    while ((await guestFrom("10.0.5.1")).status === 200);
    const sign = vi.spyOn(CompactSign.prototype, "sign");
    const statuses = new Set<number>();
    const statements = await statementsOf(async () => {
      for (const _ of many) statuses.add((await guestFrom("10.0.5.1")).status);
    });
    expect([[...statuses], statements, sign.mock.calls.length]).toEqual([[429], 0, 0]);
    // What is counted here is what others cost.
    expect((await guestFrom("10.0.5.2")).status).toBe(200);
    expect(sign).toHaveBeenCalledOnce();
    sign.mockRestore();
  });

  it("of one key from everywhere end in 429 with problem details; another key's visitors do not wait", async () => {
    const crowd = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        from(`10.1.0.${index}`, GUEST, { client_key: t.publishableKey }, JSON_ERRORS),
      ),
    );
    expect(crowd.filter(({ status }) => status === 200)).toHaveLength(39);
    const problem = await crowd.find(({ status }) => status === 429)?.json();
    expect(problem).toMatchObject({
      code: "rate_limited",
      detail: "rate_limited: per-minute (40) exceeded",
      retry_after: expect.any(Number),
    });
    expect((await guestFrom("10.1.0.1")).status).toBe(200);
  });

  it("of a copied key on other sites spend nothing of the pages it belongs to", async () => {
    const elsewhere = { Origin: "https://elsewhere.example" };
    const copies = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        from(`10.4.0.${index}`, GUEST, { client_key: t.widgetKey }, elsewhere),
      ),
    );
    expect(new Set(copies.map(({ status }) => status))).toEqual(new Set([403]));
    expect((await guestFrom("10.4.1.1")).status).toBe(200);
  });

  it("for an agent that is not there or takes no guests spend nothing of the key's budget", async () => {
    const path = `/api/v1/agents/${t.seed.agents.find(({ slug }) => slug === "echo")?.id}/widget-settings`;
    await t.manage(path, { method: "PATCH", body: { auth_mode: "user" } });
    const inVain = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        from(`10.5.0.${index}`, GUEST, {
          client_key: t.widgetKey,
          agent_id: index % 2 === 0 ? "nobody" : "echo",
        }),
      ),
    );
    expect(new Set(inVain.map(({ status }) => status))).toEqual(new Set([403, 404]));
    expect((await guestFrom("10.5.1.1")).status).toBe(200);
  });

  it("with tokens that are no good close the door to their address only", async () => {
    const guess = (address: string) =>
      from(address, "/api/v1/widget/auth/refresh", { refresh_token: "rt_guess" }, JSON_ERRORS);
    const codes = [];
    for (let count = 0; count < 6; count += 1) codes.push((await codeOf(await guess("10.2.0.1")))[1]);
    expect(codes).toEqual([
      ...Array<string>(4).fill("invalid_refresh_token"),
      "rate_limited",
      "rate_limited",
    ]);
    expect((await guestFrom("10.2.0.1")).status).toBe(429);
    expect((await guestFrom("10.2.0.2")).status).toBe(200);
  });

  it("of one IPv6 network count together, whichever of its addresses asks", async () => {
    const statuses = [];
    for (let host = 1; host <= 6; host += 1) statuses.push((await guestFrom(`2001:db8:0:7::${host}`)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await guestFrom("2001:db8:0:8::1")).status).toBe(200);
    expect((await guestFrom("::ffff:10.2.0.3")).status).toBe(200);
  });

  it("cannot give themselves another address by a header", async () => {
    const statuses = [];
    for (let count = 0; count < 6; count += 1) {
      const headers = { "X-Forwarded-For": `10.9.9.${count}` };
      statuses.push((await from("10.3.0.1", GUEST, { client_key: t.widgetKey }, headers)).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });

  it("of one visitor to the chat end in 429", async () => {
    const session = await readBody<{ token: string }>(await guestFrom("10.4.0.1"));
    const threads = () => t.call("/api/v1/widget/threads", { token: session.token });
    for (let count = 0; count < 6; count += 1) expect((await threads()).status).toBe(200);
    expect(await codeOf(await threads())).toEqual([429, "rate_limited"]);
  });

  it("of one account to the management end in 429, in the dialect of the path", async () => {
    while ((await t.manage("/api/v1/widget-keys")).status === 200);
    const plain = await t.manage("/api/v1/widget-keys", { headers: { Accept: "*/*" } });
    expect(await plain.text()).toBe("rate_limited: per-minute (8) exceeded");
    const other = await t.manage("/v1/publishable-key", { headers: { Accept: "*/*" } });
    expect(await other.json()).toEqual({ detail: "rate_limited: per-minute (8) exceeded" });
  });
});

it("a hub behind a proxy that it trusts counts the address which that proxy saw", async () => {
  const t = await createTestHub({ limits: { ...UNLIMITED, addressAndKeyPerMinute: 2 }, trustProxy: true });
  const guestFor = (forwarded: string) =>
    t.call(GUEST, { body: { client_key: t.widgetKey }, headers: { "X-Forwarded-For": forwarded } });
  const statuses = [];
  for (let count = 0; count < 3; count += 1)
    statuses.push((await guestFor(`10.0.0.${count}, 192.0.2.1`)).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect((await guestFor("192.0.2.1, 192.0.2.2")).status).toBe(200);
  await t.hub.close();
});

it("a hub without limits counts nothing", async () => {
  const t = await createTestHub({ limits: "off" });
  t.clock.runFreely();
  const sessions = await Promise.all(Array.from({ length: 700 }, () => t.guest({ agent: "echo" })));
  expect(new Set(sessions.map(({ visitor }) => visitor.id)).size).toBe(700);
  const [first] = sessions;
  if (first === undefined) throw new Error("no session");
  await readFrames(await t.connect(first, { thread: "t1", say: [["m1", "hi"]] }));
  await t.hub.close();
}, 60_000);
