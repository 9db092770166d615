import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_URL, PAGE, codeOf, createTestHub, readBody } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createRouteLabels } from "./route-labels.ts";

const MINUTE_MS = 60_000;
let t: TestHub;
beforeAll(async () => {
  t = await createTestHub({ publicHosts: ["hub.internal"] });
});
afterAll(() => t.hub.close());

const metricOf = async (name: string): Promise<number> => {
  const text = await (await t.call("/metrics", { origin: null })).text();
  return Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1]);
};

describe("N60 host names", () => {
  it.each([
    ["http://evil.test:8787", 421],
    ["http://127.0.0.1.nip.io:8787", 421],
    ["http://localhost.evil.test", 421],
    ["http://10.0.0.1:8787", 421],
    ["http://localhost:9999", 200],
    ["http://127.0.0.1:8787", 200],
    ["http://[::1]:8787", 200],
    ["http://HUB.internal", 200],
  ])("%s is %i", async (host, status) => {
    const response = await t.hub.fetch(new Request(`${host}/.well-known/jwks.json`));
    expect(response.status).toBe(status);
  });

  it("do not matter to probes, whose answers hold nothing", async () => {
    expect((await t.hub.fetch(new Request("http://10.0.0.1:8787/readyz"))).status).toBe(200);
  });
});

describe("N60 a page elsewhere", () => {
  const body = { name: "Mine", domain_allowlist: ["evil.test"] };
  it.each<[string, Record<string, string>]>([
    ["by its origin", { Origin: "https://evil.test" }],
    ["by the word of its browser", { "Sec-Fetch-Site": "cross-site" }],
    ["on a sibling host", { "Sec-Fetch-Site": "same-site" }],
  ])("changes nothing, known %s", async (_case, headers) => {
    for (const path of ["/api/v1/widget-keys", "/v1/publishable-key", "/api/v1/agents"]) {
      const response = await t.call(path, { origin: null, headers, body });
      expect(await codeOf(response)).toEqual([403, "cross_site_request"]);
    }
  });

  it("is not what a backend is", async () => {
    expect((await t.manage("/api/v1/widget-keys", { body })).status).toBe(201);
  });
});

it("an endless address is refused before it is looked at", async () => {
  const path = "/api/v1/widget/config?client_key=";
  const ask = (length: number) => t.call(path.padEnd(length - HUB_URL.length, "x"));
  expect(await codeOf(await ask(4096))).not.toEqual([414, "uri_too_long"]);
  expect(await codeOf(await ask(4097))).toEqual([414, "uri_too_long"]);
});

describe("probes", () => {
  it("tell a hub that answers from one that can take visitors", async () => {
    const stopping = await createTestHub();
    expect((await stopping.call("/readyz")).status).toBe(200);
    await stopping.hub.drain(0);
    expect(await codeOf(await stopping.call("/readyz"))).toEqual([503, "not_ready"]);
    expect((await stopping.call("/healthz")).status).toBe(200);
    expect((await stopping.call("/api/v1/widget/config?client_key=" + stopping.widgetKey)).status).toBe(200);
    await stopping.hub.close();
    expect((await stopping.call("/healthz")).status).toBe(200);
  });

  it("notice a store that is gone", async () => {
    const broken = await createTestHub({ database: { kind: "memory" } });
    await broken.hub.close();
    expect(await codeOf(await broken.call("/readyz"))).toEqual([503, "not_ready"]);
  });
});

describe("metrics", () => {
  it("count by pattern, never by what a visitor chose", async () => {
    await t.call("/api/v1/widget/threads/secret-thread/messages");
    await t.call("/nowhere/secret-path");
    const text = await (await t.call("/metrics", { origin: null })).text();
    expect(text).toContain('route="/api/v1/widget/threads/:id/messages",method="GET",status="401"');
    expect(text).toContain('route="other",method="GET",status="404"');
    expect(text).not.toContain("secret-");
    expect(await metricOf("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
  });

  it("are there for this machine, and not through a proxy on it", async () => {
    const from = (address: string, headers: Record<string, string> = {}) =>
      t.hub.fetch(new Request(`${HUB_URL}/metrics`, { headers }), { address });
    expect((await from("127.0.0.1")).status).toBe(200);
    expect((await from("::1")).status).toBe(200);
    expect((await from("192.0.2.7")).status).toBe(404);
    expect((await from("127.0.0.1", { "X-Forwarded-For": "192.0.2.7" })).status).toBe(404);
  });
});

it.each([
  ["/a/:id", "/a/1", "/a/:id"],
  ["/a/:id", "/a/1/2", "other"],
  ["/a/:id", "/a/", "other"],
  ["/a/:id/b", "/a/x%2Fy/b", "/a/:id/b"],
  ["/a", "/a", "/a"],
])("with the route %s the path %s is counted as %s", (pattern, path, label) => {
  expect(createRouteLabels([pattern])(path)).toBe(label);
});

it("N67 a server clock that steps back 10 minutes ends no conversation", async () => {
  let offsetMs = 0;
  const manual = createManualClock();
  const clock = Object.create(manual, { now: { value: () => manual.now() + offsetMs } }) as typeof manual;
  const hub = await createTestHub({ clock });
  clock.runFreely();
  const before = await hub.guest({ agent: "echo" });
  const threads = (token: string) => hub.call("/api/v1/widget/threads", { token });
  offsetMs = -5000;
  expect((await threads(before.token)).status).toBe(200);
  offsetMs = -6000;
  expect(await codeOf(await threads(before.token))).toEqual([401, "invalid_session"]);
  offsetMs = -10 * MINUTE_MS;
  expect(await codeOf(await threads(before.token))).toEqual([401, "invalid_session"]);
  const body = { refresh_token: before.refresh_token };
  const after = await readBody<{ token: string }>(await hub.call("/api/v1/widget/auth/refresh", { body }));
  expect((await threads(after.token)).status).toBe(200);
  expect((await threads((await hub.guest({ agent: "echo" })).token)).status).toBe(200);
  await hub.hub.close();
});

it("whatever is refused can be read by the page", async () => {
  const response = await t.hub.fetch(
    new Request("http://evil.test/api/v1/widget/config", { headers: { Origin: PAGE } }),
  );
  expect([response.status, response.headers.get("Access-Control-Allow-Origin")]).toEqual([421, PAGE]);
});
