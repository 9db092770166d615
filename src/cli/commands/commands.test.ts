import { describe, expect, it, vi } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentAnswer, CreatedOrg, CreatedWidgetKey, Org, WidgetKey } from "../../admin.ts";
import { HUB_URL, createTestHub } from "../../hub/testing/harness.ts";
import { createTestDatabase, testServerUrl } from "../../hub/testing/postgres.ts";
import { foyer, json, reachHub, t } from "../testing.ts";

reachHub();

const create = (...flags: string[]) => json<CreatedWidgetKey>("keys", "create", "--name", "Shop", ...flags);
const find = async (id: string) => (await json<WidgetKey[]>("keys", "list")).find((key) => key.id === id);

describe("foyer keys", () => {
  it("create mints a key and shows it once, with the tag to paste", async () => {
    const { out, code } = await foyer(
      "keys",
      "create",
      "--name",
      "Shop",
      "--domain",
      "a.example",
      "*.a.example",
    );
    expect(code).toBe(0);
    const key = /pk_live_demo_[a-z0-9]{26}/.exec(out)?.[0] ?? "none";
    expect(out).toContain(`<script src="${HUB_URL}/foyer.js" data-client-key="${key}" async></script>`);
    expect(out).toContain("a.example *.a.example");
    expect((await foyer("keys", "list")).out).not.toContain(key);
  });

  it("create says that a key without domains is blocked", async () => {
    expect((await foyer("keys", "create", "--name", "Shop")).out).toContain("blocked");
  });

  it("list shows a row for each key, with its state", async () => {
    const { id, key_last8 } = await create();
    const row = (await foyer("keys", "list")).out.split("\n").find((line) => line.includes(id));
    expect(row).toMatch(new RegExp(`^${id}  Shop +\\.\\.\\.${key_last8} .* blocked: no domain +never$`));
  });

  it("update changes what the flags name and nothing else", async () => {
    const { id } = await create("--domain", "a.example", "--agent", "echo");
    await json("keys", "update", id, "--name", "New");
    expect(await find(id)).toMatchObject({
      name: "New",
      domain_allowlist: ["a.example"],
      agent_id: t.seed.agents.find(({ slug }) => slug === "echo")?.id,
    });
    await json("keys", "update", id, "--domain", "b.example", "--no-agent");
    expect(await find(id)).toMatchObject({ name: "New", domain_allowlist: ["b.example"], agent_id: null });
    await json("keys", "update", id, "--no-domain");
    expect(await find(id)).toMatchObject({ domain_allowlist: [] });
  });

  it("revoke disables, update --enable takes it back, delete removes", async () => {
    const { id } = await create();
    await json("keys", "revoke", id);
    expect((await find(id))?.disabled_at).not.toBeNull();
    expect((await foyer("keys", "list")).out).toMatch(new RegExp(`${id}.* revoked `));
    await json("keys", "update", id, "--enable");
    expect((await find(id))?.disabled_at).toBeNull();
    await json("keys", "delete", id);
    expect(await find(id)).toBeUndefined();
  });

  it("prints no control characters of a name", async () => {
    await create("--name", "\u001b[31mred\u202e\n");
    const { out } = await foyer("keys", "list");
    expect(out).toContain("[31mred");
    expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe("foyer token mint", () => {
  const mint = (...flags: string[]) => ["token", "mint", "--user", "u_1", "--key", t.widgetKey, ...flags];

  it("prints the token alone, good for one exchange", async () => {
    const { out, code } = await foyer(
      ...mint("--name", "Ada", "--email", "ada@a.example", "--claims", '{"a":1}'),
    );
    expect(code).toBe(0);
    const body = { client_key: t.widgetKey, token: out };
    expect(await (await t.call("/api/v1/widget/auth/exchange", { body })).json()).toMatchObject({
      visitor: { id: "u_1", type: "user", name: "Ada" },
    });
  });

  it("with --json prints the whole answer", async () => {
    expect(await json(...mint())).toEqual({ user_token: expect.any(String), expires_in: 300 });
  });

  it.each(["{", "[]", "7", "null", '"a"'])("--claims %s is called wrongly", async (claims) => {
    const { code, err } = await foyer(...mint("--claims", claims));
    expect([code, err.split("\n").length]).toEqual([2, 1]);
    expect(err).toContain("--claims");
  });
});

describe("foyer agent", () => {
  it("create adds an agent, list shows it", async () => {
    const config = ["--config", '{"script":"echo"}'];
    const made = await json<AgentAnswer>(
      "agent",
      "create",
      "--name",
      "Nadia",
      "--kind",
      "scripted",
      ...config,
    );
    expect(made).toMatchObject({
      name: "Nadia",
      kind: "scripted",
      slug: "nadia",
      config: { script: "echo" },
    });
    expect(await json<AgentAnswer[]>("agent", "list")).toContainEqual(made);
    const { out } = await foyer("agent", "list");
    expect(out).toMatch(new RegExp(`^${made.number} +nadia +Nadia +scripted +active +${made.id}$`, "m"));
    const told = await foyer(
      "agent",
      "create",
      "--name",
      "Otto",
      "--kind",
      "scripted",
      "--slug",
      "o",
      ...config,
    );
    expect(told.out).toContain('data-agent="o"');
  });

  it("says what a config lacks", async () => {
    const { code, err } = await foyer("agent", "create", "--name", "A", "--kind", "openai", "--config", "{}");
    expect(code).toBe(1);
    expect(err).toMatch(/^foyer: invalid_request: .*base_url/);
  });
});

describe("foyer org", () => {
  it("create asks the hub for an org of the same owner; list shows both", async () => {
    const made = await json<CreatedOrg>("org", "create", "demo_two");
    expect(made).toEqual({
      id: expect.any(Number),
      slug: "demo_two",
      secret_key: expect.stringMatching(/^sk_live_demo_two_[a-z0-9]{40}$/),
    });
    expect((await json<Org[]>("org", "list")).map(({ slug }) => slug)).toEqual([
      ...t.seed.orgs.map(({ slug }) => slug),
      "demo_two",
    ]);
    vi.stubEnv("FOYER_SECRET_KEY", made.secret_key);
    expect(await json("keys", "list")).toEqual([]);
  });

  it("create makes the first org on a store that no hub uses, without any key", async () => {
    vi.stubEnv("FOYER_SECRET_KEY", undefined);
    const folder = mkdtempSync(join(tmpdir(), "foyer-"));
    const onStore = ["org", "create", "acme", "--data", join(folder, "data")];
    const { out, code } = await foyer(...onStore);
    expect(code).toBe(0);
    const secret = /sk_live_acme_[a-z0-9]{40}/.exec(out)?.[0] ?? "none";
    const again = await foyer(...onStore);
    expect(again).toMatchObject({ code: 1, out: "" });
    expect(again.err).toMatch(/^foyer: invalid_request: slug: .*taken/);

    const other = await createTestHub({ database: { kind: "dir", path: join(folder, "data") } });
    const response = await other.call("/api/v1/orgs", { origin: null, token: secret });
    expect(await response.json()).toEqual([{ id: expect.any(Number), slug: "acme" }]);
    const locked = await foyer(...onStore);
    expect(locked.code).toBe(1);
    expect(locked.err).toMatch(/^foyer: data_dir_locked: /);
    await other.hub.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(["Acme", "a-b", "", "_a", "a".repeat(41)])(
    "a store is not touched for the slug %j",
    async (slug) => {
      const { code, err } = await foyer("org", "create", slug, "--data", "/nowhere/at/all");
      expect([code, err]).toEqual([2, expect.stringMatching(/^foyer: invalid_slug: /)]);
    },
  );

  it("says what is missing for --database-url, and does not show the password of one", async () => {
    vi.stubEnv("DATABASE_URL", undefined);
    expect(await foyer("org", "create", "acme", "--database-url")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^foyer: missing_database_url: /),
    });
    const url = "postgres://someone:hush@127.0.0.1:1/none";
    const { code, err } = await foyer("org", "create", "acme", "--database-url", url);
    expect([code, err]).toEqual([1, expect.stringMatching(/^foyer: database_unreachable: /)]);
    expect(err).not.toContain("hush");
  });
});

// Needs a PostgreSQL server in TEST_DATABASE_URL; the CI brings one.
it.skipIf(testServerUrl === undefined)(
  "foyer org create makes the first org on a PostgreSQL, also under a running hub",
  async () => {
    const database = await createTestDatabase(testServerUrl ?? "");
    vi.stubEnv("FOYER_SECRET_KEY", undefined);
    vi.stubEnv("DATABASE_URL", database.url);
    const first = await json<CreatedOrg>("org", "create", "acme", "--database-url");
    const options = { database: { kind: "postgres" as const, url: database.url } };
    const other = await createTestHub(options);
    const second = await json<CreatedOrg>("org", "create", "beta", "--database-url", database.url);
    for (const { id, slug, secret_key } of [first, second]) {
      const response = await other.call("/api/v1/orgs", { origin: null, token: secret_key });
      expect(await response.json()).toEqual([{ id, slug }]);
    }
    const again = await foyer("org", "create", "acme", "--database-url");
    expect([again.code, again.err]).toEqual([1, expect.stringMatching(/^foyer: invalid_request: .*taken/)]);
    await other.hub.close();
    await database.drop();
  },
  60_000,
);

describe("a command that fails", () => {
  it("is one line with code and hint, exit code 1", async () => {
    const { code, out, err } = await foyer("keys", "create", "--name", "Bad", "--domain", "*");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^foyer: invalid_allowlist: .*"\*".* \(request [0-9a-f-]{36}\)$/);
  });

  it("with --json is one line of JSON", async () => {
    const { code, err } = await foyer("keys", "delete", "nobody", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(err)).toEqual({
      error: { code: "not_found", message: expect.any(String), request_id: expect.any(String) },
    });
  });

  it("a hub that is not there is exit code 1", async () => {
    vi.stubGlobal("fetch", () =>
      Promise.reject(new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } })),
    );
    const { code, err } = await foyer("keys", "create", "--name", "Shop");
    expect(code).toBe(1);
    expect(err).toMatch(/^foyer: hub_unreachable: .*ECONNREFUSED.*$/);
  });

  it.each([undefined, ""])("without a secret key (%j) is called wrongly", async (secret) => {
    vi.stubEnv("FOYER_SECRET_KEY", secret);
    const { code, err } = await foyer("keys", "list");
    expect(code).toBe(2);
    expect(err).toMatch(/^foyer: missing_secret_key: .*FOYER_SECRET_KEY/);
  });

  it.each(["pk_live_demo_public", "sk_live with space", "'sk_live_quoted'"])(
    "with %s for a secret key says so without it",
    async (secret) => {
      vi.stubEnv("FOYER_SECRET_KEY", secret);
      const { code, err } = await foyer("keys", "list");
      expect(code).toBe(2);
      expect(err).not.toContain(secret);
    },
  );

  it.each([
    ["keys", "update", "some-id"],
    ["keys", "update"],
    ["keys", "create"],
    ["keys", "list", "--nope"],
    ["keys", "nope"],
    ["keys"],
    ["keys", "list", "--hub", "nowhere"],
    ["keys", "list", "--hub", "http://hub.example"],
    ["token", "mint", "--user", "u_1"],
    ["org", "create"],
    ["agent", "create", "--name", "A"],
    ["token", "mint", "--key", "pk_live_x"],
  ])("called wrongly: %s %s %s %s", async (...args) => {
    const { code, err } = await foyer(...args.filter((arg) => arg !== undefined));
    expect(code).toBe(2);
    expect(err).not.toBe("");
  });

  it("never takes the secret key as a flag, nor shows it in help", async () => {
    for (const args of [
      ["keys", "list"],
      ["keys", "create"],
      ["keys", "update"],
      ["token", "mint"],
    ]) {
      const { code, out } = await foyer(...args, "--help");
      expect(code).toBe(0);
      expect(out).toContain("Examples:");
      expect(out).not.toContain(t.seed.secret_key);
      expect(out).not.toMatch(/--[\w-]*secret/);
    }
  });
});
