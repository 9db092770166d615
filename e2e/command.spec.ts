// `foyer dev` as its users start it: flags, the JSON line, exit codes, what stays over a restart.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, createKey, expect } from "./fixtures.ts";
import { startProduct } from "./product.ts";

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "foyer-"));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli.js", ...args], {
    encoding: "utf8",
    // Where one starts that should have refused to.
    timeout: 30_000,
  });
  return { status, stdout, stderr };
};

test("--json prints one line when ready and nothing else, and SIGTERM ends it within two seconds", async () => {
  const product = await startProduct();
  expect(product.hub).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(product.demo).toMatch(/^http:\/\/localhost:\d+$/);
  expect(product.account).toBe("demo");
  expect(product.secret_key).toMatch(/^sk_live_demo_\w{20,}$/);
  expect(product.keys.map((key) => key.dialect).sort()).toEqual(["publishable-key", "widget-key"]);
  for (const key of product.keys) expect(key.public_key).toMatch(/^pk_live_demo_[a-z0-9]{26}$/);
  expect(product.orgs).toContainEqual({ id: expect.any(Number), slug: "demo" });
  expect(product.agents.length).toBeGreaterThanOrEqual(4);
  for (const agent of product.agents) {
    expect(agent).toMatchObject({
      id: expect.any(String),
      number: expect.any(Number),
      name: expect.any(String),
    });
  }
  expect(product.output().trim().split("\n")).toHaveLength(1);

  // An open connection must not hold it.
  await fetch(`${product.hub}/healthz`);
  const started = Date.now();
  expect(await product.stop()).toBe(0);
  expect(Date.now() - started).toBeLessThan(2000);
});

test("hub and demo are two origins, and both answer", async ({ product }) => {
  expect(new URL(product.hub).origin).not.toBe(new URL(product.demo).origin);
  const health = await fetch(`${product.hub}/healthz`);
  expect(health.status).toBe(200);
  const page = await (await fetch(product.demo)).text();
  expect(page).toContain(`<script src="${product.hub}/foyer.js"`);
  const guest = await fetch(`${product.hub}/api/v1/widget/auth/guest`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: product.demo },
    body: JSON.stringify({
      client_key: product.keys.find((key) => key.dialect === "widget-key")?.public_key,
    }),
  });
  expect(guest.status).toBe(200);
});

test("N66: --data keeps keys and secrets over a restart and over a SIGKILL; another process gets one clear line", async ({
  folder,
}) => {
  test.slow();
  const data = ["--data", join(folder, "data")];
  const first = await startProduct(data);
  const key = await createKey(first, ["localhost:*"]);
  const { status, stderr, stdout } = run("dev", "--port", "0", "--demo-port", "0", "--json", ...data);
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toContain(String(first.process.pid));
  await first.stop();

  const second = await startProduct(data);
  expect(second.secret_key).toBe(first.secret_key);
  expect(second.keys).toEqual(first.keys);
  expect(second.agents).toEqual(first.agents);
  const config = await fetch(`${second.hub}/api/v1/widget/config?client_key=${key}`, {
    headers: { origin: "http://localhost:1234" },
  });
  expect(config.status).toBe(200);
  second.process.kill("SIGKILL");
  await second.stop();

  const third = await startProduct(data);
  expect(third.secret_key).toBe(first.secret_key);
  await third.stop();
});

test("a taken port is one line that names the flag, exit code 1", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  for (const flag of ["--port", "--demo-port"]) {
    const rest = flag === "--port" ? "--demo-port" : "--port";
    const { status, stderr } = run("dev", flag, String(port), rest, "0");
    expect(status).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(String(port));
    expect(stderr).toContain(flag);
  }
  other.close();
});

test("a data dir that cannot be written is one line, exit code 1", ({ folder }) => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const places = [join(file, "data"), file];
  if (process.getuid?.() !== 0) {
    const readOnly = join(folder, "read-only");
    mkdirSync(readOnly);
    chmodSync(readOnly, 0o500);
    places.push(join(readOnly, "data"));
  }
  for (const place of places) {
    const { status, stderr } = run("dev", "--port", "0", "--demo-port", "0", "--data", place);
    expect(status).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(place);
  }
  expect(existsSync(join(file, "data"))).toBe(false);
});

test("N65: a data dir on a disk without room is one line, and nothing is left in it", ({ folder }) => {
  // As no file may grow beyond so many blocks: not even the lock, or no table.
  for (const blocks of [0, 1000]) {
    const place = join(folder, String(blocks));
    const flags = ["dist/cli.js", "dev", "--port", "0", "--demo-port", "0", "--data", place];
    const script = `ulimit -f ${blocks} && exec "$0" "$@"`;
    const { status, stderr } = spawnSync("sh", ["-c", script, process.execPath, ...flags], {
      encoding: "utf8",
      timeout: 30_000,
    });
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("data_dir_unwritable");
    expect(stderr).toContain(place);
    expect(status).toBe(1);
    expect(readdirSync(place)).toEqual([]);
  }
});

for (const flags of [
  ["--port", "abc"],
  ["--port", "70000"],
  ["--nope"],
  ["--session-ttl", "0"],
  ["surplus"],
]) {
  test(`a bad flag (${flags.join(" ")}) exits with 2 and a hint`, () => {
    const { status, stderr, stdout } = run("dev", ...flags);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("foyer: error:");
  });
}

test("--help shows the flags and exits with 0", () => {
  const { status, stdout } = run("dev", "--help");
  expect(status).toBe(0);
  for (const flag of ["--port", "--demo-port", "--data", "--database-url", "--host", "--json", "--quiet"]) {
    expect(stdout).toContain(flag);
  }
});

test("the widget's files: types, CORS, caching, compression", async ({ product }) => {
  const loader = await fetch(`${product.hub}/foyer.js`, { headers: { "accept-encoding": "br" } });
  const code = await loader.text();
  expect(loader.headers.get("content-type")).toContain("text/javascript");
  expect(loader.headers.get("content-encoding")).toBe("br");
  expect(loader.headers.get("access-control-allow-origin")).toBe("*");
  expect(loader.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  expect(loader.headers.get("cache-control")).toMatch(/max-age=\d{1,4}\b/);

  const panel = /[\da-f]{6}\/panel\.js/.exec(code)?.[0];
  const chunk = await fetch(`${product.hub}/${panel}`);
  expect(chunk.status).toBe(200);
  expect(chunk.headers.get("cache-control")).toContain("immutable");
  expect(chunk.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  const again = await fetch(`${product.hub}/foyer.js`, {
    headers: { "accept-encoding": "br", "if-none-match": loader.headers.get("etag") ?? "" },
  });
  expect(again.status).toBe(304);
  expect((await fetch(`${product.hub}/../package.json`)).status).toBe(404);
  expect((await fetch(`${product.hub}/%2e%2e/cli.js`)).status).toBe(404);
});
