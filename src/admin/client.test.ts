import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_URL, codeOf, createTestHub } from "../hub/testing/harness.ts";
import type { TestHub } from "../hub/testing/harness.ts";
import { FoyerAdmin, FoyerAdminError } from "../admin.ts";

let t: TestHub;
let client: FoyerAdmin;
const connect = (apiKey: string) =>
  new FoyerAdmin({ apiKey, baseUrl: HUB_URL, fetch: (url, init) => t.hub.fetch(new Request(url, init)) });
beforeAll(async () => {
  t = await createTestHub();
  client = connect(t.seed.secret_key);
});
afterAll(() => t.hub.close());

/** What a call fails with. */
const failureOf = async (call: Promise<unknown>): Promise<FoyerAdminError> => {
  const failure = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof FoyerAdminError)) throw new Error(`no FoyerAdminError: ${String(failure)}`);
  return failure;
};

describe("widgetKeys", () => {
  it("creates, lists, updates, revokes and deletes", async () => {
    const created = await client.widgetKeys.create({ name: "Shop", domain_allowlist: ["localhost:*"] });
    expect(created.public_key).toMatch(/^pk_live_demo_[a-z0-9]{26}$/);
    const find = async () => (await client.widgetKeys.list()).find(({ id }) => id === created.id);
    expect(await find()).toMatchObject({ name: "Shop", key_last8: created.public_key.slice(-8) });
    expect(JSON.stringify(await client.widgetKeys.list())).not.toContain(created.public_key);

    const patch = { name: "Renamed", domain_allowlist: ["shop.example"], agent_id: "echo" };
    expect(await client.widgetKeys.update(created.id, patch)).toBeUndefined();
    expect(await find()).toMatchObject({ name: "Renamed", domain_allowlist: ["shop.example"] });
    expect((await find())?.agent_id).toBe(t.seed.agents.find(({ slug }) => slug === "echo")?.id);

    await client.widgetKeys.update(created.id, { disabled: true, agent_id: null });
    expect(await find()).toMatchObject({ disabled_at: expect.any(String), agent_id: null });
    expect(await client.widgetKeys.delete(created.id)).toBeUndefined();
    expect(await find()).toBeUndefined();
  });

  it("fails with the hub's code, status and request id", async () => {
    expect(await failureOf(client.widgetKeys.create({ name: "" }))).toMatchObject({
      code: "invalid_widget_key_body",
      status: 400,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const bad = await failureOf(client.widgetKeys.create({ name: "Bad", domain_allowlist: ["*"] }));
    expect(bad.code).toBe("invalid_allowlist");
    expect(bad.message).toContain('"*"');
    expect(await failureOf(client.widgetKeys.delete("no-such-key"))).toMatchObject({
      code: "not_found",
      status: 404,
    });
    expect(await failureOf(connect("sk_live_demo_wrong").widgetKeys.list())).toMatchObject({
      code: "missing_bearer",
      status: 401,
    });
  });

  it.each(["", ".", ".."])("the id %j reaches no other path", async (id) => {
    expect((await failureOf(client.widgetKeys.delete(id))).code).toBe("invalid_options");
  });

  it.each(["../widget-keys", "a/b", "a?b", "#", "%2e%2e"])("the id %j is one segment", async (id) => {
    expect((await failureOf(client.widgetKeys.delete(id))).code).toBe("not_found");
  });
});

describe("userTokens", () => {
  it("mints a token that a page exchanges once", async () => {
    const input = { client_key: t.widgetKey, user_id: "u_1", name: "Ada", claims: { plan: "pro" } };
    const { user_token, expires_in } = await client.userTokens.create(input);
    expect(expires_in).toBe(300);
    const exchange = () =>
      t.call("/api/v1/widget/auth/exchange", { body: { client_key: t.widgetKey, token: user_token } });
    expect(await (await exchange()).json()).toMatchObject({
      visitor: { id: "u_1", type: "user", name: "Ada" },
    });
    expect(await codeOf(await exchange())).toEqual([409, "token_replayed"]);
  });

  it("fails for a key of nobody and for an empty id", async () => {
    const client_key = "pk_live_demo_nobodys";
    expect(await failureOf(client.userTokens.create({ client_key, user_id: "u" }))).toMatchObject({
      code: "unknown_client_key",
      status: 403,
    });
    expect((await failureOf(client.userTokens.create({ client_key: t.widgetKey, user_id: "" }))).code).toBe(
      "missing_user_id",
    );
  });
});

describe("publishableKeys and orgs", () => {
  const input = () => ({ allowed_domains: ["shop.example"], agent_id: t.seed.agents[0]?.number ?? 0 });

  it("creates, reads, updates and deactivates", async () => {
    const created = await client.publishableKeys.create(input());
    expect(created).toMatchObject({ name: "Web Widget", mode: "agent", is_active: true, is_enabled: true });
    expect(await client.publishableKeys.get(created.id)).toEqual(created);
    const webhook = { mode: "webhook", webhook_url: "https://shop.example/hook", is_enabled: false } as const;
    expect(await client.publishableKeys.update(created.id, webhook)).toMatchObject({
      ...webhook,
      agent_id: null,
    });
    expect(await client.publishableKeys.delete(created.id)).toBeUndefined();
    const listed = (await client.publishableKeys.list()).find(({ id }) => id === created.id);
    expect(listed).toMatchObject({ key: created.key, is_active: false });
  });

  it("tells which member is wrong", async () => {
    const failure = await failureOf(client.publishableKeys.create({ ...input(), allowed_domains: [] }));
    expect(failure).toMatchObject({
      status: 400,
      code: "invalid_request",
      fields: { allowed_domains: ["At least one allowed domain is required."] },
    });
    expect(failure.message).toContain("At least one allowed domain is required.");
    expect(await failureOf(client.publishableKeys.get(999_999))).toMatchObject({
      status: 404,
      code: "not_found",
    });
  });

  it("copies a key to another org of the owner, and moves one", async () => {
    const lab = await client.orgs.create({ slug: "demo_lab" });
    expect(await client.orgs.list()).toEqual([...t.seed.orgs, { id: lab.id, slug: "demo_lab" }]);
    const there = connect(lab.secret_key);
    const key = await client.publishableKeys.create({
      allowed_domains: ["shop.example"],
      mode: "webhook",
      webhook_url: "https://shop.example/hook",
    });
    const copy = await client.publishableKeys.transfer(key.id, {
      target_org_id: lab.id,
      mode: "copy",
      name: "Copy",
    });
    expect(copy.key).not.toBe(key.key);
    expect(await there.publishableKeys.get(copy.id)).toMatchObject({ name: "Copy", key: copy.key });
    const moved = await client.publishableKeys.transfer(key.id, { target_org_id: lab.id, mode: "move" });
    expect(moved.key).toBe(key.key);
    expect((await failureOf(client.publishableKeys.get(key.id))).status).toBe(404);
    expect((await there.publishableKeys.list()).map(({ id }) => id).sort()).toEqual([key.id, copy.id].sort());
  });
});

describe("agents", () => {
  it("creates, reads, lists, changes and deletes", async () => {
    const made = await client.agents.create({ name: "Ada B.", kind: "scripted", config: { script: "echo" } });
    expect(made).toMatchObject({
      slug: "ada-b",
      kind: "scripted",
      status: "active",
      number: expect.any(Number),
    });
    expect(await client.agents.list()).toContainEqual(made);
    expect(await client.agents.get(made.number)).toEqual(made);
    const openai = { kind: "openai", config: { base_url: "https://llm.example/v1", model: "m" } } as const;
    const other = await client.agents.create({ name: "Bo", slug: "bo-2", status: "paused", ...openai });
    expect(other).toMatchObject({ slug: "bo-2", status: "paused", config: openai.config });
    expect(await client.agents.update(made.id, { name: "Ada", status: "paused" })).toEqual({
      ...made,
      name: "Ada",
      status: "paused",
    });
    for (const { id } of [made, other]) expect(await client.agents.delete(id)).toBeUndefined();
    expect(await failureOf(client.agents.get(made.id))).toMatchObject({ status: 404, code: "not_found" });
  });

  it("tells which member of a config is wrong", async () => {
    const wrong = { kind: "ag-ui", config: { url: "ftp://agents.example" } } as const;
    const failure = await failureOf(client.agents.create({ name: "Bad", ...wrong }));
    expect(failure.code).toBe("invalid_request");
    expect(failure.message).toMatch(/url/);
  });
});

describe("widgetSettings", () => {
  it("changes the account's looks; null goes back to the default", async () => {
    const before = await client.widgetSettings.get();
    const after = await client.widgetSettings.update({ title: "Ask us", radius: 4, suggestions: ["Hi"] });
    expect(after).toEqual({ ...before, title: "Ask us", radius: 4, suggestions: ["Hi"] });
    const reset = await client.widgetSettings.update({ title: null, radius: null });
    expect([reset.title, reset.radius, reset.suggestions]).toEqual(["", 20, ["Hi"]]);
  });

  it("closes an agent to guests, which a page notices at once", async () => {
    const settings = client.widgetSettings.forAgent(
      t.seed.agents.find(({ slug }) => slug === "echo")?.id ?? "",
    );
    expect(await settings.get()).toMatchObject({ widget_enabled: true, auth_mode: "both" });
    expect(await settings.update({ auth_mode: "user" })).toMatchObject({
      widget_enabled: true,
      auth_mode: "user",
    });
    const body = { client_key: t.widgetKey, agent_id: "echo" };
    expect(await codeOf(await t.call("/api/v1/widget/auth/guest", { body }))).toEqual([
      403,
      "guest_not_allowed",
    ]);
  });
});

describe("webhookSettings", () => {
  it("shows, changes and rotates", async () => {
    const before = await client.webhookSettings.get();
    const number = t.seed.agents[1]?.number ?? 0;
    expect(await client.webhookSettings.update({ fallback_agent_id: number })).toMatchObject({
      secret: before.secret,
      fallback_agent_id: t.seed.agents[1]?.id,
    });
    const after = await client.webhookSettings.rotateSecret();
    expect(after).toMatchObject({
      previous_secret: before.secret,
      secret: expect.not.stringContaining(before.secret),
    });
    expect(await failureOf(client.webhookSettings.update({ fallback_agent_id: "nobody" }))).toMatchObject({
      status: 400,
    });
  });
});

it("printing the client does not show the key", () => {
  const texts = [inspect(client, { depth: null, showHidden: true }), JSON.stringify(client), String(client)];
  for (const text of texts) expect(text).not.toContain(t.seed.secret_key);
  expect(JSON.stringify(client)).toContain(HUB_URL);
});
