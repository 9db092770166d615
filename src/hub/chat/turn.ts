// Owns the rules of one turn: which message is new, what is answered, and that nothing is answered twice (R25).
import { and, eq } from "drizzle-orm";
import type { RunAgentInput } from "../../protocol/chat.ts";
import { textOfContent } from "../../protocol/message-text.ts";
import type { Agent } from "../agents/agent.ts";
import { agentFor } from "../agents/agents.ts";
import { requireEnabled } from "../agents/directory.ts";
import { HubError } from "../errors.ts";
import { uuidv7 } from "../ids.ts";
import type { Services } from "../services.ts";
import type { Visitor } from "../sessions/visitor.ts";
import type { Database } from "../store/database.ts";
import { messages } from "../store/schema.ts";
import { toAgentInput } from "./agent-input.ts";
import { answerTo, branchTo } from "./branches.ts";
import type { MessageRow } from "./branches.ts";
import type { EventSource } from "./event-log.ts";
import { replay } from "./replay.ts";
import { addRun, findRun } from "./run-store.ts";
import { saidIn, takeInput } from "./take.ts";
import type { Taken } from "./take.ts";
import { claimThread, titleFrom } from "./threads.ts";
import { addMessages, replaceMessage } from "./transcript.ts";
import type { NewMessage } from "./transcript.ts";

/** Answers that may be made for one visitor at the same time. */
const MAX_LIVE_RUNS = 2;
/** How much of the conversation an agent gets. */
const HISTORY_LENGTH = 50;

/** One string per visitor of an account. */
export const ownerOf = (visitor: Pick<Visitor, "accountId" | "subject">): string =>
  `${visitor.accountId}/${visitor.subject}`;

const hasMessage = (input: RunAgentInput, id: string): boolean =>
  input.messages.some((message) => message.id === id);

type Decision =
  /** Being made, or ended lately. */
  | { kind: "attach"; runId: string }
  | { kind: "replay"; answer: MessageRow }
  | { kind: "answer"; key: string; message: MessageRow; history: MessageRow[] };

/** What became of the answer that a message has: followed, told again, or null: a new one takes its place. */
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
  return null;
}

/** The answer that there is already; to a message that is answered once more, only the one that this run gave. */
async function findAnswer(
  db: Database,
  { target, isAgain }: Extract<Taken, { kind: "old" }>,
  runId: string,
): Promise<MessageRow | null> {
  if (!isAgain) return answerTo(db, target);
  const { threadId, id } = target;
  const [row] = await db
    .select()
    .from(messages)
    .where(and(eq(messages.threadId, threadId), eq(messages.parentId, id), eq(messages.runId, runId)));
  return row ?? null;
}

/** Opens a run for the last message of a branch, and stores what of it is new with its answer. */
async function openAnswer(
  db: Database,
  services: Services,
  turn: { owner: string; input: RunAgentInput; before: MessageRow[]; added: NewMessage[] },
): Promise<Extract<Decision, { kind: "answer" }>> {
  const { owner, input, before, added } = turn;
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
    parentId: (added.at(-1) ?? before.at(-1))?.id ?? null,
  };
  const stored = await addMessages(db, threadId, [...added, answer], new Date(services.clock.now()));
  const message = stored.at(-1);
  if (message === undefined) throw new TypeError("the answer was not stored");
  const history = [...before, ...stored.slice(0, -1)].slice(-HISTORY_LENGTH);
  return { kind: "answer", key: run.key, message, history };
}

async function decide(
  db: Database,
  services: Services,
  visitor: Visitor,
  input: RunAgentInput,
): Promise<Decision> {
  const owner = ownerOf(visitor);
  const { threadId } = input;
  const title = titleFrom(textOfContent(saidIn(input)[0]?.content) ?? "");
  const now = new Date(services.clock.now());
  const leafId = await claimThread(db, visitor, { owner, threadId, title }, now);
  const taken = await takeInput(db, input, leafId, HISTORY_LENGTH);
  if (taken.kind === "new") return openAnswer(db, services, { owner, input, ...taken });
  const old = await findAnswer(db, taken, input.runId);
  const reused = old && (await reuse(db, services, { owner, input, answer: old }));
  if (reused !== null) return reused;
  const before = await branchTo(db, threadId, taken.target.id, HISTORY_LENGTH);
  const decision = await openAnswer(db, services, { owner, input, before, added: [] });
  if (old !== null) await replaceMessage(db, old, decision.message.id, leafId);
  return decision;
}

function startAnswer(
  services: Services,
  by: { visitor: Visitor; agent: Agent; input: RunAgentInput },
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
    input: toAgentInput(history, by.input, by.visitor),
    save: (answer, state) => runs.save({ ...answer, threadId, id, state }),
  }).log;
}

/**
 * Takes a visitor's turn and answers the events of the one run that belongs to it, from its start.
 * @throws HubError `thread_not_found`, `message_not_found`, `message_too_long`, `invalid_request`, `too_many_runs`,
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
        return startAnswer(services, { visitor, agent, input }, decision);
      case "replay":
        return replay(decision.answer, input, hasMessage(input, decision.answer.id));
      case "attach": {
        const run = await services.runs.find(owner, decision.runId);
        if (run === null) throw new HubError("run_not_found");
        return run.events;
      }
    }
  });
}
