// N59: no body, path or header of a stranger makes an endpoint fail: it is served, or refused with a documented code.
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WIRE_ERRORS } from "../protocol/errors.ts";
import type { SessionAnswer } from "../protocol/session.ts";
import { createTestHub } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";

let t: TestHub;
let session: SessionAnswer;
beforeAll(async () => {
  t = await createTestHub();
  session = await t.guest();
  t.clock.runFreely();
});
afterAll(() => t.hub.close());

type Door = "page" | "visitor" | "backend";
const ENDPOINTS: [method: string, path: string, door: Door][] = [
  ["POST", "/api/v1/widget/auth/guest", "page"],
  ["POST", "/api/v1/widget/auth/exchange", "page"],
  ["POST", "/api/v1/widget/auth/refresh", "page"],
  ["POST", "/api/v1/widget/auth/logout", "page"],
  ["POST", "/api/v1/widget/auth/user-token", "backend"],
  ["POST", "/api/v1/widget/connect", "visitor"],
  ["POST", "/api/v1/widget-keys", "backend"],
  ["PATCH", "/api/v1/widget-keys/{id}", "backend"],
  ["POST", "/v1/publishable-key", "backend"],
  ["PATCH", "/v1/publishable-key/{id}", "backend"],
  ["POST", "/v1/publishable-key/{id}/transfer", "backend"],
  ["PATCH", "/api/v1/webhook-settings", "backend"],
  ["POST", "/api/v1/agents", "backend"],
  ["PATCH", "/api/v1/agents/{id}", "backend"],
  ["PATCH", "/api/v1/agents/{id}/widget-settings", "backend"],
  ["PATCH", "/api/v1/widget-settings", "backend"],
  ["POST", "/api/v1/orgs", "backend"],
];

/** Members that endpoints know, with values that are right, wrong and hostile. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    "agent",
    "webhook",
    "support",
    "move",
    "copy",
    "https://hooks.example/",
    "\0",
    "'; drop table",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(2 ** 31, -1, 0, 1.5, 1e308, Number.MAX_SAFE_INTEGER),
  fc.constant("x".repeat(5000)),
);
const NAMES =
  "client_key agent_id token refresh_token user_id name email claims domain_allowlist disabled mode webhook_url " +
  "allowed_domains is_enabled target_org_id fallback_agent_id kind slug status config threadId runId messages tools context id created_at " +
  "title greeting suggestions radius auth_mode __proto__ constructor";
const known = fc.dictionary(fc.constantFrom(...NAMES.split(" ")), value, { maxKeys: 8 });

/** A body that comes near to being right: the key of the demo stands in it. */
const near = fc
  .tuple(known, fc.constantFrom("client_key", "name", "refresh_token"))
  .map(([body, member]) => ({
    ...body,
    ...(member === "client_key" ? { client_key: t.widgetKey } : {}),
    ...(member === "name" ? { name: "Test", domain_allowlist: ["shop.example"] } : {}),
    ...(member === "refresh_token" ? { refresh_token: session.refresh_token.slice(0, -1) } : {}),
  }));

const id = fc.oneof(
  fc.constantFrom("1", "0", "-1", "9".repeat(30), "..%2f", "%00", "%ff", "null", "constructor"),
  fc.uuid(),
  fc.string({ minLength: 1, unit: "binary" }).map((text) => encodeURIComponent(text)),
);

async function expectServedOrRefused(response: Response): Promise<void> {
  const text = await response.text();
  const said = `${response.status} ${text.slice(0, 300)}`;
  expect(response.status, said).toBeLessThan(500);
  expect(response.headers.get("X-Request-Id"), said).not.toBeNull();
  if (response.ok) return;
  const body = JSON.parse(text) as { code?: string };
  expect(Object.keys(WIRE_ERRORS), said).toContain(body.code);
  expect(text).not.toMatch(/\bat .+\.(ts|js):\d+|select |insert |relation /i);
}

const call = (method: string, path: string, door: Door, body: unknown) => {
  const token = door === "visitor" ? { token: session.token } : {};
  return door === "backend" ? t.manage(path, { method, body }) : t.call(path, { method, body, ...token });
};

describe.each(ENDPOINTS)("%s %s", (method, pattern, door) => {
  it("takes or refuses every body", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(known, near, fc.jsonValue()), id, async (body, at) => {
        const path = pattern.replace("{id}", at);
        await expectServedOrRefused(await call(method, path, door, body));
      }),
      { numRuns: 40 },
    );
  }, 30_000);
});

const GETS: [path: string, door: Door][] = [
  ["/api/v1/widget/config?client_key={id}&agent={id}", "page"],
  ["/api/v1/widget/threads/{id}/messages?limit={id}&before={id}", "visitor"],
  ["/api/v1/widget/runs/{id}/events", "visitor"],
  ["/v1/publishable-key/{id}", "backend"],
  ["/{id}", "page"],
];

describe.each(GETS)("GET %s", (pattern, door) => {
  it("takes or refuses every path and query", async () => {
    await fc.assert(
      fc.asyncProperty(id, async (at) => {
        await expectServedOrRefused(await call("GET", pattern.replaceAll("{id}", at), door, undefined));
      }),
      { numRuns: 40 },
    );
  }, 30_000);
});

it("no header breaks anything", async () => {
  const header = fc.string({
    unit: fc.constantFrom(...'abc,;="*/ .:[]%0\\\t{}-éÿ'.split("")),
    maxLength: 60,
  });
  const names = fc.constantFrom(
    "Origin",
    "Referer",
    "Accept",
    "Authorization",
    "Last-Event-ID",
    "If-None-Match",
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, header), async (headers) => {
      const config = `/api/v1/widget/config?client_key=${t.widgetKey}`;
      await expectServedOrRefused(
        await t.call(config, { origin: null, headers: { ...headers, Accept: "application/problem+json" } }),
      );
      await t.call("/api/v1/widget-keys", { origin: null, headers });
    }),
  );
  expect(t.log.filter(({ event }) => event === "internal_error")).toEqual([]);
});
