// Owns the chat endpoints: connect, run events, cancel, threads. Their wire shapes are in protocol/chat.ts.
import * as v from "valibot";
import { runAgentInput } from "../protocol/chat.ts";
import { messagesAnswer, threadsAnswer } from "../protocol/openapi-answers.ts";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { streamEvents } from "./chat/sse.ts";
import {
  findMessages,
  listThreads,
  ownsThread,
  pageOfMessages,
  removeThread,
  toStoredMessage,
} from "./chat/transcript.ts";
import { ownerOf, takeTurn } from "./chat/turn.ts";
import type { RunHandle } from "./chat/registry.ts";
import { HubError } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { json, noContent } from "./http/router.ts";
import type { Call, Routes } from "./http/router.ts";
import type { Services } from "./services.ts";
import { requireVisitor } from "./sessions/visitor.ts";

const DEFAULT_PAGE = 50;
const MAX_PAGE = 100;

async function connect(services: Services, call: Call): Promise<Response> {
  const visitor = await requireVisitor(services, call.request);
  const input = v.safeParse(runAgentInput, await readJson(call.request));
  if (!input.success) {
    const wrong = input.issues.map((issue) => v.getDotPath(issue) ?? "body");
    throw new HubError("invalid_request", {
      detail: `Not a RunAgentInput: ${[...new Set(wrong)].join(", ")}`,
    });
  }
  await services.limits.take("key", visitor.keyId);
  return streamEvents(await takeTurn(services, visitor, input.output), 0, services);
}

async function requireRun(services: Services, call: Call): Promise<RunHandle> {
  const visitor = await requireVisitor(services, call.request);
  const run = await services.runs.find(ownerOf(visitor), call.param("id"));
  if (run === null) throw new HubError("run_not_found");
  return run;
}

/** The id after which to go on: a whole number, anything else begins at the start. */
function lastEventId(request: Request): number {
  const value = request.headers.get("Last-Event-ID") ?? "";
  return /^\d{1,9}$/.test(value) ? Number(value) : 0;
}

async function cancel(services: Services, call: Call): Promise<Response> {
  await (await requireRun(services, call)).stop();
  return noContent();
}

function pageLimit(url: URL): number {
  const value = url.searchParams.get("limit");
  if (value === null) return DEFAULT_PAGE;
  if (!/^[1-9]\d{0,5}$/.test(value))
    throw new HubError("invalid_request", { detail: "limit must be a whole number from 1" });
  return Math.min(Number(value), MAX_PAGE);
}

async function threadMessages(services: Services, call: Call): Promise<Response> {
  const visitor = await requireVisitor(services, call.request);
  const threadId = call.param("id");
  if (!(await ownsThread(services.db, visitor, threadId))) throw new HubError("thread_not_found");
  const limit = pageLimit(call.url);
  const before = call.url.searchParams.get("before");
  const [anchor] = before === null ? [] : await findMessages(services.db, threadId, [before]);
  if (before !== null && anchor === undefined)
    throw new HubError("invalid_request", { detail: "before names no message" });
  const page = await pageOfMessages(services.db, threadId, anchor?.position ?? null, limit);
  return json({ messages: page.rows.map(toStoredMessage), has_more: page.hasMore });
}

async function deleteThread(services: Services, call: Call): Promise<Response> {
  const visitor = await requireVisitor(services, call.request);
  const threadId = call.param("id");
  await services.runs.stopThread(ownerOf(visitor), threadId);
  if (!(await removeThread(services.db, visitor, threadId))) throw new HubError("thread_not_found");
  return noContent();
}

const tag = "Chat";
const auth = "session";
const eventStream = {
  200: {
    description: "AG-UI 1.0 events; every frame has an id, a comment comes each 10 s",
    contentType: "text/event-stream",
  },
};

function runRoutes(services: Services): Routes {
  return {
    [WIDGET_PATHS.connect]: {
      POST: {
        tag,
        summary: "Say something and follow the answer",
        auth,
        body: runAgentInput,
        answers: eventStream,
        errors: [
          "invalid_request",
          "message_too_long",
          "thread_not_found",
          "too_many_runs",
          "agent_disabled",
          "agent_unavailable",
        ],
        handle: (call) => connect(services, call),
      },
    },
    [`${WIDGET_PATHS.runs}/:id/events`]: {
      GET: {
        tag,
        summary: "Follow an answer again, after the event named by Last-Event-ID",
        auth,
        answers: eventStream,
        errors: ["run_not_found"],
        handle: async (call) =>
          streamEvents((await requireRun(services, call)).events, lastEventId(call.request), services),
      },
    },
    [`${WIDGET_PATHS.runs}/:id/cancel`]: {
      POST: {
        tag,
        summary: "Stop an answer",
        auth,
        answers: { 204: { description: "The agent has stopped; what it said stays" } },
        errors: ["run_not_found"],
        handle: (call) => cancel(services, call),
      },
    },
  };
}

function threadRoutes(services: Services): Routes {
  return {
    [WIDGET_PATHS.threads]: {
      GET: {
        tag,
        summary: "List the visitor's conversations, newest first",
        auth,
        answers: { 200: { description: "Up to 50 conversations", schema: threadsAnswer } },
        handle: async (call) =>
          json({ threads: await listThreads(services.db, await requireVisitor(services, call.request)) }),
      },
    },
    [`${WIDGET_PATHS.threads}/:id/messages`]: {
      GET: {
        tag,
        summary: "Read a conversation backwards, page by page",
        auth,
        query: {
          before: v.optional(v.pipe(v.string(), v.description("Id of a message"))),
          limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), DEFAULT_PAGE),
        },
        answers: { 200: { description: "Messages, oldest first", schema: messagesAnswer } },
        errors: ["thread_not_found", "invalid_request"],
        handle: (call) => threadMessages(services, call),
      },
    },
    [`${WIDGET_PATHS.threads}/:id`]: {
      DELETE: {
        tag,
        summary: "Delete a conversation",
        auth,
        answers: { 204: { description: "It is gone" } },
        errors: ["thread_not_found"],
        handle: (call) => deleteThread(services, call),
      },
    },
  };
}

/** The chat endpoints, for a visitor with a session token. */
export function chatRoutes(services: Services): Routes {
  return { ...runRoutes(services), ...threadRoutes(services) };
}
