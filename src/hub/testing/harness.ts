// Owns a whole hub for tests, in memory and on a manual clock, with the calls a page and a backend make.
import { createHub } from "../hub.ts";
import type { DemoSeed, Hub, HubLogLine, HubOptions } from "../hub.ts";
import type { SessionAnswer } from "../../protocol/session.ts";
import { openTestDatabase } from "./database.ts";
import { createManualClock } from "./manual-clock.ts";
import type { ManualClock } from "./manual-clock.ts";

export const HUB_URL = "http://127.0.0.1:8787";
export const PAGE = "http://localhost:5173";

export interface CallOptions {
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  token?: string;
  /** Null sends none. Default: the demo page. */
  origin?: string | null;
  headers?: Record<string, string>;
}

export interface TestHub {
  hub: Hub;
  clock: ManualClock;
  seed: DemoSeed;
  log: HubLogLine[];
  widgetKey: string;
  publishableKey: string;
  call: Call;
  /** A call with the secret key, as a backend makes it. */
  manage: Call;
  guest(options?: CallOptions & { agent?: string; key?: string }): Promise<SessionAnswer>;
  user(userId: string, name?: string): Promise<SessionAnswer>;
  connect(session: SessionAnswer, turn: Turn): Promise<Response>;
}

export interface Turn {
  thread: string;
  /** Messages of the visitor as [id, text]. */
  say?: [string, unknown][];
  run?: string;
  origin?: string | null;
}

type Call = (path: string, options?: CallOptions) => Promise<Response>;

/** The body of a successful answer; anything else fails the test with what was said. */
export async function readBody<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Status and code of a refusal. */
export async function codeOf(response: Response): Promise<[status: number, code: unknown]> {
  const body = (await response.json()) as Record<string, unknown>;
  return [response.status, body["code"]];
}

const caller =
  (hub: Hub): Call =>
  (path, { method, body, token, origin = PAGE, headers = {} } = {}) =>
    hub.fetch(
      new Request(HUB_URL + path, {
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: {
          Accept: "application/problem+json",
          ...(origin === null ? {} : { Origin: origin }),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );

function visitors(call: Call, manage: Call, widgetKey: string): Pick<TestHub, "guest" | "user" | "connect"> {
  return {
    guest: async ({ agent, key = widgetKey, ...options } = {}) =>
      readBody(
        await call("/api/v1/widget/auth/guest", { body: { client_key: key, agent_id: agent }, ...options }),
      ),
    async user(userId, name) {
      const body = { client_key: widgetKey, user_id: userId, name };
      const minted = await readBody<{ user_token: string }>(
        await manage("/api/v1/widget/auth/user-token", { body }),
      );
      return readBody(
        await call("/api/v1/widget/auth/exchange", {
          body: { client_key: widgetKey, token: minted.user_token },
        }),
      );
    },
    connect: (session, { thread, say = [], run = crypto.randomUUID(), origin = PAGE }) => {
      const messages = say.map(([id, content]) => ({ id, role: "user", content }));
      const body = {
        threadId: thread,
        runId: run,
        messages,
        tools: [],
        context: [],
        state: {},
        forwardedProps: {},
      };
      return call("/api/v1/widget/connect", { token: session.token, origin, body });
    },
  };
}

/**
 * What may be said of a test hub; its clock is always a manual one. A database that is not named is given, and is there
 * still when the hub is closed; one of kind `memory` ends with its hub.
 */
export type TestHubOptions = Partial<Omit<HubOptions, "clock">> & { clock?: ManualClock };
type HubToOpen = Omit<HubOptions, "database"> & Partial<Pick<HubOptions, "database">>;

async function openHub({ database: asked, ...options }: HubToOpen): Promise<Hub> {
  if (asked !== undefined) return createHub({ ...options, database: asked });
  const { database, end } = await openTestDatabase();
  const hub = await createHub({ ...options, database }).catch(async (failure: unknown) => {
    await end();
    throw failure;
  });
  return {
    ...hub,
    async close() {
      await hub.close();
      await end();
    },
  };
}

export async function createTestHub(options: TestHubOptions = {}): Promise<TestHub> {
  const clock = options.clock ?? createManualClock();
  const log: HubLogLine[] = [];
  const hub = await openHub({
    publicUrl: HUB_URL,
    limits: "off",
    log: (line) => log.push(line),
    ...options,
    clock,
  });
  const seed = await hub.seedDemo({ demoOrigin: PAGE });
  const call = caller(hub);
  const manage: Call = (path, callOptions) =>
    call(path, { origin: null, token: seed.secret_key, ...callOptions });
  const keyOf = (dialect: string) => seed.keys.find((key) => key.dialect === dialect)?.public_key ?? "";
  const widgetKey = keyOf("widget-key");
  return {
    hub,
    clock,
    seed,
    log,
    widgetKey,
    publishableKey: keyOf("publishable-key"),
    call,
    manage,
    ...visitors(call, manage, widgetKey),
  };
}

export interface Frame {
  id: number;
  event: { type: string; [member: string]: unknown };
}

/** Reads a stream to its end: its frames in order. */
export async function readFrames(response: Response): Promise<Frame[]> {
  const text = await response.text();
  return text
    .split("\n\n")
    .filter((block) => block.startsWith("id: "))
    .map((block) => {
      const match = /^id: (\d+)\ndata: (.*)$/s.exec(block);
      if (match === null) throw new Error(`not a frame: ${block}`);
      return { id: Number(match[1]), event: JSON.parse(match[2] ?? "") as Frame["event"] };
    });
}

/** The answer's text. */
export const textOfFrames = (frames: readonly Frame[]): string =>
  frames.map(({ event }) => (event.type === "TEXT_MESSAGE_CONTENT" ? String(event["delta"]) : "")).join("");
