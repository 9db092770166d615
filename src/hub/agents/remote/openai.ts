// Owns agents behind a Chat Completions endpoint: the conversation as messages, the streamed choice as text.
import type * as v from "valibot";
import type { AGENT_CONFIGS } from "../../../protocol/agents.ts";
import { listOf, membersOf } from "../../../protocol/read.ts";
import type { Agent, AgentInput } from "../agent.ts";
import { callAgent } from "./event-stream.ts";
import type { Reach } from "./event-stream.ts";

type OpenAiConfig = v.InferOutput<typeof AGENT_CONFIGS.openai>;

function bodyFor(config: OpenAiConfig, input: AgentInput) {
  const system = input.prompt ?? config.system_prompt;
  const said = input.messages
    .filter(({ content }) => content !== "")
    .map(({ role, content }) => ({ role, content }));
  return {
    model: config.model,
    stream: true,
    messages: system === "" ? said : [{ role: "system", content: system }, ...said],
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    // Without the parser's own message: it quotes what was said.
    throw new Error("The model's endpoint sent something else than JSON");
  }
}

/** The first choice of a chunk; an error object instead of one ends the answer. */
function readChunk(data: string): { delta: string; isLast: boolean } {
  const chunk = membersOf(parse(data));
  if (chunk["error"] !== undefined) throw new Error("The model's endpoint reported an error");
  const choice = membersOf(listOf(chunk["choices"])[0]);
  const { content } = membersOf(choice["delta"]);
  return {
    delta: typeof content === "string" ? content : "",
    isLast: typeof choice["finish_reason"] === "string",
  };
}

/** @param apiKey sent as bearer token; null sends none. */
export function createOpenAiAgent(config: OpenAiConfig, apiKey: string | null, reach: Reach): Agent {
  const url = `${config.base_url.replace(/\/+$/, "")}/chat/completions`;
  const headers: Record<string, string> = apiKey === null ? {} : { Authorization: `Bearer ${apiKey}` };
  return async function* answer(input, { signal }) {
    let isWhole = false;
    for await (const data of callAgent({ url, headers, body: bodyFor(config, input) }, reach, signal)) {
      if (data === "[DONE]") return;
      const { delta, isLast } = readChunk(data);
      isWhole ||= isLast;
      yield { kind: "text", delta };
    }
    if (!isWhole) throw new Error("The model's answer broke off");
  };
}
