// What README says a site's backend does, run as it stands there: from Node, the shell and Python.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as jose from "jose";
import * as admin from "../src/admin.ts";
import { expect, test } from "./fixtures.ts";
import type { Product } from "./product.ts";
import { ensureCurl, ensurePython } from "./tools.ts";

const EXAMPLE_HUB = "http://127.0.0.1:8787";
const EXAMPLE_KEY = "pk_live_...";

/** The code of one language under one heading, spoken to this hub and key. */
function example(heading: string, language: string, { hub, keys }: Product): string {
  const [, rest = ""] = readFileSync("README.md", "utf8").split(`\n${heading}\n`);
  const [section = ""] = rest.split(/\n#{2,3} /);
  const code = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(section)?.[1];
  if (code === undefined) throw new Error(`README has no ${language} under ${heading}`);
  const key = keys.find(({ dialect }) => dialect === "widget-key")?.public_key ?? "";
  return code.replaceAll(EXAMPLE_HUB, hub).replaceAll(EXAMPLE_KEY, key);
}

/** Runs JavaScript of README; its imports are given, and `result` is what it ends with. */
async function runScript<T>(code: string, result: string, given: Record<string, unknown>): Promise<T> {
  const body = `${code.replaceAll(/^import .*;$/gm, "")}\nreturn ${result};`;
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  return (await AsyncFunction(...Object.keys(given), body)(...Object.values(given))) as T;
}

/** Runs Node code with the client of README's first block. */
const runOnClient = async <T>(product: Product, code: string, result: string): Promise<T> =>
  runScript<T>(example("## Your backend", "js", product) + code, result, {
    ...admin,
    process: { env: { FOYER_SECRET_KEY: product.secret_key } },
    console: { log: () => {} },
  });

function run(product: Product, command: string, args: string[]): string {
  const env = { ...process.env, FOYER_SECRET_KEY: product.secret_key };
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8", env });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

const page = (product: Product): string => product.demo;

/** What the page does with a visitor token. */
async function exchange(
  product: Product,
  token: string,
): Promise<{ token: string; visitor: { id: string } }> {
  const client_key = product.keys.find(({ dialect }) => dialect === "widget-key")?.public_key;
  const response = await fetch(`${product.hub}/api/v1/widget/auth/exchange`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: page(product) },
    body: JSON.stringify({ client_key, token }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { token: string; visitor: { id: string } };
}

const MINT_KEY = "### Mint a key";
const MINT_TOKEN = "### Mint a visitor token";
const MINTED_KEY = {
  public_key: expect.stringMatching(/^pk_live_demo_[a-z0-9]{26}$/),
  domain_allowlist: ["shop.example", "*.shop.example", "localhost:*"],
};

test("a key, from Node", async ({ product }) => {
  expect(await runOnClient(product, example(MINT_KEY, "js", product), "key")).toMatchObject(MINTED_KEY);
});

test("a key, from the shell", ({ product }) => {
  ensureCurl();
  expect(JSON.parse(run(product, "sh", ["-c", example(MINT_KEY, "sh", product)]))).toMatchObject(MINTED_KEY);
});

test("a visitor token, from Node", async ({ product }) => {
  const token = await runOnClient<string>(product, example(MINT_TOKEN, "js", product), "user_token");
  expect((await exchange(product, token)).visitor).toMatchObject({ id: "u_1042", name: "Ada Lovelace" });
});

test("a visitor token, from the shell", async ({ product }) => {
  ensureCurl();
  const answer = JSON.parse(run(product, "sh", ["-c", example(MINT_TOKEN, "sh", product)])) as {
    user_token: string;
  };
  expect((await exchange(product, answer.user_token)).visitor).toMatchObject({ id: "u_1042" });
});

test("a visitor token, from Python", async ({ product }) => {
  const code = `${example(MINT_TOKEN, "python", product)}\nprint(user_token)`;
  const token = run(product, ensurePython(), ["-c", code]).trim();
  expect((await exchange(product, token)).visitor).toMatchObject({ id: "u_1042" });
});

test("a service of the site verifies a session with the public keys alone, and takes no visitor token for one", async ({
  product,
}) => {
  const code = example("### Verify a session in your own service", "js", product);
  const verify = await runScript<(token: string) => Promise<jose.JWTPayload>>(code, "visitorOf", { ...jose });
  const visitorToken = await runOnClient<string>(product, example(MINT_TOKEN, "js", product), "user_token");
  const { token } = await exchange(product, visitorToken);
  expect(await verify(token)).toMatchObject({
    sub: "user:u_1042",
    name: "Ada Lovelace",
    account: "demo",
    origin: page(product),
  });
  await expect(verify(visitorToken)).rejects.toThrow(/typ/);
  const [head, body, signature = ""] = token.split(".");
  const forged = [head, body, signature.replace(/^./, (char) => (char === "A" ? "B" : "A"))].join(".");
  await expect(verify(forged)).rejects.toThrow(/signature/);
});

test("the commands of README exist, with the flags it names", () => {
  const [, block = ""] =
    /### From the command line\n\n```\n(.*?)```/s.exec(readFileSync("README.md", "utf8")) ?? [];
  const lines = block.trim().split("\n");
  expect(lines).toHaveLength(7);
  for (const line of lines) {
    const [, group = "", rest = ""] = /^foyer (\w+) +(.*)$/.exec(line) ?? [];
    for (const usage of rest.split(/ \| (?=[a-z])/)) {
      const name = /^\w+/.exec(usage)?.[0] ?? "";
      const { stdout, status } = spawnSync(process.execPath, ["dist/cli.js", group, name, "--help"], {
        encoding: "utf8",
      });
      expect([group, name, status]).toEqual([group, name, 0]);
      expect(stdout).toContain(`Usage: foyer ${group} ${name}`);
      for (const [flag] of usage.matchAll(/--[\w-]+/g)) expect(stdout).toContain(flag);
    }
  }
});
