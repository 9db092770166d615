import { beforeEach, describe, expect, it } from "vitest";
import { OPTION_DEFAULTS, type Options } from "./options.ts";
import { createVisitStore } from "./storage.ts";
import type { StoredVisit } from "./visit-text.ts";
import { ManualEnvironment } from "./testing/environment.ts";
import { API_URL, CLIENT_KEY, fakeJwt } from "./testing/hub.ts";
import { Visit } from "./visit.ts";

const options: Options = { ...OPTION_DEFAULTS, clientKey: CLIENT_KEY, apiUrl: API_URL };
const visit: StoredVisit = { refreshToken: "r-1", subject: "guest:g1", threadId: "t1" };
let env: ManualEnvironment;
beforeEach(() => {
  env = new ManualEnvironment();
});

const onlyKey = (): string => [...env.stored.keys()][0] ?? "";
const onlyValue = (): Record<string, unknown> => JSON.parse(env.stored.get(onlyKey()) ?? "{}");

it("a visit comes back as it was written, under a key that tells nothing", () => {
  const store = createVisitStore(env, options);
  store.write(visit);
  expect(createVisitStore(env, options).read()).toEqual(visit);
  expect(onlyKey()).toMatch(/^foyer:[0-9a-f]{16}$/);
  expect(JSON.stringify([...env.stored])).not.toContain("pk_live");
  store.clear();
  expect(env.stored.size).toBe(0);
});

it.each([
  ["another site key", { clientKey: "pk_live_demo_bbbbbbbbbbbbbbbbbbbbbbbbbb" }],
  ["another hub", { apiUrl: "https://other.test" }],
  ["another agent", { agent: "sales" }],
])("%s has its own record", (_, change) => {
  createVisitStore(env, options).write(visit);
  expect(createVisitStore(env, { ...options, ...change }).read()).toBeNull();
  expect(env.stored.size).toBe(1);
});

describe("S3 N48 junk reads as nothing and is deleted", () => {
  it.each<[string, (value: Record<string, unknown>) => unknown]>([
    ["not JSON", () => undefined],
    ["a string", () => "x"],
    ["null", () => null],
    ["a list", () => []],
    ["another version", (value) => ({ ...value, v: 2 })],
    ["another key", (value) => ({ ...value, k: "0000000000000000" })],
    ["no refresh token", (value) => ({ ...value, r: undefined })],
    ["an empty refresh token", (value) => ({ ...value, r: "" })],
    ["a huge refresh token", (value) => ({ ...value, r: "x".repeat(513) })],
    ["a number as subject", (value) => ({ ...value, s: 7 })],
    ["an object as thread", (value) => ({ ...value, t: {} })],
    ["a prototype", () => JSON.parse('{"__proto__":{"v":1,"r":"x","s":"guest:x","t":null}}')],
  ])("%s", (_, damage) => {
    const store = createVisitStore(env, options);
    store.write(visit);
    const damaged = damage(onlyValue());
    env.stored.set(onlyKey(), damaged === undefined ? "{broken" : JSON.stringify(damaged));
    expect(store.read()).toBeNull();
    expect(env.stored.size).toBe(0);
    expect(Object.hasOwn(Object.prototype, "v")).toBe(false);
  });
});

it.each(["read", "write"] as const)(
  "S2 N48 storage that fails to %s costs one quiet line and nothing else",
  (when) => {
    const store = createVisitStore(env, options);
    env.storageFails = when;
    expect(() => {
      store.write(visit);
      store.write(visit);
      store.read();
      store.clear();
    }).not.toThrow();
    expect(env.logs.length).toBe(1);
    expect(env.logs[0]).toMatch(/^debug /);
  },
);

it("S4 N48 a full quota is met by dropping the own old record first", () => {
  const store = createVisitStore(env, options);
  store.write(visit);
  const real = env.storage("local");
  env.storage = () => ({
    getItem: (key) => real?.getItem(key) ?? null,
    removeItem: (key) => real?.removeItem(key),
    setItem: (key, value) => {
      if (env.stored.size > 0) throw new Error("QuotaExceededError");
      real?.setItem(key, value);
    },
  });
  store.write({ ...visit, refreshToken: "r-2" });
  expect(onlyValue()["r"]).toBe("r-2");
  expect(env.logs).toEqual([]);
});

describe("a visit", () => {
  const storedFor = (subject: string): void => createVisitStore(env, options).write({ ...visit, subject });
  const open = (userToken: string | null): Visit =>
    new Visit(createVisitStore(env, options), userToken === null ? null : { userToken, getToken: null });

  it.each([
    ["guest:g1", null, true],
    ["user:u1", fakeJwt({ sub: "user:u1" }), true],
    ["user:u1", null, false],
    ["user:u1", fakeJwt({ sub: "user:u2" }), false],
    ["user:u1", fakeJwt({}), false],
    ["user:u1", "a.b.c", false],
    ["guest:g1", fakeJwt({ sub: "user:u1" }), false],
  ])("of %s, opened with %s, is taken over: %s", (subject, userToken, isTaken) => {
    storedFor(subject);
    const opened = open(userToken);
    expect([opened.refreshToken, opened.threadId]).toEqual(isTaken ? ["r-1", "t1"] : [null, null]);
    expect(env.stored.size).toBe(isTaken ? 1 : 0);
  });

  it("is not stored before it is to be remembered", () => {
    const fresh = open(null);
    fresh.renewed("guest:g1", "r-1");
    fresh.continue("t1");
    expect(env.stored.size).toBe(0);
    fresh.remember("t1");
    expect(onlyValue()).toMatchObject({ r: "r-1", t: "t1" });
    fresh.renewed("guest:g1", "r-2");
    expect(onlyValue()).toMatchObject({ r: "r-2", t: "t1" });
  });

  it("of another subject starts without the thread", () => {
    storedFor("guest:g1");
    const opened = open(null);
    opened.renewed("guest:g2", "r-9");
    expect(opened.threadId).toBeNull();
    expect(onlyValue()).toMatchObject({ s: "guest:g2", t: null });
  });
});
