import { afterAll, beforeAll, expect, it } from "vitest";
import type { SessionAnswer } from "../../protocol/session.ts";
import { PAGE, codeOf, createTestHub, readBody, readFrames } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub();
  t.clock.runFreely();
});
afterAll(() => t.hub.close());

const setMerge = (merge: boolean | null) =>
  t.manage("/api/v1/widget-settings", { method: "PATCH", body: { merge_guest_threads: merge } });
/** A guest who has said one thing. */
const chatted = async (options: { key?: string; origin?: string } = {}) => {
  const guest = await t.guest({ agent: "echo", ...options });
  const thread = crypto.randomUUID();
  const { origin = PAGE } = options;
  const answer = await t.connect(guest, { thread, origin, say: [[crypto.randomUUID(), "hello"]] });
  expect(answer.status).toBe(200);
  await answer.text();
  return { guest, thread };
};
/** A key that pages on this machine may use. */
const localKey = async (token = t.seed.secret_key): Promise<string> => {
  const body = { name: "Local", domain_allowlist: ["localhost:*", "127.0.0.1:*"] };
  const created = await t.manage("/api/v1/widget-keys", { body, token });
  return (await readBody<{ public_key: string }>(created)).public_key;
};
const login = async (userId: string, guestToken: string): Promise<SessionAnswer> => {
  const { user_token } = await readBody<{ user_token: string }>(
    await t.manage("/api/v1/widget/auth/user-token", { body: { client_key: t.widgetKey, user_id: userId } }),
  );
  const body = { client_key: t.widgetKey, token: user_token, guest_refresh_token: guestToken };
  return readBody(await t.call("/api/v1/widget/auth/exchange", { body }));
};
const threadsOf = async (session: SessionAnswer): Promise<string[]> => {
  const { threads } = await readBody<{ threads: { id: string }[] }>(
    await t.call("/api/v1/widget/threads", { token: session.token }),
  );
  return threads.map(({ id }) => id);
};
const refresh = (session: SessionAnswer) =>
  t.call("/api/v1/widget/auth/refresh", { body: { refresh_token: session.refresh_token } });

it("a guest who logs in starts without the guest's conversations, and the guest's session is over", async () => {
  const { guest } = await chatted();
  const user = await login("plain", guest.refresh_token);
  expect(await threadsOf(user)).toEqual([]);
  expect(await codeOf(await refresh(guest))).toEqual([400, "invalid_refresh_token"]);
});

it("keeps them where the account says so, and anyone who still holds the guest's tokens gets nothing", async () => {
  await setMerge(true);
  const { guest, thread } = await chatted();
  const user = await login("merged", guest.refresh_token);
  expect(await threadsOf(user)).toEqual([thread]);
  const messages = await t.call(`/api/v1/widget/threads/${thread}/messages`, { token: guest.token });
  expect(messages.status).toBe(401);
  const config = await t.call(`/api/v1/widget/config?client_key=${t.widgetKey}`);
  expect(await config.text()).not.toContain("merge_guest_threads");
});

it("an answer that is being made goes on as the user's: followed, stopped, and not the guest's any more", async () => {
  await setMerge(true);
  const guest = await t.guest({ agent: "long" });
  const [thread, run] = [crypto.randomUUID(), crypto.randomUUID()];
  const stream = await t.connect(guest, { thread, run, say: [[crypto.randomUUID(), "a long story"]] });
  await stream.body?.cancel();
  const user = await login("streaming", guest.refresh_token);
  const events = `/api/v1/widget/runs/${run}/events`;
  expect((await t.call(events, { token: guest.token })).status).toBe(401);
  const followed = await t.call(events, { token: user.token });
  expect(followed.status).toBe(200);
  const cancel = `/api/v1/widget/runs/${run}/cancel`;
  expect((await t.call(cancel, { method: "POST", token: user.token })).status).toBeLessThan(300);
  const said = await readFrames(followed);
  expect([said[0]?.event.type, said.at(-1)?.event]).toEqual([
    "RUN_STARTED",
    expect.objectContaining({ type: "RUN_FINISHED" }),
  ]);
});

it("a token that is not such a guest's takes nothing and harms nothing", async () => {
  await setMerge(true);
  const ada = await t.user("ada-with-threads");
  const thread = crypto.randomUUID();
  await (await t.connect(ada, { thread, say: [[crypto.randomUUID(), "mine"]] })).text();
  for (const token of [ada.refresh_token, "no-such-token"]) {
    expect(await threadsOf(await login("taker", token))).toEqual([]);
  }
  expect(await threadsOf(ada)).toEqual([thread]);
  expect((await refresh(ada)).status).toBe(200);
});

it("T3 a guest's token of another origin takes nothing and stays with its guest", async () => {
  await setMerge(true);
  const origin = "http://127.0.0.1:5173";
  const { guest, thread } = await chatted({ key: await localKey(), origin });
  expect(await threadsOf(await login("elsewhere", guest.refresh_token))).toEqual([]);
  const list = await t.call("/api/v1/widget/threads", { token: guest.token, origin });
  expect(await readBody(list)).toMatchObject({ threads: [{ id: thread }] });
});

it("T3 so does a guest's token of another account", async () => {
  await setMerge(true);
  const { secret_key: token } = await t.hub.createOrg({ slug: "stranger" });
  const body = { name: "Echo", slug: "echo", kind: "scripted", config: { script: "echo" } };
  expect((await t.manage("/api/v1/agents", { body, token })).status).toBe(201);
  const { guest, thread } = await chatted({ key: await localKey(token) });
  expect(await threadsOf(await login("another-account", guest.refresh_token))).toEqual([]);
  expect(await threadsOf(guest)).toEqual([thread]);
});

it("a guest's token that was revoked takes nothing", async () => {
  await setMerge(true);
  const { guest, thread } = await chatted();
  await t.call("/api/v1/widget/auth/logout", { body: { refresh_token: guest.refresh_token } });
  expect(await threadsOf(await login("late", guest.refresh_token))).not.toContain(thread);
});

it("goes back to the default with null", async () => {
  expect(await readBody(await setMerge(true))).toMatchObject({ merge_guest_threads: true });
  expect(await readBody(await setMerge(null))).toMatchObject({ merge_guest_threads: false });
});
