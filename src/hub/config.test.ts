import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../protocol/config.ts";
import { codeOf, createTestHub, readBody } from "./testing/harness.ts";
import type { CallOptions, TestHub } from "./testing/harness.ts";

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub();
});
afterAll(() => t.hub.close());

const config = (query: Record<string, string>, options: CallOptions = {}) =>
  t.call(`/api/v1/widget/config?${new URLSearchParams(query).toString()}`, options);

describe("config", () => {
  it("answers what the widget's own reader takes, unchanged", async () => {
    const response = await config({ client_key: t.widgetKey });
    expect(response.headers.get("Cache-Control")).toBe("private, max-age=60");
    expect(response.headers.get("Vary")).toBe("Origin");
    const { server_time, features, auth_modes, ...body } = await readBody<Record<string, unknown>>(response);
    expect([server_time, features]).toEqual([new Date(t.clock.now()).toISOString(), {}]);
    expect(auth_modes).toEqual(["guest", "user"]);
    expect(parseConfig(body)).toEqual(body);
    expect(body).toMatchObject({
      agent: { id: t.seed.agents[0]?.id, name: "Nova" },
      branding: {
        primary_color: "#3b5bdb",
        greeting: "Hi, I'm Nova. What are you looking for today?",
        suggestions: { length: 3 },
      },
    });
  });

  it("answers 304 for a known ETag, also later", async () => {
    const etag = (await config({ client_key: t.widgetKey })).headers.get("ETag") ?? "";
    await t.clock.advance(5000);
    const again = await config({ client_key: t.widgetKey }, { headers: { "If-None-Match": etag } });
    expect([again.status, again.headers.get("ETag"), await again.text()]).toEqual([304, etag, ""]);
    expect(again.headers.get("Access-Control-Allow-Origin")).not.toBeNull();
    const other = await config(
      { client_key: t.widgetKey, agent: "echo" },
      { headers: { "If-None-Match": etag } },
    );
    expect(other.status).toBe(200);
  });

  it("works with a publishable key, whose bound agent wins", async () => {
    const body = await readBody<{ agent: { name: string } }>(
      await config({ client_key: t.publishableKey, agent: "echo" }),
    );
    expect(body.agent.name).toBe("Nova");
  });

  it.each([
    [{}, 400, "missing_client_key"],
    [{ client_key: "" }, 400, "missing_client_key"],
    [{ client_key: "pk_live_demo_aaaaaaaaaaaaaaaaaaaaaaaaaa" }, 403, "unknown_client_key"],
    [{ client_key: "x".repeat(3000) }, 403, "unknown_client_key"],
    [{ client_key: "x".repeat(10_000) }, 414, "uri_too_long"],
    [{ client_key: "pk_live_demo_foyerdemositewidgetkey0001", agent: "nobody" }, 404, "agent_not_found"],
  ])("%j is refused with %i %s", async (query, status, code) => {
    expect(await codeOf(await config(query))).toEqual([status, code]);
  });

  it("is refused to other origins before anything about agents is told", async () => {
    const response = await config(
      { client_key: t.widgetKey, agent: "nobody" },
      { origin: "https://evil.example" },
    );
    expect(await codeOf(response)).toEqual([403, "origin_not_allowed"]);
  });

  it("is refused to other origins in the documented words", async () => {
    const foreign = { origin: "https://evil.example", headers: { Accept: "*/*" } };
    const response = await config({ client_key: t.widgetKey }, foreign);
    expect([response.status, await response.text()]).toEqual([403, "Origin not in allowlist"]);
  });
});
