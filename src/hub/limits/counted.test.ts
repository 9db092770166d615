// Which calls of a page are counted, and for whom: a call that were not would be a way around the limits.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionAnswer } from "../../protocol/session.ts";
import { HUB_URL, PAGE, createTestHub, readBody } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";
import { LIMIT_NAMES } from "./rules.ts";
import type { LimitNumbers } from "./rules.ts";

const LIMIT = 5;
const UNLIMITED = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 1e6])) as Record<
  keyof LimitNumbers,
  number
>;
const AUTH = "/api/v1/widget/auth";

type Ask = (path: string, body?: unknown, token?: string) => Promise<Response>;
interface Page {
  t: TestHub;
  key: string;
  session: SessionAnswer;
  ask: Ask;
}

/** Calls of a page that has a session already. */
const CALLS: Record<string, (page: Page) => Promise<Response>> = {
  config: ({ key, ask }) => ask(`/api/v1/widget/config?client_key=${key}`),
  guest: ({ key, ask }) => ask(`${AUTH}/guest`, { client_key: key }),
  exchange: async ({ t, key, ask }) => {
    const body = { client_key: key, user_id: "42" };
    const minted = await t.manage(`${AUTH}/user-token`, { body });
    const { user_token: token } = await readBody<{ user_token: string }>(minted);
    return ask(`${AUTH}/exchange`, { client_key: key, token });
  },
  refresh: ({ session, ask }) => ask(`${AUTH}/refresh`, { refresh_token: session.refresh_token }),
  turn: async ({ session, ask }) => {
    const message = { id: crypto.randomUUID(), role: "user", content: "hi" };
    const body = { threadId: crypto.randomUUID(), runId: crypto.randomUUID(), messages: [message] };
    const response = await ask("/api/v1/widget/connect", body, session.token);
    await response.text();
    return response;
  },
};

async function openPage(t: TestHub, addressOf: (call: number) => string): Promise<Page> {
  const body = { name: "Test", domain_allowlist: ["localhost:*"], agent_id: "echo" };
  const { public_key: key } = await readBody<{ public_key: string }>(
    await t.manage("/api/v1/widget-keys", { body }),
  );
  let calls = 0;
  const ask: Ask = (path, sent, token) =>
    t.hub.fetch(
      new Request(HUB_URL + path, {
        method: sent === undefined ? "GET" : "POST",
        headers: {
          Origin: PAGE,
          "Content-Type": "application/json",
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
      }),
      { address: addressOf((calls += 1)) },
    );
  const session = await readBody<SessionAnswer>(await ask(`${AUTH}/guest`, { client_key: key }));
  return { t, key, session, ask };
}

/** The statuses of as many calls as fit, and two more. The session was one call. */
async function statusesOf(page: Page, call: (page: Page) => Promise<Response>): Promise<number[]> {
  const statuses = [];
  for (let count = 0; count < LIMIT + 1; count += 1) statuses.push((await call(page)).status);
  return statuses;
}
const FULL = [...Array<number>(LIMIT - 1).fill(200), 429, 429];

describe.each([
  ["a key, wherever they come from", "keyPerMinute", (call: number) => `10.0.0.${call}`],
  ["a key and an address", "addressAndKeyPerMinute", () => "10.0.0.1"],
] as const)("T2 N68 the calls of %s", (_, name, addressOf) => {
  let t: TestHub;
  beforeAll(async () => {
    t = await createTestHub({ limits: { ...UNLIMITED, [name]: LIMIT } });
    t.clock.runFreely();
  });
  afterAll(() => t.hub.close());

  it.each(["config", "guest", "exchange", "refresh"])("%s", async (call) => {
    const page = await openPage(t, addressOf);
    expect(await statusesOf(page, CALLS[call] ?? expect.unreachable())).toEqual(FULL);
  });

  it("turn, which only the key is charged for", async () => {
    const page = await openPage(t, addressOf);
    const expected = name === "keyPerMinute" ? FULL : FULL.map(() => 200);
    expect(await statusesOf(page, CALLS["turn"] ?? expect.unreachable())).toEqual(expected);
  });
});
