import { decodeJwt, importJWK, jwtVerify } from "jose";
import type { JWK } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import type { SessionAnswer } from "../protocol/session.ts";
import type { WidgetKey } from "../protocol/widget-keys.ts";
import { HUB_URL, PAGE, codeOf, createTestHub, readBody } from "./testing/harness.ts";
import type { CallOptions, TestHub } from "./testing/harness.ts";

const GUEST = "/api/v1/widget/auth/guest";
const EXCHANGE = "/api/v1/widget/auth/exchange";
const REFRESH = "/api/v1/widget/auth/refresh";
const USER_TOKEN = "/api/v1/widget/auth/user-token";
const THREADS = "/api/v1/widget/threads";
const SECOND = 1000;
const DAY = 86_400_000;

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub();
});
afterAll(() => t.hub.close());

const refresh = (refreshToken: string, options: CallOptions = {}) =>
  t.call(REFRESH, { body: { refresh_token: refreshToken }, ...options });
const refreshed = async (refreshToken: string): Promise<SessionAnswer> =>
  readBody(await refresh(refreshToken));
const mintUserToken = async (body: Record<string, unknown>): Promise<string> =>
  (await readBody<{ user_token: string }>(await t.manage(USER_TOKEN, { body }))).user_token;
const newKey = async (body: Record<string, unknown> = {}) =>
  readBody<WidgetKey & { public_key: string }>(
    await t.manage("/api/v1/widget-keys", {
      body: { name: "Test", domain_allowlist: ["localhost:*"], ...body },
    }),
  );
const newPublishableKey = async () =>
  readBody<{ id: number; key: string }>(
    await t.manage("/v1/publishable-key", {
      body: { allowed_domains: ["shop.example"], agent_id: t.seed.agents[0]?.number },
    }),
  );

describe("guest", () => {
  it("answers a whole session that no cache may keep", async () => {
    const response = await t.call(GUEST, { body: { client_key: t.widgetKey } });
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.json()).toEqual({
      token: expect.any(String),
      token_type: "Bearer",
      expires_in: 300,
      expires_at: new Date(t.clock.now() + 300 * SECOND).toISOString(),
      refresh_token: expect.stringMatching(/^rt_[\w-]{43}$/),
      refresh_expires_in: (30 * DAY) / SECOND,
      server_time: new Date(t.clock.now()).toISOString(),
      agent: { id: t.seed.agents[0]?.id, name: "Nova" },
      visitor: { id: expect.any(String), type: "guest" },
    });
  });

  it("mints a session token that the JWKS alone can verify", async () => {
    const session = await t.guest();
    const jwks = await readBody<{ keys: JWK[] }>(await t.call("/.well-known/jwks.json"));
    expect(jwks.keys[0]).not.toHaveProperty("d");
    const key = await importJWK(jwks.keys[0] ?? {}, "ES256");
    const { payload, protectedHeader } = await jwtVerify(session.token, key, {
      issuer: HUB_URL,
      audience: HUB_URL,
      currentDate: new Date(t.clock.now()),
    });
    expect(protectedHeader).toMatchObject({ alg: "ES256", typ: "session+jwt", kid: jwks.keys[0]?.kid });
    expect(payload).toMatchObject({
      sub: `guest:${session.visitor.id}`,
      account: "demo",
      origin: PAGE,
      visitor_type: "guest",
    });
  });

  it.each<[Record<string, unknown>, number, string]>([
    [{}, 400, "missing_client_key"],
    [{ client_key: "" }, 400, "missing_client_key"],
    [{ client_key: 7 }, 400, "missing_client_key"],
    [{ client_key: "pk_live_demo_aaaaaaaaaaaaaaaaaaaaaaaaaa" }, 403, "unknown_client_key"],
    [{ client_key: "zz_live_demo_foyerdemositewidgetkey0001" }, 403, "unknown_client_key"],
    [{ client_key: "sk_live_demo_foyerdemositewidgetkey0001" }, 403, "secret_key_in_browser"],
    [{ client_key: "<KEY>", agent_id: "nobody" }, 404, "agent_not_found"],
    [{ client_key: "<KEY>", agent_id: 7 }, 400, "invalid_request"],
  ])("%j is refused with %i %s", async (body, status, code) => {
    const sent = body["client_key"] === "<KEY>" ? { ...body, client_key: t.widgetKey } : body;
    expect(await codeOf(await t.call(GUEST, { body: sent }))).toEqual([status, code]);
  });

  it.each(["support", "SUPPORT", "nova", "1"])("finds the agent by the reference %s", async (agent) => {
    expect((await t.guest({ agent })).agent.name).toBe("Nova");
  });

  it("N11 unknown, deleted, misspelt, disabled and deactivated keys are answered in the same shape", async () => {
    const disabled = await newKey();
    await t.manage(`/api/v1/widget-keys/${disabled.id}`, { method: "PATCH", body: { disabled: true } });
    const deleted = await newKey();
    await t.manage(`/api/v1/widget-keys/${deleted.id}`, { method: "DELETE" });
    const off = await newPublishableKey();
    await t.manage(`/v1/publishable-key/${off.id}`, { method: "PATCH", body: { is_enabled: false } });
    const deactivated = await newPublishableKey();
    await t.manage(`/v1/publishable-key/${deactivated.id}`, { method: "DELETE" });
    const cases: [key: string, code: string][] = [
      ["pk_live_demo_aaaaaaaaaaaaaaaaaaaaaaaaaa", "unknown_client_key"],
      ["pk_test_demo_aaaaaaaaaaaaaaaaaaaaaaaaaa", "unknown_client_key"],
      [deleted.public_key, "unknown_client_key"],
      [disabled.public_key, "key_revoked"],
      [off.key, "key_revoked"],
      [deactivated.key, "key_revoked"],
    ];
    for (const [client_key, code] of cases)
      for (const ask of [
        t.call(GUEST, { body: { client_key } }),
        t.call(EXCHANGE, { body: { client_key, token: "a.b.c" } }),
        t.call(`/api/v1/widget/config?client_key=${client_key}`),
      ]) {
        const response = await ask;
        const body = (await response.json()) as object;
        expect([response.status, body]).toEqual([403, expect.objectContaining({ code })]);
        expect(Object.keys(body).sort()).toEqual([
          "code",
          "detail",
          "server_time",
          "status",
          "title",
          "type",
        ]);
        expect(response.headers.get("Access-Control-Allow-Origin")).toBe(PAGE);
        expect(JSON.stringify(body)).not.toContain(client_key);
      }
  });

  it("takes the Referer only for widget keys", async () => {
    const options = { origin: null, headers: { Referer: `${PAGE}/shop?x=1` } };
    expect((await t.call(GUEST, { body: { client_key: t.widgetKey }, ...options })).status).toBe(200);
    expect((await t.call(GUEST, { body: { client_key: t.publishableKey }, ...options })).status).toBe(403);
  });

  it.each([
    ["support", true],
    ["nobody", true],
    ["echo", false],
    [" ECHO ", false],
    [undefined, false],
  ])(
    "N13 the pin of a key wins over data-agent %j; that it is overruled is said: %j",
    async (agent_id, isSaid) => {
      const { public_key: client_key } = await newKey({ agent_id: "echo" });
      const pinned = { agent: { name: "Echo" } };
      const config = new URLSearchParams({ client_key, agent: agent_id ?? "" });
      expect(await readBody(await t.call(`/api/v1/widget/config?${config}`))).toMatchObject(pinned);
      const token = await mintUserToken({ client_key, user_id: "42" });
      for (const [path, body] of [
        [GUEST, { client_key, agent_id }],
        [EXCHANGE, { client_key, agent_id, token }],
      ] as const) {
        const session = await readBody<SessionAnswer>(await t.call(path, { body }));
        expect(session).toMatchObject(pinned);
        expect(session.notice).toBe(
          isSaid ? 'agent_pinned: the key is pinned to "Echo", which wins over data-agent' : undefined,
        );
        expect(await refreshed(session.refresh_token)).not.toHaveProperty("notice");
      }
    },
  );

  it("N13 a key without a pin has nothing to say about the agent a page names", async () => {
    expect(await t.guest({ agent: "echo" })).not.toHaveProperty("notice");
  });

  it("works with a publishable key on any local port", async () => {
    const session = await t.guest({ key: t.publishableKey, origin: "http://127.0.0.1:9999" });
    expect(session.agent.name).toBe("Nova");
    const page = { body: { client_key: t.publishableKey }, origin: "https://shop.example" };
    expect(await (await t.call(GUEST, page)).json()).toMatchObject({
      code: "origin_not_allowed",
      hint: expect.stringContaining('"shop.example"'),
    });
  });
});

describe("where a page may ask from", () => {
  const doors: [name: string, ask: (key: string, options: CallOptions) => Promise<Response>][] = [
    ["config", (key, options) => t.call(`/api/v1/widget/config?client_key=${key}`, options)],
    ["guest", (key, options) => t.call(GUEST, { body: { client_key: key }, ...options })],
    [
      "exchange",
      async (key, options) => {
        const token = await mintUserToken({ client_key: key, user_id: "42" });
        return t.call(EXCHANGE, { body: { client_key: key, token }, ...options });
      },
    ],
  ];

  describe.each(doors)("%s", (_, ask) => {
    it("N7 other origins are told what to add, in an answer that their page can read", async () => {
      const response = await ask(t.widgetKey, { origin: "https://evil.example" });
      expect(response.status).toBe(403);
      expect(response.headers.get("Content-Type")).toMatch(/^application\/problem\+json/);
      expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://evil.example");
      expect(response.headers.get("Vary")).toBe("Origin");
      expect(await response.json()).toMatchObject({
        status: 403,
        code: "origin_not_allowed",
        detail: "The origin https://evil.example is not in the domain_allowlist of this key",
        hint: 'Add "evil.example" to the domain_allowlist of this key',
      });
    });

    it("N8 a key with an empty allowlist is blocked for everyone", async () => {
      const { public_key: key } = await newKey({ domain_allowlist: [] });
      for (const origin of [PAGE, "http://127.0.0.1:1", "https://shop.example", "null", null])
        expect(await codeOf(await ask(key, { origin }))).toEqual([403, "key_has_no_domains"]);
    });

    it.each([
      "null",
      `${PAGE}, ${PAGE}`,
      `${PAGE},${PAGE}`,
      `${PAGE}, https://evil.example`,
      `${PAGE} ${PAGE}`,
      "",
    ])("N9 N10 the origin %j is refused, whatever the Referer says", async (origin) => {
      for (const key of [t.widgetKey, t.publishableKey]) {
        expect((await ask(key, { origin: PAGE })).status).toBe(200);
        const refused = await ask(key, { origin, headers: { Referer: `${PAGE}/` } });
        expect(await codeOf(refused)).toEqual([403, "origin_not_allowed"]);
      }
    });
  });

  it("N9 N10 a session is not prolonged for an origin that says nothing", async () => {
    const { token, refresh_token } = await t.guest();
    for (const origin of ["null", `${PAGE}, ${PAGE}`, ""]) {
      const options = { origin, headers: { Referer: `${PAGE}/` } };
      expect(await codeOf(await refresh(refresh_token, options))).toEqual([403, "origin_not_allowed"]);
      expect(await codeOf(await t.call(THREADS, { token, ...options }))).toEqual([403, "origin_not_allowed"]);
    }
    expect((await refresh(refresh_token)).status).toBe(200);
  });
});

describe("user tokens", () => {
  it("carry the visitor's identity through exchange and refresh", async () => {
    const token = await mintUserToken({
      client_key: t.widgetKey,
      external_user_id: "42",
      display_name: "Ada",
      email: "ada@shop.example",
      claims: { plan: "team" },
    });
    const session = await readBody<SessionAnswer>(
      await t.call(EXCHANGE, { body: { client_key: t.widgetKey, user_token: token } }),
    );
    expect(session.visitor).toEqual({ id: "42", type: "user", name: "Ada" });
    expect(session.refresh_expires_in).toBe(12 * 3600);
    const identity = { sub: "user:42", name: "Ada", email: "ada@shop.example", claims: { plan: "team" } };
    expect(decodeJwt(session.token)).toMatchObject(identity);
    const next = await refreshed(session.refresh_token);
    expect(decodeJwt(next.token)).toMatchObject({ ...identity, sid: decodeJwt(session.token)["sid"] });
    expect(next.visitor).toEqual(session.visitor);
  });

  it("minting needs a secret key, and a key of the same account", async () => {
    const body = { client_key: t.widgetKey, user_id: "42" };
    expect(await codeOf(await t.call(USER_TOKEN, { body, origin: null }))).toEqual([401, "invalid_api_key"]);
    expect(await codeOf(await t.call(USER_TOKEN, { body, origin: null, token: "sk_live_demo_no" }))).toEqual([
      401,
      "invalid_api_key",
    ]);
    expect(await codeOf(await t.manage(USER_TOKEN, { body: { client_key: t.widgetKey } }))).toEqual([
      400,
      "missing_user_id",
    ]);
    expect(await codeOf(await t.manage(USER_TOKEN, { body: { user_id: "42" } }))).toEqual([
      400,
      "missing_user_id",
    ]);
    expect(await codeOf(await t.manage(USER_TOKEN, { body: { ...body, user_id: { a: 1 } } }))).toEqual([
      400,
      "missing_user_id",
    ]);
    for (const claims of [{ a: "x".repeat(3000) }, ["admin"], "admin"])
      expect(await codeOf(await t.manage(USER_TOKEN, { body: { ...body, claims } }))).toEqual([
        400,
        "invalid_request",
      ]);
    expect(
      await codeOf(
        await t.manage(USER_TOKEN, {
          body: { ...body, client_key: "pk_live_other_aaaaaaaaaaaaaaaaaaaaaaaaaa" },
        }),
      ),
    ).toEqual([403, "unknown_client_key"]);
  });

  it("N61 a secret key from a page is refused and never logged", async () => {
    const response = await t.manage(USER_TOKEN, {
      body: { client_key: t.widgetKey, user_id: "42" },
      origin: PAGE,
    });
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(PAGE);
    expect(await codeOf(response)).toEqual([403, "secret_key_in_browser"]);
    expect(t.log).toContainEqual(
      expect.objectContaining({ level: "error", event: "secret_key_in_browser", origin: PAGE }),
    );
    expect(JSON.stringify(t.log)).not.toContain(t.seed.secret_key.slice(0, 20));
  });

  it.each<[string, (secret: string) => Promise<Response>]>([
    ["client_key of config", (secret) => t.call(`${WIDGET_PATHS.config}?client_key=${secret}`)],
    ["client_key of guest", (secret) => t.call(GUEST, { body: { client_key: secret } })],
    ["client_key of exchange", (secret) => t.call(EXCHANGE, { body: { client_key: secret, token: "x" } })],
    ["token of exchange", (token) => t.call(EXCHANGE, { body: { client_key: t.widgetKey, token } })],
    [
      "user_token of exchange",
      (secret) => t.call(EXCHANGE, { body: { client_key: t.widgetKey, user_token: secret } }),
    ],
  ])("N2 N61 a secret key as %s is refused, and told in the log without it", async (_, ask) => {
    const before = t.log.length;
    expect(await codeOf(await ask(t.seed.secret_key))).toEqual([403, "secret_key_in_browser"]);
    const told = t.log.slice(before).filter(({ event }) => event === "secret_key_in_browser");
    expect(told).toEqual([expect.objectContaining({ level: "error", origin: PAGE })]);
    expect(JSON.stringify(t.log)).not.toContain(t.seed.secret_key.slice(0, 20));
  });

  it("N14 are used once, also when five exchanges arrive together", async () => {
    const token = await mintUserToken({ client_key: t.widgetKey, user_id: "once" });
    const body = { client_key: t.widgetKey, token };
    const answers = await Promise.all(Array.from({ length: 5 }, () => t.call(EXCHANGE, { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(await codeOf(await t.call(EXCHANGE, { body }))).toEqual([409, "token_replayed"]);
  });

  it("N14 are refused for another key and on another origin, which does not spend them", async () => {
    const token = await mintUserToken({ client_key: t.widgetKey, user_id: "42" });
    const body = { client_key: t.widgetKey, token };
    const other = await newKey();
    const elsewhere: [CallOptions, number, string][] = [
      [{ body: { ...body, client_key: other.public_key } }, 403, "user_token_wrong_key"],
      [{ body: { ...body, client_key: t.publishableKey } }, 403, "user_token_wrong_key"],
      [{ body, origin: "https://evil.example" }, 403, "origin_not_allowed"],
      [{ body, origin: "null" }, 403, "origin_not_allowed"],
      [{ body: { client_key: t.widgetKey } }, 400, "invalid_user_token"],
    ];
    for (const [options, status, code] of elsewhere)
      expect(await codeOf(await t.call(EXCHANGE, options))).toEqual([status, code]);
    expect((await t.call(EXCHANGE, { body })).status).toBe(200);
  });

  it("N14 are refused when expired, used or not, after 5 s of tolerance", async () => {
    const [early, late] = [
      await mintUserToken({ client_key: t.widgetKey, user_id: "42" }),
      await mintUserToken({ client_key: t.widgetKey, user_id: "42" }),
    ];
    const exchange = (token: string) => t.call(EXCHANGE, { body: { client_key: t.widgetKey, token } });
    await t.clock.advance(304 * SECOND);
    expect((await exchange(early)).status).toBe(200);
    expect(await codeOf(await exchange(early))).toEqual([409, "token_replayed"]);
    await t.clock.advance(2 * SECOND);
    for (const token of [early, late])
      expect(await codeOf(await exchange(token))).toEqual([400, "invalid_user_token"]);
  });
});

describe("session tokens", () => {
  const threads = async (token: string) => codeOf(await t.call(THREADS, { token }));

  it("name the scheme in WWW-Authenticate", async () => {
    const response = await t.call(THREADS);
    expect([response.status, response.headers.get("WWW-Authenticate")]).toEqual([401, "Bearer"]);
  });

  it("expire after their lifetime and 5 s of tolerance", async () => {
    const { token } = await t.guest();
    await t.clock.advance(304 * SECOND);
    expect((await t.call(THREADS, { token })).status).toBe(200);
    await t.clock.advance(2 * SECOND);
    expect(await threads(token)).toEqual([401, "invalid_session"]);
  });

  it("are bound to their origin (R21)", async () => {
    const key = await newKey({ domain_allowlist: ["localhost:*", "shop.example"] });
    const session = await t.guest({ key: key.public_key });
    const elsewhere = await t.call(THREADS, { token: session.token, origin: "https://shop.example" });
    expect(await codeOf(elsewhere)).toEqual([403, "origin_not_allowed"]);
    expect(await codeOf(await t.call(THREADS, { token: session.token, origin: null }))).toEqual([
      403,
      "origin_not_allowed",
    ]);
    expect(await codeOf(await refresh(session.refresh_token, { origin: "https://shop.example" }))).toEqual([
      403,
      "origin_not_allowed",
    ]);
    expect((await refresh(session.refresh_token)).status).toBe(200);
  });
});
