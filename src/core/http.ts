// Owns one HTTP exchange: limits, timeouts and what an answer means. Knows no endpoint, no token and no retry.
import type { Environment } from "./environment.ts";
import { type FoyerProblem, type Outcome, failed, localProblem, ok } from "./problem.ts";

const JSON_TIMEOUT_MS = 10_000;
const FIRST_BYTE_TIMEOUT_MS = 15_000;
const STREAM_IDLE_TIMEOUT_MS = 30_000;
const MAX_BODY_BYTES = 2_000_000;

export interface HttpRequest {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Aborts the exchange; the outcome is then the problem `destroyed`. */
  signal: AbortSignal;
}

const isTransientStatus = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500;

const badAnswer = (detail: string, status: number): FoyerProblem => ({
  ...localProblem("bad_answer", detail, true),
  status,
});

/** Ends an exchange that is silent for too long, or when the caller aborts. */
function createWatchdog(env: Environment, parent: AbortSignal) {
  const controller = new AbortController();
  const { signal } = controller;
  let clearTimer = () => {};
  let timedOut = false;
  const onAbort = (): void => controller.abort();
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(new Error("aborted"))),
  );
  aborted.catch(() => {});
  if (parent.aborted) onAbort();
  parent.addEventListener("abort", onAbort);
  return {
    signal,
    timedOut: () => timedOut,
    /** Rejects on abort: the page's own `fetch` may ignore the signal. */
    aborted,
    feed(limitMs: number): void {
      clearTimer();
      clearTimer = env.setTimer(() => {
        timedOut = true;
        controller.abort();
      }, limitMs);
    },
    /** Ends the exchange whatever it is doing; harmless when it is over. */
    stop(): void {
      clearTimer();
      parent.removeEventListener("abort", onAbort);
      controller.abort();
    },
  };
}

async function readBody(
  response: Response,
  signal: AbortSignal,
  onBytes: (chunk: Uint8Array) => void,
): Promise<void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  // An injected fetch may not tie its body to the signal; cancelling ends a read, and twice is harmless.
  const cancel = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) throw new Error("aborted");
      if (done) return;
      onBytes(value);
    }
  } finally {
    cancel();
  }
}

/** The whole body as JSON; undefined when it is too big or not JSON. */
async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  try {
    await readBody(response, signal, (chunk) => {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > MAX_BODY_BYTES) throw new SyntaxError();
      text += decoder.decode(chunk, { stream: true });
    });
    return JSON.parse(text + decoder.decode());
  } catch (error) {
    if (signal.aborted || !(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** What a refusal says is read by a part of its own; without it, its status says the most of it. */
async function readRefusal(env: Environment, response: Response, signal: AbortSignal): Promise<FoyerProblem> {
  const { status, headers } = response;
  const body = await readJson(response, signal);
  const unread = {
    ...badAnswer(`HTTP ${status} without a problem body`, status),
    retryable: isTransientStatus(status),
  };
  const part = await import("./refusal.ts").catch(() => null);
  return part?.readProblem(unread, body, headers.get("retry-after"), env.now()) ?? unread;
}

interface Exchange {
  accept: string;
  timeoutMs: number;
}

async function exchange<T>(
  env: Environment,
  request: HttpRequest,
  { accept, timeoutMs }: Exchange,
  read: (response: Response, watchdog: ReturnType<typeof createWatchdog>) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const { method, url, headers, body, signal } = request;
  const watchdog = createWatchdog(env, signal);
  watchdog.feed(timeoutMs);
  try {
    const response = await Promise.race([
      env.fetch(url, {
        method,
        headers: {
          Accept: `${accept}, application/problem+json`,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        credentials: "omit",
        redirect: "error",
        cache: "no-store",
        referrerPolicy: "strict-origin-when-cross-origin",
        signal: watchdog.signal,
      }),
      watchdog.aborted,
    ]);
    if (!response.ok) return failed(await readRefusal(env, response, watchdog.signal));
    return await read(response, watchdog);
  } catch {
    // What the browser says about a failed fetch differs per engine and may hold the URL: not repeated.
    if (signal.aborted) return failed(localProblem("destroyed", "stopped by the widget"));
    if (watchdog.timedOut()) return failed(localProblem("timeout", "no answer in time", true));
    if (!env.isOnline()) return failed(localProblem("offline", "the browser is offline", true));
    return failed(localProblem("hub_unreachable", "hub down, blocked, or the way is broken", true));
  } finally {
    watchdog.stop();
  }
}

/**
 * One JSON exchange, at most 10 s and 2 MB. `parse` reads the body of a 2xx answer; null means `bad_answer`.
 * Never throws.
 */
export function fetchJson<T>(
  env: Environment,
  request: HttpRequest,
  parse: (body: unknown) => T | null,
): Promise<Outcome<T>> {
  return exchange(
    env,
    request,
    { accept: "application/json", timeoutMs: JSON_TIMEOUT_MS },
    async (response, { signal }) => {
      const parsed = parse(response.status === 204 ? null : await readJson(response, signal));
      if (parsed !== null) return ok(parsed);
      return failed(badAnswer("not what the contract says", response.status));
    },
  );
}

/**
 * One event stream: 15 s to the first byte, 30 s of silence at most. `ok` means the body came to its end.
 * Never throws.
 */
export function fetchStream(
  env: Environment,
  request: HttpRequest,
  onBytes: (chunk: Uint8Array) => void,
): Promise<Outcome<null>> {
  return exchange(
    env,
    request,
    { accept: "text/event-stream", timeoutMs: FIRST_BYTE_TIMEOUT_MS },
    async (response, watchdog) => {
      if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
        return failed(badAnswer("not an event stream", response.status));
      }
      await readBody(response, watchdog.signal, (chunk) => {
        watchdog.feed(STREAM_IDLE_TIMEOUT_MS);
        onBytes(chunk);
      });
      return ok(null);
    },
  );
}
