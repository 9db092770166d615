// Owns the chat requests: send, resume, cancel, history. Yields AG-UI events. Never sees a token: it asks for
// requests to be authorised, and for a refused token to be replaced (R24).
import { runCancelPath, runEventsPath } from "../protocol/paths.ts";
import type { Environment } from "./environment.ts";
import { fetchJson, type HttpRequest } from "./http.ts";
import type { Purpose } from "./lifetime.ts";
import { failed, type FoyerProblem, type Outcome } from "./problem.ts";
import type { Remedy } from "./session-deps.ts";
import { type Question, questionRequest, streamRun, type StreamSink } from "./stream-run.ts";

/** The part of a session that a transport may use. */
export interface Authority {
  authorize(request: HttpRequest, purpose: Purpose): Promise<Outcome<HttpRequest>>;
  renew(remedy: Remedy): Promise<Outcome<null>>;
}

export type Call = Omit<HttpRequest, "url" | "headers"> & {
  /** Below the hub's base URL. */
  path: string;
};

/** A stream is `ok` when its body ended; whether the run ended too, only its events can tell. */
export interface Transport {
  /** @param first what became of the first try, where that was made elsewhere */
  send(question: Question, sink: StreamSink, first?: Promise<Outcome<null>> | null): Promise<Outcome<null>>;
  /** Events after `lastEventId`; all of the run when null. */
  resume(runId: string, lastEventId: string | null, sink: StreamSink): Promise<Outcome<null>>;
  cancel(runId: string, signal: AbortSignal): Promise<Outcome<true>>;
  /** Any other exchange of JSON in the visitor's name; `parse` as of `fetchJson`. */
  call<T>(request: Call, parse: (body: unknown) => T | null): Promise<Outcome<T>>;
}

const REMEDIES: readonly Remedy[] = ["refresh", "rehandshake"];

/** The status of a failed handshake, read as this request's own, would be misjudged; 429 is for every request. */
export const withoutStatus = (seen: FoyerProblem): Outcome<never> => {
  const { status, ...problem } = seen;
  return failed(status === 429 ? seen : problem);
};

interface Exchange<T> {
  request: HttpRequest;
  purpose: Purpose;
  perform(ready: HttpRequest): Promise<Outcome<T>>;
  /** The first try, where it was made elsewhere. */
  first?: Promise<Outcome<T>> | null | undefined;
}

/** R24: after a 401 refresh and repeat; after a second one start a new session and repeat; a third is final. */
async function authorized<T>(
  authority: Authority,
  { request, purpose, perform, first }: Exchange<T>,
): Promise<Outcome<T>> {
  const attempt = async (): Promise<Outcome<T>> => {
    const ready = await authority.authorize(request, purpose);
    if (ready.kind === "ok") return perform(ready.value);
    return withoutStatus(ready.problem);
  };
  let outcome = await (first ?? attempt());
  for (const remedy of REMEDIES) {
    if (outcome.kind === "ok" || outcome.problem.status !== 401) return outcome;
    const renewed = await authority.renew(remedy);
    if (renewed.kind === "ok") outcome = await attempt();
    else return withoutStatus(renewed.problem);
  }
  return outcome;
}

/** @param apiUrl base URL of the hub, without a trailing slash. */
export function createTransport(env: Environment, apiUrl: string, authority: Authority): Transport {
  const stream = (
    request: HttpRequest,
    sink: StreamSink,
    first?: Promise<Outcome<null>> | null,
  ): Promise<Outcome<null>> => {
    const perform = (ready: HttpRequest) => streamRun(env, ready, sink);
    return authorized(authority, { request, purpose: "stream", perform, first });
  };
  const call: Transport["call"] = ({ path, ...rest }, parse) => {
    const request = { ...rest, url: apiUrl + path };
    const perform = (ready: HttpRequest) => fetchJson(env, ready, parse);
    return authorized(authority, { request, purpose: "call", perform });
  };

  return {
    send: (question, sink, first) => stream(questionRequest(apiUrl, question, sink.signal), sink, first),
    resume(runId, lastEventId, sink) {
      const url = apiUrl + runEventsPath(runId);
      const headers = lastEventId === null ? {} : { "Last-Event-ID": lastEventId };
      return stream({ method: "GET", url, headers, signal: sink.signal }, sink);
    },
    cancel: (runId, signal) => call({ method: "POST", path: runCancelPath(runId), signal }, () => true),
    call,
  };
}
