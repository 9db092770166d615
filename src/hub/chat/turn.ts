// Owns the rules of one turn: which message is new, what is answered, and that nothing is answered twice (R25).
import { MESSAGE_MAX_LENGTH } from "../../protocol/limits.ts";
import type { RunAgentInput } from "../../protocol/chat.ts";
import type { Agent } from "../agents/agent.ts";
import { agentFor } from "../agents/agents.ts";
import { requireEnabled } from "../agents/directory.ts";
import { HubError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import type { Services } from "../services.ts";
import type { Visitor } from "../sessions/visitor.ts";
import type { Database } from "../store/database.ts";
import { createEventLog } from "./event-log.ts";
import type { EventSource } from "./event-log.ts";
import { addRun, findRun } from "./run-store.ts";
import {
  addMessages,
  answerAfter,
  claimThread,
  lastUserMessage,
  recallMessages,
  removeMessage,
  titleFrom,
} from "./transcript.ts";
import type { MessageRow, NewMessage } from "./transcript.ts";

/** Answers that may be made for one visitor at the same time. */
const MAX_LIVE_RUNS = 2;
/** How much of the conversation an agent gets. */
const HISTORY_LENGTH = 50;

/** One string per visitor of an account. */
export const ownerOf = (visitor: Visitor): string => `${visitor.accountId}/${visitor.subject}`;

/** The text of an AG-UI message: a string, or its text parts joined. Null when there is none. */
function textOf(content: unknown): string | null {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return null;
  const parts = content.map((part: unknown) =>
    typeof part === "object" && part !== null && "type" in part && part.type === "text" && "text" in part
      ? part.text
      : "",
  );
  return parts.every((part) => typeof part === "string") ? parts.join("") : null;
}

function requireText(content: unknown): string {
  const text = textOf(content);
  if (text === null || text.trim() === "")
    throw new HubError("invalid_request", { detail: "A message needs a text" });
  if (text.length > MESSAGE_MAX_LENGTH) {
    throw new HubError("message_too_long", {
      detail: `The message has ${text.length} characters, at most ${MESSAGE_MAX_LENGTH} are allowed`,
    });
  }
  return text;
}

const saidIn = (input: RunAgentInput) => input.messages.filter((message) => message.role === "user");

/** The visitor's messages that are not stored yet, each once. */
function newMessages(input: RunAgentInput, known: readonly MessageRow[]): NewMessage[] {
  const ids = new Set(known.map(({ id }) => id));
  return saidIn(input).flatMap(({ id, content }) => {
    if (ids.has(id)) return [];
    ids.add(id);
    return [{ threadId: input.threadId, id, role: "user", state: "complete", content: requireText(content) }];
  });
}

/** The stored message to answer when nothing new was said. */
async function oldTarget(
  db: Database,
  input: RunAgentInput,
  known: readonly MessageRow[],
): Promise<MessageRow> {
  const lastId = saidIn(input).at(-1)?.id;
  const target =
    known.find(({ id }) => id === lastId) ??
    known.findLast(({ role }) => role === "user") ??
    (await lastUserMessage(db, input.threadId));
  if (target === null) throw new HubError("invalid_request", { detail: "There is no message to answer" });
  return target;
}

const hasMessage = (input: RunAgentInput, id: string): boolean =>
  input.messages.some((message) => message.id === id);

type Decision =
  /** Being made, or ended lately. */
  | { kind: "attach"; runId: string }
  | { kind: "replay"; answer: MessageRow }
  | { kind: "answer"; key: string; message: MessageRow; history: MessageRow[] };

/** What became of the answer that a message has: followed, told again, or thrown away (null) to make a new one. */
async function reuse(
  db: Database,
  services: Services,
  { owner, input, answer }: { owner: string; input: RunAgentInput; answer: MessageRow },
): Promise<Decision | null> {
  const run = answer.runId === null ? null : await findRun(db, owner, answer.runId, services.clock);
  const isOver = answer.state === "complete" || answer.state === "stopped";
  if (isOver && (run === null || hasMessage(input, answer.id))) return { kind: "replay", answer };
  if (run !== null && run.state !== "lost" && answer.state !== "failed")
    return { kind: "attach", runId: run.runId };
  // Failed, or left behind by a hub that ended: the visitor asks again, and gets a new answer instead.
  await removeMessage(db, input.threadId, answer.id);
  return null;
}

/** Opens a run for the target, an old message or the last of the new ones, and stores all that is new with its answer. */
async function openAnswer(
  db: Database,
  services: Services,
  turn: { owner: string; input: RunAgentInput; recent: MessageRow[]; added: NewMessage[]; target: string },
): Promise<Decision> {
  const { owner, input, recent, added, target } = turn;
  const { threadId } = input;
  const place = { owner, wantedId: input.runId, threadId, hubId: services.runs.hubId, max: MAX_LIVE_RUNS };
  const run = await addRun(db, place, services.clock);
  if (run === null) throw new HubError("too_many_runs", { retryAfterS: 5 });
  const answer: NewMessage = {
    threadId,
    id: uuidv7(services.clock.now()),
    role: "assistant",
    content: "",
    state: "running",
    runId: run.runId,
    replyTo: target,
  };
  const stored = await addMessages(db, threadId, [...added, answer], new Date(services.clock.now()));
  const message = stored.at(-1);
  if (message === undefined) throw new TypeError("the answer was not stored");
  const told = [...recent, ...stored.slice(0, -1)].slice(-HISTORY_LENGTH);
  // What was said after the message to answer is not part of the question.
  const end = told.findLastIndex(({ id }) => id === target);
  return { kind: "answer", key: run.key, message, history: told.slice(0, end + 1) };
}

async function decide(
  db: Database,
  services: Services,
  visitor: Visitor,
  input: RunAgentInput,
): Promise<Decision> {
  const owner = ownerOf(visitor);
  const { threadId } = input;
  const said = saidIn(input);
  const title = titleFrom(textOf(said[0]?.content) ?? "");
  const isOwn = await claimThread(db, visitor, { owner, threadId, title }, new Date(services.clock.now()));
  if (!isOwn) throw new HubError("thread_not_found");
  const ids = said.map(({ id }) => id);
  const known = await recallMessages(db, threadId, ids, HISTORY_LENGTH);
  const recent = known.slice(-HISTORY_LENGTH);
  const added = newMessages(input, known);
  const newest = added.at(-1);
  if (newest !== undefined)
    return openAnswer(db, services, { owner, input, recent, added, target: newest.id });
  const target = await oldTarget(db, input, known);
  const isRecent = recent.includes(target);
  const answer = isRecent ? answerIn(recent, target) : await answerAfter(db, target);
  const reused = answer === null ? null : await reuse(db, services, { owner, input, answer });
  if (reused !== null) return reused;
  const rest = recent.filter(({ id }) => id !== answer?.id);
  return openAnswer(db, services, { owner, input, recent: rest, added: [], target: target.id });
}

const answerIn = (rows: readonly MessageRow[], target: MessageRow): MessageRow | null =>
  rows.find(({ role, position }) => role === "assistant" && position > target.position) ?? null;

function startAnswer(
  services: Services,
  by: { visitor: Visitor; agent: Agent },
  { key, message, history }: Extract<Decision, { kind: "answer" }>,
): EventSource {
  const { runs } = services;
  const { threadId, id } = message;
  return runs.start(ownerOf(by.visitor), {
    key,
    runId: message.runId ?? id,
    threadId,
    messageId: id,
    agent: by.agent,
    input: {
      messages: history,
      visitor: { name: by.visitor.name },
      prompt: by.visitor.prompt,
      voice: by.visitor.voice,
    },
    save: (content, state) => runs.save({ threadId, id, content, state }),
  }).log;
}

/** A stored answer as the events of a run that is over. The text is left out for a client that has it already. */
function replay(answer: MessageRow, input: RunAgentInput): EventSource {
  const log = createEventLog();
  const place = { threadId: input.threadId, runId: input.runId };
  log.append({ type: "RUN_STARTED", ...place });
  if (!hasMessage(input, answer.id) && answer.content !== "") {
    log.append({ type: "TEXT_MESSAGE_START", messageId: answer.id, role: "assistant" });
    log.append({ type: "TEXT_MESSAGE_CONTENT", messageId: answer.id, delta: answer.content });
    log.append({ type: "TEXT_MESSAGE_END", messageId: answer.id });
  }
  log.append({ type: "RUN_FINISHED", ...place });
  log.close();
  return log;
}

/**
 * Takes a visitor's turn and answers the events of the one run that belongs to it, from its start.
 * @throws HubError `thread_not_found`, `message_too_long`, `invalid_request`, `too_many_runs`,
 * `agent_disabled`, `agent_unavailable`.
 */
export async function takeTurn(
  services: Services,
  visitor: Visitor,
  input: RunAgentInput,
): Promise<EventSource> {
  requireEnabled(visitor.agent);
  const agent = agentFor(visitor.agent, input.threadId, services);
  const owner = ownerOf(visitor);
  return services.runs.exclusive(owner, async () => {
    const decision = await services.db.transaction((tx) => decide(tx, services, visitor, input));
    switch (decision.kind) {
      case "answer":
        return startAnswer(services, { visitor, agent }, decision);
      case "replay":
        return replay(decision.answer, input);
      case "attach": {
        const run = await services.runs.find(owner, decision.runId);
        if (run === null) throw new HubError("run_not_found");
        return run.events;
      }
    }
  });
}
