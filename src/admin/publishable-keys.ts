// Owns `client.publishableKeys`: public keys that stay readable, each bound to one agent or to a webhook.
import { PUBLISHABLE_KEYS_PATH } from "../protocol/paths.ts";
import type { PublishableKey } from "../protocol/publishable-keys.ts";
import { itemPath } from "./item-path.ts";
import { listWith, nothing, objectWith } from "./read.ts";
import type { Send } from "./request.ts";

export interface PublishableKeyInput {
  /** `host` or `*.host`, at least one; localhost is always allowed. */
  allowed_domains: string[];
  /** @default "Web Widget" */
  name?: string;
  /** Who answers: a fixed agent, or the one that your webhook names for each visitor. @default "agent" */
  mode?: "agent" | "webhook";
  /** `number` of an agent; needed by the mode agent. */
  agent_id?: number | null;
  /** https; needed by the mode webhook. */
  webhook_url?: string | null;
  /** @default true */
  is_enabled?: boolean;
}

export interface TransferInput {
  target_org_id: number;
  /** `copy` makes a new key there; `move` takes this one there. */
  mode: "copy" | "move";
  /** @default the name stays */
  name?: string;
}

/** Every call throws FoyerAdminError. */
export interface PublishableKeys {
  /** All publishable keys of the org, deactivated ones included. */
  list(): Promise<PublishableKey[]>;
  create(input: PublishableKeyInput): Promise<PublishableKey>;
  get(id: number): Promise<PublishableKey>;
  /** Changes what is named. Another mode needs its binding (`agent_id` or `webhook_url`) in the same call. */
  update(id: number, patch: Partial<PublishableKeyInput>): Promise<PublishableKey>;
  /** Deactivates the key for good; it stays in the list. `is_enabled: false` is the pause that can be taken back. */
  delete(id: number): Promise<void>;
  /** Takes the key to another org of the same owner; answers the key as it is there. */
  transfer(id: number, input: TransferInput): Promise<PublishableKey>;
}

const read = objectWith<PublishableKey>("id", "key", "allowed_domains", "mode");

export function publishableKeys(send: Send): PublishableKeys {
  const pathOf = (id: number, rest?: string): string => itemPath(PUBLISHABLE_KEYS_PATH, id, rest);
  return {
    list: () => send({ method: "GET", path: PUBLISHABLE_KEYS_PATH, read: listWith(read) }),
    create: (input) => send({ method: "POST", path: PUBLISHABLE_KEYS_PATH, body: input, read }),
    get: async (id) => send({ method: "GET", path: pathOf(id), read }),
    update: async (id, patch) => send({ method: "PATCH", path: pathOf(id), body: patch, read }),
    delete: async (id) => {
      await send({ method: "DELETE", path: pathOf(id), read: nothing });
    },
    transfer: async (id, input) => send({ method: "POST", path: pathOf(id, "/transfer"), body: input, read }),
  };
}
