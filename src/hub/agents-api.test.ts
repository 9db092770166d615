import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AgentAnswer } from "../protocol/agents.ts";
import { codeOf, createTestHub, readBody } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";

const AGENTS = "/api/v1/agents";

let t: TestHub;
let stranger: string;
beforeAll(async () => {
  const openAi = { name: "OPENAI_API_KEY", value: "key", origin: "https://api.openai.com" };
  t = await createTestHub({ agentKeys: [openAi] });
  stranger = (await t.hub.createOrg({ slug: "stranger" })).secret_key;
}, 60_000);
afterAll(() => t.hub.close());

const scripted = { kind: "scripted", config: { script: "echo" } };
const create = async (body: Record<string, unknown> = {}) =>
  readBody<AgentAnswer>(await t.manage(AGENTS, { body: { name: "Bot", ...scripted, ...body } }));
const change = (id: string | number, body: unknown) => t.manage(`${AGENTS}/${id}`, { method: "PATCH", body });
const remove = (id: string | number) => t.manage(`${AGENTS}/${id}`, { method: "DELETE" });
const list = async () => readBody<AgentAnswer[]>(await t.manage(AGENTS));
const guest = (agent: string) =>
  t.call("/api/v1/widget/auth/guest", { body: { client_key: t.widgetKey, agent_id: agent } });

describe("create", () => {
  it("answers the agent, which visitors can meet at once", async () => {
    const body = { name: " Greta ", ...scripted, slug: "greta", id: "mine", number: 1 };
    const response = await t.manage(AGENTS, { body });
    expect(response.status).toBe(201);
    const agent = await readBody<AgentAnswer>(response);
    expect(agent).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      number: expect.any(Number),
      slug: "greta",
      name: "Greta",
      ...scripted,
      status: "active",
      created_at: new Date(t.clock.now()).toISOString(),
    });
    expect(agent.number).toBeGreaterThan(1);
    expect((await list()).at(-1)).toEqual(agent);
    for (const id of [agent.id, agent.number])
      expect(await readBody(await t.manage(`${AGENTS}/${id}`))).toEqual(agent);
    expect((await t.guest({ agent: "greta" })).agent).toEqual({ id: agent.id, name: "Greta" });
  });

  it.each([
    ["Élodie's Bot!", "elodie-s-bot"],
    ["客服", "agent"],
    ["x".repeat(80), "x".repeat(50)],
  ])("makes of the name %s the slug %s, and a free one of it again", async (name, slug) => {
    expect((await create({ name })).slug).toBe(slug);
    expect((await create({ name })).slug).toBe(`${slug}-2`);
  });

  it.each([
    ["openai", { base_url: "https://api.openai.com/v1", model: "m", api_key_env: "OPENAI_API_KEY" }],
    ["openai", { base_url: "http://127.0.0.1:11434/v1", model: "m", system_prompt: "Be brief." }],
    ["ag-ui", { url: "https://agent.example.com/run", headers: { "X-Tenant": "7" } }],
    ["ag-ui", { url: "https://agent.example.com/run" }],
  ])("takes the kind %s with %j", async (kind, config) => {
    const agent = await create({ name: "Other", kind, config: { ...config, unknown: 1 } });
    expect(agent.config).toMatchObject(config);
    expect(agent.config).not.toHaveProperty("unknown");
  });

  it("gives an agent only keys that the hub has for its address", async () => {
    const config = { base_url: "https://api.openai.com/v1", model: "m", api_key_env: "OPENAI_API_KEY" };
    const agent = await create({ name: "Keyed", kind: "openai", config });
    for (const wrong of [{ base_url: "https://evil.example/v1" }, { api_key_env: "OTHER_API_KEY" }]) {
      const body = { name: "Thief", kind: "openai", config: { ...config, ...wrong } };
      const refused = [
        await t.manage(AGENTS, { body }),
        await t.manage(`${AGENTS}/${agent.id}`, { method: "PATCH", body: { config: body.config } }),
      ];
      for (const response of refused)
        expect(await response.json()).toMatchObject({
          code: "invalid_request",
          errors: { config: [expect.stringMatching(/^api_key_env: .*FOYER_AGENT_KEYS/)] },
        });
    }
    expect(await readBody(await t.manage(`${AGENTS}/${agent.id}`))).toEqual(agent);
  });

  it.each<[string, Record<string, unknown>]>([
    ["name", { name: " " }],
    ["name", { name: undefined }],
    ["name", { name: "x".repeat(81) }],
    ["kind", { kind: "human" }],
    ["kind", { kind: undefined }],
    ["config", { config: undefined }],
    ["config", { config: "echo" }],
    ["config", { config: {} }],
    ["config", { config: { script: "nope" } }],
    ["config", { config: { script: "constructor" } }],
    ["config", { config: { script: "echo", word_pause_ms: -1 } }],
    ["config", { config: { script: "echo", word_pause_ms: 10_001 } }],
    ["config", { config: { script: "echo", word_pause_ms: "20" } }],
    ["config", { kind: "openai", config: { base_url: "ftp://x", model: "m" } }],
    ["config", { kind: "openai", config: { base_url: "https://x", model: "" } }],
    [
      "config",
      { kind: "openai", config: { base_url: "https://x", model: "m", api_key_env: "DATABASE_URL" } },
    ],
    ["config", { kind: "ag-ui", config: { url: "nope" } }],
    ["config", { kind: "ag-ui", config: { url: "https://x", headers: { "a b": "c" } } }],
    ["config", { kind: "ag-ui", config: { url: "https://x", headers: ["a"] } }],
    ["config", { kind: "ag-ui", config: { url: "https://x", headers: { a: "b\r\nc: d" } } }],
    ["slug", { slug: "Not ok" }],
    ["slug", { slug: "support" }],
    ["status", { status: "gone" }],
  ])("a wrong %s is named: %j", async (member, body) => {
    const before = (await list()).length;
    const response = await t.manage(AGENTS, { body: { name: "Bot", ...scripted, ...body } });
    expect(await response.json()).toMatchObject({
      status: 400,
      code: "invalid_request",
      detail: expect.stringContaining(member),
      errors: { [member]: expect.any(Array) },
    });
    expect(await list()).toHaveLength(before);
  });

  it("two of one slug at once: one is told; two of one name at once: both get a slug", async () => {
    const twice = (body: Record<string, unknown>) =>
      Promise.all([1, 2].map(() => t.manage(AGENTS, { body: { name: "Twin", ...scripted, ...body } })));
    const sameSlug = await twice({ slug: "twin" });
    expect(sameSlug.map(({ status }) => status).toSorted()).toEqual([201, 400]);
    expect((await twice({ name: "Pair" })).map(({ status }) => status)).toEqual([201, 201]);
  });
});

describe("update", () => {
  it("changes what is there and keeps the rest", async () => {
    const agent = await create({ name: "Before" });
    expect(await readBody(await change(agent.id, {}))).toEqual(agent);
    const wanted = { name: "After", slug: "after", config: { script: "echo", word_pause_ms: 1 } };
    const changed = await readBody(await change(agent.id, { ...wanted, kind: "openai" }));
    expect(changed).toEqual({ ...agent, ...wanted });
    expect(await readBody(await t.manage(`${AGENTS}/${agent.number}`))).toEqual(changed);
    expect((await t.guest({ agent: "after" })).agent.name).toBe("After");
  });

  it("a paused agent meets nobody until it is active again", async () => {
    const { id, slug } = await create({ name: "Pausing" });
    await change(id, { status: "paused" });
    expect(await codeOf(await guest(slug))).toEqual([403, "agent_disabled"]);
    await change(id, { status: "active" });
    expect((await guest(slug)).status).toBe(200);
  });

  it.each([{ name: "" }, { config: { script: "nope" } }, { slug: "support" }, { status: null }, []])(
    "%j is refused and changes nothing",
    async (body) => {
      const agent = await create();
      expect(await codeOf(await change(agent.id, body))).toEqual([400, "invalid_request"]);
      expect(await readBody(await t.manage(`${AGENTS}/${agent.id}`))).toEqual(agent);
    },
  );

  it("two changes of different members at once are both kept", async () => {
    const { id } = await create();
    await Promise.all([change(id, { name: "A" }), change(id, { status: "paused" })]);
    expect(await readBody(await t.manage(`${AGENTS}/${id}`))).toMatchObject({ name: "A", status: "paused" });
  });
});

describe("delete", () => {
  it("takes the agent and its sessions away; the conversation stays with the visitor", async () => {
    const { id, slug } = await create({ name: "Leaving" });
    const session = await t.guest({ agent: slug });
    expect((await remove(id)).status).toBe(204);
    expect(await codeOf(await remove(id))).toEqual([404, "not_found"]);
    expect((await list()).map((agent) => agent.id)).not.toContain(id);
    expect(await codeOf(await guest(slug))).toEqual([404, "agent_not_found"]);
    const threads = await t.call("/api/v1/widget/threads", { token: session.token });
    expect(await codeOf(threads)).toEqual([401, "session_revoked"]);
    const body = { refresh_token: session.refresh_token };
    const refreshed = await t.call("/api/v1/widget/auth/refresh", { body });
    expect(await codeOf(refreshed)).toEqual([400, "invalid_refresh_token"]);
  });

  it("is refused while a key is bound to it", async () => {
    const { id, number } = await create({ name: "Bound" });
    const pinned = await readBody<{ id: string }>(
      await t.manage("/api/v1/widget-keys", { body: { name: "Pinned", agent_id: id } }),
    );
    expect(await (await remove(id)).json()).toMatchObject({
      status: 409,
      code: "agent_in_use",
      detail: expect.stringContaining("Pinned"),
    });
    await t.manage(`/api/v1/widget-keys/${pinned.id}`, { method: "PATCH", body: { agent_id: null } });
    const body = { agent_id: number, allowed_domains: ["a.com"] };
    const key = await readBody<{ id: number }>(await t.manage("/v1/publishable-key", { body }));
    expect((await remove(id)).status).toBe(409);
    await t.manage(`/v1/publishable-key/${key.id}`, { method: "DELETE" });
    expect((await remove(id)).status).toBe(204);
    const kept = await t.manage(`/v1/publishable-key/${key.id}`);
    expect(await readBody(kept)).toMatchObject({ is_active: false, agent_id: null });
  });
});

describe("who may manage", () => {
  it("nobody another account's agents: they are not found", async () => {
    const { id, number } = await create();
    for (const item of [id, number]) {
      for (const options of [{}, { method: "PATCH", body: { name: "x" } }, { method: "DELETE" }]) {
        const response = await t.manage(`${AGENTS}/${item}`, { ...options, token: stranger });
        expect(await codeOf(response)).toEqual([404, "not_found"]);
      }
    }
    expect(await readBody(await t.manage(AGENTS, { token: stranger }))).toEqual([]);
  });

  it("another method is 405, no key 401, an unknown id 404", async () => {
    expect(await codeOf(await t.manage(AGENTS, { method: "DELETE" }))).toEqual([405, "method_not_allowed"]);
    expect(await codeOf(await t.call(AGENTS, { origin: null }))).toEqual([401, "missing_bearer"]);
    for (const id of ["support", "0", "99999999999999999999", "%2F"])
      expect(await codeOf(await t.manage(`${AGENTS}/${id}`))).toEqual([404, "not_found"]);
  });
});
