// What a refresh token is, and what of a session no refresh changes.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WIDGET_PATHS } from "../../protocol/paths.ts";
import type { SessionAnswer } from "../../protocol/session.ts";
import { createHub } from "../hub.ts";
import type { DemoSeed, Hub } from "../hub.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { lendMemory } from "../testing/memory.ts";
import type { LentMemory } from "../testing/memory.ts";

const HUB_URL = "http://127.0.0.1:8787";
const PAGE = "http://localhost:5173";
const clock = createManualClock();
let memory: LentMemory;
let hub: Hub;
let seed: DemoSeed;

beforeAll(async () => {
  memory = await lendMemory();
  hub = await createHub({ database: memory.database, publicUrl: HUB_URL, clock });
  seed = await hub.seedDemo({ demoOrigin: PAGE });
}, 60_000);
afterAll(async () => {
  await hub.close();
  await memory.giveBack();
});

async function call<T = SessionAnswer>(
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<T> {
  const init = {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...headers },
  };
  const response = await hub.fetch(new Request(HUB_URL + path, init));
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}
const page = { Origin: PAGE };
const claimsOf = ({ token }: SessionAnswer): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

it("R18 a refresh token is opaque, has 256 bits, and lies in the store as its SHA-256 alone; a session is one family", async () => {
  const client_key = seed.keys.find(({ dialect }) => dialect === "widget-key")?.public_key;
  const guests = await Promise.all(
    Array.from({ length: 5 }, () => call(WIDGET_PATHS.guest, { client_key }, page)),
  );
  const renewed = await Promise.all(
    guests.map(({ refresh_token }) => call(WIDGET_PATHS.refresh, { refresh_token }, page)),
  );
  const tokens = [...guests, ...renewed].map(({ refresh_token }) => refresh_token);
  expect(new Set(tokens).size).toBe(10);
  for (const token of tokens) {
    expect(token).toMatch(/^rt_[\w-]{43}$/);
    expect(Buffer.from(token.slice(3), "base64url").length).toBe(32);
  }
  const { rows } = await memory.engine.query<{ hash: unknown; session_id: string }>(
    "select * from refresh_tokens",
  );
  const hashes = rows.map(({ hash }) =>
    hash instanceof Uint8Array ? Buffer.from(hash).toString("hex") : String(hash),
  );
  for (const token of tokens) {
    const digest = createHash("sha256").update(token).digest();
    const isIt = (hash: string): boolean =>
      [digest.toString("hex"), digest.toString("base64url"), digest.toString("base64")].includes(hash);
    expect(hashes.filter(isIt).length).toBe(1);
  }
  expect(new Set(rows.map((row) => row.session_id)).size).toBe(5);
  const everything = await memory.engine.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public'",
  );
  for (const { name } of everything.rows) {
    const text = JSON.stringify((await memory.engine.query(`select * from "${name}"`)).rows);
    for (const secret of [...tokens, seed.secret_key])
      expect(text.includes(secret), `${name} holds a token or key`).toBe(false);
  }
});

it("R21 a refresh carries who it is over unchanged, with the key and the origin", async () => {
  const client_key = seed.keys.find(({ dialect }) => dialect === "widget-key")?.public_key;
  const { user_token: token } = await call<{ user_token: string }>(
    WIDGET_PATHS.userToken,
    { client_key, user_id: "ada", name: "Ada Lovelace" },
    { Authorization: `Bearer ${seed.secret_key}` },
  );
  const first = await call(WIDGET_PATHS.exchange, { client_key, token }, page);
  await clock.advance(1_000);
  const { refresh_token } = first;
  const second = await call(WIDGET_PATHS.refresh, { refresh_token }, page);
  const [before, after] = [claimsOf(first), claimsOf(second)];
  for (const own of ["iat", "nbf", "exp", "jti"]) {
    delete before[own];
    delete after[own];
  }
  expect(after).toEqual(before);
  expect(after).toMatchObject({ sub: "user:ada", name: "Ada Lovelace" });
  expect(JSON.stringify(after)).toContain(PAGE);
  expect([second.visitor, second.agent]).toEqual([first.visitor, first.agent]);
});
