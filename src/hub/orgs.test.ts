import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CreatedOrg, Org } from "../protocol/orgs.ts";
import type { PublishableKey } from "../protocol/publishable-keys.ts";
import { codeOf, createTestHub, readBody } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";

const ORGS = "/api/v1/orgs";
const KEYS = "/v1/publishable-key";
const PAGE_OF_KEY = "https://example.com";

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub();
}, 60_000);
afterAll(() => t.hub.close());

let count = 0;
const freshSlug = () => `org_${(count += 1)}`;
const createHere = async (slug = freshSlug()) =>
  readBody<CreatedOrg>(await t.manage(ORGS, { body: { slug } }));
const as = (org: CreatedOrg) => ({ token: org.secret_key });

describe("orgs", () => {
  it("are created with a secret key that works, and listed by all of the same owner", async () => {
    const response = await t.manage(ORGS, { body: { slug: "new_org" } });
    expect(response.status).toBe(201);
    const org = await readBody<CreatedOrg>(response);
    expect(org).toEqual({
      id: expect.any(Number),
      slug: "new_org",
      secret_key: expect.stringMatching(/^sk_live_new_org_[a-z0-9]{40}$/),
    });
    const grandchild = await readBody<CreatedOrg>(
      await t.manage(ORGS, { ...as(org), body: { slug: freshSlug() } }),
    );
    const ofOwner = await readBody<Org[]>(await t.manage(ORGS));
    expect(ofOwner.slice(0, 2)).toEqual(t.seed.orgs);
    expect(await readBody<Org[]>(await t.manage(ORGS, as(grandchild)))).toEqual(ofOwner);
    expect(JSON.stringify(ofOwner)).not.toContain("sk_live");
  });

  it("have keys and agents of their own", async () => {
    const org = await createHere();
    expect(await readBody(await t.manage("/api/v1/widget-keys", as(org)))).toEqual([]);
    expect(await readBody(await t.manage(KEYS, as(org)))).toEqual([]);
  });

  it.each([
    {},
    { slug: "" },
    { slug: "Upper" },
    { slug: "a-b" },
    { slug: "_a" },
    { slug: 7 },
    { slug: "x".repeat(41) },
    { slug: "demo" },
    [],
  ])("%j is refused", async (body) =>
    expect(await codeOf(await t.manage(ORGS, { body }))).toEqual([400, "invalid_request"]),
  );

  it("one slug at once by two is one org", async () => {
    const slug = freshSlug();
    const both = await Promise.all([1, 2].map(() => t.manage(ORGS, { body: { slug } })));
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 400]);
  });

  it("another method is 405, no key is 401", async () => {
    expect(await codeOf(await t.manage(ORGS, { method: "DELETE" }))).toEqual([405, "method_not_allowed"]);
    expect(await codeOf(await t.call(ORGS, { origin: null }))).toEqual([401, "missing_bearer"]);
  });
});

describe("transfer", () => {
  let key: PublishableKey;
  let target: CreatedOrg;
  beforeEach(async () => {
    target = await createHere();
    key = await create({ mode: "webhook", webhook_url: "https://hooks.example.com/in" });
  });
  const create = async (body: Record<string, unknown>) =>
    readBody<PublishableKey>(
      await t.manage(KEYS, { body: { name: "Shop", allowed_domains: ["example.com"], ...body } }),
    );
  const transfer = (id: number, body: unknown, options = {}) =>
    t.manage(`${KEYS}/${id}/transfer`, { body, ...options });
  const find = async (org: CreatedOrg | null, id: number) =>
    t.manage(`${KEYS}/${id}`, org === null ? {} : as(org));
  const bound = (slug: string) =>
    create({ agent_id: t.seed.agents.find((agent) => agent.slug === slug)?.number });

  it("copy makes a new key there and leaves this one alone", async () => {
    const response = await transfer(key.id, { target_org_id: target.id, mode: "copy" });
    expect(response.status).toBe(201);
    const copy = await readBody<PublishableKey>(response);
    expect(copy).toEqual({ ...key, id: copy.id, key: copy.key, key_prefix: copy.key.slice(0, 12) });
    expect(copy.id).not.toBe(key.id);
    expect(copy.key).toMatch(new RegExp(`^pk_live_${target.slug}_[a-z0-9]{26}$`));
    expect(await readBody(await find(null, key.id))).toEqual(key);
    expect(await readBody(await find(target, copy.id))).toEqual(copy);
    expect((await find(null, copy.id)).status).toBe(404);
  });

  it("move takes the key there with its value, renamed if asked; again, it is not found here", async () => {
    const body = { target_org_id: target.id, mode: "move", name: "Moved" };
    const response = await transfer(key.id, body);
    expect(response.status).toBe(200);
    expect(await readBody(response)).toEqual({ ...key, name: "Moved" });
    expect((await find(null, key.id)).status).toBe(404);
    expect(await codeOf(await transfer(key.id, body))).toEqual([404, "not_found"]);
    expect((await readBody<PublishableKey>(await find(target, key.id))).key).toBe(key.key);
  });

  it("two moves at once: one wins", async () => {
    const other = await createHere();
    const both = await Promise.all(
      [target, other].map(({ id }) => transfer(key.id, { target_org_id: id, mode: "move" })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  });

  it("the binding follows to the agent of the same slug, else 400", async () => {
    const support = await bound("support");
    const refused = await transfer(support.id, { target_org_id: target.id, mode: "copy" });
    expect(await refused.json()).toMatchObject({ status: 400, agent_id: [expect.stringContaining("slug")] });
    const second = t.seed.orgs[1]?.id;
    const copy = await readBody<PublishableKey>(
      await transfer(support.id, { target_org_id: second, mode: "copy" }),
    );
    expect(copy.agent_id).not.toBe(support.agent_id);
    const config = await t.call(`/api/v1/widget/config?client_key=${copy.key}`, { origin: PAGE_OF_KEY });
    expect(await readBody(config)).toMatchObject({ agent: { name: "Nova" } });
  });

  it("sessions of a moved key end: what was said belongs to the old org", async () => {
    const support = await bound("support");
    const session = await t.guest({ key: support.key, origin: PAGE_OF_KEY });
    await transfer(support.id, { target_org_id: t.seed.orgs[1]?.id, mode: "move" });
    const threads = await t.call("/api/v1/widget/threads", { token: session.token, origin: PAGE_OF_KEY });
    expect(await codeOf(threads)).toEqual([401, "session_revoked"]);
    expect((await t.guest({ key: support.key, origin: PAGE_OF_KEY })).agent.id).not.toBe(session.agent.id);
  });

  it("an org of another owner and one that is nowhere are refused alike; a deactivated key stays", async () => {
    const stranger = await t.hub.createOrg({ slug: freshSlug() });
    const sentence = "No such org, or it is not yours.";
    for (const id of [stranger.id, 999_999]) {
      const response = await transfer(key.id, { target_org_id: id, mode: "move" });
      expect(await response.json()).toMatchObject({ status: 400, target_org_id: [sentence] });
    }
    const body = { target_org_id: stranger.id, mode: "move" };
    expect(await codeOf(await transfer(key.id, body, as(stranger)))).toEqual([404, "not_found"]);
    await t.manage(`${KEYS}/${key.id}`, { method: "DELETE" });
    expect((await transfer(key.id, { target_org_id: target.id, mode: "copy" })).status).toBe(400);
  });

  it.each([
    {},
    { target_org_id: 1 },
    { target_org_id: "1", mode: "copy" },
    { target_org_id: 1, mode: "steal" },
  ])("%j is refused", async (body) =>
    expect(await codeOf(await transfer(key.id, body))).toEqual([400, "invalid_request"]),
  );
});
