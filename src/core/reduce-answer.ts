// Owns how a conversation changes by what a visitor does and by the events of an answer, as long as all goes well. Pure.
import type { AguiEvent } from "../protocol/agui.ts";
import {
  type AgentMessage,
  changeLast,
  type Conversation,
  type Message,
  type RunRef,
  setVisitor,
} from "./conversation.ts";
import { type FoyerProblem, localProblem } from "./problem.ts";

export type AnswerEvent =
  | { kind: "asked"; id: string; text: string; atMs: number; state: "queued" | "sending"; editOf?: string }
  /** The visitor takes a message back that the hub has not got. */
  | { kind: "withdrawn"; id: string }
  | { kind: "refused"; id: string; problem: FoyerProblem }
  | { kind: "sending"; id: string; threadId?: string }
  | { kind: "accepted"; id: string }
  | { kind: "agui"; run: RunRef; event: AguiEvent; atMs: number }
  | { kind: "stopped"; run: RunRef }
  | { kind: "cut"; run: RunRef; problem: FoyerProblem; atMs: number };

const isStreaming = (message: Message, runId: string): message is AgentMessage =>
  message.kind === "agent" && message.runId === runId && message.state === "streaming";

/** Ends what a run still writes. */
const endRun = (
  state: Conversation,
  { runId }: RunRef,
  end: Pick<AgentMessage, "state" | "problem">,
): Conversation => ({
  ...changeLast(
    state,
    (message) => isStreaming(message, runId),
    (message) => ({ ...message, ...end }),
  ),
  activity: null,
});

const startText = (state: Conversation, run: RunRef, id: string, atMs: number): Conversation => {
  const { runId, messageId: retryId } = run;
  const isKnown = state.messages.some((message) => message.id === id);
  const messages = state.messages.map((message): Message => {
    if (message.kind === "visitor") return message;
    if (message.id === id) return { ...message, received: "" };
    return isStreaming(message, runId) ? { ...message, state: "complete" } : message;
  });
  if (isKnown) return { ...state, messages };
  const fresh = {
    kind: "agent",
    id,
    text: "",
    received: "",
    at: atMs,
    state: "streaming",
    runId,
    retryId,
  } as const;
  return { ...state, messages: [...messages, fresh] };
};

const appendText = (state: Conversation, id: string, delta: string): Conversation => {
  if (delta === "") return state;
  const next = changeLast(
    state,
    (message): message is AgentMessage => message.id === id && message.state === "streaming",
    (message) => {
      const received = message.received + delta;
      return { ...message, received, text: received.length > message.text.length ? received : message.text };
    },
  );
  return { ...next, activity: null };
};

/** A failure is always told: on the text that was being written, or on a row of its own. */
const failRun = (
  state: Conversation,
  run: RunRef,
  end: { state: "failed" | "cut"; problem: FoyerProblem },
  atMs: number,
): Conversation => {
  if (state.messages.some((message) => isStreaming(message, run.runId))) return endRun(state, run, end);
  const ended = startText(state, run, `${run.runId}:${end.state}`, atMs);
  return endRun(ended, run, end);
};

function reduceAgui(state: Conversation, run: RunRef, event: AguiEvent, atMs: number): Conversation {
  switch (event.type) {
    case "RUN_STARTED":
      return { ...state, activity: { label: null } };
    case "STEP_STARTED":
      return { ...state, activity: { label: event.stepName } };
    case "STEP_FINISHED":
      return state.activity === null ? state : { ...state, activity: { label: null } };
    case "TEXT_MESSAGE_START":
      return startText(state, run, event.messageId, atMs);
    case "TEXT_MESSAGE_CONTENT":
      return appendText(state, event.messageId, event.delta);
    case "TEXT_MESSAGE_CHUNK": {
      const last = state.messages.findLast((message) => isStreaming(message, run.runId));
      const id = event.messageId ?? last?.id;
      if (id === undefined) return state;
      const started = last?.id === id ? state : startText(state, run, id, atMs);
      return appendText(started, id, event.delta ?? "");
    }
    case "RUN_FINISHED":
      return endRun(state, run, { state: "complete" });
    case "RUN_ERROR": {
      // The hub could not finish it: no failure of the agent, and asking again makes a new answer.
      const isCut = event.code === "answer_cut";
      const code = isCut ? "answer_cut" : "agent_failed";
      const problem = localProblem(code, event.message.slice(0, 500), true);
      return failRun(state, run, { state: isCut ? "cut" : "failed", problem }, atMs);
    }
    // A text is complete when its run is, or when the next one begins: a run may fail after its last word.
    case "TEXT_MESSAGE_END":
    case "CUSTOM":
      return state;
  }
}

export function reduceAnswer(state: Conversation, event: AnswerEvent): Conversation {
  switch (event.kind) {
    case "asked": {
      const { kind: _, atMs: at, ...asked } = event;
      return { ...state, messages: [...state.messages, { kind: "visitor", at, ...asked }] };
    }
    case "withdrawn":
      return { ...state, messages: state.messages.filter(({ id }) => id !== event.id) };
    case "refused":
      return setVisitor(state, event.id, { state: "failed", problem: event.problem });
    case "sending": {
      const { kind, id, ...where } = event;
      return setVisitor(state, id, { state: kind, ...where });
    }
    case "accepted":
      return setVisitor(state, event.id, { state: "sent" });
    case "agui":
      return reduceAgui(state, event.run, event.event, event.atMs);
    case "stopped":
      return endRun(state, event.run, { state: "stopped" });
    case "cut":
      return failRun(state, event.run, { state: "cut", problem: event.problem }, event.atMs);
  }
}
