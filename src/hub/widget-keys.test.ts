import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkClientKey } from "../protocol/keys.ts";
import type { CreatedWidgetKey, WidgetKey } from "../protocol/widget-keys.ts";
import { PAGE, codeOf, createTestHub, readBody } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";

const KEYS = "/api/v1/widget-keys";

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub();
});
afterAll(() => t.hub.close());

const create = async (body: Record<string, unknown> = {}) =>
  readBody<CreatedWidgetKey>(await t.manage(KEYS, { body: { name: "Shop", ...body } }));
const list = async () => readBody<WidgetKey[]>(await t.manage(KEYS));
const find = async (id: string) => (await list()).find((key) => key.id === id);
const patch = (id: string, body: unknown) => t.manage(`${KEYS}/${id}`, { method: "PATCH", body });
const remove = (id: string) => t.manage(`${KEYS}/${id}`, { method: "DELETE" });

describe("create", () => {
  it("answers the row and, this once, the key", async () => {
    const response = await t.manage(KEYS, {
      body: {
        id: "mine",
        name: " Shop ",
        domain_allowlist: ["ACME.com", "acme.com", "*.acme.com"],
        extra: true,
      },
    });
    expect(response.status).toBe(201);
    const key = await readBody<CreatedWidgetKey>(response);
    const now = new Date(t.clock.now()).toISOString();
    expect(key).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: "Shop",
      key_last8: key.public_key.slice(-8),
      domain_allowlist: ["acme.com", "*.acme.com"],
      agent_id: null,
      disabled_at: null,
      last_used_at: null,
      created_at: now,
      updated_at: now,
      public_key: expect.stringMatching(/^pk_live_demo_[a-z0-9]{26}$/),
      client_key: key.public_key,
    });
    expect(checkClientKey(key.public_key)).toBeNull();
  });

  it("takes an empty or missing allowlist: the key is blocked until it has one", async () => {
    expect((await create()).domain_allowlist).toEqual([]);
    expect((await create({ domain_allowlist: [] })).domain_allowlist).toEqual([]);
  });

  it.each([
    {},
    { name: "" },
    { name: "  " },
    { name: 7 },
    { name: "x".repeat(121) },
    { name: "a", agent_id: 7 },
    [],
    "text",
    null,
  ])("%j is refused", async (body) =>
    expect(await codeOf(await t.manage(KEYS, { body }))).toEqual([400, "invalid_widget_key_body"]),
  );

  it("N8 N64 names the bad entry and stores nothing", async () => {
    const before = (await list()).length;
    const response = await t.manage(KEYS, { body: { name: "Bad", domain_allowlist: ["acme.com", "*"] } });
    expect(await response.json()).toMatchObject({
      status: 400,
      code: "invalid_allowlist",
      detail: expect.stringContaining('entry 1 ("*")'),
    });
    expect(await codeOf(await t.manage(KEYS, { body: { name: "Bad", domain_allowlist: null } }))).toEqual([
      400,
      "invalid_allowlist",
    ]);
    expect(await codeOf(await t.manage(KEYS, { body: { name: "Bad", agent_id: "nobody" } }))).toEqual([
      400,
      "invalid_request",
    ]);
    expect(await list()).toHaveLength(before);
  });

  it("tells curl the bad entry too", async () => {
    const response = await t.manage(KEYS, {
      body: { name: "Bad", domain_allowlist: ["*"] },
      headers: { Accept: "*/*" },
    });
    expect(await response.text()).toMatch(/^Invalid domain_allowlist entry: .*entry 0 \("\*"\)/);
  });
});

describe("list", () => {
  it("shows the newest first and never a whole key", async () => {
    const older = await create({ name: "older" });
    const newer = await create({ name: "newer" });
    const response = await t.manage(KEYS);
    const text = await response.text();
    for (const key of [older, newer]) expect(text).not.toContain(key.public_key);
    const ids = (await list()).map(({ id }) => id);
    expect(ids.indexOf(newer.id)).toBeLessThan(ids.indexOf(older.id));
    expect(Object.keys((await find(newer.id)) ?? {})).not.toContain("public_key");
  });

  it("does not mix in keys of the other dialect", async () => {
    expect((await list()).map(({ key_last8 }) => key_last8)).not.toContain(t.publishableKey.slice(-8));
  });
});

describe("change", () => {
  it("replaces only what is named, and unpins with null", async () => {
    const { id } = await create({ domain_allowlist: ["acme.com"], agent_id: "echo" });
    expect((await find(id))?.agent_id).toBe(t.seed.agents.find(({ slug }) => slug === "echo")?.id);
    expect((await patch(id, { name: "Renamed" })).status).toBe(204);
    expect(await find(id)).toMatchObject({ name: "Renamed", domain_allowlist: ["acme.com"] });
    await patch(id, { domain_allowlist: ["b.example", "c.example"], agent_id: null });
    expect(await find(id)).toMatchObject({
      name: "Renamed",
      domain_allowlist: ["b.example", "c.example"],
      agent_id: null,
    });
  });

  it("disables idempotently, keeping the first time, and enables again", async () => {
    const { id } = await create();
    await patch(id, { disabled: true });
    const first = (await find(id))?.disabled_at;
    expect(first).toBe(new Date(t.clock.now()).toISOString());
    await t.clock.advance(1000);
    await patch(id, { disabled: true });
    expect((await find(id))?.disabled_at).toBe(first);
    await patch(id, { disabled: false });
    expect((await find(id))?.disabled_at).toBeNull();
  });

  it("N64 changes nothing when one entry is bad, or a member has the wrong type", async () => {
    const { id } = await create({ domain_allowlist: ["acme.com"] });
    expect((await patch(id, { name: "New", domain_allowlist: ["b.example", "*"] })).status).toBe(400);
    expect((await patch(id, { name: "New", disabled: "yes" })).status).toBe(400);
    expect(await find(id)).toMatchObject({ name: "Shop", domain_allowlist: ["acme.com"] });
  });

  it.each([[[]], ["text"], [null], [7]])("%j is refused", async (body) => {
    const { id } = await create();
    expect(await codeOf(await patch(id, body))).toEqual([400, "invalid_widget_key_body"]);
  });

  it("N64 the last of two concurrent lists wins as a whole", async () => {
    const { id } = await create();
    const lists = [
      ["a.example", "b.example"],
      ["c.example", "d.example"],
    ];
    await Promise.all(lists.map((domain_allowlist) => patch(id, { domain_allowlist })));
    expect(lists).toContainEqual((await find(id))?.domain_allowlist);
  });

  it("a changed list counts at the next call of a page", async () => {
    const key = await create({ domain_allowlist: ["shop.example"] });
    const config = () => t.call(`/api/v1/widget/config?client_key=${key.public_key}`);
    expect((await config()).status).toBe(403);
    await patch(key.id, { domain_allowlist: ["localhost:*"] });
    expect((await config()).status).toBe(200);
  });
});

describe("delete", () => {
  it("removes a key that was never used", async () => {
    const { id } = await create();
    expect((await remove(id)).status).toBe(204);
    expect(await find(id)).toBeUndefined();
    expect(await codeOf(await remove(id))).toEqual([404, "not_found"]);
  });

  it("only disables a key that was used", async () => {
    const key = await create({ domain_allowlist: ["localhost:*"] });
    await t.guest({ key: key.public_key });
    await remove(key.id);
    const kept = await find(key.id);
    expect(kept?.disabled_at).toBe(new Date(t.clock.now()).toISOString());
    expect(kept?.last_used_at).not.toBeNull();
    await t.clock.advance(1000);
    expect((await remove(key.id)).status).toBe(204);
    expect((await find(key.id))?.disabled_at).toBe(kept?.disabled_at);
  });
});

describe("what counts as used", () => {
  const config = (key: string, origin: string) =>
    t.call(`/api/v1/widget/config?client_key=${key}`, { origin });
  const exchange = async (key: string) => {
    const minted = await readBody<{ user_token: string }>(
      await t.manage("/api/v1/widget/auth/user-token", { body: { client_key: key, user_id: "u1" } }),
    );
    const body = { client_key: key, token: minted.user_token };
    return readBody(await t.call("/api/v1/widget/auth/exchange", { body }));
  };

  it.each<[string, (key: string) => Promise<unknown>, boolean]>([
    ["a config", (key) => config(key, PAGE), true],
    ["a guest", (key) => t.guest({ key }), true],
    ["an exchange", exchange, true],
    ["a refused page", (key) => config(key, "https://evil.example"), false],
  ])("%s: %s", async (_name, use, counts) => {
    const key = await create({ domain_allowlist: ["localhost:*"] });
    await use(key.public_key);
    expect((await remove(key.id)).status).toBe(204);
    expect((await find(key.id)) !== undefined).toBe(counts);
  });

  it("of two deletes at once, the second finds nothing or changes nothing", async () => {
    const unused = await create();
    const both = await Promise.all([remove(unused.id), remove(unused.id)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 404]);
    const used = await create({ domain_allowlist: ["localhost:*"] });
    await config(used.public_key, PAGE);
    await Promise.all([remove(used.id), remove(used.id)]);
    expect((await find(used.id))?.disabled_at).toBe(new Date(t.clock.now()).toISOString());
  });

  it("sessions of a revoked key fail at their next config, refresh and message", async () => {
    const key = await create({ domain_allowlist: ["localhost:*"] });
    const session = await t.guest({ key: key.public_key });
    await patch(key.id, { disabled: true });
    const refused = [
      await config(key.public_key, PAGE),
      await t.call("/api/v1/widget/auth/refresh", { body: { refresh_token: session.refresh_token } }),
      await t.connect(session, { thread: crypto.randomUUID(), say: [["m1", "hi"]] }),
    ];
    for (const response of refused) expect(await codeOf(response)).toEqual([403, "key_revoked"]);
  });
});

describe("who may manage", () => {
  it("nobody another account's keys: they are not found, and its agents are no pins", async () => {
    const { id } = await create();
    const { secret_key: token } = await t.hub.createOrg({ slug: "stranger" });
    const change = { method: "PATCH", body: { name: "Mine" }, token };
    expect(await codeOf(await t.manage(`${KEYS}/${id}`, change))).toEqual([404, "not_found"]);
    const gone = await t.manage(`${KEYS}/${id}`, { method: "DELETE", token });
    expect(await codeOf(gone)).toEqual([404, "not_found"]);
    expect((await find(id))?.name).toBe("Shop");
    const pin = { body: { name: "x", agent_id: t.seed.agents[0]?.id }, token };
    expect(await codeOf(await t.manage(KEYS, pin))).toEqual([400, "invalid_request"]);
  });

  it.each([undefined, "sk_live_demo_wrong", "pk_live_demo_foyerdemositewidgetkey0001", "constructor"])(
    "not the holder of %s",
    async (token) => {
      const response = await t.call(KEYS, { origin: null, ...(token === undefined ? {} : { token }) });
      expect(response.headers.get("WWW-Authenticate")).toBe("Bearer");
      expect(await codeOf(response)).toEqual([401, "missing_bearer"]);
    },
  );

  it("N61 no page, and without any CORS header", async () => {
    const response = await t.manage(KEYS, { origin: PAGE });
    expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull();
    expect(await codeOf(response)).toEqual([403, "secret_key_in_browser"]);
    const preflight = await t.call(KEYS, { method: "OPTIONS" });
    expect([preflight.status, preflight.headers.get("Access-Control-Allow-Origin")]).toEqual([405, null]);
  });

  it.each(["no-uuid", "00000000-0000-7000-8000-000000000000"])("the key %s is not found", async (id) => {
    expect(await codeOf(await patch(id, { name: "x" }))).toEqual([404, "not_found"]);
    expect(await codeOf(await remove(id))).toEqual([404, "not_found"]);
  });

  it("a publishable key cannot be reached through this dialect", async () => {
    const config = await t.call(`/api/v1/widget/config?client_key=${t.publishableKey}`);
    expect(config.status).toBe(200);
    const number = t.seed.keys.find(({ dialect }) => dialect === "publishable-key")?.id;
    expect((await remove(String(number))).status).toBe(404);
  });
});
