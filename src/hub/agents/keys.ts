// Owns which keys of the hub's environment agents may use, and where each may be sent. Knows no environment.

/** A key for a model's endpoint. Agents name it by `name`, as they name the variable that it comes from. */
export interface AgentKey {
  name: string;
  value: string;
  /** The only origin it is sent to, such as `https://api.openai.com`; null for any that an agent names. */
  origin: string | null;
}

interface KeyUse {
  base_url: string;
  api_key_env: string | null;
}

/** The key an agent's config asks for: null when it asks for none, undefined when it may not have it. */
export function keyFor(
  keys: readonly AgentKey[],
  { base_url, api_key_env }: KeyUse,
): string | null | undefined {
  if (api_key_env === null) return null;
  const { origin } = new URL(base_url);
  return keys.find((key) => key.name === api_key_env && (key.origin ?? origin) === origin)?.value;
}

/** Why an agent does not get its key. */
export const refusedKey = ({ base_url, api_key_env }: KeyUse): string =>
  `The hub sends no ${api_key_env} to ${new URL(base_url).origin}: it must have the variable, and foyer serve must be told by FOYER_AGENT_KEYS`;
