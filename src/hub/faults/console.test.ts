import { afterAll, beforeAll, expect, it } from "vitest";
import { WIDGET_PATHS } from "../../protocol/paths.ts";
import { systemClock } from "../clock.ts";
import { createHub } from "../hub.ts";
import type { Hub } from "../hub.ts";
import { HUB_URL, PAGE } from "../testing/harness.ts";
import { lendMemory } from "../testing/memory.ts";
import type { LentMemory } from "../testing/memory.ts";
import { DroppedConnection } from "./break.ts";
import { createFaultConsole } from "./console.ts";
import type { FaultLayer } from "./layer.ts";
import { createReplaceableHub } from "./replaceable.ts";
import type { ReplaceableHub } from "./replaceable.ts";
import { SCENARIOS } from "./scenarios.ts";

let memory: LentMemory;
let hub: ReplaceableHub;
let faults: FaultLayer;
let clientKey: string;
beforeAll(async () => {
  memory = await lendMemory();
  hub = await createReplaceableHub(() =>
    createHub({ database: memory.database, publicUrl: HUB_URL, limits: "off" }),
  );
  const seed = await hub.current().seedDemo({ demoOrigin: PAGE });
  clientKey = seed.keys[0]?.public_key ?? "";
  faults = createFaultConsole({ hub, clock: systemClock(), demoUrl: PAGE });
}, 60_000);
afterAll(async () => {
  await hub.close();
  await memory.giveBack();
});

const call = (path: string, init: RequestInit = {}, connection?: Parameters<Hub["fetch"]>[1]) =>
  faults.fetch(new Request(path.startsWith("http") ? path : HUB_URL + path, init), connection);
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  call(path, {
    method,
    headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
interface State {
  seed: number;
  rules: { route: string; hits: number; fault: { kind: string } }[];
  keys: { id: string; is_live: boolean }[];
}
const stateOf = async (response: Response) => {
  expect(response.status).toBe(200);
  return (await response.json()) as State;
};
const guest = async () => {
  const response = await send("POST", WIDGET_PATHS.guest, { client_key: clientKey }, { Origin: PAGE });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};
const refresh = async (token = "") => {
  const body = { refresh_token: token };
  const response = await send("POST", WIDGET_PATHS.refresh, body, { Origin: PAGE });
  return [response.status, ((await response.json()) as { code?: string }).code];
};

it("reads, replaces and removes rules; hits are counted; the preflight is never hit", async () => {
  const put = await stateOf(
    await send("PUT", "/_faults", { seed: 9, rules: [{ route: "config", fault: "hang", times: 1 }] }),
  );
  expect([put.seed, put.rules[0]?.fault.kind, put.rules[0]?.hits]).toEqual([9, "hang", 0]);
  const url = `${WIDGET_PATHS.config}?client_key=${clientKey}`;
  expect((await call(url, { method: "OPTIONS", headers: { Origin: PAGE } })).status).toBe(204);
  const ending = new AbortController();
  const hanging = call(url, { headers: { Origin: PAGE }, signal: ending.signal });
  ending.abort();
  await expect(hanging).rejects.toThrow();
  expect((await call(url, { headers: { Origin: PAGE } })).status).toBe(200);
  expect((await stateOf(await send("GET", "/_faults"))).rules[0]?.hits).toBe(1);
  expect((await stateOf(await send("DELETE", "/_faults"))).rules).toEqual([]);
});

it("refuses wrong rules and unknown names, and keeps what was there", async () => {
  await send("PUT", "/_faults", { rules: [{ route: "threads", fault: "empty" }] });
  for (const body of [{ rules: [{ route: "x", fault: "hang" }] }, { rules: 1 }, []]) {
    const response = await send("PUT", "/_faults", body);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      400,
      "invalid_request",
    ]);
  }
  expect((await stateOf(await send("GET", "/_faults"))).rules.length).toBe(1);
  expect((await send("POST", "/_faults/actions/explode")).status).toBe(404);
  expect((await send("POST", "/_faults/actions/toString")).status).toBe(404);
  expect((await send("POST", "/_faults/scenarios/none")).status).toBe(404);
  expect((await send("PATCH", "/_faults")).status).toBe(405);
  expect((await send("GET", "/_faults/../package.json")).status).toBe(404);
  expect((await send("GET", "/_faults/none.js")).status).toBe(404);
  await send("DELETE", "/_faults");
});

it("N60 T8: only this machine, only its own names, and no other site's page", async () => {
  const statusOf = async (answer: Promise<Response>) => (await answer).status;
  expect(await statusOf(call("http://evil.test/_faults"))).toBe(421);
  expect(await statusOf(call("/_faults", {}, { address: "10.0.0.7" }))).toBe(404);
  expect(await statusOf(call("/_faults", { headers: { "X-Forwarded-For": "1.2.3.4" } }))).toBe(404);
  expect(await statusOf(send("PUT", "/_faults", { rules: [] }, { Origin: "http://evil.test" }))).toBe(403);
  const crossSite = { "Sec-Fetch-Site": "cross-site" };
  expect(await statusOf(send("POST", "/_faults/actions/restart", {}, crossSite))).toBe(403);
  expect(await statusOf(send("DELETE", "/_faults", undefined, { Origin: PAGE }))).toBe(403);
  const read = await call("/_faults", { headers: { Origin: "http://evil.test" } });
  expect(read.headers.get("Access-Control-Allow-Origin")).toBeNull();
  expect(await statusOf(call("/_faults", {}, { address: "127.0.0.1" }))).toBe(200);
  expect(await statusOf(call("/_faults", {}, { address: "::1" }))).toBe(200);
});

it("revokes keys and brings back only those", async () => {
  const [first] = (await stateOf(await send("GET", "/_faults"))).keys;
  await send("POST", "/_faults/actions/revoke-keys", { key_id: first?.id });
  expect((await guest()).body["code"]).toBe("key_revoked");
  const after = await stateOf(await send("POST", "/_faults/actions/restore-keys"));
  expect(after.keys.every(({ is_live: isLive }) => isLive)).toBe(true);
  expect((await guest()).status).toBe(200);
  expect((await send("POST", "/_faults/actions/revoke-keys", { key_id: "no" })).status).toBe(400);
});

it("ends refresh tokens for good, those of silent guests too", async () => {
  const { body } = await guest();
  await send("POST", "/_faults/actions/expire-refresh-tokens");
  expect(await refresh(body["refresh_token"])).toEqual([400, "invalid_refresh_token"]);
  expect(await refresh((await guest()).body["refresh_token"])).toEqual([200, undefined]);
});

it("restarts the hub on the same data; who asks meanwhile finds nobody", async () => {
  const { body } = await guest();
  const before = hub.current();
  const restart = send("POST", "/_faults/actions/restart");
  await expect(call("/healthz")).rejects.toBeInstanceOf(DroppedConnection);
  expect((await restart).status).toBe(200);
  expect(hub.current()).not.toBe(before);
  expect(await refresh(body["refresh_token"])).toEqual([200, undefined]);
});

it("every scenario can be switched on and ends with DELETE", async () => {
  for (const { id, rules } of SCENARIOS) {
    const state = await stateOf(await send("POST", `/_faults/scenarios/${id}`));
    expect([id, state.rules.length]).toEqual([id, rules.length]);
  }
  const well = await stateOf(await send("DELETE", "/_faults"));
  expect([well.rules, well.keys.every((key) => key.is_live)]).toEqual([[], true]);
  expect((await guest()).status).toBe(200);
});

it("streams its log, resumes after an id, and says nothing secret", async () => {
  const { body } = await guest();
  await refresh(body["refresh_token"]);
  const kept = (await (await call("/_faults/log")).json()) as { id: number; session?: string }[];
  expect(kept.map(({ session }) => session)).toEqual(expect.arrayContaining(["minted", "rotated"]));
  const lastId = kept.at(-1)?.id ?? 0;
  const stream = await call("/_faults/log", {
    headers: { Accept: "text/event-stream", "Last-Event-ID": String(lastId - 1) },
  });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain(`id: ${lastId}\n`);
  await guest();
  expect((await reader?.read())?.value).toMatch(new RegExp(`^id: ${lastId + 1}\ndata: .*"minted"`));
  await reader?.cancel();
  expect(JSON.stringify(kept)).not.toMatch(/eyJ|rt_|pk_live|sk_/);
});

it("the page and its files allow nothing from elsewhere", async () => {
  const page = await call("/_faults", { headers: { Accept: "text/html,*/*" } });
  expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  const text = await page.text();
  expect(text).toMatch(/^<!doctype html>/);
  expect(text).not.toMatch(/https?:\/\/|style=|onclick/);
  for (const [, path] of text.matchAll(/(?:src|href)="(\/_faults\/[^"]+)"/g)) {
    expect([path, (await call(path ?? "")).status]).toEqual([path, 200]);
  }
});
