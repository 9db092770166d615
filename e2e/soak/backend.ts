// Owns the hub of a soak: it can die at any moment, and begins again on what it had written down. And the site's own
// backend, which mints tokens for the visitors who are logged in there.
import { setMaxListeners } from "node:events";
import { PGlite } from "@electric-sql/pglite";
import { cutOff } from "../../src/hub/faults/bodies.ts";
import { breakConnection } from "../../src/hub/faults/break.ts";
import { createHub, type DemoSeed, type Hub } from "../../src/hub/hub.ts";
import { WIDGET_PATHS } from "../../src/protocol/paths.ts";
import type { World } from "./world.ts";

export const HUB_URL = "http://127.0.0.1:8787";
export const PAGE_URL = "http://localhost:5173";
const ASK_AGAIN_MS = 500;

export interface Backend {
  /** A page asks the hub. @throws DroppedConnection when there is none, or it dies meanwhile. */
  fetch(request: Request): Promise<Response>;
  clientKey: string;
  /** A token for who is logged in, as the site's backend gets it: it waits for a hub. */
  mint(userId: string): Promise<string>;
  /** Ends the hub as SIGKILL does, and starts another one on the same data after so long. */
  kill(downMs: number): Promise<void>;
  /** In how many visitors' names there are conversations, of all whom a page was known by. */
  countOwners(subjects: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

const never = (): Promise<never> => new Promise(() => {});

/** The database as one process sees it: once that is dead, nothing more is written and nobody is answered. */
const connection = (engine: PGlite, process: AbortSignal): PGlite =>
  new Proxy(engine, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown =>
        process.aborted ? never() : Reflect.apply(member, target, args);
    },
  });

/** One life of the hub. */
async function startHub(world: World, engine: PGlite) {
  const ending = new AbortController();
  const { signal } = ending;
  // Every request under way listens.
  setMaxListeners(0, signal);
  const hub = await createHub({
    database: { kind: "memory", engine: connection(engine, signal) },
    publicUrl: HUB_URL,
    clock: {
      now: world.now,
      sleep: (delayMs, until) =>
        world.sleep(delayMs, until).then(() => (signal.aborted ? never() : undefined)),
    },
    limits: "off",
  });
  const untilDead = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const onDeath = (): void => void breakConnection(undefined).catch(reject);
      signal.addEventListener("abort", onDeath);
      work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onDeath));
    });
  return {
    hub,
    die: () => ending.abort(),
    isDead: () => signal.aborted,
    async fetch(request: Request): Promise<Response> {
      if (signal.aborted) return breakConnection(undefined);
      const response = await untilDead(hub.fetch(request));
      const isStream = response.headers.get("Content-Type")?.startsWith("text/event-stream");
      if (response.body === null || !isStream) return response;
      const breakOff = (): Promise<never> => breakConnection(undefined);
      return new Response(cutOff(response.body, { signal, breakOff }), response);
    },
  };
}

/** The public key of the demo that visitors' pages use. */
const clientKeyOf = ({ keys }: DemoSeed): string =>
  keys.find(({ dialect }) => dialect === "widget-key")?.public_key ?? "";

async function mint(hub: Hub, seed: DemoSeed, userId: string): Promise<string> {
  const body = JSON.stringify({ client_key: clientKeyOf(seed), user_id: userId });
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${seed.secret_key}` };
  const response = await hub.fetch(
    new Request(HUB_URL + WIDGET_PATHS.userToken, { method: "POST", headers, body }),
  );
  if (!response.ok) throw new Error(`no user token: ${response.status} ${await response.text()}`);
  return String(Object(await response.json()).user_token);
}

export async function createBackend(world: World): Promise<Backend> {
  const engine = await PGlite.create();
  let life = await startHub(world, engine);
  const seed = await life.hub.seedDemo({ demoOrigin: PAGE_URL });
  return {
    clientKey: clientKeyOf(seed),
    fetch: (request) => world.busy(() => life.fetch(request)),
    async mint(userId) {
      while (life.isDead()) await world.sleep(ASK_AGAIN_MS);
      return world.busy(() => mint(life.hub, seed, userId));
    },
    async kill(downMs) {
      life.die();
      await world.sleep(downMs);
      life = await world.busy(() => startHub(world, engine));
    },
    countOwners: (subjects) =>
      world.busy(async () => {
        const statement = "select distinct subject from threads where subject = any($1)";
        return (await engine.query(statement, [subjects])).rows.length;
      }),
    async close() {
      await life.hub.close();
      await engine.close();
    },
  };
}
