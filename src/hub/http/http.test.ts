import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_URL, PAGE, codeOf, createTestHub } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";

const GUEST = "/api/v1/widget/auth/guest";
const LOADER = "console.log('the loader');".repeat(50);

let t: TestHub;
let assetsDir: string;
beforeAll(async () => {
  assetsDir = await mkdtemp(join(tmpdir(), "foyer-assets-"));
  await Promise.all([
    writeFile(join(assetsDir, "foyer.js"), LOADER),
    mkdir(join(assetsDir, "12ab90/folder.js"), { recursive: true }).then(() =>
      writeFile(join(assetsDir, "12ab90/own-buttons.js"), "export {}"),
    ),
    writeFile(join(assetsDir, "cli.js"), "secret"),
  ]);
  t = await createTestHub({ assetsDir });
});
afterAll(async () => {
  await t.hub.close();
  await rm(assetsDir, { recursive: true });
});

const send = (body: BodyInit, contentType: string | null = "application/json") => {
  const request = new Request(HUB_URL + GUEST, {
    method: "POST",
    body,
    headers: { Accept: "application/json", Origin: PAGE },
  });
  if (contentType === null) request.headers.delete("Content-Type");
  else request.headers.set("Content-Type", contentType);
  return t.hub.fetch(request);
};
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

describe("N59 bodies", () => {
  it.each<[string, { body: BodyInit; type: string | null }, number, string]>([
    ["1 MB", { body: "x".repeat(1_000_000), type: "application/json" }, 413, "payload_too_large"],
    ["depth 10,000", { body: nested(10_000), type: "application/json" }, 400, "invalid_json"],
    ["an array of depth 65", { body: "[".repeat(65), type: "application/json" }, 400, "invalid_json"],
    [
      "invalid UTF-8",
      { body: new Uint8Array([0x22, 0xff, 0x22]), type: "application/json" },
      400,
      "invalid_json",
    ],
    ["no JSON", { body: "{", type: "application/json" }, 400, "invalid_json"],
    [
      "a form",
      { body: "client_key=x", type: "application/x-www-form-urlencoded" },
      415,
      "unsupported_media_type",
    ],
    ["plain text", { body: "{}", type: "text/plain" }, 415, "unsupported_media_type"],
    ["no type", { body: "{}", type: null }, 415, "unsupported_media_type"],
    ["an empty object", { body: "{}", type: "application/json; charset=utf-8" }, 400, "missing_client_key"],
    ["null", { body: "null", type: "application/json" }, 400, "missing_client_key"],
    ["an array", { body: "[1]", type: "application/vnd.acme+json" }, 400, "missing_client_key"],
  ])("%s", async (_case, { body, type }, status, code) => {
    expect(await codeOf(await send(body, type))).toEqual([status, code]);
  });

  it.each([
    ["said beforehand", true],
    ["not said", false],
  ])("may have 256 KiB and no byte more, their length %s", async (_case, isSaid) => {
    const outcome = async (length: number) => {
      const request = new Request(HUB_URL + GUEST, {
        method: "POST",
        body: "{}".padEnd(length),
        headers: { Accept: "application/json", Origin: PAGE, "Content-Type": "application/json" },
      });
      if (isSaid) request.headers.set("Content-Length", String(length));
      return codeOf(await t.hub.fetch(request));
    };
    expect(await outcome(256 * 1024)).toEqual([400, "missing_client_key"]);
    expect(await outcome(256 * 1024 + 1)).toEqual([413, "payload_too_large"]);
  });

  it("with a length that is not theirs are judged by what they are", async () => {
    const init = { method: "POST", body: "x".repeat(1_000_000), headers: { Accept: "application/json" } };
    const request = new Request(HUB_URL + GUEST, init);
    request.headers.set("Content-Type", "application/json");
    request.headers.set("Content-Length", "2");
    expect(await codeOf(await t.hub.fetch(request))).toEqual([413, "payload_too_large"]);
  });

  it("that say they are too long are refused before the first byte", async () => {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    const init = { method: "POST", body: new ReadableStream(), duplex: "half", headers };
    const request = new Request(HUB_URL + GUEST, init);
    request.headers.set("Content-Length", "1000000");
    expect(await codeOf(await t.hub.fetch(request))).toEqual([413, "payload_too_large"]);
  });

  it("are cut off when they stream on without a length", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
      },
    });
    const init = {
      method: "POST",
      body,
      duplex: "half",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
    };
    expect(await codeOf(await t.hub.fetch(new Request(HUB_URL + GUEST, init)))).toEqual([
      413,
      "payload_too_large",
    ]);
    expect(sent).toBeLessThan(10);
  });

  it("brackets and quotes inside of texts do not count as depth", async () => {
    const body = JSON.stringify({ client_key: t.widgetKey, note: `\\"${"[{".repeat(100)}` });
    expect((await send(body)).status).toBe(200);
  });

  it("__proto__ changes nothing but is ignored", async () => {
    const body = `{"__proto__":{"client_key":"x","polluted":1},"client_key":${JSON.stringify(t.widgetKey)},"constructor":{"prototype":{"polluted":1}}}`;
    expect((await send(body)).status).toBe(200);
    expect(await codeOf(await send('{"__proto__":{"client_key":"pk_live_demo_x"}}'))).toEqual([
      400,
      "missing_client_key",
    ]);
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("errors", () => {
  it.each([
    ["*/*", "text/plain; charset=utf-8"],
    ["text/html, */*;q=0.8", "text/plain; charset=utf-8"],
    ["application/json", "application/problem+json; charset=utf-8"],
    ["application/problem+json, text/event-stream", "application/problem+json; charset=utf-8"],
    ["application/jsonp", "text/plain; charset=utf-8"],
  ])("for Accept: %s come as %s", async (accept, contentType) => {
    const response = await t.call(GUEST, { body: {}, headers: { Accept: accept } });
    expect(response.headers.get("Content-Type")).toBe(contentType);
    if (contentType.startsWith("text")) expect(await response.text()).toBe("Missing client_key");
  });

  it("are whole problem objects", async () => {
    expect(await (await t.call(GUEST, { body: {} })).json()).toEqual({
      type: "urn:foyer:problem:missing_client_key",
      title: "Missing client_key",
      status: 400,
      detail: "Missing client_key",
      code: "missing_client_key",
      server_time: new Date(t.clock.now()).toISOString(),
    });
  });

  it("the documented sentence of a foreign origin is exact", async () => {
    const response = await t.call(GUEST, {
      body: { client_key: t.widgetKey },
      origin: "https://evil.example",
      headers: { Accept: "*/*" },
    });
    expect([response.status, await response.text()]).toEqual([
      403,
      "Origin not in allowlist for this client_key",
    ]);
  });

  it.each([
    ["GET", "/nowhere", 404, "not_found"],
    ["GET", "/api/v1/widget/nowhere", 404, "not_found"],
    ["GET", "/api/v1/widget/config/../../x", 404, "not_found"],
    ["GET", GUEST, 405, "method_not_allowed"],
    ["DELETE", "/healthz", 405, "method_not_allowed"],
    ["PUT", "/api/v1/widget/connect", 405, "method_not_allowed"],
    ["PUT", "/foyer.js", 405, "method_not_allowed"],
    ["DELETE", "/12ab90/own-buttons.js", 405, "method_not_allowed"],
    ["PUT", "/12ab90/nowhere.js", 404, "not_found"],
    ["GET", "/api/v1/widget/threads/%E0%A4%A/messages", 401, "invalid_session"],
  ])("%s %s is %i", async (method, path, status, code) => {
    expect(await codeOf(await t.call(path, { method }))).toEqual([status, code]);
  });

  it("a wrong method names the right ones", async () => {
    const allow = async (method: string, path: string) =>
      (await t.call(path, { method, origin: null })).headers.get("Allow");
    expect(await allow("PUT", "/api/v1/widget-keys")).toBe("GET, HEAD, POST");
    expect(await allow("GET", GUEST)).toBe("POST");
    expect(await allow("PUT", "/foyer.js")).toBe("GET, HEAD");
    expect(await allow("PUT", "/v1/publishable-key/1")).toBe("GET, HEAD, PATCH, DELETE");
  });

  it("a bug answers 500 and says nothing of itself, only to the log", async () => {
    const broken = await createTestHub({ database: { kind: "memory" } });
    await broken.hub.close();
    const response = await broken.call("/api/v1/widget/config?client_key=" + broken.widgetKey);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: "internal_error", detail: "Internal error" });
    expect(broken.log.some(({ event }) => event === "internal_error")).toBe(true);
  });
});

describe("headers", () => {
  it("every answer has its own request id, and the log knows it", async () => {
    const ids = await Promise.all(
      ["/healthz", "/nowhere", GUEST].map(async (path) => (await t.call(path)).headers.get("X-Request-Id")),
    );
    expect(new Set(ids).size).toBe(3);
    expect(t.log.map((line) => line["request_id"])).toEqual(expect.arrayContaining(ids));
  });

  it.each(["/api/v1", "/v1"])(
    "below %s every widget answer can be read by its page, errors included",
    async (prefix) => {
      for (const path of ["/widget/config", "/widget/auth/guest", "/widget/nowhere", "/widget/threads"]) {
        const { headers } = await t.call(prefix + path, { origin: "https://anything.example" });
        expect(headers.get("Access-Control-Allow-Origin")).toBe("https://anything.example");
        expect(headers.get("Access-Control-Expose-Headers")).toBe("Retry-After, Date, X-Request-Id");
        expect(headers.get("Vary")).toContain("Origin");
        expect(headers.get("Access-Control-Allow-Credentials")).toBeNull();
      }
    },
  );

  it("serves the alias of every widget route", async () => {
    expect((await t.call("/v1/widget/auth/guest", { body: { client_key: t.widgetKey } })).status).toBe(200);
    expect((await t.call("/v1/widget-keys")).status).toBe(404);
  });

  it("answers any preflight of a widget route, private network included", async () => {
    const headers = {
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Private-Network": "true",
    };
    const response = await t.call("/api/v1/widget/connect", {
      method: "OPTIONS",
      origin: "https://any.example",
      headers,
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://any.example");
    expect(response.headers.get("Access-Control-Allow-Headers")).toBe(
      "Authorization, Content-Type, Last-Event-ID, Accept",
    );
    expect(response.headers.get("Access-Control-Max-Age")).toBe("600");
    expect(response.headers.get("Access-Control-Allow-Private-Network")).toBe("true");
  });

  it.each([
    "/api/v1/widget-keys",
    "/v1/publishable-key",
    "/api/v1/agents",
    "/api/v1/widget-settings",
    "/api/v1/webhook-settings",
    "/api/v1/orgs",
    "/metrics",
    "/healthz",
    "/openapi.json",
    "/.well-known/jwks.json",
    "/foyer.js",
  ])("answers no preflight of %s: no page elsewhere may send what needs one", async (path) => {
    const asked = {
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization",
      "Access-Control-Request-Private-Network": "true",
    };
    const { ok, headers } = await t.call(path, {
      method: "OPTIONS",
      origin: "https://any.example",
      headers: asked,
    });
    const granted = ["Methods", "Headers", "Private-Network", "Credentials"].map((what) =>
      headers.get(`Access-Control-Allow-${what}`),
    );
    expect([ok, ...granted]).toEqual([false, null, null, null, null]);
  });
});

describe("files of the widget", () => {
  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    t.hub.fetch(new Request(HUB_URL + path, { method, headers }));

  it("the loader is cached shortly, its parts for ever", async () => {
    const loader = await get("/foyer.js");
    expect(await loader.text()).toBe(LOADER);
    expect(loader.headers.get("Cache-Control")).toBe("public, max-age=300, stale-while-revalidate=86400");
    expect(loader.headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
    expect(loader.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(loader.headers.get("Cross-Origin-Resource-Policy")).toBe("cross-origin");
    expect(loader.headers.get("X-Content-Type-Options")).toBe("nosniff");
    const panel = await get("/12ab90/own-buttons.js");
    expect(panel.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
  });

  it.each([
    ["br", true],
    ["gzip, deflate, br;q=0.5", true],
    ["br;q=0", false],
    ["gzip", false],
    ["xbr", false],
  ])("Accept-Encoding: %s -> brotli %s", async (encoding, isBrotli) => {
    const response = await get("/foyer.js", { "Accept-Encoding": encoding });
    expect(response.headers.get("Content-Encoding")).toBe(isBrotli ? "br" : null);
    expect(response.headers.get("Vary")).toBe("Accept-Encoding");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect((isBrotli ? brotliDecompressSync(bytes) : bytes).toString()).toBe(LOADER);
    expect(response.headers.get("Content-Length")).toBe(String(bytes.byteLength));
  });

  it("answers 304 for a known ETag, of the same encoding only", async () => {
    const etag = (await get("/foyer.js", { "Accept-Encoding": "br" })).headers.get("ETag") ?? "";
    expect(
      (await get("/foyer.js", { "Accept-Encoding": "br", "If-None-Match": `"x", W/${etag}` })).status,
    ).toBe(304);
    expect((await get("/foyer.js", { "If-None-Match": etag })).status).toBe(200);
  });

  it("answers HEAD without a body", async () => {
    const response = await get("/foyer.js", {}, "HEAD");
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  it("serves a rebuilt loader at once", async () => {
    await get("/foyer.js");
    await writeFile(join(assetsDir, "foyer.js"), "new");
    expect(await (await get("/foyer.js")).text()).toBe("new");
    await writeFile(join(assetsDir, "foyer.js"), LOADER);
  });

  it.each([
    "/cli.js",
    "/12ab90/folder.js",
    "/12ab90/missing.js",
    "/12ab90/",
    "/12ab90/../cli.js",
    "/12ab90/..%2fcli.js",
    "/own-buttons.js",
    "/12ab90/own-buttons.css",
    "/..%2ffoyer.js",
    "/../cli.js",
    "/foyer.js/",
    "/",
  ])("%s is not served", async (path) => expect((await get(path)).status).toBe(404));
});
