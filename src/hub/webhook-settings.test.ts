import { afterAll, beforeAll, expect, it } from "vitest";
import type { WebhookSettingsAnswer } from "../protocol/webhook.ts";
import { codeOf, createTestHub, PAGE, readBody } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";

const SETTINGS = "/api/v1/webhook-settings";
const ROTATE = `${SETTINGS}/rotate-secret`;
const HOUR_MS = 3_600_000;

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub();
});
afterAll(() => t.hub.close());

const settings = async () => readBody<WebhookSettingsAnswer>(await t.manage(SETTINGS));
const rotate = async () => readBody<WebhookSettingsAnswer>(await t.manage(ROTATE, { method: "POST" }));
const patch = (body: unknown) => t.manage(SETTINGS, { method: "PATCH", body });

it("makes one secret at the first look, also when two look at once", async () => {
  const all = await Promise.all([settings(), settings(), settings()]);
  expect(all[0]).toEqual({
    secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
    previous_secret: null,
    previous_until: null,
    fallback_agent_id: null,
    updated_at: expect.any(String),
  });
  expect(new Set(all.map(({ secret }) => secret)).size).toBe(1);
  expect((await t.manage(SETTINGS)).headers.get("Cache-Control")).toBe("no-store");
  expect(JSON.stringify(t.log)).not.toContain(all[0]?.secret.slice(6, 20));
});

it("takes a fallback agent by id, slug or number, and none", async () => {
  const [agent] = t.seed.agents;
  for (const reference of [agent?.id, agent?.slug, agent?.number]) {
    await patch({ fallback_agent_id: null });
    const changed = await readBody<WebhookSettingsAnswer>(await patch({ fallback_agent_id: reference }));
    expect(changed.fallback_agent_id).toBe(agent?.id);
    expect(await settings()).toEqual(changed);
  }
  expect(await readBody(await patch({ fallback_agent_id: null }))).toMatchObject({ fallback_agent_id: null });
});

it.each([
  {},
  { fallback_agent_id: "nobody" },
  { fallback_agent_id: 1.5 },
  { fallback_agent_id: "" },
  [],
  null,
])("refuses %j and changes nothing", async (body) => {
  await patch({ fallback_agent_id: "echo" });
  const before = await settings();
  expect(await codeOf(await patch(body))).toEqual([400, "invalid_request"]);
  expect(await settings()).toEqual(before);
});

it("keeps the secret before for a day, and only one", async () => {
  const before = await settings();
  const changed = await rotate();
  expect(changed.secret).not.toBe(before.secret);
  expect(changed.previous_secret).toBe(before.secret);
  await t.clock.advance(24 * HOUR_MS - 1);
  expect((await settings()).previous_secret).toBe(before.secret);
  await t.clock.advance(1);
  expect(await settings()).toMatchObject({
    secret: changed.secret,
    previous_secret: null,
    previous_until: null,
  });
  const [again, once] = [await rotate(), await rotate()];
  expect(once.previous_secret).toBe(again.secret);
  const both = await Promise.all([rotate(), rotate()]);
  const { secret, previous_secret } = await settings();
  expect([secret, previous_secret].toSorted()).toEqual(both.map((answer) => answer.secret).toSorted());
});

it("belongs to the holder of the secret key, and never to a page", async () => {
  for (const [path, method] of [
    [SETTINGS, "GET"],
    [SETTINGS, "PATCH"],
    [ROTATE, "POST"],
  ] as const) {
    expect(await codeOf(await t.call(path, { method, origin: null }))).toEqual([401, "missing_bearer"]);
    expect(await codeOf(await t.manage(path, { method, origin: PAGE }))).toEqual([
      403,
      "secret_key_in_browser",
    ]);
  }
  expect(await codeOf(await t.manage(SETTINGS, { method: "DELETE" }))).toEqual([405, "method_not_allowed"]);
  expect(await codeOf(await t.manage(ROTATE))).toEqual([405, "method_not_allowed"]);
});
