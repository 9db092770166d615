// New sessions of keys whose webhook chooses the agent. The receiver is a function; real sockets are in network.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyWebhook } from "../../admin/webhook.ts";
import type { SessionAnswer } from "../../protocol/session.ts";
import type { IncomingEvent, WebhookSettingsAnswer } from "../../protocol/webhook.ts";
import { PAGE, codeOf, createTestHub, readBody, readFrames, textOfFrames } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";
import type { PinnedRequest, WebhookResponse } from "./network.ts";
import { bodySignature } from "./signature.ts";

const GUEST = "/api/v1/widget/auth/guest";
const EXCHANGE = "/api/v1/widget/auth/exchange";
const USER_TOKEN = "/api/v1/widget/auth/user-token";
const SETTINGS = "/api/v1/webhook-settings";
const RECEIVER = "https://hooks.example/in?secret=hunter2";

let t: TestHub;
let key: { id: number; key: string };
let posted: PinnedRequest[];
/** What the receiver does; tests replace it. */
let receive: (event: IncomingEvent) => unknown;

const raw = (status: number, text: string): WebhookResponse => ({
  status,
  body: new TextEncoder().encode(text),
});
const isResponse = (value: unknown): value is WebhookResponse =>
  typeof value === "object" && value !== null && "status" in value;

beforeAll(async () => {
  t = await createTestHub({
    webhookNetwork: {
      resolve: async (name) => (name === "hooks.example" ? ["8.8.8.8"] : ["10.0.0.1"]),
      post: async (request) => {
        posted.push(request);
        const answer = await receive(JSON.parse(request.body) as IncomingEvent);
        return isResponse(answer) ? answer : raw(200, JSON.stringify(answer));
      },
    },
  });
  key = await newKey(RECEIVER);
});
afterAll(() => t.hub.close());
beforeEach(async () => {
  t.log.length = 0;
  posted = [];
  receive = () => ({ agent_id: "echo" });
  await fallBackTo(null);
});

const newKey = async (webhook_url: string) =>
  readBody<{ id: number; key: string }>(
    await t.manage("/v1/publishable-key", {
      body: { mode: "webhook", webhook_url, allowed_domains: ["shop.example"] },
    }),
  );
const fallBackTo = async (agent: string | null) =>
  readBody<WebhookSettingsAnswer>(
    await t.manage(SETTINGS, { method: "PATCH", body: { fallback_agent_id: agent } }),
  );
const guest = (agent?: string) => t.call(GUEST, { body: { client_key: key.key, agent_id: agent } });
const agentName = async () => (await readBody<SessionAnswer>(await guest())).agent.name;
const agentOf = (slug: string) => t.seed.agents.find((agent) => agent.slug === slug);
const mint = async (more: Record<string, unknown> = {}) =>
  (
    await readBody<{ user_token: string }>(
      await t.manage(USER_TOKEN, { body: { client_key: key.key, user_id: "42", ...more } }),
    )
  ).user_token;
const exchange = (token: string) => t.call(EXCHANGE, { body: { client_key: key.key, token } });
const failures = () => t.log.filter(({ event }) => event === "webhook_failed");

describe("the receiver", () => {
  it("hears of each new guest once, in a signed delivery", async () => {
    const session = await readBody<SessionAnswer>(await guest("support"));
    await readBody(
      await t.call("/api/v1/widget/auth/refresh", { body: { refresh_token: session.refresh_token } }),
    );
    expect(posted).toHaveLength(1);
    const { headers, body: rawBody, url, addresses } = posted[0] ?? expect.fail("nothing was posted");
    expect([url.href, addresses]).toEqual([RECEIVER, ["8.8.8.8"]]);
    const { secret } = await readBody<WebhookSettingsAnswer>(await t.manage(SETTINGS));
    expect(headers).toMatchObject({
      "Content-Type": "application/json",
      "X-ThunderPhone-Signature": bodySignature(secret, rawBody),
    });
    // Node writes header names in lower case before a receiver sees them.
    const verdict = await verifyWebhook({ secrets: [secret], headers, rawBody, now: t.clock.now() });
    expect(verdict).toEqual({
      kind: "ok",
      id: expect.stringMatching(/^msg_[0-9a-f-]{36}$/),
      event: {
        type: "call.incoming",
        data: {
          call_id: expect.any(Number),
          from_number: "web",
          to_number: "web",
          publishable_key_id: key.id,
          agent: "support",
          origin: PAGE,
          visitor: { id: session.visitor.id, type: "guest" },
        },
      },
    });
    expect(rawBody).not.toContain(key.key);
  });

  it("gets another call id and delivery id for each session", async () => {
    for (let count = 0; count < 3; count += 1) await agentName();
    const events = posted.map(({ body }) => JSON.parse(body) as IncomingEvent);
    expect(new Set(events.map(({ data }) => data.call_id)).size).toBe(3);
    expect(new Set(posted.map(({ headers }) => headers["webhook-id"])).size).toBe(3);
    expect(events.every(({ data }) => Number.isSafeInteger(data.call_id))).toBe(true);
  });

  it("hears what the site's backend said about a user", async () => {
    const user = { name: "Ada", email: "ada@shop.example", claims: { plan: "team", 10: "a", 9: "b" } };
    expect((await readBody<SessionAnswer>(await exchange(await mint(user)))).agent.name).toBe("Echo");
    const event = JSON.parse(posted[0]?.body ?? "") as IncomingEvent;
    expect(event.data.visitor).toEqual({ id: "42", type: "user", ...user });
  });

  it("does not hear of visitors who are refused", async () => {
    const token = await mint();
    await readBody(await exchange(token));
    posted = [];
    expect(await codeOf(await exchange(token))).toEqual([409, "token_replayed"]);
    expect(await codeOf(await exchange("forged"))).toEqual([400, "invalid_user_token"]);
    const elsewhere = { body: { client_key: key.key }, origin: "https://evil.example" };
    expect(await codeOf(await t.call(GUEST, elsewhere))).toEqual([403, "origin_not_allowed"]);
    await readBody(await t.call(`/api/v1/widget/config?client_key=${key.key}`));
    expect(posted).toEqual([]);
  });

  it("is not a way around who may talk to an agent", async () => {
    const { id = "" } = agentOf("slow") ?? {};
    const path = `/api/v1/agents/${id}/widget-settings`;
    await readBody(await t.manage(path, { method: "PATCH", body: { auth_mode: "user" } }));
    receive = () => ({ agent_id: "slow" });
    expect(await codeOf(await guest())).toEqual([403, "guest_not_allowed"]);
    expect((await readBody<SessionAnswer>(await exchange(await mint()))).agent.name).toBe("Slow");
    await t.manage(path, { method: "PATCH", body: { auth_mode: "both" } });
  });
});

describe("its answer", () => {
  it("names an agent by slug, id or number", async () => {
    const { id, number } = agentOf("support") ?? {};
    for (const agent_id of ["support", id, number, String(number)]) {
      receive = () => ({ agent_id });
      expect(await agentName()).toBe("Nova");
    }
  });

  it("routes two visitors to two agents", async () => {
    receive = ({ data }) => ({ agent_id: data.visitor?.type === "user" ? "support" : "echo" });
    const user = await readBody<SessionAnswer>(await exchange(await mint()));
    expect([await agentName(), user.agent.name]).toEqual(["Echo", "Nova"]);
  });

  it.each([{ voice: "alloy" }, { voice_name: "alloy" }])(
    "with a prompt and %j configures the agent",
    async (voice) => {
      await fallBackTo("echo");
      receive = () => ({ prompt: "Answer in French.", ...voice, product: "spark", tools: [] });
      const session = await readBody<SessionAnswer>(await guest());
      t.clock.runFreely();
      const turn = await t.connect(session, { thread: crypto.randomUUID(), say: [["m1", "hello"]] });
      expect(textOfFrames(await readFrames(turn))).toBe("Answer in French.\n\nhello");
      t.clock.hold();
    },
  );

  it("with a prompt and no fallback agent configures the account's first agent", async () => {
    receive = () => ({ prompt: "Be brief.", voice: "alloy" });
    expect(await agentName()).toBe("Nova");
  });
});

const BAD: [string, () => unknown, string][] = [
  ["an empty object", () => ({}), "answer_invalid"],
  ["a prompt without a voice", () => ({ prompt: "x" }), "answer_invalid"],
  ["an empty prompt", () => ({ prompt: "", voice: "x" }), "answer_invalid"],
  ["an agent of the wrong type", () => ({ agent_id: { id: "echo" } }), "answer_invalid"],
  ["a list", () => ["echo"], "answer_invalid"],
  ["null", () => raw(200, "null"), "answer_invalid"],
  ["nothing", () => raw(204, ""), "answer_invalid"],
  ["no JSON", () => raw(200, "<html>"), "answer_invalid"],
  ["bad UTF-8", () => ({ status: 200, body: new Uint8Array([0xff, 0xfe]) }), "answer_invalid"],
  ["deep nesting", () => raw(200, "[".repeat(60_000)), "answer_invalid"],
  ["the prototype", () => raw(200, '{"__proto__":{"agent_id":"echo"}}'), "answer_invalid"],
  ["an agent that does not exist", () => ({ agent_id: "nobody" }), "agent_not_ready"],
  ["a redirect", () => raw(302, ""), "redirected"],
  ["an error", () => raw(500, '{"agent_id":"echo"}'), "status_not_2xx"],
  ["too much", () => ({ status: 200, body: null }), "answer_too_large"],
  ["a broken connection", () => Promise.reject(new Error("reset")), "connection_failed"],
];

describe.each(BAD)("an answer of %s", (_what, answer, reason) => {
  it("is 502 without a fallback agent, the fallback agent with one; the log tells why", async () => {
    receive = answer;
    expect(await codeOf(await guest())).toEqual([502, "agent_unavailable"]);
    await fallBackTo("support");
    expect(await agentName()).toBe("Nova");
    expect(failures()).toMatchObject([
      { level: "error", reason, publishable_key_id: key.id, has_fallback: false },
      { level: "warn", reason, publishable_key_id: key.id, has_fallback: true },
    ]);
    expect(JSON.stringify(t.log)).not.toContain("hunter2");
  });
});

describe("no answer", () => {
  it("within two seconds is a failure like any other", async () => {
    receive = () => new Promise(() => {});
    await fallBackTo("support");
    const name = agentName();
    while (posted.length === 0) await t.clock.advance(0);
    await t.clock.advance(2000);
    expect(await name).toBe("Nova");
    expect(failures()).toMatchObject([{ reason: "timed_out" }]);
    expect(posted[0]?.signal.aborted).toBe(true);
  });

  it("leaves a visitor token unspent, so that it can be tried again", async () => {
    const token = await mint();
    receive = () => raw(503, "");
    expect(await codeOf(await exchange(token))).toEqual([502, "agent_unavailable"]);
    receive = () => ({ agent_id: "echo" });
    expect((await exchange(token)).status).toBe(200);
  });

  it("N62 comes from a host inside: it is never connected to", async () => {
    const inside = await newKey("https://inside.example/");
    expect(await codeOf(await t.call(GUEST, { body: { client_key: inside.key } }))).toEqual([
      502,
      "agent_unavailable",
    ]);
    expect([failures()[0]?.["reason"], posted]).toEqual(["address_not_allowed", []]);
    const refused = await t.manage("/v1/publishable-key", {
      body: { mode: "webhook", webhook_url: "https://169.254.169.254/", allowed_domains: ["shop.example"] },
    });
    expect(refused.status).toBe(400);
  });
});

describe("the page", () => {
  const config = async () =>
    readBody<{ agent: { id: string; name: string }; auth_modes: string[] }>(
      await t.call(`/api/v1/widget/config?client_key=${key.key}&agent=nobody`),
    );

  it("shows nobody in particular before the webhook was asked, or the fallback agent", async () => {
    expect(await config()).toMatchObject({
      agent: { id: "", name: "Assistant" },
      auth_modes: ["guest", "user"],
    });
    await fallBackTo("support");
    expect(await config()).toMatchObject({ agent: { id: agentOf("support")?.id, name: "Nova" } });
  });
});

it("the receiver hears of nobody beyond the limit of the key", async () => {
  let count = 0;
  const limited = await createTestHub({
    limits: { keyPerMinute: 2 },
    webhookNetwork: {
      resolve: async () => ["8.8.8.8"],
      post: async () => {
        count += 1;
        return raw(200, '{"agent_id":"echo"}');
      },
    },
  });
  const body = { mode: "webhook", webhook_url: RECEIVER, allowed_domains: ["shop.example"] };
  const made = await readBody<{ key: string }>(await limited.manage("/v1/publishable-key", { body }));
  const statuses = [];
  for (let visitor = 0; visitor < 4; visitor += 1)
    statuses.push((await limited.call(GUEST, { body: { client_key: made.key } })).status);
  expect([statuses, count]).toEqual([[200, 200, 429, 429], 2]);
  await limited.hub.close();
});
