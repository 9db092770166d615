// Owns the endpoints of a visitor's conversations: list, read, rename, delete.
import * as v from "valibot";
import { updateThreadRequest } from "../protocol/chat-requests.ts";
import { messagesAnswer, threadSummary, threadsAnswer } from "../protocol/openapi-answers.ts";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { branchesAt, findMessage, newestLeaf, pageUpTo } from "./chat/branches.ts";
import { pageOfThreads, removeThread, renameThread, requireThread } from "./chat/threads.ts";
import { toStoredMessage } from "./chat/transcript.ts";
import { ownerOf } from "./chat/turn.ts";
import { HubError } from "./errors.ts";
import { readJson } from "./http/body.ts";
import { readMembers } from "./http/members.ts";
import { json, noContent } from "./http/router.ts";
import type { Call, Endpoint, Routes } from "./http/router.ts";
import type { Services } from "./services.ts";
import { requireVisitor } from "./sessions/visitor.ts";

const DEFAULT_PAGE = 50;
const MAX_PAGE = 100;

const limit = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), DEFAULT_PAGE);
const idOf = (what: string) => v.optional(v.pipe(v.string(), v.description(what)));

function pageLimit(url: URL): number {
  const value = url.searchParams.get("limit");
  if (value === null) return DEFAULT_PAGE;
  if (!/^[1-9]\d{0,5}$/.test(value))
    throw new HubError("invalid_request", { detail: "limit must be a whole number from 1" });
  return Math.min(Number(value), MAX_PAGE);
}

async function list(services: Services, { request, url }: Call): Promise<Response> {
  const visitor = await requireVisitor(services, request);
  const page = { before: url.searchParams.get("before"), limit: pageLimit(url) };
  return json(await pageOfThreads(services.db, visitor, page));
}

/** The last message of the page that is asked for; null in a conversation without any. */
async function lastOfPage({ db }: Services, call: Call, leafId: string | null): Promise<string | null> {
  const find = async (parameter: "before" | "leaf") => {
    const id = call.url.searchParams.get(parameter);
    if (id === null) return null;
    const found = await findMessage(db, call.param("id"), id);
    if (found === null)
      throw new HubError("invalid_request", { detail: `${parameter} names no message of this conversation` });
    return found;
  };
  const before = await find("before");
  const leaf = await find("leaf");
  if (before !== null) return before.parentId;
  return leaf === null ? leafId : newestLeaf(db, leaf.threadId, leaf.id);
}

async function read(services: Services, call: Call): Promise<Response> {
  const { db } = services;
  const visitor = await requireVisitor(services, call.request);
  const thread = await requireThread(db, visitor, call.param("id"));
  const limit = pageLimit(call.url);
  const page = await pageUpTo(db, thread.id, await lastOfPage(services, call, thread.leafId), limit);
  const branches = await branchesAt(db, thread.id, page.rows);
  const shown = page.rows.map((row) => toStoredMessage(row, branches.get(row.id)));
  return json({ messages: shown, has_more: page.hasMore });
}

async function rename(services: Services, call: Call): Promise<Response> {
  const visitor = await requireVisitor(services, call.request);
  const { title } = readMembers(updateThreadRequest, await readJson(call.request));
  return json(await renameThread(services.db, visitor, call.param("id"), title));
}

async function remove(services: Services, call: Call): Promise<Response> {
  const visitor = await requireVisitor(services, call.request);
  const threadId = call.param("id");
  await services.runs.stopThread(ownerOf(visitor), threadId);
  await removeThread(services.db, visitor, threadId);
  return noContent();
}

const common = { tag: "Chat", auth: "session" } as const;

const readEndpoint = (services: Services): Endpoint => ({
  ...common,
  summary: "Read a branch of a conversation backwards, page by page",
  query: {
    before: idOf("Id of a message: the page ends before it, on its branch"),
    leaf: idOf("Id of a message: the newest branch through it instead of the one that goes on"),
    limit,
  },
  answers: { 200: { description: "Messages, oldest first", schema: messagesAnswer } },
  errors: ["thread_not_found", "invalid_request"],
  handle: (call) => read(services, call),
});

export function threadRoutes(services: Services): Routes {
  return {
    [WIDGET_PATHS.threads]: {
      GET: {
        ...common,
        summary: "List the visitor's conversations, newest first",
        query: { before: idOf("Id of a conversation: the page begins after it"), limit },
        answers: { 200: { description: "Conversations", schema: threadsAnswer } },
        errors: ["invalid_request"],
        handle: (call) => list(services, call),
      },
    },
    [`${WIDGET_PATHS.threads}/:id/messages`]: { GET: readEndpoint(services) },
    [`${WIDGET_PATHS.threads}/:id`]: {
      PATCH: {
        ...common,
        summary: "Rename a conversation",
        body: updateThreadRequest,
        answers: { 200: { description: "The conversation", schema: threadSummary } },
        errors: ["thread_not_found", "invalid_request"],
        handle: (call) => rename(services, call),
      },
      DELETE: {
        ...common,
        summary: "Delete a conversation",
        answers: { 204: { description: "It is gone" } },
        errors: ["thread_not_found"],
        handle: (call) => remove(services, call),
      },
    },
  };
}
