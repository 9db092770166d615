// Owns what an agent is told: the branch that it answers on, as it is stored, and what the page offers.
import type { ResumeEntry } from "../../protocol/agui-tools.ts";
import type { RunAgentInput } from "../../protocol/chat-requests.ts";
import type { AgentInput, AgentMessage } from "../agents/agent.ts";
import type { Visitor } from "../sessions/visitor.ts";
import type { MessageRow } from "./branches.ts";

const toAgentMessage = ({ id, role, content, toolCalls }: MessageRow): AgentMessage =>
  role === "user" ? { role, id, content } : { role, id, content, toolCalls: toolCalls ?? [] };

/** What became of the last interrupts: who goes on with something else has left them. */
function resumeOf(branch: readonly MessageRow[]): ResumeEntry[] {
  const last = branch.findLast(({ role }) => role === "assistant");
  return (last?.interrupts ?? []).flatMap(({ id, answer }): ResumeEntry[] => {
    if (last === branch.at(-1)) return answer === undefined ? [] : [{ interruptId: id, ...answer }];
    return answer === undefined ? [{ interruptId: id, status: "cancelled" }] : [];
  });
}

/** @param branch oldest first; the last message is to be answered. */
export const toAgentInput = (
  branch: readonly MessageRow[],
  { tools, context }: RunAgentInput,
  { name, prompt, voice }: Visitor,
): AgentInput => ({
  messages: branch.map(toAgentMessage),
  resume: resumeOf(branch),
  tools,
  context,
  visitor: { name },
  prompt,
  voice,
});
