// Owns the keys for models that the environment gives to agents: in production those that are named with the address they
// are for, in development all.
import type { AgentKey } from "../hub/agents/keys.ts";

type Environment = Record<string, string | undefined>;

const NAME = /^[A-Z][A-Z0-9_]{0,60}_API_KEY$/;
const ORIGIN = /^https:\/\/[^/?#@\s]+$/;

/** Every variable that an agent could name, for any address. */
export const allAgentKeys = (env: Environment): AgentKey[] =>
  Object.entries(env).flatMap(([name, value]) =>
    NAME.test(name) && value !== undefined && value !== "" ? [{ name, value, origin: null }] : [],
  );

/** Reads `OPENAI_API_KEY=https://api.openai.com,...`; a text says what is wrong with it. */
export function parseAgentKeys(list: string | undefined, env: Environment): AgentKey[] | string {
  const keys: AgentKey[] = [];
  for (const entry of (list ?? "").split(",").map((text) => text.trim())) {
    if (entry === "") continue;
    const [, name = "", address = ""] = /^([^=]*)=(.*)$/.exec(entry) ?? [];
    if (!NAME.test(name) || !ORIGIN.test(address) || !URL.canParse(address))
      return "FOYER_AGENT_KEYS takes NAME_API_KEY=https://host entries: which key may go where";
    const value = env[name];
    if (value === undefined || value === "") return `FOYER_AGENT_KEYS names ${name}, which is not set`;
    keys.push({ name, value, origin: new URL(address).origin });
  }
  return keys;
}
