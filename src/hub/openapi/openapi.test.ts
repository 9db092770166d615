import { createHash } from "node:crypto";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as v from "valibot";
import { WIRE_ERRORS } from "../../protocol/errors.ts";
import * as paths from "../../protocol/paths.ts";
import { createTestHub, readBody } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";
import type { Endpoint, Routes } from "../http/router.ts";
import { createDocument } from "./document.ts";
import type { OpenApiDocument, Operation } from "./document.ts";
import { renderPage } from "./page.ts";

let t: TestHub;
let document: OpenApiDocument;
let page: Response;
let markup: string;
beforeAll(async () => {
  t = await createTestHub();
  document = await readBody(await t.call("/openapi.json", { origin: null }));
  page = await t.call("/docs", { origin: null });
  markup = await page.text();
}, 60_000);
afterAll(() => t.hub.close());

const operations = (): [method: string, path: string, operation: Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
      method.toUpperCase(),
      path,
      operation,
    ]),
  );
const callable = (path: string) => path.replace(/\{\w+\}/g, "none");

describe("the document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate({ ...document });
    expect(errors).toBeUndefined();
    expect([valid, validator.version]).toEqual([true, "3.1"]);
  });

  it("describes what is mounted: under every path, another method is told exactly the methods it lists", async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const listed = Object.keys(methods).map((method) => method.toUpperCase());
      const mounts = path.includes("/widget/") ? [path, path.replace("/api/v1/", "/v1/")] : [path];
      for (const mount of mounts) {
        const response = await t.call(callable(mount), { method: "PUT", origin: null });
        const { detail } = (await response.json()) as { detail: string };
        expect([mount, response.status, detail]).toEqual([mount, 405, `Use ${listed.join(" or ")}`]);
      }
    }
  });

  it("leaves out no path that the wire knows", () => {
    const known = Object.values({ ...paths, ...paths.WIDGET_PATHS, API: null }).filter(
      (path) => typeof path === "string",
    );
    const described = Object.keys(document.paths);
    const missing = known.filter(
      (path) => !described.some((template) => template === path || template.startsWith(`${path}/`)),
    );
    expect(known.length).toBeGreaterThan(15);
    expect(missing).toEqual([]);
  });

  it("names every operation once, as the public documents name theirs", () => {
    const ids = operations().map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining(["getApiV1WidgetKeys", "postApiV1WidgetKeys", "patchApiV1WidgetKeysById"]),
    );
  });

  it("has every shape that it refers to, and refers to every shape that it has", () => {
    const text = JSON.stringify(document);
    const used = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
    expect([...used].toSorted()).toEqual(Object.keys(document.components.schemas).toSorted());
  });

  it("says which members a body needs, as the hub does", async () => {
    const { CreateWidgetKey, CreatePublishableKey, Problem } = document.components.schemas;
    expect(CreateWidgetKey).toMatchObject({
      required: ["name"],
      properties: { name: { type: "string", minLength: 1, maxLength: 120 } },
    });
    expect(CreatePublishableKey?.required).toEqual(["allowed_domains"]);
    expect(Problem?.required).toEqual(expect.arrayContaining(["code", "detail", "server_time"]));
  });

  it("tells of each operation what it needs and what it refuses with", () => {
    for (const [method, path, { security, responses, requestBody }] of operations()) {
      const statuses = Object.keys(responses);
      expect([method, path, statuses]).toEqual([method, path, expect.arrayContaining(["429", "500"])]);
      if (security.length > 0) expect([path, statuses]).toEqual([path, expect.arrayContaining(["401"])]);
      if (requestBody !== undefined) expect(statuses).toEqual(expect.arrayContaining(["400", "413", "415"]));
    }
    const guest = document.paths["/api/v1/widget/auth/guest"]?.["post"];
    expect(guest?.responses["403"]?.description).toContain(
      `\`guest_not_allowed\` ${WIRE_ERRORS.guest_not_allowed[1]}`,
    );
  });

  it("can be read by pages of any origin, and by HEAD", async () => {
    const response = await t.call("/openapi.json");
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect((await t.call("/openapi.json", { method: "HEAD" })).status).toBe(200);
  });
});

describe("answers are as they are described", () => {
  const schemaAt = (path: string, method: string, status: string) => {
    const schema = document.paths[path]?.[method]?.responses[status]?.content?.["application/json"]?.schema;
    const name = /(\w+)$/.exec(schema?.$ref ?? "")?.[1] ?? "";
    return document.components.schemas[name];
  };

  it.each<[string, string, string, Record<string, unknown> | undefined]>([
    ["/api/v1/widget-keys", "post", "201", { name: "Shop" }],
    ["/api/v1/widget-settings", "get", "200", undefined],
    ["/api/v1/webhook-settings", "get", "200", undefined],
    ["/api/v1/agents", "post", "201", { name: "Bot", kind: "scripted", config: { script: "echo" } }],
    ["/api/v1/orgs", "post", "201", { slug: "described" }],
    [
      "/v1/publishable-key",
      "post",
      "201",
      { mode: "webhook", webhook_url: "https://hooks.example.com/a", allowed_domains: ["a.com"] },
    ],
  ])("%s %s", async (path, method, status, body) => {
    const response = await t.manage(path, { method: method.toUpperCase(), body });
    expect(String(response.status)).toBe(status);
    const members = Object.keys(await readBody<object>(response));
    const schema = schemaAt(path, method, status);
    expect(members.toSorted()).toEqual(Object.keys(schema?.properties ?? {}).toSorted());
  });

  it("a session and a config too", async () => {
    const session = Object.keys(await t.guest({ key: t.publishableKey, agent: "echo" }));
    const described = schemaAt("/api/v1/widget/auth/guest", "post", "200")?.properties ?? {};
    expect(session.toSorted()).toEqual(Object.keys(described).toSorted());
    const config = await t.call(`/api/v1/widget/config?client_key=${t.widgetKey}`);
    expect(Object.keys(await readBody<object>(config)).toSorted()).toEqual(
      Object.keys(schemaAt("/api/v1/widget/config", "get", "200")?.properties ?? {}).toSorted(),
    );
  });
});

describe("the page", () => {
  it("allows nothing but its own style", () => {
    const style = /<style>([^]*?)<\/style>/.exec(markup)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page.headers.get("Content-Security-Policy")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(markup).not.toMatch(/<script|<link|<img|\sstyle=|\son\w+=|src=|@import|url\(/i);
  });

  it("shows every operation and every shape, and every link leads somewhere", () => {
    const ids = new Set([...markup.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
    for (const [, , { operationId }] of operations()) expect(ids).toContain(operationId);
    for (const name of Object.keys(document.components.schemas)) expect(ids).toContain(`shape-${name}`);
    for (const [, target] of markup.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it("escapes whatever the description says", () => {
    const hostile = `<script>alert("&'")</script>`;
    const endpoint: Endpoint = {
      tag: hostile,
      summary: hostile,
      auth: "none",
      query: { [hostile]: v.pipe(v.string(), v.description(hostile)) },
      answers: { 200: { description: hostile } },
      handle: () => new Response(null),
    };
    const routes: Routes = { [`/${hostile}`]: { GET: endpoint } };
    const written = renderPage(createDocument(routes));
    expect(written).not.toContain("<script");
    expect(written).toContain("&lt;script&gt;alert(&quot;&amp;&#39;&quot;)&lt;/script&gt;");
  });
});
