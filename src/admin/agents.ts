// Owns `client.agents`: who answers the visitors of an account.
import type { AgentAnswer } from "../protocol/agents.ts";
import { AGENTS_PATH } from "../protocol/paths.ts";
import { itemPath } from "./item-path.ts";
import { listWith, nothing, objectWith } from "./read.ts";
import type { Send } from "./request.ts";

/** What an agent of each kind needs. */
export type AgentKindInput =
  /**
   * Built in and offline; `script` is `support`, `echo`, `slow`, `fail` or `long`. `word_pause_ms` (0-10,000, default
   * 20) is the mean pause between two words; `slow` and `long` keep their own.
   */
  | { kind: "scripted"; config: { script: string; word_pause_ms?: number } }
  /** Any Chat Completions endpoint; `api_key_env` names a variable of the hub's environment that ends in `_API_KEY`. */
  | {
      kind: "openai";
      config: { base_url: string; model: string; api_key_env?: string | null; system_prompt?: string };
    }
  /** Any AG-UI server; `headers` are sent with every run. */
  | { kind: "ag-ui"; config: { url: string; headers?: Record<string, string> } };

interface AgentMembers {
  /** What visitors see, up to 80 characters. */
  name: string;
  /** What `data-agent` may say: a-z, 0-9 and `-`. @default made of the name */
  slug?: string;
  /** @default "active" */
  status?: "active" | "paused";
}

export type AgentInput = AgentMembers & AgentKindInput;
/** `config` replaces the whole config; the kind stays for good. */
export type AgentPatch = Partial<AgentMembers> & { config?: AgentKindInput["config"] };

/** Every call throws FoyerAdminError. */
export interface Agents {
  list(): Promise<AgentAnswer[]>;
  create(input: AgentInput): Promise<AgentAnswer>;
  /** `id` is an agent's id or number, here and below. */
  get(id: string | number): Promise<AgentAnswer>;
  update(id: string | number, patch: AgentPatch): Promise<AgentAnswer>;
  /** Deletes an agent that no key is bound to; its conversations stay. `status: "paused"` can be taken back. */
  delete(id: string | number): Promise<void>;
}

const read = objectWith<AgentAnswer>("id", "number", "name", "kind");

export function agents(send: Send): Agents {
  return {
    list: () => send({ method: "GET", path: AGENTS_PATH, read: listWith(read) }),
    create: (input) => send({ method: "POST", path: AGENTS_PATH, body: input, read }),
    get: async (id) => send({ method: "GET", path: itemPath(AGENTS_PATH, id), read }),
    update: async (id, patch) =>
      send({ method: "PATCH", path: itemPath(AGENTS_PATH, id), body: patch, read }),
    delete: async (id) => {
      await send({ method: "DELETE", path: itemPath(AGENTS_PATH, id), read: nothing });
    },
  };
}
