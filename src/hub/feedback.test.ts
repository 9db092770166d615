import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MessagePage } from "../protocol/chat.ts";
import type { SessionAnswer } from "../protocol/session.ts";
import { openStore } from "./store/database.ts";
import { messages } from "./store/schema.ts";
import { codeOf, createTestHub, readBody, readFrames } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";
import { lendMemory } from "./testing/memory.ts";

const feedbackPath = (id: string) => `/api/v1/widget/messages/${encodeURIComponent(id)}/feedback`;

/** A visitor who said something and got an answer. */
async function converse(
  t: TestHub,
): Promise<{ session: SessionAnswer; answerId: string; questionId: string; thread: string }> {
  const session = await t.guest({ agent: "echo" });
  const thread = crypto.randomUUID();
  const questionId = crypto.randomUUID();
  await readFrames(await t.connect(session, { thread, say: [[questionId, "hi"]] }));
  const page = await t.call(`/api/v1/widget/threads/${thread}/messages`, { token: session.token });
  const { messages: said } = await readBody<MessagePage>(page);
  return { session, thread, questionId, answerId: said.at(-1)?.id ?? "" };
}

describe("feedback", () => {
  let t: TestHub;
  let session: SessionAnswer;
  let answerId: string;
  let questionId: string;
  let thread: string;
  beforeAll(async () => {
    t = await createTestHub();
    t.clock.runFreely();
  });
  beforeEach(async () => {
    ({ session, answerId, questionId, thread } = await converse(t));
  });
  afterAll(() => t.hub.close());

  const rate = (id: string, body: unknown, token = session.token) =>
    t.call(feedbackPath(id), { method: "POST", body, token });

  it("is taken under both mounts, with and without a comment", async () => {
    expect((await rate(answerId, { rating: 1 })).status).toBe(204);
    const alias = feedbackPath(answerId).replace("/api", "");
    const body = { rating: -1, comment: "Wrong." };
    expect((await t.call(alias, { body, token: session.token })).status).toBe(204);
  });

  it("comes back with the answer, as it was said last", async () => {
    const path = `/api/v1/widget/threads/${thread}/messages`;
    const stored = async () =>
      (await readBody<MessagePage>(await t.call(path, { token: session.token }))).messages;
    expect((await stored()).some((message) => "feedback" in message)).toBe(false);
    await rate(answerId, { rating: -1, comment: "Wrong." });
    expect((await stored()).map(({ feedback }) => feedback)).toEqual([
      undefined,
      { rating: -1, comment: "Wrong." },
    ]);
    await rate(answerId, { rating: 1 });
    expect((await stored()).at(-1)?.feedback).toEqual({ rating: 1 });
    await rate(answerId, { rating: null, comment: "left over" });
    expect((await stored()).some((message) => "feedback" in message)).toBe(false);
  });

  it.each([{}, { rating: 0 }, { rating: "1" }, { rating: 2 }, { rating: 1, comment: 7 }, [], null])(
    "%j is refused",
    async (body) => expect(await codeOf(await rate(answerId, body))).toEqual([400, "invalid_request"]),
  );

  it("a comment longer than 2,000 characters is refused", async () => {
    const response = await rate(answerId, { rating: 1, comment: "x".repeat(2001) });
    expect(await codeOf(response)).toEqual([400, "invalid_request"]);
  });

  it("only answers are rated, and only one's own", async () => {
    expect(await codeOf(await rate(questionId, { rating: 1 }))).toEqual([400, "invalid_request"]);
    const stranger = await t.guest();
    for (const id of [answerId, questionId])
      expect(await codeOf(await rate(id, { rating: 1 }, stranger.token))).toEqual([404, "message_not_found"]);
    for (const id of ["nope", "%", "x".repeat(500)])
      expect(await codeOf(await rate(id, { rating: 1 }))).toEqual([404, "message_not_found"]);
  });

  it("needs a session, and POST", async () => {
    expect(await codeOf(await t.call(feedbackPath(answerId), { body: { rating: 1 } }))).toEqual([
      401,
      "invalid_session",
    ]);
    const wrong = await t.call(feedbackPath(answerId), { token: session.token });
    expect(await codeOf(wrong)).toEqual([405, "method_not_allowed"]);
  });
});

it("the last word is what the store keeps", async () => {
  const memory = await lendMemory();
  try {
    const t = await createTestHub({ database: memory.database });
    t.clock.runFreely();
    const { session, answerId } = await converse(t);
    for (const body of [{ rating: -1, comment: " No. " }, { rating: 1 }, { rating: -1, comment: " No. " }])
      await t.call(feedbackPath(answerId), { body, token: session.token });
    await t.hub.close();
    const { db } = await openStore(memory.database);
    const rows = await db.select().from(messages).where(eq(messages.id, answerId));
    expect(rows).toMatchObject([{ rating: -1, ratingComment: "No." }]);
  } finally {
    await memory.giveBack();
  }
});
