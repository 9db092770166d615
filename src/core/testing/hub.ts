// Owns a scripted hub for core tests: answers as the contract says, and fails on request.
import type { AguiEvent } from "../../protocol/agui.ts";
import { WIDGET_PATHS } from "../../protocol/paths.ts";
import type { ManualEnvironment, Responder, SentRequest } from "./environment.ts";

export const API_URL = "https://hub.test";
export const CLIENT_KEY = "pk_live_demo_abcdefghijklmnopqrstuvwxyz";

const encode = (body: unknown): string => Buffer.from(JSON.stringify(body)).toString("base64url");

/** A JWT-shaped string; nobody verifies it in a page. */
export const fakeJwt = (claims: object): string => `${encode({ alg: "ES256" })}.${encode(claims)}.c2ln`;

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

export const refusal = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  json({ type: "about:blank", title: code, status, detail: `detail of ${code}`, code }, status, headers);

/** Frames of an event stream with the ids 1, 2, 3... */
export const frames = (events: readonly AguiEvent[], firstId = 1): string =>
  events.map((event, index) => `id: ${firstId + index}\ndata: ${JSON.stringify(event)}\n\n`).join("");

export const streamOf = (text: string): Response =>
  new Response(text, { headers: { "content-type": "text/event-stream" } });

/** A stream that a test feeds by hand. */
export function openStream(): { response: Response; push(text: string): void; end(): void; reset(): void } {
  // Undefined again once the reader has left.
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: () => void (controller = undefined),
  });
  return {
    response: new Response(body, { headers: { "content-type": "text/event-stream" } }),
    push: (text) => controller?.enqueue(new TextEncoder().encode(text)),
    end: () => controller?.close(),
    reset: () => controller?.error(new TypeError("reset")),
  };
}

/** The events of a whole answer. */
export const answer = (runId: string, text: string, messageId = `answer-${runId}`): AguiEvent[] => [
  { type: "RUN_STARTED", threadId: "t", runId },
  { type: "TEXT_MESSAGE_START", messageId, role: "assistant" },
  ...Array.from(text.match(/[^]{1,4}/g) ?? [], (delta): AguiEvent => ({
    type: "TEXT_MESSAGE_CONTENT",
    messageId,
    delta,
  })),
  { type: "TEXT_MESSAGE_END", messageId },
  { type: "RUN_FINISHED", threadId: "t", runId },
];

export const runIdOf = (request: SentRequest | undefined): string => String(Object(request?.body)["runId"]);

/** Answers every path; `overrides` by path come first. Session tokens are numbered. */
export class FakeHub {
  ttlS: number | undefined = 300;
  /** How far its clock is ahead of the visitor's. */
  aheadMs = 0;
  sessions = 0;
  subject = "guest:g1";
  readonly overrides = new Map<string, Responder>();
  readonly #env: ManualEnvironment;

  constructor(env: ManualEnvironment) {
    this.#env = env;
    env.respond = (request) => this.#answer(request);
  }

  /** @param change members that are not as usual */
  session(change: object = {}): Response {
    this.sessions += 1;
    const [type, id] = this.subject.split(":");
    const nowMs = this.#env.wallMs + this.aheadMs;
    return json({
      token: fakeJwt({ sub: this.subject, n: this.sessions, iat: nowMs / 1000 }),
      token_type: "Bearer",
      ...(this.ttlS === undefined ? {} : { expires_in: this.ttlS }),
      refresh_token: `refresh-${this.sessions}`,
      server_time: new Date(nowMs).toISOString(),
      agent: { id: "a1", name: "Ada" },
      visitor: { id, type },
      ...change,
    });
  }

  /** Answers a path with these responses in turn, then as usual. */
  script(path: string, ...responders: Responder[]): void {
    this.overrides.set(path, (request) => (responders.shift() ?? ((given) => this.#usual(given)))(request));
  }

  #answer(request: SentRequest): Response | Promise<Response> {
    return (this.overrides.get(request.path) ?? ((given) => this.#usual(given)))(request);
  }

  #usual(request: SentRequest): Response {
    switch (request.path) {
      case WIDGET_PATHS.config:
        return json({ agent: { id: "a1", name: "Ada" } });
      case WIDGET_PATHS.guest:
      case WIDGET_PATHS.refresh:
      case WIDGET_PATHS.exchange:
        return this.session();
      case WIDGET_PATHS.threads:
        return json({ threads: [] });
      case WIDGET_PATHS.connect:
        return streamOf(frames(answer(runIdOf(request), "Hello there.")));
      default:
        return request.path.endsWith("/messages") ? json({ messages: [] }) : json({});
    }
  }
}
