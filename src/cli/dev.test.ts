// `foyer dev` with real sockets: the hub calls the demo site's webhook, which calls the hub for its secret.
import { once } from "node:events";
import { get } from "node:http";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mintUserToken } from "../../demo/backend.ts";
import { startDev } from "./dev.ts";
import type { DevServers } from "./dev.ts";

const start = (allowPrivateWebhooks: boolean) =>
  startDev({
    port: 0,
    demoPort: 0,
    host: "127.0.0.1",
    database: { kind: "memory" },
    sessionTtlS: 300,
    assetsDir: null,
    demoDir: join(process.cwd(), "demo"),
    allowPrivateWebhooks,
    publicHosts: ["Shop.lan"],
  });

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/problem+json", ...headers },
    body: JSON.stringify(body),
  });

const newKey = ({ hubUrl, seed }: DevServers, webhook_url: string) =>
  post(
    `${hubUrl}/v1/publishable-key`,
    { mode: "webhook", webhook_url, allowed_domains: ["localhost"] },
    { authorization: `Bearer ${seed.secret_key}` },
  );

describe("with --allow-private-webhooks", () => {
  let servers: DevServers;
  let clientKey: string;
  beforeAll(async () => {
    servers = await start(true);
    const answer: { key: string } = await (await newKey(servers, `${servers.demoUrl}/webhook`)).json();
    clientKey = answer.key;
  });
  afterAll(() => servers.close());
  const session = async (path: string, body: Record<string, unknown>) => {
    const url = `${servers.hubUrl}/api/v1/widget/auth/${path}`;
    const answer = await post(url, { client_key: clientKey, ...body }, { origin: servers.demoUrl });
    return (await answer.json()) as { agent: { name: string } };
  };

  it("the demo's webhook routes a guest and a user to two agents", async () => {
    const { hubUrl, seed } = servers;
    const customer = { user_id: "u_1042" };
    const token = await mintUserToken({ hubUrl, secretKey: seed.secret_key, clientKey, customer });
    expect((await session("guest", {})).agent.name).toBe("Echo");
    expect((await session("exchange", { token })).agent.name).toBe("Nova");
  });

  it("the demo's webhook refuses a delivery that the hub did not sign", async () => {
    const answer = await post(`${servers.demoUrl}/webhook`, { type: "call.incoming", data: {} });
    expect([answer.status, await answer.text()]).toEqual([401, "headers_invalid"]);
  });
});

describe("N60 T8 a page elsewhere", () => {
  let servers: DevServers;
  beforeAll(async () => {
    servers = await start(false);
  });
  afterAll(() => servers.close());

  /** As a browser asks whose name server led it to this machine. */
  const statusUnder = async (url: string, host: string) => {
    const asked = get(url, { headers: { host: `${host}:${new URL(url).port}` } });
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };

  it.each(["/", "/account", "/webhook", "/_faults", "/configurator.js"])(
    "meets nobody under its own name at the shop's %s",
    async (path) => {
      for (const host of ["evil.test", "127.0.0.1.nip.io", "localhost.evil.test", "10.0.0.1"])
        expect([host, await statusUnder(servers.demoUrl + path, host)]).toEqual([host, 421]);
    },
  );

  it.each(["/openapi.json", "/_faults", "/foyer.js", "/api/v1/widget-keys"])(
    "meets nobody under its own name at the hub's %s",
    async (path) => expect(await statusUnder(servers.hubUrl + path, "evil.test")).toBe(421),
  );

  it("is not what this machine's own pages are, or those of a name that is known", async () => {
    for (const host of ["localhost", "127.0.0.1", "shop.lan"]) {
      expect(await statusUnder(`${servers.demoUrl}/account`, host)).toBe(200);
      expect(await statusUnder(`${servers.hubUrl}/openapi.json`, host)).toBe(200);
    }
  });

  it.each<Record<string, string>>([
    { origin: "http://evil.test" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("switches no faults on through the shop: %j", async (headers) => {
    const put = (more: Record<string, string>) =>
      fetch(`${servers.demoUrl}/_faults`, { method: "PUT", body: '{"rules":[]}', headers: more });
    expect((await put(headers)).status).toBe(403);
    expect((await put({})).status).toBe(200);
  });
});

it("without --allow-private-webhooks, one on this machine cannot even be stored", async () => {
  const servers = await start(false);
  const answer = await newKey(servers, `${servers.demoUrl}/webhook`);
  expect([answer.status, await answer.json()]).toMatchObject([400, { webhook_url: [expect.any(String)] }]);
  await servers.close();
});
