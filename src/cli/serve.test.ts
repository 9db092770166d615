import { connect } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../hub/clock.ts";
import { createOrg } from "../hub/orgs.ts";
import { openStore } from "../hub/store/database.ts";
import { listen } from "./listen.ts";
import { serve, type RunningHub } from "./serve.ts";

const PAGE = "https://shop.example";
let directory: string;
let running: RunningHub;
let hub: string;
let secretKey: string;
let clientKey: string;
const lines: string[] = [];

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(hub + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
    body: JSON.stringify(body),
  });
const manage = (path: string, body: unknown) => post(path, body, { Authorization: `Bearer ${secretKey}` });

/** What a socket gets for raw bytes, to the end of the connection. */
const raw = (port: number, text: string) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let got = "";
    socket.on("data", (bytes) => (got += bytes.toString()));
    socket.on("close", () => resolve(got)).on("error", reject);
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "foyer-serve-"));
  const database = { kind: "dir" as const, path: directory };
  const store = await openStore(database);
  const org = await createOrg({ db: store.db, clock: systemClock() }, { slug: "acme", ownerId: null });
  secretKey = org.secret_key;
  await store.close();
  running = await serve({
    database,
    publicUrl: "https://chat.example.com",
    publicHosts: [],
    trustProxy: false,
    sessionTtlS: 300,
    limits: "on",
    agentKeys: [],
    metricsToken: "a-token-for-prometheus",
    port: 0,
    host: "127.0.0.1",
    assetsDir: directory,
    write: (line) => void lines.push(line),
  });
  hub = `http://127.0.0.1:${running.port}`;
  await manage("/api/v1/agents", { name: "Slow", kind: "scripted", config: { script: "slow" } });
  const key = (await (
    await manage("/api/v1/widget-keys", { name: "Shop", domain_allowlist: ["shop.example"] })
  ).json()) as { public_key: string };
  clientKey = key.public_key;
}, 60_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

const guest = async () =>
  (await (
    await post("/api/v1/widget/auth/guest", { client_key: clientKey }, { Origin: PAGE })
  ).json()) as Record<"token" | "refresh_token", string>;

describe("a production hub", () => {
  it("has nothing seeded", async () => {
    const response = await post(
      "/api/v1/widget/auth/guest",
      { client_key: "pk_live_demo_foyerdemositewidgetkey0001" },
      { Origin: "http://localhost:5173" },
    );
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "unknown_client_key" });
  });

  it("has no faults to switch on", async () => {
    for (const path of ["/_faults", "/_faults/log", "/_faults/actions/restart"])
      expect((await fetch(hub + path)).status).toBe(404);
    expect((await fetch(`${hub}/_faults`, { method: "PUT", body: '{"rules":[]}' })).status).toBe(404);
  });

  it("answers probes, and shows its figures to the holder of the token only", async () => {
    expect((await fetch(`${hub}/healthz`)).status).toBe(200);
    expect((await fetch(`${hub}/readyz`)).status).toBe(200);
    expect((await fetch(`${hub}/metrics`)).status).toBe(404);
    const metrics = await fetch(`${hub}/metrics`, {
      headers: { Authorization: "Bearer a-token-for-prometheus" },
    });
    expect(metrics.headers.get("Content-Type")).toContain("text/plain");
    expect(await metrics.text()).toContain('foyer_http_requests_total{route="/healthz",method="GET"');
  });

  it("N9 N10 takes an origin that is said once, whatever else the request says", async () => {
    const ask = async (...origins: string[]) => {
      const headers = [
        ...origins.map((origin) => `Origin: ${origin}`),
        `Referer: ${PAGE}/cart`,
        "Connection: close",
      ];
      const path = `/api/v1/widget/config?client_key=${clientKey}`;
      const got = await raw(
        running.port,
        `GET ${path} HTTP/1.1\r\nHost: chat.example.com\r\n${headers.join("\r\n")}\r\n\r\n`,
      );
      return Number(got.slice("HTTP/1.1 ".length).slice(0, 3));
    };
    const evil = "https://evil.example";
    expect([await ask(PAGE), await ask()]).toEqual([200, 200]);
    for (const origins of [
      [PAGE, PAGE],
      [PAGE, evil],
      [evil, PAGE],
      ["null"],
      ["null", PAGE],
      [PAGE, ""],
      [""],
    ])
      expect([origins, await ask(...origins)]).toEqual([origins, 403]);
  });

  it("N60 is not there for other host names, but for probes", async () => {
    const ask = (path: string, host: string) =>
      raw(running.port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(await ask("/openapi.json", "evil.test")).toMatch(/^HTTP\/1.1 421 /);
    expect(await ask("/healthz", "10.1.2.3:8787")).toMatch(/^HTTP\/1.1 200 /);
    expect(await ask("/openapi.json", "chat.example.com")).not.toMatch(/^HTTP\/1.1 421 /);
  });
});

it("N59 drops a client that does not finish its request in time; others are served meanwhile", async () => {
  const listener = await listen({
    fetch: async (request) => new Response(await request.text()),
    host: "127.0.0.1",
    port: 0,
    flag: "--port",
    patience: { headMs: 200, requestMs: 400 },
  });
  const slowHead = raw(listener.port, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
  const slowBody = raw(listener.port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nslow");
  const quick = await fetch(`http://127.0.0.1:${listener.port}/`, { method: "POST", body: "quick" });
  expect(await quick.text()).toBe("quick");
  expect(await slowHead).toMatch(/^HTTP\/1.1 408 /);
  expect(await slowBody).toMatch(/^HTTP\/1.1 408 /);
  await listener.close();
});

/** Refused tokens from this address, under made-up forwarding headers: how many were judged, and the last status. */
async function tooManyGuesses(): Promise<[judged: number, last: number | undefined]> {
  const statuses: number[] = [];
  for (let index = 0; index < 35; index += 1) {
    const body = { refresh_token: `rt_${index}` };
    const headers = { "X-Forwarded-For": `10.0.0.${index}` };
    statuses.push((await post("/api/v1/widget/auth/refresh", body, headers)).status);
  }
  return [statuses.filter((status) => status === 400).length, statuses.at(-1)];
}

it("stops gracefully: a stream goes on, is told how it ended, and nothing new is taken", async () => {
  const session = await guest();
  const response = await post(
    "/api/v1/widget/connect",
    {
      threadId: crypto.randomUUID(),
      runId: "last",
      messages: [{ id: "m1", role: "user", content: "hello" }],
      tools: [],
      context: [],
    },
    { Origin: PAGE, Authorization: `Bearer ${session.token}` },
  );
  expect(response.status).toBe(200);
  expect(await tooManyGuesses()).toEqual([29, 429]);
  const startedAtMs = performance.now();
  const stopped = running.stop();
  const text = await response.text();
  expect(performance.now() - startedAtMs).toBeGreaterThan(9000);
  expect(text).toMatch(/"type":"TEXT_MESSAGE_CONTENT"/);
  expect(text.trimEnd().split("\n").at(-1)).toContain('"code":"answer_cut"');
  await stopped;
  await expect(fetch(`${hub}/healthz`)).rejects.toThrow();
}, 30_000);

it("logs JSON without a secret of any kind", async () => {
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(parsed.map(({ event }) => event)).toEqual(
    expect.arrayContaining(["listening", "request", "stopped"]),
  );
  expect(parsed.filter(({ event }) => event === "request").every(({ request_id: id }) => id)).toBe(true);
  expect(lines.join("\n")).not.toMatch(/sk_|pk_live|rt_|eyJ|Bearer|a-token-for-prometheus/);
});
