// Owns one answer while it grows: each output of an agent as AG-UI events, in an order that the protocol allows, and as
// what is kept. Knows no run and no store.
import type { AgentOutput } from "../agents/agent.ts";
import { SOURCES_EVENT, SUGGESTIONS_EVENT, readSources, readSuggestions } from "../../protocol/rich.ts";
import { unanswered } from "../../protocol/agui-tools.ts";
import type { Interrupt, RunOutcome, ToolCall } from "../../protocol/agui-tools.ts";
import type { MessageState } from "../../protocol/chat.ts";
import type { Source } from "../../protocol/rich.ts";
import { createCalls } from "./answer-calls.ts";
import type { AnswerPlan } from "./answer-calls.ts";
import type { EventLog } from "./event-log.ts";
import type { AnswerContent } from "./transcript.ts";

export interface Answer {
  write(output: AgentOutput): void;
  /** Ends what is open in the stream. */
  close(): void;
  content(): AnswerContent;
  /** How a run that ended in this state says so. */
  outcome(state: MessageState): { outcome?: RunOutcome };
}

function createText({ messageId, log }: AnswerPlan) {
  let value = "";
  return {
    get value() {
      return value;
    },
    say(delta: string) {
      if (delta === "") return;
      if (value === "") log.append({ type: "TEXT_MESSAGE_START", messageId, role: "assistant" });
      value += delta;
      log.append({ type: "TEXT_MESSAGE_CONTENT", messageId, delta });
    },
    end() {
      if (value !== "") log.append({ type: "TEXT_MESSAGE_END", messageId });
    },
  };
}

function createSteps(log: EventLog) {
  let step: string | null = null;
  const end = () => {
    if (step !== null) log.append({ type: "STEP_FINISHED", stepName: step });
    step = null;
  };
  return {
    end,
    start(name: string) {
      end();
      step = name;
      log.append({ type: "STEP_STARTED", stepName: name });
    },
  };
}

export function createAnswer(plan: AnswerPlan): Answer {
  const { log } = plan;
  const text = createText(plan);
  const steps = createSteps(log);
  let sources: Source[] = [];
  let suggestions: string[] = [];
  let interrupts: Interrupt[] = [];
  const calls = createCalls(plan);
  const tellSources = (list: readonly Source[]) => {
    sources = readSources(list);
    log.append({ type: "CUSTOM", name: SOURCES_EVENT, value: sources });
  };
  const tellSuggestions = (list: readonly string[]) => {
    suggestions = readSuggestions(list);
    log.append({ type: "CUSTOM", name: SUGGESTIONS_EVENT, value: suggestions });
  };

  const writers: { [Kind in AgentOutput["kind"]]: (output: Extract<AgentOutput, { kind: Kind }>) => void } = {
    text: ({ delta }) => text.say(delta),
    "step-start": ({ name }) => steps.start(name),
    "step-end": steps.end,
    "tool-start": ({ id, name }) => calls.start(id, name, text.value.length),
    "tool-args": ({ id, delta }) => calls.write(id, delta),
    "tool-end": ({ id }) => calls.end(id),
    "tool-result": ({ id, content }) => calls.settle(id, content, text.value.length),
    sources: (output) => tellSources(output.sources),
    suggestions: (output) => tellSuggestions(output.suggestions),
    interrupt: (output) => {
      interrupts = [...output.interrupts];
    },
  };

  return {
    write: <Kind extends AgentOutput["kind"]>(output: Extract<AgentOutput, { kind: Kind }>) =>
      writers[output.kind](output),
    close() {
      steps.end();
      calls.close();
      text.end();
    },
    content: () => ({
      content: text.value,
      toolCalls: orNull(calls.all),
      interrupts: orNull(interrupts),
      sources: orNull(sources),
      suggestions: orNull(suggestions),
    }),
    outcome: (state) => outcomeOf(state, calls.all, interrupts),
  };
}

const orNull = <T>(list: readonly T[]): T[] | null => (list.length === 0 ? null : [...list]);

/** How a run says that it ended in this state. Nothing is said of plain success. */
export function outcomeOf(
  state: MessageState,
  calls: readonly ToolCall[],
  interrupts: readonly Interrupt[],
): { outcome?: RunOutcome } {
  if (state === "stopped") return { outcome: { type: "cancelled" } };
  if (interrupts.length > 0) return { outcome: { type: "interrupt", interrupts: [...interrupts] } };
  const pendingToolCallIds = unanswered(calls).map(({ id }) => id);
  return pendingToolCallIds.length === 0 ? {} : { outcome: { type: "success", pendingToolCallIds } };
}
