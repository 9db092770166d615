// Owns `foyer dev`: the hub on one origin, the demo site on another, seeded and ready to try.
import { createDemoSite } from "../../demo/site.ts";
import { systemClock } from "../hub/clock.ts";
import { createFaultConsole } from "../hub/faults/console.ts";
import { createReplaceableHub } from "../hub/faults/replaceable.ts";
import type { FaultPlan } from "../hub/faults/rules.ts";
import type { DemoSeed, Hub, HubOptions } from "../hub/hub.ts";
import { servedHosts } from "../hub/operations/guard.ts";
import { openMemory } from "../hub/store/database.ts";
import { allAgentKeys } from "./agent-keys.ts";
import { listen, type Listener } from "./listen.ts";
import { openOrExplain } from "./open-hub.ts";

export interface DevOptions {
  /** Port of the hub; 0 picks a free one. @default 8787 */
  port: number;
  /** Port of the demo site; 0 picks a free one. @default 5173 */
  demoPort: number;
  /** Address that the hub and the demo listen on. @default "127.0.0.1" */
  host: string;
  /** Where the hub keeps its data. @default memory */
  database: HubOptions["database"];
  /** Lifetime of a session JWT, seconds. @default 300 */
  sessionTtlS: number;
  /** Folder with the built widget; null when something else serves it. */
  assetsDir: string | null;
  /** Rate limits; development is easier without. @default "off" */
  limits?: "on" | "off";
  /** Host names under which the hub may be asked, besides this machine's own. @default none */
  publicHosts?: readonly string[];
  /** Webhooks on private addresses, such as the demo site's own. @default false */
  allowPrivateWebhooks?: boolean;
  /** Faults that are on from the start. @default none */
  faults?: FaultPlan;
  /** Folder with the demo pages. */
  demoDir: string;
}

export interface DevServers {
  hubUrl: string;
  demoUrl: string;
  seed: DemoSeed;
  /** Stops both servers and closes the store. */
  close(): Promise<void>;
}

/** What answers on the hub's port; `npm run dev` puts its own answer for `/foyer.js` in front. */
export type WrapHub = (fetch: Hub["fetch"]) => Hub["fetch"];

/** @throws CommandError when a port is taken or the data dir cannot be used */
export async function startDev(
  options: DevOptions,
  wrapHub: WrapHub = (fetch) => fetch,
): Promise<DevServers> {
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const part of opened.splice(0).toReversed()) await part.close();
  };
  try {
    // The hub's own URL stands in its tokens, so the ports are taken before the hub is made.
    const late = lateFetch();
    const hubListener = await track(opened, {
      ...late,
      host: options.host,
      port: options.port,
      flag: "--port",
    });
    const hubUrl = `http://${hostInUrl(options.host)}:${hubListener.port}`;
    const lateDemo = lateFetch();
    const demoListener = await track(opened, {
      ...lateDemo,
      host: options.host,
      port: options.demoPort,
      flag: "--demo-port",
    });
    const demoUrl = `http://localhost:${demoListener.port}`;
    const database = await keptDatabase(options.database, opened);
    const hub = await createReplaceableHub(() => openHub({ ...options, database }, hubUrl));
    opened.push(hub);
    const faults = createFaultConsole({
      hub,
      clock: systemClock(),
      ...(options.faults === undefined ? {} : { plan: options.faults }),
      demoUrl,
    });
    late.set(wrapHub(faults.fetch));

    const seed = await hub.current().seedDemo({ demoOrigin: demoUrl });
    const hosts = servedHosts(options.publicHosts ?? []);
    lateDemo.set(createDemoSite({ dir: options.demoDir, hubUrl, secretKey: seed.secret_key, hosts }));
    return { hubUrl, demoUrl, seed, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function track(
  opened: { close(): Promise<void> }[],
  options: Parameters<typeof listen>[0],
): Promise<Listener> {
  const listener = await listen(options);
  opened.push(listener);
  return listener;
}

/** What is in memory outlives the hub, so that a restart finds it again. */
async function keptDatabase(
  database: HubOptions["database"],
  opened: { close(): Promise<void> }[],
): Promise<HubOptions["database"]> {
  if (database.kind !== "memory") return database;
  const memory = await openMemory();
  opened.push(memory);
  return memory.database;
}

/** A fetch handler whose answer is known later; requests wait until then. */
function lateFetch(): { fetch: Hub["fetch"]; set(fetch: Hub["fetch"]): void } {
  let set: (fetch: Hub["fetch"]) => void = () => {};
  const known = new Promise<Hub["fetch"]>((resolve) => (set = resolve));
  return { fetch: async (request, connection) => (await known)(request, connection), set };
}

function openHub(options: DevOptions, publicUrl: string): Promise<Hub> {
  const { database, sessionTtlS, assetsDir, limits = "off", publicHosts = [] } = options;
  const { allowPrivateWebhooks = false } = options;
  return openOrExplain({
    database,
    publicUrl,
    sessionTtlS,
    assetsDir,
    limits,
    publicHosts,
    allowPrivateWebhooks,
    agentKeys: allAgentKeys(process.env),
  });
}

const hostInUrl = (host: string): string => {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
};
