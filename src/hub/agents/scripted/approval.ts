// Owns how the scripted agent asks for an approval before it cancels an order, and what it does with the visitor's word.
import { membersOf } from "../../../protocol/read.ts";
import type { AgentInput, AgentOutput } from "../agent.ts";
import { lastMessage, speak } from "./speak.ts";
import type { ScriptRun } from "./speak.ts";

const TOOL = "cancel_order";
const ORDER = '{"order":"10482"}';

const APPROVAL = {
  type: "object",
  properties: { approved: { type: "boolean" } },
  required: ["approved"],
};

/** Ends with an interrupt: the call is carried out once the visitor has approved it. */
export async function* askApproval(run: ScriptRun): AsyncGenerator<AgentOutput> {
  yield* speak("I can cancel order **#10482** for you, and the money goes back the way it came.", run);
  const id = `call_${crypto.randomUUID()}`;
  yield { kind: "tool-start", id, name: TOOL };
  yield { kind: "tool-args", id, delta: ORDER };
  yield { kind: "tool-end", id };
  yield {
    kind: "interrupt",
    interrupts: [
      {
        id: `approve_${id}`,
        reason: "tool_call",
        message: "Cancel order #10482?",
        toolCallId: id,
        responseSchema: APPROVAL,
      },
    ],
  };
}

async function* settle(
  callId: string | undefined,
  isApproved: boolean,
  run: ScriptRun,
): AsyncGenerator<AgentOutput> {
  if (callId !== undefined)
    yield { kind: "tool-result", id: callId, content: JSON.stringify({ cancelled: isApproved }) };
  const said = isApproved
    ? "Done: order **#10482** is cancelled. The money is back within three days."
    : "All right, order **#10482** stays as it is.";
  yield* speak(said, run);
}

/** What is said once the visitor has decided, in an interrupt's answer or in words; null: nothing was to decide. */
export function continueApproval(
  { messages, resume }: AgentInput,
  run: ScriptRun,
): AsyncGenerator<AgentOutput> | null {
  const [entry] = resume;
  const asked = messages.findLast((message) => message.role === "assistant");
  const call = asked?.toolCalls.find(({ name }) => name === TOOL);
  if (entry === undefined || call === undefined) return null;
  if (messages.at(-1) === asked)
    return settle(call.id, entry.status === "resolved" && membersOf(entry.payload)["approved"] === true, run);
  // The visitor wrote instead: a plain yes or no counts.
  const words = lastMessage(messages).trim();
  return /^(yes|no)\b/i.test(words) ? settle(undefined, /^yes/i.test(words), run) : null;
}
