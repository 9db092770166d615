import { describe, expect, it } from "vitest";
import { checkServeSettings, type ServeFlags } from "./serve-settings.ts";

const good: ServeFlags = {
  port: 8787,
  host: "127.0.0.1",
  databaseUrl: "postgres://foyer:secret@db/foyer",
  publicUrl: "https://chat.example.com/",
  sessionTtl: 300,
};
const without = (name: keyof ServeFlags): ServeFlags => {
  const { [name]: _gone, ...rest } = good;
  return rest as ServeFlags;
};
const codesOf = (flags: ServeFlags, env: Record<string, string> = {}) => {
  const checked = checkServeSettings(flags, env);
  return checked.kind === "ok" ? [] : checked.problems.map(({ code }) => code);
};

describe("settings of a production hub", () => {
  it("are the flags, with the limits on and the token from the environment", () => {
    const flags = {
      ...good,
      limit: ["keyPerMinute=1200", "visitorPerMinute=9"],
      publicHost: ["hub.internal"],
    };
    expect(checkServeSettings(flags, { FOYER_METRICS_TOKEN: "x".repeat(20) })).toEqual({
      kind: "ok",
      settings: {
        database: { kind: "postgres", url: "postgres://foyer:secret@db/foyer" },
        publicUrl: "https://chat.example.com",
        publicHosts: ["hub.internal"],
        trustProxy: false,
        sessionTtlS: 300,
        limits: { keyPerMinute: 1200, visitorPerMinute: 9 },
        agentKeys: [],
        metricsToken: "x".repeat(20),
      },
    });
  });

  it.each<[string, ServeFlags, string[]]>([
    ["no database", without("databaseUrl"), ["missing_database"]],
    ["an empty folder name", { ...without("databaseUrl"), data: "" }, ["missing_database"]],
    ["a database in memory", { ...without("databaseUrl"), data: "memory" }, ["memory_database"]],
    ["two databases", { ...good, data: ".foyer" }, ["two_databases"]],
    ["another kind of database", { ...good, databaseUrl: "mysql://db/foyer" }, ["invalid_database_url"]],
    ["no public URL", without("publicUrl"), ["missing_public_url"]],
    ["http on the internet", { ...good, publicUrl: "http://chat.example.com" }, ["insecure_public_url"]],
    ["http to a look-alike", { ...good, publicUrl: "http://127.0.0.1.evil.test" }, ["insecure_public_url"]],
    ["a path", { ...good, publicUrl: "https://example.com/chat" }, ["invalid_public_url"]],
    ["a user", { ...good, publicUrl: "https://me@example.com" }, ["invalid_public_url"]],
    ["another scheme", { ...good, publicUrl: "ftp://example.com" }, ["invalid_public_url"]],
    ["a day-long token", { ...good, sessionTtl: 86_400 }, ["long_session_ttl"]],
    ["an unknown limit", { ...good, limit: ["keyPerYear=1"] }, ["invalid_limit"]],
    ["a limit of nothing", { ...good, limit: ["keyPerMinute=0"] }, ["invalid_limit"]],
    ["faults", { ...good, faults: "faults.json" }, ["faults_in_production"]],
    ["no limit's number", { ...good, limit: ["keyPerMinute"] }, ["invalid_limit"]],
    [
      "everything at once",
      { port: 1, host: "x", sessionTtl: 9999, limit: ["x"] },
      ["missing_database", "missing_public_url", "long_session_ttl", "invalid_limit"],
    ],
  ])("%s is refused", (_case, flags, codes) => {
    expect(codesOf(flags)).toEqual(codes);
  });

  it("a metrics token that can be guessed is refused", () => {
    expect(codesOf(good, { FOYER_METRICS_TOKEN: "metrics" })).toEqual(["weak_metrics_token"]);
  });

  it("keys of agents are those that are named with their address; anything else is refused", () => {
    const env = { OPENAI_API_KEY: "secret", FOYER_AGENT_KEYS: "OPENAI_API_KEY=https://api.openai.com" };
    expect(checkServeSettings(good, env)).toMatchObject({
      settings: {
        agentKeys: [{ name: "OPENAI_API_KEY", value: "secret", origin: "https://api.openai.com" }],
      },
    });
    expect(codesOf(good, { OPENAI_API_KEY: "secret" })).toEqual([]);
    expect(codesOf(good, { FOYER_AGENT_KEYS: "OPENAI_API_KEY" })).toEqual(["invalid_agent_keys"]);
  });

  it.each(["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787"])(
    "%s may be http",
    (publicUrl) => {
      expect(codesOf({ ...good, publicUrl })).toEqual([]);
    },
  );

  it("never repeats a password in what it says", () => {
    const checked = checkServeSettings({ ...good, databaseUrl: "mysql://me:hunter2@db/x" }, {});
    expect(JSON.stringify(checked)).not.toContain("hunter2");
  });
});
