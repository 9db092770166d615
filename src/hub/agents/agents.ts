// Owns the kinds of agents: from a stored row to something that can answer.
import * as v from "valibot";
import { AGENT_CONFIGS } from "../../protocol/agents.ts";
import { HubError } from "../errors.ts";
import type { Agent } from "./agent.ts";
import type { AgentRow } from "./directory.ts";
import { keyFor, refusedKey } from "./keys.ts";
import type { AgentKey } from "./keys.ts";
import { createAgUiAgent } from "./remote/ag-ui.ts";
import type { Reach } from "./remote/event-stream.ts";
import { createOpenAiAgent } from "./remote/openai.ts";
import { createScripted } from "./scripted/scripts.ts";

/** What agents on other machines are reached with. */
interface Means {
  webhooks: Reach;
  agentKeys: readonly AgentKey[];
}

const unavailable = (detail: string) => new HubError("agent_unavailable", { detail });

/** The stored config as its kind reads it; one that an older hub stored may not fit any more. */
function read<Schema extends v.GenericSchema>(schema: Schema, row: AgentRow): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, row.config);
  if (!parsed.success) throw unavailable("The agent's config is not what its kind needs");
  return parsed.output;
}

/**
 * @param threadId the conversation that the agent is going to answer in.
 * @throws HubError `agent_unavailable` when the row's config names nothing that exists.
 */
export function agentFor(row: AgentRow, threadId: string, { webhooks: reach, agentKeys }: Means): Agent {
  switch (row.kind) {
    case "scripted": {
      const { script, word_pause_ms } = read(AGENT_CONFIGS.scripted, row);
      const agent = createScripted(script, word_pause_ms);
      if (agent === null) throw unavailable("The agent's config names no known script");
      return agent;
    }
    case "openai": {
      const config = read(AGENT_CONFIGS.openai, row);
      const apiKey = keyFor(agentKeys, config);
      if (apiKey === undefined) throw unavailable(refusedKey(config));
      return createOpenAiAgent(config, apiKey, reach);
    }
    case "ag-ui":
      return createAgUiAgent(read(AGENT_CONFIGS["ag-ui"], row), threadId, reach);
  }
}
