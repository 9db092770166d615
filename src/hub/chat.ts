// Owns the chat endpoints: connect, run events, cancel; those of threads are in threads-api.ts. Their wire shapes are in protocol/chat.ts.
import * as v from "valibot";
import { runAgentInput } from "../protocol/chat.ts";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { streamEvents } from "./chat/sse.ts";
import { ownerOf, takeTurn } from "./chat/turn.ts";
import type { RunHandle } from "./chat/registry.ts";
import { HubError } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { noContent } from "./http/router.ts";
import type { Call, Routes } from "./http/router.ts";
import type { Services } from "./services.ts";
import { requireVisitor } from "./sessions/visitor.ts";
import { threadRoutes } from "./threads-api.ts";

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
          "message_not_found",
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

/** The chat endpoints, for a visitor with a session token. */
export const chatRoutes = (services: Services): Routes => ({
  ...runRoutes(services),
  ...threadRoutes(services),
});
