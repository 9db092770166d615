import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../store/database.ts";
import { accounts, messages, threads } from "../store/schema.ts";
import { openTestStore } from "../testing/store.ts";
import { saveAnswers } from "./transcript.ts";
import type { AnswerSoFar } from "./transcript.ts";

const now = new Date(0);
let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await store.db.insert(accounts).values({ id: 1, slug: "a", createdAt: now });
  await store.db
    .insert(threads)
    .values({ id: "t", accountId: 1, subject: "guest:1", createdAt: now, updatedAt: now });
  const base = {
    threadId: "t",
    role: "assistant",
    state: "running",
    createdAt: now,
    updatedAt: now,
  } as const;
  await store.db.insert(messages).values(["a", "b", "c"].map((id) => ({ ...base, id, content: "" })));
}, 30_000);
afterAll(() => store.close());

const answer = (id: string, content: string, state: AnswerSoFar["state"] = "running"): AnswerSoFar => ({
  threadId: "t",
  id,
  content,
  state,
  toolCalls: null,
  interrupts: null,
  sources: null,
  suggestions: null,
});
const stored = async (id: string) =>
  (await store.db.select().from(messages).where(eq(messages.id, id))).map(({ content, state }) => [
    content,
    state,
  ])[0];

describe("answers are kept together", () => {
  it("each its own, the latest of one, and none that is not there", async () => {
    const many = [answer("a", "one"), answer("b", 'two "quoted" \\ €'), answer("a", "one more", "complete")];
    await saveAnswers(store.db, [...many, answer("gone", "x")], now);
    expect(await stored("a")).toEqual(["one more", "complete"]);
    expect(await stored("b")).toEqual(['two "quoted" \\ €', "running"]);
    expect(await stored("c")).toEqual(["", "running"]);
  });

  it("also while half of a character has arrived, and with what no text can hold", async () => {
    await saveAnswers(store.db, [answer("c", "wave \ud83d"), answer("b", "nul \0")], now);
    expect([await stored("c"), await stored("b")]).toEqual([
      ["wave \ufffd", "running"],
      ["nul \ufffd", "running"],
    ]);
    await saveAnswers(store.db, [answer("c", "wave \ud83d\udc4b")], now);
    expect((await stored("c"))?.[0]).toBe("wave 👋");
  });
});
