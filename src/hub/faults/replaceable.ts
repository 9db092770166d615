// Owns one hub that can be closed and opened again while its port stays taken.
import type { Connection } from "../http/peer.ts";
import type { Hub } from "../hub.ts";
import { breakConnection } from "./break.ts";

export interface ReplaceableHub {
  fetch: Hub["fetch"];
  /** @throws Error while there is none. */
  current(): Hub;
  /** Closes it, as a process ends, and opens it on the same data. Requests in between find nobody. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** @param open opens the hub on data that outlives it. */
export async function createReplaceableHub(open: () => Promise<Hub>): Promise<ReplaceableHub> {
  let hub: Hub | null = await open();
  let restarting: Promise<void> | null = null;
  const current = () => {
    if (hub === null) throw new Error("the hub is not running");
    return hub;
  };
  const replace = async () => {
    const old = current();
    hub = null;
    await old.close();
    hub = await open();
  };
  return {
    current,
    async fetch(request: Request, connection?: Connection) {
      const asked = hub;
      if (asked === null) return breakConnection(connection);
      const response = await asked.fetch(request, connection);
      return asked === hub ? response : breakConnection(connection);
    },
    restart() {
      restarting ??= replace().finally(() => (restarting = null));
      return restarting;
    },
    async close() {
      await restarting?.catch(() => {});
      await hub?.close();
    },
  };
}
