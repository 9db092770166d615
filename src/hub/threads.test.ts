// Conversations as trees: edit, regenerate, branches and their pages; names and the list of conversations.
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseMessagePage } from "../protocol/chat.ts";
import type { MessagePage, StoredMessage } from "../protocol/chat.ts";
import { readExtras } from "../protocol/rich.ts";
import type { SessionAnswer } from "../protocol/session.ts";
import { PAGE, codeOf, createTestHub, readBody, readFrames, textOfFrames } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";

const THREADS = "/api/v1/widget/threads";

let t: TestHub;
let visitor: SessionAnswer;
let thread: string;
beforeAll(async () => {
  t = await createTestHub();
}, 60_000);
afterAll(() => t.hub.close());
beforeEach(async () => {
  t.clock.runFreely();
  thread = crypto.randomUUID();
  visitor = await t.guest({ agent: "echo" });
});

const connect = (say: [string, string][], foyer: unknown = {}, run: string = crypto.randomUUID()) =>
  t.call("/api/v1/widget/connect", {
    token: visitor.token,
    body: {
      threadId: thread,
      runId: run,
      messages: say.map(([id, content]) => ({ id, role: "user", content })),
      forwardedProps: { foyer },
    },
  });
const say = async (id: string, text: string, foyer?: unknown) =>
  readFrames(await connect([[id, text]], foyer));
const regenerate = async (id: string, run?: string) => readFrames(await connect([], { regenerate: id }, run));
const open = (query = "") => t.call(`${THREADS}/${thread}/messages${query}`, { token: visitor.token });
async function history(query = ""): Promise<MessagePage> {
  const body = await readBody<{ messages: unknown[] }>(await open(query));
  const page = parseMessagePage(body);
  if (page === null) throw new Error("not a page");
  const messages = page.messages.map((message, index) => ({
    ...message,
    ...readExtras(body.messages[index]),
  }));
  return { ...page, messages };
}
const contents = async (query = "") => (await history(query)).messages.map(({ content }) => content);
const answerOf = async (text: string): Promise<StoredMessage> => {
  const { messages } = await history();
  const found = messages.find(({ role, content }) => role === "assistant" && content === text);
  if (found === undefined) throw new Error(`no answer ${text}`);
  return found;
};

describe("a branch", () => {
  it("begins where a message is edited; the old one is kept", async () => {
    await say("m1", "one");
    await say("m2", "two");
    await say("m3", "three");
    expect(textOfFrames(await say("m2b", "two again", { edit_of: "m2" }))).toBe("two again");
    const { messages } = await history();
    expect(messages.map(({ content }) => content)).toEqual(["one", "one", "two again", "two again"]);
    expect(messages[2]).toMatchObject({
      id: "m2b",
      parent_id: messages[1]?.id,
      branch: { index: 1, count: 2, ids: ["m2", "m2b"] },
    });
    expect(messages.filter(({ branch }) => branch !== undefined)).toHaveLength(1);
    expect(await contents("?leaf=m2")).toEqual(["one", "one", "two", "two", "three", "three"]);
    expect(await contents()).toHaveLength(4);
  });

  it("can begin at the first message", async () => {
    await say("m1", "one");
    await say("m1b", "uno", { edit_of: "m1" });
    const { messages } = await history();
    expect(messages[0]).toMatchObject({ id: "m1b", parent_id: null, branch: { index: 1, count: 2 } });
    expect(messages).toHaveLength(2);
  });

  it("is another answer to the same message, asked for by either", async () => {
    await say("m1", "one");
    const first = (await history()).messages[1];
    await regenerate(first?.id ?? "");
    const second = (await history()).messages[1];
    await regenerate("m1");
    const { messages } = await history();
    expect(messages).toHaveLength(2);
    expect(messages[1]?.branch).toMatchObject({
      index: 2,
      count: 3,
      ids: [first?.id, second?.id, messages[1]?.id],
    });
    expect((await history(`?leaf=${first?.id}`)).messages[1]?.id).toBe(first?.id);
  });

  it("goes on where the visitor says", async () => {
    await say("m1", "one");
    const first = await answerOf("one");
    await say("m2", "two");
    await say("m3", "three", { after: first.id });
    expect(await contents()).toEqual(["one", "one", "three", "three"]);
    expect(await contents("?leaf=m2")).toEqual(["one", "one", "two", "two"]);
    await say("m4", "four");
    expect(await contents()).toEqual(["one", "one", "three", "three", "four", "four"]);
  });

  it("R25 the same edit and the same regeneration again make one answer", async () => {
    await say("m1", "one");
    for (let turn = 0; turn < 3; turn += 1) await say("m1b", "uno", { edit_of: "m1" });
    expect((await history()).messages.map(({ branch }) => branch?.count)).toEqual([2, undefined]);
    for (let turn = 0; turn < 3; turn += 1) await regenerate("m1b", "run-again");
    expect((await history()).messages.map(({ branch }) => branch?.count)).toEqual([2, 2]);
    await t.clock.advance(4 * 60_000);
    expect(textOfFrames(await regenerate("m1b", "run-again"))).toBe("uno");
    expect((await history()).messages[1]?.branch?.count).toBe(2);
  });

  it("R25 a failed answer is replaced where it stands", async () => {
    visitor = await t.guest({ agent: "fail" });
    await say("m1", "one");
    await say("m2", "two");
    await say("m1", "one");
    const { messages } = await history();
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
    expect(messages.map(({ id }) => id).filter((id) => id.startsWith("m"))).toEqual(["m1", "m2"]);
    expect(messages.every(({ branch }) => branch === undefined)).toBe(true);
  });

  it.each<[string, [string, string][], unknown, number, string]>([
    ["an edit of nothing", [["m9", "x"]], { edit_of: "gone" }, 404, "message_not_found"],
    ["a place that is not there", [["m9", "x"]], { after: "gone" }, 404, "message_not_found"],
    ["a regeneration of nothing", [], { regenerate: "gone" }, 404, "message_not_found"],
    ["a regeneration with a new message", [["m9", "x"]], { regenerate: "m1" }, 400, "invalid_request"],
    ["two orders", [["m9", "x"]], { edit_of: "m1", after: "m1" }, 400, "invalid_request"],
    ["an order of the wrong type", [["m9", "x"]], { edit_of: 7 }, 400, "invalid_request"],
    ["no object", [["m9", "x"]], "edit", 400, "invalid_request"],
  ])("is not made of %s", async (_case, words, foyer, ...refusal) => {
    await say("m1", "one");
    expect(await codeOf(await connect(words, foyer))).toEqual(refusal);
    expect(await contents()).toHaveLength(2);
  });

  it("is not made of the edit of an answer", async () => {
    await say("m1", "one");
    const { id } = await answerOf("one");
    expect(await codeOf(await connect([["m2", "x"]], { edit_of: id }))).toEqual([400, "invalid_request"]);
  });
});

describe("what the agent sees", () => {
  it("is the branch that it answers on, and nothing of the others", async () => {
    visitor = await t.guest({ agent: "support" });
    await say("m1", "blue cheese");
    // The script greets in its first answer only: an edit of the first message is answered as the first one.
    expect(textOfFrames(await say("m2", "red wine"))).not.toMatch(/^Hi there/);
    expect(textOfFrames(await say("m1b", "white bread", { edit_of: "m1" }))).toMatch(/^Hi there/);
  });
});

describe("pages", () => {
  /** Steps: a new message; else an edit of, or another answer to, one of the messages shown. */
  const step = fc.record({ kind: fc.constantFrom("say", "say", "edit", "regenerate"), at: fc.nat(20) });

  it("of any tree have no gap and nothing twice, however they are cut, though all happened at one time", async () => {
    t.clock.runFreely();
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 7 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, limit) => {
          thread = crypto.randomUUID();
          await say("m0", "0");
          for (const [index, { kind, at }] of steps.entries()) {
            const said = (await history()).messages.filter(({ role }) => role === "user");
            const place = said[at % said.length]?.id ?? "";
            if (kind === "regenerate") await regenerate(place);
            else await say(`m${index + 1}`, `${index + 1}`, kind === "edit" ? { edit_of: place } : {});
          }
          const whole = (await history("?limit=100")).messages;
          const paged: StoredMessage[] = [];
          for (
            let query = `?limit=${limit}`, more = true;
            more;
            query = `?limit=${limit}&before=${paged[0]?.id}`
          ) {
            const page = await history(query);
            paged.unshift(...page.messages);
            more = page.has_more;
          }
          expect(paged).toEqual(whole);
          expect(whole.map(({ parent_id }) => parent_id)).toEqual([
            null,
            ...whole.slice(0, -1).map(({ id }) => id),
          ]);
          for (const { id, branch } of whole) expect(branch?.ids[branch.index] ?? id).toBe(id);
        },
      ),
      { numRuns: 8 },
    );
  }, 60_000);

  it.each(["before", "leaf"])("%s must name a message of the conversation", async (parameter) => {
    await say("m1", "one");
    expect(await codeOf(await open(`?${parameter}=gone`))).toEqual([400, "invalid_request"]);
  });
});

describe("a conversation's name", () => {
  const rename = (title: unknown, token = visitor.token) =>
    t.call(`${THREADS}/${thread}`, { method: "PATCH", token, body: { title } });

  it("is the visitor's first message until they say another", async () => {
    await say("m1", "  Where is\nmy order?  ");
    const list = () => t.call(THREADS, { token: visitor.token }).then(readBody);
    expect(await list()).toMatchObject({
      threads: [{ id: thread, title: "Where is my order?" }],
      has_more: false,
    });
    expect(await readBody(await rename(" Jacket "))).toMatchObject({ id: thread, title: "Jacket" });
    await say("m2", "more");
    expect(await list()).toMatchObject({ threads: [{ id: thread, title: "Jacket" }] });
  });

  it.each([
    ["", 400],
    ["x".repeat(121), 400],
    [7, 400],
    ["x".repeat(120), 200],
  ])("%j: %i", async (title, status) => {
    await say("m1", "one");
    expect((await rename(title)).status).toBe(status);
  });

  it("is not another visitor's to change", async () => {
    await say("m1", "one");
    const other = await t.guest({ agent: "echo" });
    expect(await codeOf(await rename("Mine", other.token))).toEqual([404, "thread_not_found"]);
  });

  it("can be changed from a page: the preflight allows it", async () => {
    const preflight = await t.call(`${THREADS}/${thread}`, {
      method: "OPTIONS",
      headers: { "Access-Control-Request-Method": "PATCH" },
    });
    expect(preflight.headers.get("Access-Control-Allow-Methods")).toContain("PATCH");
    await say("m1", "one");
    expect((await rename("Mine")).headers.get("Access-Control-Allow-Origin")).toBe(PAGE);
  });
});

describe("the list of conversations", () => {
  it("comes in pages, newest first, without gap or double at equal times", async () => {
    t.clock.hold();
    const ids = Array.from({ length: 5 }, () => crypto.randomUUID());
    t.clock.runFreely();
    for (const id of ids) {
      thread = id;
      await say("m1", id);
    }
    const read = async (query: string) =>
      readBody<{ threads: { id: string }[]; has_more: boolean }>(
        await t.call(THREADS + query, { token: visitor.token }),
      );
    const whole = (await read("?limit=100")).threads.map(({ id }) => id);
    expect(whole.toSorted()).toEqual(ids.toSorted());
    const paged: string[] = [];
    for (let query = "?limit=2", more = true; more; query = `?limit=2&before=${paged.at(-1)}`) {
      const page = await read(query);
      paged.push(...page.threads.map(({ id }) => id));
      more = page.has_more;
    }
    expect(paged).toEqual(whole);
    const refused = await t.call(`${THREADS}?before=${crypto.randomUUID()}`, { token: visitor.token });
    expect(await codeOf(refused)).toEqual([400, "invalid_request"]);
  });
});
