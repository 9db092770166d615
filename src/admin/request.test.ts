import { describe, expect, it } from "vitest";
import { FoyerAdminError } from "./error.ts";
import { readOptions } from "./options.ts";
import { createSend } from "./request.ts";
import type { ApiCall, Machine } from "./request.ts";

const KEY = "sk_live_demo_requesttest";

/** Time that moves only when `advance` says so; waits are recorded. */
function manualMachine() {
  const pending = new Set<{ dueMs: number; action: () => void }>();
  const waits: number[] = [];
  let nowMs = Date.UTC(2026, 0, 1);
  const machine: Machine = {
    now: () => nowMs,
    random: () => 1,
    after(delayMs, action) {
      const entry = { dueMs: nowMs + delayMs, action };
      waits.push(delayMs);
      pending.add(entry);
      return () => pending.delete(entry);
    },
  };
  const fire = () => {
    const next = [...pending].sort((a, b) => a.dueMs - b.dueMs)[0];
    if (next === undefined) return;
    pending.delete(next);
    nowMs = next.dueMs;
    next.action();
  };
  return { machine, waits, pending, fire };
}

const LIMIT_MS = 10_000;

type Step = () => Response | Promise<Response>;

const answer =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Step =>
  () =>
    new Response(status === 204 ? null : typeof body === "string" ? body : JSON.stringify(body), {
      status,
      headers,
    });
const broken: Step = () =>
  Promise.reject(
    new TypeError(`fetch failed, Bearer ${KEY}`, {
      cause: Object.assign(new Error(), { code: "ECONNRESET" }),
    }),
  );

/** Sends one call through the steps in turn; pauses between tries pass at once. */
async function play(steps: Step[], call: Partial<ApiCall<unknown>> = {}, maxRetries?: number) {
  const requests: [url: string, init: RequestInit][] = [];
  const { machine, waits, pending, fire } = manualMachine();
  const settings = readOptions({
    apiKey: KEY,
    baseUrl: "https://hub.example/base/",
    maxRetries,
    fetch: async (url, init = {}) => {
      requests.push([String(url), init]);
      const step = steps[requests.length - 1];
      if (step === undefined) throw new Error("one request too many");
      return step();
    },
  });
  const outcome = createSend(
    settings,
    machine,
  )({ method: "GET", path: "/things", read: (body) => body ?? null, ...call }).then(
    (value: unknown) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  );
  for (let turn = 0; turn < 50; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    fire();
  }
  const { value, error } = await outcome;
  if (error !== undefined && !(error instanceof FoyerAdminError)) throw error;
  return { value, error, requests, pauses: waits.filter((ms) => ms !== LIMIT_MS), pending };
}

describe("a request", () => {
  it("carries the key, asks for problem details, never follows a redirect, and leaves no timer", async () => {
    const { requests, value, pending } = await play([answer(200, { a: 1 })], {
      method: "POST",
      body: { b: 2 },
    });
    expect(value).toEqual({ a: 1 });
    expect(requests).toHaveLength(1);
    const [url, init] = requests[0] ?? [];
    expect(url).toBe("https://hub.example/base/things");
    expect(init).toMatchObject({ method: "POST", body: '{"b":2}', redirect: "manual" });
    const headers = new Headers(init?.headers);
    expect(headers.get("authorization")).toBe(`Bearer ${KEY}`);
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("accept")).toContain("application/problem+json");
    expect(pending.size).toBe(0);
  });

  it("without a body names no content type", async () => {
    const { requests } = await play([answer(200)]);
    expect(new Headers(requests[0]?.[1].headers).has("content-type")).toBe(false);
  });

  it.each([
    ["a redirect", answer(302, "", { location: "https://evil.example/" })],
    ["HTML with 200", answer(200, "<!doctype html>")],
    ["nothing with 200", answer(200, "")],
  ])("answered by %s is no hub", async (_name, step) => {
    const { error, requests } = await play([step]);
    expect(error?.code).toBe("unexpected_answer");
    expect(requests).toHaveLength(1);
  });
});

describe("tried again", () => {
  it.each<[string, Step]>([
    ["408", answer(408)],
    ["429", answer(429)],
    ["500", answer(500)],
    ["502 with HTML", answer(502, "<h1>Bad gateway</h1>")],
    ["503", answer(503)],
    ["a broken connection", broken],
  ])("after %s", async (_name, failure) => {
    const { value, requests, pauses } = await play([failure, failure, answer(200, { ok: true })]);
    expect(value).toEqual({ ok: true });
    expect(requests).toHaveLength(3);
    expect(pauses).toEqual([500, 1000]);
  });

  it.each([400, 401, 403, 404, 409, 413, 415, 422])("never after %d", async (status) => {
    const { error, requests } = await play([answer(status)]);
    expect(error?.status).toBe(status);
    expect(requests).toHaveLength(1);
  });

  it.each([0, 1, 4])("at most maxRetries = %d times", async (maxRetries) => {
    const { error, requests } = await play(Array(maxRetries + 1).fill(answer(503)), {}, maxRetries);
    expect(error?.status).toBe(503);
    expect(requests).toHaveLength(maxRetries + 1);
  });

  it.each<[ApiCall<unknown>["method"], number]>([
    ["GET", 3],
    ["PATCH", 3],
    ["DELETE", 3],
    ["POST", 1],
  ])("%s: %d requests", async (method, count) => {
    expect((await play(Array(3).fill(broken), { method })).requests).toHaveLength(count);
  });

  it("a POST that may be repeated", async () => {
    const { value } = await play([broken, answer(200, { ok: 1 })], { method: "POST", isRepeatable: true });
    expect(value).toEqual({ ok: 1 });
  });

  it.each([
    ["seconds", "7", 7_000],
    ["a date", "Thu, 01 Jan 2026 00:00:09 GMT", 9_000],
    ["less than the backoff", "0", 500],
    ["nonsense", "soon", 500],
    ["a negative number", "-3", 500],
  ])("after Retry-After in %s", async (_name, header, pauseMs) => {
    const { pauses } = await play([answer(429, {}, { "retry-after": header }), answer(200)]);
    expect(pauses).toEqual([pauseMs]);
  });

  it("not when the hub asks for more than a minute: the caller is told", async () => {
    const { error, requests } = await play([answer(429, {}, { "retry-after": "3600" })]);
    expect(error).toMatchObject({ code: "rate_limited", status: 429, retryAfter: 3600 });
    expect(requests).toHaveLength(1);
  });
});

describe("a delete whose answer was lost", () => {
  const call = { method: "DELETE", read: () => true } as const;

  it("is done when the next try finds nothing", async () => {
    expect(await play([broken, answer(404)], call)).toMatchObject({ value: true, error: undefined });
  });

  it("is an error when the first try finds nothing", async () => {
    expect((await play([answer(404)], call)).error?.code).toBe("not_found");
  });

  it("says nothing of other methods", async () => {
    expect((await play([broken, answer(404)])).error?.code).toBe("not_found");
  });
});

describe("the time limit", () => {
  const never = () => new Promise<never>(() => {});

  it("covers a hub that never answers, even when fetch does not listen to its signal", async () => {
    const { error, requests } = await play([never, never, never]);
    expect(error).toMatchObject({ code: "timeout", status: 0 });
    expect(requests).toHaveLength(3);
    expect(requests.every(([, init]) => init.signal?.aborted)).toBe(true);
  });

  it("covers a body that never ends", async () => {
    const { error } = await play([() => new Response(new ReadableStream())], { method: "POST" });
    expect(error?.code).toBe("timeout");
  });
});

describe("an error", () => {
  it("carries what the hub says", async () => {
    const problem = {
      type: "urn:foyer:problem:rate_limited",
      code: "rate_limited",
      detail: "per-minute (60) exceeded",
      hint: "Slow down",
      retry_after: 61,
    };
    const { error } = await play([answer(429, problem, { "x-request-id": "r1" })]);
    expect(error).toMatchObject({
      name: "FoyerAdminError",
      code: "rate_limited",
      status: 429,
      message: "per-minute (60) exceeded",
      hint: "Slow down",
      retryAfter: 61,
      requestId: "r1",
    });
  });

  it("reads both shapes of the publishable-key dialect", async () => {
    const field = await play([
      answer(400, { allowed_domains: ["At least one allowed domain is required."] }),
    ]);
    expect(field.error).toMatchObject({
      code: "invalid_request",
      message: "allowed_domains: At least one allowed domain is required.",
      fields: { allowed_domains: ["At least one allowed domain is required."] },
    });
    const detail = await play([answer(404, { detail: "Not found." })]);
    expect(detail.error).toMatchObject({ code: "not_found", message: "Not found.", fields: {} });
  });

  it.each([null, [], "text", 7, { code: "NO CODE" }, { detail: 7 }, { detail: "x".repeat(10_000) }])(
    "survives the body %j",
    async (body) => {
      const { error } = await play([answer(418, body)]);
      expect(error).toMatchObject({ code: "unexpected_answer", status: 418 });
      expect(error?.message).toMatch(/status 418|^x{1,2000}$/);
    },
  );

  it("never shows the key, whoever quotes it", async () => {
    const echo = answer(400, { code: "invalid_request", detail: `You sent Bearer ${KEY}`, hint: KEY });
    for (const step of [echo, answer(400, { [KEY]: [KEY] }), broken]) {
      const { error } = await play([step], { method: "POST" });
      expect(error).toBeDefined();
      expect(
        JSON.stringify([error, error?.message, error?.stack, error?.cause, error?.fields]),
      ).not.toContain(KEY);
    }
  });

  it("names the reason of a broken connection", async () => {
    const { error } = await play([broken], { method: "POST" });
    expect(error).toMatchObject({ code: "hub_unreachable", status: 0 });
    expect(error?.message).toContain("ECONNRESET");
  });
});
