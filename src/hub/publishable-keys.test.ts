import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PublishableKey } from "../protocol/publishable-keys.ts";
import { PAGE, createTestHub, readBody } from "./testing/harness.ts";
import type { CallOptions, TestHub } from "./testing/harness.ts";

const KEYS = "/v1/publishable-key";
const NO_ONE = { detail: "Not found" };

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub();
}, 60_000);
afterAll(() => t.hub.close());

/** As curl calls: without asking for problem details. */
const manage = (path: string, options: CallOptions = {}) =>
  t.manage(path, { ...options, headers: { Accept: "*/*", ...options.headers } });
const agentNumber = (slug: string): number => {
  const found = t.seed.agents.find((agent) => agent.slug === slug);
  if (found === undefined) throw new Error(`no agent ${slug}`);
  return found.number;
};
const valid = () => ({ agent_id: agentNumber("support"), allowed_domains: ["example.com", "*.Example.com"] });
const create = async (body: Record<string, unknown> = {}) =>
  readBody<PublishableKey>(await manage(KEYS, { body: { ...valid(), ...body } }));
const get = async (id: number) => readBody<PublishableKey>(await manage(`${KEYS}/${id}`));
const patch = (id: number, body: unknown) => manage(`${KEYS}/${id}`, { method: "PATCH", body });
const said = async (response: Response) => [response.status, await response.json()];

describe("create", () => {
  it("answers the documented object", async () => {
    const response = await manage(KEYS, {
      body: { ...valid(), name: "Marketing", id: 77, is_active: false, unknown: 1 },
    });
    expect(response.status).toBe(201);
    const key = await readBody<PublishableKey>(response);
    const now = new Date(t.clock.now()).toISOString();
    expect(key).toEqual({
      id: expect.any(Number),
      name: "Marketing",
      key: expect.stringMatching(/^pk_live_demo_[a-z0-9]{26}$/),
      key_prefix: key.key.slice(0, 12),
      allowed_domains: ["example.com", "*.example.com"],
      is_active: true,
      is_enabled: true,
      mode: "agent",
      agent_id: agentNumber("support"),
      webhook_url: null,
      created_at: now,
      updated_at: now,
    });
    expect(key.id).not.toBe(77);
    expect(await get(key.id)).toEqual(key);
  });

  it("is called Web Widget unless it has a name, and may be born switched off", async () => {
    expect(await create({ is_enabled: false })).toMatchObject({ name: "Web Widget", is_enabled: false });
  });

  it("keeps one binding: that of its mode", async () => {
    const both = { agent_id: agentNumber("support"), webhook_url: "https://hooks.example.com/in" };
    expect(await create(both)).toMatchObject({ mode: "agent", webhook_url: null });
    expect(await create({ ...both, mode: "webhook" })).toMatchObject({
      mode: "webhook",
      agent_id: null,
      webhook_url: "https://hooks.example.com/in",
    });
  });

  it.each<[Record<string, unknown>, Record<string, unknown>]>([
    [{ allowed_domains: [] }, { allowed_domains: ["At least one allowed domain is required."] }],
    [{ allowed_domains: undefined }, { allowed_domains: ["At least one allowed domain is required."] }],
    [{ allowed_domains: "example.com" }, { allowed_domains: [expect.any(String)] }],
    [{ allowed_domains: [7] }, { allowed_domains: [expect.any(String)] }],
    [{ allowed_domains: ["ok.com", "*"] }, { allowed_domains: [expect.stringContaining('entry 1 ("*")')] }],
    [{ allowed_domains: ["*.*"] }, { allowed_domains: [expect.any(String)] }],
    [{ allowed_domains: ["https://a.com"] }, { allowed_domains: [expect.any(String)] }],
    [{ allowed_domains: ["a.com:8080"] }, { allowed_domains: [expect.any(String)] }],
    [{ agent_id: undefined }, { agent_id: ["This field is required with mode agent."] }],
    [{ agent_id: null }, { agent_id: ["This field is required with mode agent."] }],
    [{ agent_id: 2_000_000_000 }, { agent_id: ["No such agent in this org."] }],
    [{ agent_id: 9e15 }, { agent_id: [expect.any(String)] }],
    [{ agent_id: "1" }, { agent_id: [expect.any(String)] }],
    [{ mode: "webhook" }, { webhook_url: ["This field is required with mode webhook."] }],
    [{ mode: "webhook", webhook_url: "http://a.com/x" }, { webhook_url: [expect.any(String)] }],
    [{ mode: "webhook", webhook_url: "https://u:p@a.com" }, { webhook_url: [expect.any(String)] }],
    [{ mode: "webhook", webhook_url: "https://10.0.0.1/" }, { webhook_url: [expect.any(String)] }],
    [{ mode: "phone" }, { mode: [expect.any(String)] }],
    [{ name: "" }, { name: [expect.any(String)] }],
    [{ name: "x".repeat(121) }, { name: [expect.any(String)] }],
    [
      { is_enabled: "yes", name: 7 },
      { is_enabled: [expect.any(String)], name: [expect.any(String)] },
    ],
  ])("%j is refused with %j, and nothing is stored", async (body, sentences) => {
    const before = (await readBody<PublishableKey[]>(await manage(KEYS))).length;
    expect(await said(await manage(KEYS, { body: { ...valid(), ...body } }))).toEqual([400, sentences]);
    expect(await readBody<PublishableKey[]>(await manage(KEYS))).toHaveLength(before);
  });

  it.each([[[]], ["text"], [null]])("%j is no body", async (body) =>
    expect(await said(await manage(KEYS, { body }))).toEqual([400, { detail: "Send a JSON object" }]),
  );

  it("tells the same as problem details to who asks for them, which application/json does not", async () => {
    const headers = { Accept: "application/json" };
    const plain = await manage(KEYS, { body: { ...valid(), allowed_domains: [] }, headers });
    expect(await said(plain)).toEqual([
      400,
      { allowed_domains: ["At least one allowed domain is required."] },
    ]);
    const response = await t.manage(KEYS, { body: { ...valid(), allowed_domains: [] } });
    expect(response.headers.get("Content-Type")).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({
      status: 400,
      code: "invalid_request",
      detail: "allowed_domains: At least one allowed domain is required.",
      allowed_domains: ["At least one allowed domain is required."],
    });
  });
});

describe("list and get", () => {
  it("shows the newest first, with deactivated ones", async () => {
    const older = await create();
    const newer = await create();
    await manage(`${KEYS}/${newer.id}`, { method: "DELETE" });
    const listed = await readBody<PublishableKey[]>(await manage(KEYS));
    expect(listed.slice(0, 2)).toEqual([{ ...newer, is_active: false }, older]);
  });

  it.each(["0", "-1", "x", "1.5", "99999999999", "2147483647", "%00"])("%s is not found", async (id) => {
    expect(await said(await manage(`${KEYS}/${id}`))).toEqual([404, NO_ONE]);
    expect((await manage(`${KEYS}/${id}`, { method: "DELETE" })).status).toBe(404);
    expect((await manage(`${KEYS}/${id}`, { method: "PATCH", body: {} })).status).toBe(404);
  });

  it("keys of the other dialect are not here", async () => {
    const listed = await readBody<PublishableKey[]>(await manage(KEYS));
    expect(listed.map(({ key }) => key)).not.toContain(t.widgetKey);
  });
});

describe("update", () => {
  it("changes any subset, and an empty one changes nothing but the time", async () => {
    const key = await create();
    await t.clock.advance(1000);
    const now = new Date(t.clock.now()).toISOString();
    expect(await readBody(await patch(key.id, {}))).toEqual({ ...key, updated_at: now });
    const wanted = { name: "New", allowed_domains: ["other.example"], is_enabled: false };
    expect(await readBody(await patch(key.id, wanted))).toEqual({ ...key, ...wanted, updated_at: now });
  });

  it("another mode needs its binding in the same request, and drops the old one", async () => {
    const key = await create();
    expect(await said(await patch(key.id, { mode: "webhook" }))).toEqual([
      400,
      { webhook_url: ["This field is required with mode webhook."] },
    ]);
    const url = "https://hooks.example.com/a";
    expect(await readBody(await patch(key.id, { mode: "webhook", webhook_url: url }))).toMatchObject({
      mode: "webhook",
      agent_id: null,
      webhook_url: url,
    });
    expect((await patch(key.id, { mode: "agent" })).status).toBe(400);
    expect((await patch(key.id, { webhook_url: null })).status).toBe(400);
    const back = await patch(key.id, { mode: "agent", agent_id: agentNumber("echo") });
    expect(await readBody(back)).toMatchObject({ agent_id: agentNumber("echo"), webhook_url: null });
    expect((await patch(key.id, { agent_id: null })).status).toBe(400);
    expect(await get(key.id)).toMatchObject({ mode: "agent", agent_id: agentNumber("echo") });
  });

  it("N64 one bad entry changes nothing, and of two at once one whole list wins", async () => {
    const key = await create();
    expect((await patch(key.id, { name: "X", allowed_domains: ["a.com", "*"] })).status).toBe(400);
    expect(await get(key.id)).toEqual(key);
    const lists = [
      ["a.com", "b.com"],
      ["c.com", "d.com"],
    ];
    await Promise.all(lists.map((allowed_domains) => patch(key.id, { allowed_domains })));
    expect(lists).toContainEqual((await get(key.id)).allowed_domains);
  });
});

describe("a page with the key", () => {
  const config = (key: string, origin = "https://example.com") =>
    t.call(`/api/v1/widget/config?client_key=${key}`, { origin });

  it("loads on its sites and on localhost", async () => {
    const { key } = await create();
    expect((await config(key)).status).toBe(200);
    expect((await config(key, PAGE)).status).toBe(200);
    expect((await config(key, "https://other.example")).status).toBe(403);
  });

  it("stops at once while it is disabled or when it is deactivated, which is for good", async () => {
    const { id, key } = await create();
    await patch(id, { is_enabled: false });
    expect((await config(key)).status).toBe(403);
    await patch(id, { is_enabled: true });
    expect((await config(key)).status).toBe(200);
    const remove = () => manage(`${KEYS}/${id}`, { method: "DELETE" });
    expect((await remove()).status).toBe(204);
    const gone = await get(id);
    await t.clock.advance(1000);
    expect((await remove()).status).toBe(204);
    expect(await get(id)).toEqual(gone);
    expect(await readBody(await patch(id, { is_active: true, is_enabled: true }))).toMatchObject({
      is_active: false,
    });
    expect((await config(key)).status).toBe(403);
  });
});

describe("who may manage", () => {
  it("nobody another account's keys: they are not found", async () => {
    const { id } = await create();
    const { secret_key: token } = await t.hub.createOrg({ slug: "stranger" });
    const calls = [
      { path: "", method: "GET" },
      { path: "", method: "PATCH", body: { name: "Mine" } },
      { path: "", method: "DELETE" },
      { path: "/transfer", method: "POST", body: { target_org_id: 1, mode: "move" } },
    ];
    for (const { path, ...options } of calls)
      expect(await said(await manage(`${KEYS}/${id}${path}`, { ...options, token }))).toEqual([404, NO_ONE]);
    expect(await get(id)).toMatchObject({ name: "Web Widget", is_active: true });
    const binding = { ...valid(), agent_id: agentNumber("echo") };
    expect(await said(await manage(KEYS, { body: binding, token }))).toEqual([
      400,
      { agent_id: ["No such agent in this org."] },
    ]);
  });

  it.each([undefined, "sk_live_demo_wrong"])("not the holder of %s", async (token) => {
    const options = { origin: null, headers: { Accept: "*/*" }, ...(token === undefined ? {} : { token }) };
    const response = await t.call(KEYS, options);
    expect(response.headers.get("WWW-Authenticate")).toBe("Bearer");
    expect(await said(response)).toEqual([401, { detail: "Missing or invalid bearer token" }]);
  });

  it("N61 no page", async () => {
    const response = await manage(KEYS, { origin: PAGE });
    expect([response.status, response.headers.get("Access-Control-Allow-Origin")]).toEqual([403, null]);
  });

  it("another method is 405, another content type 415, broken JSON 400", async () => {
    expect(await said(await manage(KEYS, { method: "DELETE" }))).toEqual([
      405,
      { detail: "Use GET or POST" },
    ]);
    const typed = await manage(KEYS, { body: valid(), headers: { "Content-Type": "text/plain" } });
    expect(await said(typed)).toEqual([415, { detail: "Send application/json" }]);
    const response = await t.hub.fetch(
      new Request(`http://127.0.0.1:8787${KEYS}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${t.seed.secret_key}`, "Content-Type": "application/json" },
        body: "{",
      }),
    );
    expect(await said(response)).toEqual([400, { detail: "The body is not valid JSON" }]);
  });
});
