import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionAnswer } from "../../protocol/session.ts";
import type { WidgetKey } from "../../protocol/widget-keys.ts";
import { codeOf, createTestHub, readBody } from "../testing/harness.ts";
import type { CallOptions, TestHub } from "../testing/harness.ts";

const REFRESH = "/api/v1/widget/auth/refresh";
const LOGOUT = "/api/v1/widget/auth/logout";
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
const newKey = async () =>
  readBody<WidgetKey & { public_key: string }>(
    await t.manage("/api/v1/widget-keys", { body: { name: "Test", domain_allowlist: ["localhost:*"] } }),
  );

describe("rotation (R18-R21)", () => {
  const pairOf = ({ token, refresh_token }: SessionAnswer) => ({ token, refresh_token });

  it("N28 a lost answer is fetched again: the same pair, byte for byte", async () => {
    const first = await t.guest();
    const next = await refreshed(first.refresh_token);
    expect(next.refresh_token).not.toBe(first.refresh_token);
    await t.clock.advance(2 * SECOND);
    const again = await refreshed(first.refresh_token);
    expect(pairOf(again)).toEqual(pairOf(next));
    expect(again.expires_in).toBe(298);
    expect(again.expires_at).toBe(next.expires_at);
  });

  it("concurrent refreshes of one token all get one successor", async () => {
    const first = await t.guest();
    const answers = await Promise.all(Array.from({ length: 6 }, () => refreshed(first.refresh_token)));
    expect(new Set(answers.map((answer) => JSON.stringify(pairOf(answer)))).size).toBe(1);
  });

  it.each([
    ["29 s, successor unused", 29, false],
    ["31 s, successor unused", 31, false],
    ["31 s, successor used", 31, true],
    ["1 s, successor used (a grandparent)", 1, true],
  ])("N29 an old token after %s", async (_case, seconds, isUsed) => {
    const first = await t.guest();
    const second = await refreshed(first.refresh_token);
    const third = isUsed ? await refreshed(second.refresh_token) : null;
    await t.clock.advance(seconds * SECOND);
    const replayed = await refresh(first.refresh_token);
    if (third === null) {
      expect(pairOf(await readBody(replayed))).toEqual(pairOf(second));
      expect((await refresh(second.refresh_token)).status).toBe(200);
      return;
    }
    expect(await codeOf(replayed)).toEqual([400, "invalid_refresh_token"]);
    expect(await codeOf(await refresh(third.refresh_token))).toEqual([400, "invalid_refresh_token"]);
    expect(await codeOf(await t.call(THREADS, { token: third.token }))).toEqual([401, "session_revoked"]);
  });

  it("a successor fetched after its access token ended comes with a fresh one", async () => {
    const first = await t.guest();
    const next = await refreshed(first.refresh_token);
    await t.clock.advance(400 * SECOND);
    const again = await refreshed(first.refresh_token);
    expect(again.refresh_token).toBe(next.refresh_token);
    expect(again.token).not.toBe(next.token);
    expect(again.expires_in).toBe(300);
    expect((await t.call(THREADS, { token: again.token })).status).toBe(200);
  });

  it("R20 ends at the absolute limit, however often it was refreshed", async () => {
    let session = await t.guest();
    for (let days = 0; days < 75; days += 25) {
      await t.clock.advance(25 * DAY);
      session = await refreshed(session.refresh_token);
    }
    expect(session.refresh_expires_in).toBe((15 * DAY) / SECOND);
    await t.clock.advance(15 * DAY);
    expect(await codeOf(await refresh(session.refresh_token))).toEqual([400, "invalid_refresh_token"]);
  });

  it("an idle guest ends after 30 days, a user after 12 hours", async () => {
    const [idle, user] = [await t.guest(), await t.user("42")];
    await t.clock.advance(DAY / 2 - SECOND);
    expect((await refresh(user.refresh_token)).status).toBe(200);
    await t.clock.advance(SECOND);
    expect(await codeOf(await refresh(user.refresh_token))).toEqual([400, "invalid_refresh_token"]);
    await t.clock.advance(30 * DAY);
    expect(await codeOf(await refresh(idle.refresh_token))).toEqual([400, "invalid_refresh_token"]);
  });

  it("R21 R27 re-checks the key and its allowlist each time", async () => {
    const key = await newKey();
    const patch = (body: Record<string, unknown>) =>
      t.manage(`/api/v1/widget-keys/${key.id}`, { method: "PATCH", body });
    const session = await t.guest({ key: key.public_key });
    await patch({ domain_allowlist: ["shop.example"] });
    expect(await codeOf(await refresh(session.refresh_token))).toEqual([403, "origin_not_allowed"]);
    await patch({ domain_allowlist: ["localhost:*"], disabled: true });
    expect(await codeOf(await refresh(session.refresh_token))).toEqual([403, "key_revoked"]);
    expect(await codeOf(await t.call(THREADS, { token: session.token }))).toEqual([403, "key_revoked"]);
    await patch({ disabled: false });
    expect((await refresh(session.refresh_token)).status).toBe(200);
  });

  it("logout ends the family at once, and twice is no error", async () => {
    const session = await t.guest();
    const body = { refresh_token: session.refresh_token };
    expect((await t.call(LOGOUT, { body })).status).toBe(204);
    expect((await t.call(LOGOUT, { body })).status).toBe(204);
    expect(await codeOf(await refresh(session.refresh_token))).toEqual([400, "invalid_refresh_token"]);
    expect(await codeOf(await t.call(THREADS, { token: session.token }))).toEqual([401, "session_revoked"]);
  });

  it.each([
    {},
    { refresh_token: "" },
    { refresh_token: 1 },
    { refresh_token: "rt_unknown" },
    { refresh_token: "x".repeat(600) },
  ])("%j is no refresh token", async (body) =>
    expect(await codeOf(await t.call(REFRESH, { body }))).toEqual([400, "invalid_refresh_token"]),
  );
});
