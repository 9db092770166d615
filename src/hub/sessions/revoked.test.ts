// N45: a widget key is revoked under a conversation. What is being said is finished; nothing new begins.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parseMessagePage } from "../../protocol/chat.ts";
import type { SessionAnswer } from "../../protocol/session.ts";
import { codeOf, createTestHub, readBody, readFrames, textOfFrames } from "../testing/harness.ts";
import type { TestHub } from "../testing/harness.ts";

const KEYS = "/api/v1/widget-keys";
const THREADS = "/api/v1/widget/threads";
const REFRESH = "/api/v1/widget/auth/refresh";

let t: TestHub;
let key: { id: string; public_key: string };
let visitor: SessionAnswer;
let thread: string;
beforeAll(async () => {
  t = await createTestHub();
});
afterAll(() => t.hub.close());
beforeEach(async () => {
  t.clock.runFreely();
  thread = crypto.randomUUID();
  key = await readBody(
    await t.manage(KEYS, { body: { name: "short-lived", domain_allowlist: ["localhost:*"] } }),
  );
  visitor = await t.guest({ agent: "slow", key: key.public_key });
});

const setDisabled = async (disabled: boolean): Promise<void> => {
  const patched = await t.manage(`${KEYS}/${key.id}`, { method: "PATCH", body: { disabled } });
  expect(patched.status).toBe(204);
};
const refusals = async () => [
  await codeOf(await t.connect(visitor, { thread, say: [["m2", "more"]] })),
  await codeOf(await t.call(REFRESH, { body: { refresh_token: visitor.refresh_token } })),
];
const messages = async () => {
  const page = await t.call(`${THREADS}/${thread}/messages`, { token: visitor.token });
  return parseMessagePage(await readBody(page))?.messages.map(({ role, content, state }) => [
    role,
    content,
    state,
  ]);
};
const REVOKED = [
  [403, "key_revoked"],
  [403, "key_revoked"],
];

it("N45 R27 a key revoked in the middle of an answer: the answer completes, then nothing begins any more", async () => {
  t.clock.hold();
  const response = await t.connect(visitor, { thread, say: [["m1", "hi"]], run: "r-1" });
  await t.clock.advance(2_000);
  await setDisabled(true);
  expect(await refusals()).toEqual(REVOKED);
  t.clock.runFreely();
  const frames = await readFrames(response);
  expect(frames.at(-1)?.event.type).toBe("RUN_FINISHED");
  expect(await refusals()).toEqual(REVOKED);
  await setDisabled(false);
  expect(await messages()).toEqual([
    ["user", "hi", "complete"],
    ["assistant", textOfFrames(frames), "complete"],
  ]);
});

it("N45 R27 a key revoked between two turns: the next is refused and leaves nothing behind", async () => {
  const first = textOfFrames(await readFrames(await t.connect(visitor, { thread, say: [["m1", "hi"]] })));
  await setDisabled(true);
  expect(await refusals()).toEqual(REVOKED);
  await setDisabled(false);
  expect(await messages()).toEqual([
    ["user", "hi", "complete"],
    ["assistant", first, "complete"],
  ]);
  const again = await readFrames(await t.connect(visitor, { thread, say: [["m2", "more"]] }));
  expect(again.at(-1)?.event.type).toBe("RUN_FINISHED");
});
