// Owns `client.widgetKeys`: public keys that are shown once and locked to the sites in their allowlist.
import { WIDGET_KEYS_PATH } from "../protocol/paths.ts";
import type { CreatedWidgetKey, WidgetKey } from "../protocol/widget-keys.ts";
import { itemPath } from "./item-path.ts";
import { listWith, nothing, objectWith } from "./read.ts";
import type { Send } from "./request.ts";

/** Every call throws FoyerAdminError. */
export interface WidgetKeys {
  /** All widget keys of the account, newest first: the last 8 characters and the id, never the whole key. */
  list(): Promise<WidgetKey[]>;
  /**
   * Mints a key. `public_key` in the answer is shown this once.
   * An empty or missing `domain_allowlist` blocks the key; `agent_id` wins over the page's `data-agent`.
   */
  create(input: {
    name: string;
    domain_allowlist?: string[];
    agent_id?: string | null;
  }): Promise<CreatedWidgetKey>;
  /** Changes what is named: `domain_allowlist` replaces the list, `agent_id: null` unpins, `disabled: true` revokes. */
  update(
    id: string,
    patch: { name?: string; domain_allowlist?: string[]; agent_id?: string | null; disabled?: boolean },
  ): Promise<void>;
  /** Removes a key that was never used; disables one that was, so that its trail stays. */
  delete(id: string): Promise<void>;
}

const readKey = objectWith<WidgetKey>("id", "name", "key_last8", "domain_allowlist");
const readCreated = objectWith<CreatedWidgetKey>("id", "public_key", "domain_allowlist");

export function widgetKeys(send: Send): WidgetKeys {
  return {
    list: () => send({ method: "GET", path: WIDGET_KEYS_PATH, read: listWith(readKey) }),
    create: (input) => send({ method: "POST", path: WIDGET_KEYS_PATH, body: input, read: readCreated }),
    update: async (id, patch) => {
      await send({ method: "PATCH", path: itemPath(WIDGET_KEYS_PATH, id), body: patch, read: nothing });
    },
    delete: async (id) => {
      await send({ method: "DELETE", path: itemPath(WIDGET_KEYS_PATH, id), read: nothing });
    },
  };
}
