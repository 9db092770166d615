// Owns the chat requests: send, resume, cancel, history. Yields AG-UI events. Never sees a token: it asks for
// requests to be authorised, and for a refused token to be replaced (R24).
import { type AguiEvent, parseAguiEvent } from "../protocol/agui.ts";
import { type ForwardedProps, type RunAgentInput } from "../protocol/chat.ts";
import { runCancelPath, runEventsPath, WIDGET_PATHS } from "../protocol/paths.ts";
import type { Environment } from "./environment.ts";
import { fetchJson, fetchStream, type HttpRequest } from "./http.ts";
import type { Purpose } from "./lifetime.ts";
import { failed, type FoyerProblem, type Outcome } from "./problem.ts";
import type { Remedy } from "./session.ts";
import { createSseParser } from "./sse.ts";

/** The part of a session that a transport may use. */
export interface Authority {
  authorize(request: HttpRequest, purpose: Purpose): Promise<Outcome<HttpRequest>>;
  renew(remedy: Remedy): Promise<Outcome<null>>;
}

/** Where the events of a stream go. */
export interface StreamSink {
  signal: AbortSignal;
  /** @param id of the event on its stream, null when it has none. */
  onEvent(event: AguiEvent, id: string | null): void;
}

export interface Question {
  threadId: string;
  runId: string;
  messageId: string;
  text: string;
  /** Where it belongs. `regenerate` asks without a message. */
  order: ForwardedProps;
}

export type Call = Omit<HttpRequest, "url" | "headers"> & {
  /** Below the hub's base URL. */
  path: string;
};

/** A stream is `ok` when its body ended; whether the run ended too, only its events can tell. */
export interface Transport {
  send(question: Question, sink: StreamSink): Promise<Outcome<null>>;
  /** Events after `lastEventId`; all of the run when null. */
  resume(runId: string, lastEventId: string | null, sink: StreamSink): Promise<Outcome<null>>;
  cancel(runId: string, signal: AbortSignal): Promise<Outcome<true>>;
  /** Any other exchange of JSON in the visitor's name; `parse` as of `fetchJson`. */
  call<T>(request: Call, parse: (body: unknown) => T | null): Promise<Outcome<T>>;
}

const REMEDIES: readonly Remedy[] = ["refresh", "rehandshake"];

/** The status of a failed handshake, read as this request's own, would be misjudged; 429 is for every request. */
const withoutStatus = (seen: FoyerProblem): Outcome<never> => {
  const { status, ...problem } = seen;
  return failed(status === 429 ? seen : problem);
};

/** R24: after a 401 refresh and repeat; after a second one start a new session and repeat; a third is final. */
async function authorized<T>(
  authority: Authority,
  request: HttpRequest,
  purpose: Purpose,
  perform: (request: HttpRequest) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const attempt = async (): Promise<Outcome<T>> => {
    const ready = await authority.authorize(request, purpose);
    if (ready.kind === "ok") return perform(ready.value);
    return withoutStatus(ready.problem);
  };
  let outcome = await attempt();
  for (const remedy of REMEDIES) {
    if (outcome.kind === "ok" || outcome.problem.status !== 401) return outcome;
    const renewed = await authority.renew(remedy);
    if (renewed.kind === "ok") outcome = await attempt();
    else return withoutStatus(renewed.problem);
  }
  return outcome;
}

const toRunInput = ({ threadId, runId, messageId, text, order }: Question): RunAgentInput => ({
  threadId,
  runId,
  messages: order.regenerate === undefined ? [{ id: messageId, role: "user", content: text }] : [],
  tools: [],
  context: [],
  state: {},
  forwardedProps: Object.keys(order).length > 0 ? { foyer: order } : {},
});

/** @param apiUrl base URL of the hub, without a trailing slash. */
export function createTransport(env: Environment, apiUrl: string, authority: Authority): Transport {
  const stream = (request: HttpRequest, sink: StreamSink): Promise<Outcome<null>> =>
    authorized(authority, request, "stream", (ready) => {
      const parse = createSseParser(({ id, data }) => {
        const event = sink.signal.aborted ? null : parseAguiEvent(data);
        if (event !== null) sink.onEvent(event, id);
      });
      return fetchStream(env, ready, parse);
    });
  const call: Transport["call"] = ({ path, ...request }, parse) =>
    authorized(authority, { ...request, url: apiUrl + path }, "call", (ready) =>
      fetchJson(env, ready, parse),
    );

  return {
    send(question, sink) {
      const url = apiUrl + WIDGET_PATHS.connect;
      return stream({ method: "POST", url, body: toRunInput(question), signal: sink.signal }, sink);
    },
    resume(runId, lastEventId, sink) {
      const url = apiUrl + runEventsPath(runId);
      const headers = lastEventId === null ? {} : { "Last-Event-ID": lastEventId };
      return stream({ method: "GET", url, headers, signal: sink.signal }, sink);
    },
    cancel: (runId, signal) => call({ method: "POST", path: runCancelPath(runId), signal }, () => true),
    call,
  };
}
