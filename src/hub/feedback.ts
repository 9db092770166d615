// Owns `POST /widget/messages/{id}/feedback`: what a visitor thinks of an answer. Stored with the answer.
import { and, eq } from "drizzle-orm";
import { feedbackRequest } from "../protocol/chat-requests.ts";
import { MESSAGES_PATH } from "../protocol/thread-paths.ts";
import { HubError } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { readMembers } from "./http/members.ts";
import { noContent } from "./http/router.ts";
import type { Call, Routes } from "./http/router.ts";
import type { Services } from "./services.ts";
import { requireVisitor } from "./sessions/visitor.ts";
import { messages, threads } from "./store/schema.ts";

async function rate(services: Services, call: Call): Promise<void> {
  const visitor = await requireVisitor(services, call.request);
  const { rating, comment } = readMembers(feedbackRequest, await readJson(call.request));
  const [message] = await services.db
    .select({ threadId: messages.threadId, id: messages.id, role: messages.role })
    .from(messages)
    .innerJoin(threads, eq(threads.id, messages.threadId))
    .where(
      and(
        eq(messages.id, call.param("id")),
        eq(threads.accountId, visitor.accountId),
        eq(threads.subject, visitor.subject),
      ),
    );
  if (message === undefined) throw new HubError("message_not_found");
  if (message.role !== "assistant")
    throw new HubError("invalid_request", { detail: "Only an agent's answer can be rated" });
  await services.db
    .update(messages)
    .set({ rating, ratingComment: rating === null ? null : (comment ?? null) })
    .where(and(eq(messages.threadId, message.threadId), eq(messages.id, message.id)));
}

/** Rating again replaces the rating; null takes it back. */
export function feedbackRoutes(services: Services): Routes {
  return {
    [`${MESSAGES_PATH}/:id/feedback`]: {
      POST: {
        tag: "Chat",
        summary: "Rate an answer",
        auth: "session",
        body: feedbackRequest,
        answers: { 204: { description: "Stored, instead of an earlier rating" } },
        errors: ["message_not_found", "invalid_request"],
        handle: async (call) => {
          await rate(services, call);
          return noContent();
        },
      },
    },
  };
}
