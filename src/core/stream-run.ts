// Owns one stream of a run: what asks for it, and its AG-UI events as they come. Never sees where a token is from.
import { type AguiEvent, parseAguiEvent } from "../protocol/agui.ts";
import { type ForwardedProps, type RunAgentInput } from "../protocol/chat.ts";
import { CONNECT_PATH } from "../protocol/plain-paths.ts";
import type { Environment } from "./environment.ts";
import { fetchStream, type HttpRequest } from "./http.ts";
import type { Outcome } from "./problem.ts";
import { createSseParser } from "./sse.ts";

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

const toRunInput = ({ threadId, runId, messageId, text, order }: Question): RunAgentInput => ({
  threadId,
  runId,
  messages: order.regenerate === undefined ? [{ id: messageId, role: "user", content: text }] : [],
  tools: [],
  context: [],
  state: {},
  forwardedProps: Object.keys(order).length > 0 ? { foyer: order } : {},
});

/** The same request in a visitor's name. */
export const withToken = (request: HttpRequest, token: string): HttpRequest => ({
  ...request,
  headers: { ...request.headers, Authorization: `Bearer ${token}` },
});

/** Asks for an answer. @param apiUrl base URL of the hub, without a trailing slash */
export const questionRequest = (apiUrl: string, question: Question, signal: AbortSignal): HttpRequest => ({
  method: "POST",
  url: apiUrl + CONNECT_PATH,
  body: toRunInput(question),
  signal,
});

/** Whether the hub may have a message though no event of its answer came. */
export const mayHaveArrived = (outcome: Outcome<null>): boolean =>
  outcome.kind === "ok" || (outcome.problem.retryable && outcome.problem.status !== 429);

/** `ok` when the body ended; whether the run ended too, only its events can tell. */
export function streamRun(env: Environment, request: HttpRequest, sink: StreamSink): Promise<Outcome<null>> {
  const parse = createSseParser(({ id, data }) => {
    const event = sink.signal.aborted ? null : parseAguiEvent(data);
    if (event !== null) sink.onEvent(event, id);
  });
  return fetchStream(env, request, parse);
}
