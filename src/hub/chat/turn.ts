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
import { addRun, findRun, liveRuns, lockOwner } from "./run-store.ts";
import {
  addMessage,
  answerAfter,
  claimThread,
  findMessages,
  lastUserMessage,
  pageOfMessages,
  removeMessage,
} from "./transcript.ts";
import type { MessageRow } from "./transcript.ts";

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

/** Stores the visitor's messages that are new, and finds the one to answer. */
async function takeMessages(db: Database, input: RunAgentInput, now: Date): Promise<MessageRow> {
  const said = input.messages.filter((message) => message.role === "user");
  const known = await findMessages(
    db,
    input.threadId,
    said.map(({ id }) => id),
  );
  const knownById = new Map(known.map((row) => [row.id, row]));
  let target = knownById.get(said.at(-1)?.id ?? "") ?? null;
  for (const { id, content } of said) {
    if (knownById.has(id)) continue;
    const message = { threadId: input.threadId, id, role: "user" as const, state: "complete" as const };
    target = await addMessage(db, { ...message, content: requireText(content) }, now);
    knownById.set(id, target);
  }
  target ??= await lastUserMessage(db, input.threadId);
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

async function decide(
  db: Database,
  services: Services,
  visitor: Visitor,
  input: RunAgentInput,
): Promise<Decision> {
  const now = new Date(services.clock.now());
  const owner = ownerOf(visitor);
  await lockOwner(db, owner);
  if (!(await claimThread(db, visitor, input.threadId, now))) throw new HubError("thread_not_found");
  const target = await takeMessages(db, input, now);
  const answer = await answerAfter(db, target);
  if (answer !== null) {
    const run = answer.runId === null ? null : await findRun(db, owner, answer.runId, services.clock);
    const isOver = answer.state === "complete" || answer.state === "stopped";
    if (isOver && (run === null || hasMessage(input, answer.id))) return { kind: "replay", answer };
    if (run !== null && run.state !== "lost" && answer.state !== "failed")
      return { kind: "attach", runId: run.runId };
    // Failed, or left behind by a hub that ended: the visitor asks again, and gets a new answer instead.
    await removeMessage(db, input.threadId, answer.id);
  }
  if ((await liveRuns(db, owner)).length >= MAX_LIVE_RUNS)
    throw new HubError("too_many_runs", { retryAfterS: 5 });
  const history = (await pageOfMessages(db, input.threadId, null, HISTORY_LENGTH)).rows;
  const { key, runId } = await addRun(
    db,
    { owner, wantedId: input.runId, threadId: input.threadId, hubId: services.runs.hubId },
    services.clock,
  );
  const message = await addMessage(
    db,
    {
      threadId: input.threadId,
      id: uuidv7(services.clock.now()),
      role: "assistant",
      content: "",
      state: "running",
      runId,
      replyTo: target.id,
    },
    now,
  );
  return { kind: "answer", key, message, history: endingWith(history, target) };
}

/** The conversation up to the message to answer: what was said after it is not part of the question. */
function endingWith(history: MessageRow[], target: MessageRow): MessageRow[] {
  return history.filter((row) => row.position <= target.position);
}

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
