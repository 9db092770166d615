// Owns the kinds of agents: from a stored row to something that can answer.
import { HubError } from "../errors.ts";
import type { Agent } from "./agent.ts";
import type { AgentRow } from "./directory.ts";
import { findScript } from "./scripted/scripts.ts";

/** @throws HubError `agent_unavailable` when the row's config names nothing that exists. */
export function agentFor(row: AgentRow): Agent {
  switch (row.kind) {
    case "scripted": {
      const script = findScript(row.config["script"]);
      if (script === null)
        throw new HubError("agent_unavailable", { detail: "The agent's config names no known script" });
      return script;
    }
    case "openai":
    case "ag-ui":
      throw new HubError("agent_unavailable", { detail: `Agents of the kind ${row.kind} are not run yet` });
  }
}
