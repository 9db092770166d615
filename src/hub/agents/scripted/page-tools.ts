// Owns how the scripted agent uses what a page offers: it calls the tool that the visitor names, and tells what came back.
import type { AgentInput, AgentOutput } from "../agent.ts";
import { speak } from "./speak.ts";
import type { ScriptRun } from "./speak.ts";

/** `tool`, `tool add_to_basket`, `tool add_to_basket {"sku": 7}`. */
const WORDS = /^tool(?:\s+([\w.-]+))?\s*(\{[^]*\})?$/i;

/** Calls the named tool of the page, or its first one. */
export async function* callTool(
  { tools, messages }: AgentInput,
  text: string,
  run: ScriptRun,
): AsyncGenerator<AgentOutput> {
  const [, wanted, given = "{}"] = WORDS.exec(text) ?? [];
  const tool = wanted === undefined ? tools[0] : tools.find(({ name }) => name === wanted);
  if (tool === undefined) {
    const names = tools.map(({ name }) => `\`${name}\``).join(", ");
    yield* speak(names === "" ? "This page offers no tools." : `This page offers ${names}.`, run);
    return;
  }
  yield* speak(`I am asking the page: **${tool.name}**.`, run);
  const id = `call_${messages.at(-1)?.id ?? "0"}`;
  yield { kind: "tool-start", id, name: tool.name };
  for (const delta of given.match(/[^]{1,16}/g) ?? []) yield { kind: "tool-args", id, delta };
  yield { kind: "tool-end", id };
}

/** What is said once the page has answered; null: it was asked nothing. */
export function continueTools(
  { messages, resume }: AgentInput,
  run: ScriptRun,
): AsyncGenerator<AgentOutput> | null {
  const last = messages.at(-1);
  if (last?.role !== "assistant" || last.toolCalls.length === 0 || resume.length > 0) return null;
  const said = last.toolCalls.map(({ name, result }) =>
    result?.error === undefined
      ? `The page answered **${name}**:\n\n\`\`\`json\n${result?.content ?? ""}\n\`\`\``
      : `The page could not do **${name}**: ${result.error}.`,
  );
  return speak(said.join("\n\n"), run);
}
