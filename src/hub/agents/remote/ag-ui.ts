// Owns agents that are AG-UI servers: a run is asked of them, and the events of their answer are passed on.
import type * as v from "valibot";
import type { AGENT_CONFIGS } from "../../../protocol/agents.ts";
import { parseAguiEvent } from "../../../protocol/agui.ts";
import { AgentFailure } from "../agent.ts";
import type { Agent, AgentInput } from "../agent.ts";
import { callAgent } from "./event-stream.ts";
import type { Reach } from "./event-stream.ts";

type AgUiConfig = v.InferOutput<(typeof AGENT_CONFIGS)["ag-ui"]>;

/** A visitor reads it: no page of it. */
const MAX_ERROR_LENGTH = 300;

function bodyFor(threadId: string, input: AgentInput) {
  const said = input.messages.filter(({ content }) => content !== "");
  const prompt = input.prompt === null ? [] : [{ role: "system", content: input.prompt }];
  return {
    threadId,
    runId: crypto.randomUUID(),
    messages: [...prompt, ...said].map(({ role, content }, index) => ({
      id: `${threadId}-${index}`,
      role,
      content,
    })),
    tools: [],
    context:
      input.visitor.name === null ? [] : [{ description: "Name of the visitor", value: input.visitor.name }],
    state: {},
    forwardedProps: {},
  };
}

/** @param threadId the conversation, the same at every turn of it. */
export function createAgUiAgent(config: AgUiConfig, threadId: string, reach: Reach): Agent {
  return async function* answer(input, { signal }) {
    const call = { url: config.url, headers: config.headers, body: bodyFor(threadId, input) };
    let hasText = false;
    for await (const data of callAgent(call, reach, signal)) {
      const event = parseAguiEvent(data);
      switch (event?.type) {
        case "TEXT_MESSAGE_START":
          // Several messages of a run are one answer here.
          if (hasText) yield { kind: "text", delta: "\n\n" };
          break;
        case "TEXT_MESSAGE_CONTENT":
        case "TEXT_MESSAGE_CHUNK":
          hasText = true;
          yield { kind: "text", delta: event.delta ?? "" };
          break;
        case "STEP_STARTED":
          yield { kind: "step-start", name: event.stepName };
          break;
        case "STEP_FINISHED":
          yield { kind: "step-end", name: event.stepName };
          break;
        case "RUN_ERROR":
          throw new AgentFailure(event.message.slice(0, MAX_ERROR_LENGTH));
        case "RUN_FINISHED":
          return;
        default:
      }
    }
    throw new Error("The agent's answer broke off");
  };
}
