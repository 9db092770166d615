import { beforeEach, describe, expect, it } from "vitest";
import { fetchJson, fetchStream } from "./http.ts";
import type { Outcome } from "./problem.ts";
import { ManualEnvironment, type Responder } from "./testing/environment.ts";
import { json, openStream, refusal, streamOf } from "./testing/hub.ts";

let env: ManualEnvironment;
let controller: AbortController;
beforeEach(() => {
  env = new ManualEnvironment();
  controller = new AbortController();
});

const request = () => ({ method: "GET", url: "https://hub.test/x", signal: controller.signal }) as const;
const get = (respond: Responder): Promise<Outcome<unknown>> => {
  env.respond = respond;
  return fetchJson(env, request(), (body) => (Object(body)["ok"] === true ? body : null));
};
const codeOf = async (pending: Promise<Outcome<unknown>>): Promise<string> => {
  const outcome = await pending;
  return outcome.kind === "ok"
    ? "ok"
    : `${outcome.problem.code}${outcome.problem.retryable ? " retryable" : ""}`;
};
/** A body that gives one byte per interval and never ends. */
const drip = (everyMs: number): Response => {
  const stream = openStream();
  const next = (): void => {
    stream.push(" ");
    env.setTimer(next, everyMs);
  };
  next();
  return stream.response;
};

it.each<[string, Responder, string]>([
  ["a good body", () => json({ ok: true }), "ok"],
  ["another shape", () => json({ ok: 1 }), "bad_answer retryable"],
  ["null", () => json(null), "bad_answer retryable"],
  ["HTML", () => new Response("<html>"), "bad_answer retryable"],
  ["nothing", () => new Response(""), "bad_answer retryable"],
  ["no content", () => new Response(null, { status: 204 }), "bad_answer retryable"],
  ["cut JSON", () => new Response('{"ok":tr'), "bad_answer retryable"],
  ["invalid UTF-8 inside", () => new Response(Uint8Array.of(0xff, 0xfe)), "bad_answer retryable"],
  ["too much", () => new Response(`{"ok":true,"x":"${"x".repeat(2_000_001)}"}`), "bad_answer retryable"],
  ["a problem", () => refusal(403, "key_revoked"), "key_revoked"],
  ["a problem that may pass", () => refusal(503, "internal_error"), "internal_error retryable"],
  ["an error without a problem", () => new Response("no", { status: 404 }), "bad_answer"],
  ["an error of a proxy", () => new Response("<html>", { status: 502 }), "bad_answer retryable"],
  ["a code that is none", () => json({ code: "<b>" }, 400), "bad_answer"],
  ["a failed fetch", () => Promise.reject(new TypeError("Failed to fetch")), "hub_unreachable retryable"],
])("N36 N38 N39 %s", async (_, respond, expected) => {
  expect(await codeOf(get(respond))).toBe(expected);
  expect([env.timers.size, env.requests[0]?.signal?.aborted]).toEqual([0, true]);
});

it("N36 of a body without an end no more is read than is allowed, and the connection is given up", async () => {
  const PIECE = new Uint8Array(100_000).fill(0x20);
  let readBytes = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(source) {
        readBytes += PIECE.byteLength;
        source.enqueue(PIECE);
      },
      cancel: () => void (isCancelled = true),
    },
    { highWaterMark: 0 },
  );
  expect(await codeOf(get(() => new Response(body)))).toBe("bad_answer retryable");
  expect(readBytes).toBeLessThanOrEqual(2_000_000 + 2 * PIECE.byteLength);
  expect([isCancelled, env.timers.size]).toEqual([true, 0]);
});

it("N39 a body that breaks off is a network failure", async () => {
  const stream = openStream();
  const pending = codeOf(get(() => stream.response));
  await env.advance(10);
  stream.push('{"ok"');
  stream.reset();
  expect(await pending).toBe("hub_unreachable retryable");
});

it("a failed fetch while offline says so", async () => {
  env.connected = false;
  expect(await codeOf(get(() => Promise.reject(new TypeError("x"))))).toBe("offline retryable");
});

describe("time", () => {
  it.each<[string, Responder]>([
    ["no answer at all", () => new Promise(() => {})],
    ["a byte every 5 s", () => drip(5_000)],
  ])("N38 %s: given up after 10 s, even where fetch ignores its signal", async (_, respond) => {
    const pending = codeOf(get(respond));
    let isDone = false;
    void pending.then(() => (isDone = true));
    await env.advance(9_999);
    expect(isDone).toBe(false);
    await env.advance(1);
    expect(await pending).toBe("timeout retryable");
  });

  it("an abort by the caller ends it at once", async () => {
    const pending = codeOf(get(() => new Promise(() => {})));
    controller.abort();
    expect(await pending).toBe("destroyed");
    expect(env.timers.size).toBe(0);
  });
});

describe("a stream", () => {
  const read = async (respond: Responder): Promise<[string, string]> => {
    env.respond = respond;
    let text = "";
    const pending = fetchStream(env, request(), (chunk) => (text += new TextDecoder().decode(chunk)));
    await env.advance(60_000);
    return [await codeOf(pending), text];
  };

  it.each<[string, Responder, [string, string]]>([
    ["read to its end", () => streamOf("abc"), ["ok", "abc"]],
    ["of another type", () => json({}), ["bad_answer retryable", ""]],
    ["refused", () => refusal(401, "invalid_session"), ["invalid_session", ""]],
    ["silent from the start", () => openStream().response, ["timeout retryable", ""]],
  ])("%s", async (_, respond, expected) => {
    expect(await read(respond)).toEqual(expected);
    expect(env.timers.size).toBe(0);
  });

  it("lives as long as something comes within 30 s", async () => {
    let isDone = false;
    env.respond = () => drip(29_000);
    void fetchStream(env, request(), () => {}).then(() => (isDone = true));
    await env.advance(600_000);
    expect(isDone).toBe(false);
    controller.abort();
    await env.settle();
    expect(isDone).toBe(true);
  });
});

it.each([
  ["7", 7_000],
  ["0", 0],
  ["Thu, 15 Jan 2026 12:00:30 GMT", 30_000],
  ["Thu, 15 Jan 2026 11:00:00 GMT", undefined],
  ["-1", undefined],
  ["abc", undefined],
  ["", undefined],
])("N34 Retry-After %j is read as %s ms", async (header, expected) => {
  const outcome = await get(() => refusal(429, "rate_limited", { "retry-after": header }));
  expect(outcome).toMatchObject({ kind: "failed", problem: { status: 429 } });
  expect(outcome.kind === "failed" ? outcome.problem.retryAfterMs : null).toBe(expected);
});
