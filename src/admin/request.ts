// Owns one call to the hub: authorisation, time limit, retries and what an answer means. Knows no endpoint.
import { FoyerAdminError, refusalOf } from "./error.ts";
import type { Settings } from "./options.ts";
import { retryDelayMs } from "./retry.ts";

export interface ApiCall<T> {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `baseUrl`, starting with a slash. */
  path: string;
  /** Sent as JSON. */
  body?: object;
  /** Whether doing it twice is the same as doing it once. Default: every method but POST. */
  isRepeatable?: boolean;
  /** Reads the answer: null when it is not what this call answers. */
  read(body: unknown): T | null;
}

/** @throws FoyerAdminError */
export type Send = <T>(call: ApiCall<T>) => Promise<T>;

/** Time and chance, so that tests wait for nothing. */
export interface Machine {
  /** ms since the epoch. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Runs `action` once after `delayMs`; the returned function calls it off. */
  after(delayMs: number, action: () => void): () => void;
}

export const systemMachine: Machine = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

const REDACTED = "[redacted]";

interface Answer {
  response: Response;
  /** Undefined when it is empty or no JSON. */
  body: unknown;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the runtime says about a failed fetch, with the key taken out: a runtime may quote the headers. */
function unreachable(failure: unknown, apiKey: string): FoyerAdminError {
  const said = failure instanceof Error ? failure.message : "the request failed";
  const cause = failure instanceof Error ? failure.cause : undefined;
  const reason =
    typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
      ? ` (${cause.code})`
      : "";
  return new FoyerAdminError({
    code: "hub_unreachable",
    message: `The hub cannot be reached: ${said}${reason}`.replaceAll(apiKey, REDACTED),
    hint: "Check baseUrl, and that the hub runs",
  });
}

/** One request, its answer read to the end, within the time limit. */
async function exchange(settings: Settings, machine: Machine, call: ApiCall<unknown>): Promise<Answer> {
  const { apiKey, baseUrl, timeoutMs } = settings;
  const abort = new AbortController();
  const request = async (): Promise<Answer> => {
    // Called as a plain function: some runtimes refuse a fetch with another `this`.
    const send = settings.fetch;
    const response = await send(baseUrl + call.path, {
      method: call.method,
      headers: {
        Authorization: `Bearer ${apiKey}`,
        Accept: "application/problem+json, application/json",
        ...(call.body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      // Never followed: the key belongs to this address. Not every runtime knows "error".
      redirect: "manual",
      signal: abort.signal,
    });
    // A proxy may answer with what it was sent.
    const text = (await response.text()).replaceAll(apiKey, REDACTED);
    return { response, body: parseJson(text) };
  };
  let stopTimer = (): void => {};
  const limit = new Promise<never>((_resolve, reject) => {
    stopTimer = machine.after(timeoutMs, () => {
      reject(new FoyerAdminError({ code: "timeout", message: `The hub did not answer in ${timeoutMs} ms` }));
      abort.abort();
    });
  });
  try {
    return await Promise.race([request(), limit]);
  } catch (failure) {
    throw failure instanceof FoyerAdminError ? failure : unreachable(failure, apiKey);
  } finally {
    stopTimer();
  }
}

/** What the answer says. @throws FoyerAdminError when it is a refusal, or not the answer of a hub. */
function readAnswer<T>({ response, body }: Answer, call: ApiCall<T>, nowMs: number): T {
  const isRedirect = response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400);
  if (!response.ok && !isRedirect) throw refusalOf(response, body, nowMs);
  const read = isRedirect ? null : call.read(body);
  if (read !== null) return read;
  throw new FoyerAdminError({
    code: "unexpected_answer",
    message: isRedirect ? "The hub's address redirects" : "The answer is not that of a hub",
    status: response.status,
    hint: "Check baseUrl",
    requestId: response.headers.get("x-request-id") ?? undefined,
  });
}

/** The function through which every call goes; it holds the key, and nothing else does. */
export function createSend(settings: Settings, machine: Machine = systemMachine): Send {
  return async (call) => {
    const isRepeatable = call.isRepeatable ?? call.method !== "POST";
    for (let tries = 1; ; tries += 1) {
      try {
        return readAnswer(await exchange(settings, machine, call), call, machine.now());
      } catch (failure) {
        if (!(failure instanceof FoyerAdminError)) throw failure;
        // Gone since the try before, whose answer was lost: this is what the caller wanted.
        const isGone = call.method === "DELETE" && tries > 1 && failure.status === 404;
        const done = isGone ? call.read(undefined) : null;
        if (done !== null) return done;
        const maxRetries = isRepeatable ? settings.maxRetries : 0;
        const delayMs = retryDelayMs(failure, tries, maxRetries, machine.random);
        if (delayMs === null) throw failure;
        await new Promise<void>((resolve) => machine.after(delayMs, resolve));
      }
    }
  };
}
