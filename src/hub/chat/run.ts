// Owns one answer being made: drives an agent, turns its output into AG-UI events, keeps the stored message current.
// Knows no connection: whoever listens reads the log.
import { AgentFailure } from "../agents/agent.ts";
import type { Agent, AgentInput } from "../agents/agent.ts";
import type { HubEvent } from "../../protocol/agui-tools.ts";
import type { MessageState } from "../../protocol/chat.ts";
import type { HubClock } from "../clock.ts";
import type { HubLog } from "../log.ts";
import { uuidv7 } from "../ids.ts";
import { createAnswer } from "./answer.ts";
import { CUT_OFF, createEventLog } from "./event-log.ts";
import type { EventLog } from "./event-log.ts";
import type { AnswerContent } from "./transcript.ts";

export interface RunPlan {
  /** The run's row in the store. */
  key: string;
  runId: string;
  threadId: string;
  /** Id of the answer's message. */
  messageId: string;
  agent: Agent;
  input: AgentInput;
  /** Writes the answer as far as it is. */
  save(answer: AnswerContent, state: MessageState): Promise<void>;
}

export interface Run {
  readonly id: string;
  readonly threadId: string;
  readonly log: EventLog;
  /** Resolves when the terminal event was sent. Never rejects. */
  readonly done: Promise<void>;
  /** Stops the agent; the text so far stays. */
  cancel(): void;
  /** The hub ends: the text so far stays as a cut answer, which the visitor may ask for again. */
  interrupt(): void;
}

const INTERRUPTED = Symbol("interrupted");

/** The stored answer follows the stream at this interval. */
const SAVE_INTERVAL_MS = 1000;

interface Tools {
  clock: HubClock;
  log: HubLog;
  /** Notes the end where other hubs see it. Never rejects. */
  end(terminal: HubEvent): Promise<void>;
}

function runError(failure: unknown, tools: Tools): HubEvent {
  if (failure instanceof AgentFailure)
    return { type: "RUN_ERROR", message: failure.message, code: "agent_failed" };
  tools.log({
    level: "error",
    event: "agent_crashed",
    reason: failure instanceof Error ? failure.message : "unknown",
  });
  return { type: "RUN_ERROR", message: "The agent failed", code: "agent_failed" };
}

async function execute(plan: RunPlan, log: EventLog, signal: AbortSignal, tools: Tools): Promise<void> {
  const last = plan.input.messages.at(-1);
  const answer = createAnswer({
    messageId: plan.messageId,
    log,
    newId: () => uuidv7(tools.clock.now()),
    earlier: last?.role === "assistant" ? last.toolCalls : [],
  });
  const place = { threadId: plan.threadId, runId: plan.runId };
  let terminal: HubEvent | null = null;
  let state: MessageState = "complete";
  let savedAtMs = tools.clock.now();
  log.append({ type: "RUN_STARTED", ...place });
  try {
    for await (const output of plan.agent(plan.input, { signal, clock: tools.clock })) {
      if (signal.aborted) break;
      answer.write(output);
      if (tools.clock.now() - savedAtMs < SAVE_INTERVAL_MS) continue;
      savedAtMs = tools.clock.now();
      await plan.save(answer.content(), "running");
    }
  } catch (failure) {
    if (!signal.aborted) [state, terminal] = ["failed", runError(failure, tools)];
  }
  if (signal.reason === INTERRUPTED) [state, terminal] = ["failed", CUT_OFF];
  else if (signal.aborted) state = "stopped";
  answer.close();
  terminal ??= { type: "RUN_FINISHED", ...place, ...answer.outcome(state) };
  try {
    // Before the terminal event: who reads the history after it finds the whole answer.
    await plan.save(answer.content(), state);
  } catch (failure) {
    terminal = runError(failure, tools);
  }
  // And who asks the next question after it is not told that this answer is still being made.
  await tools.end(terminal);
  log.append(terminal);
  log.close();
}

/** Starts an answer. It goes on whether or not anybody listens. */
export function startRun(plan: RunPlan, tools: Tools): Run {
  const log = createEventLog();
  const stop = new AbortController();
  const done = execute(plan, log, stop.signal, tools);
  return {
    id: plan.runId,
    threadId: plan.threadId,
    log,
    done,
    cancel: () => stop.abort(),
    interrupt: () => stop.abort(INTERRUPTED),
  };
}
