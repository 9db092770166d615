// The hub between the official AG-UI packages: their encoder and schemas serve the agent, their client is the visitor.
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HttpAgent } from "@ag-ui/client";
import { EventType } from "@ag-ui/core";
import type { BaseEvent } from "@ag-ui/core";
import { EventSchemas, RunAgentInputSchema } from "@ag-ui/core/schemas";
import { EventEncoder } from "@ag-ui/encoder";
import { serve } from "@hono/node-server";
import type { ServerType } from "@hono/node-server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AgentAnswer } from "../../../protocol/agents.ts";
import { parseAguiEvent } from "../../../protocol/agui.ts";
import { readExtras } from "../../../protocol/rich.ts";
import type { SessionAnswer } from "../../../protocol/session.ts";
import { PAGE, createTestHub, readBody, readFrames } from "../../testing/harness.ts";
import type { Frame, TestHub } from "../../testing/harness.ts";

type Input = ReturnType<typeof RunAgentInputSchema.parse>;
type Said = { type: EventType; [member: string]: unknown };

let t: TestHub;
let server: Server;
let front: ServerType;
let hubUrl: string;
let session: SessionAnswer;
let asked: Input[];
/** What the agent says to an input, between the start and the end of its run. */
let answer: (input: Input) => Said[];
let slug: string;

const portOf = (address: AddressInfo | string | null) =>
  typeof address === "object" && address !== null ? address.port : 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const input = RunAgentInputSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
      asked.push(input);
      const encoder = new EventEncoder({ accept: request.headers.accept ?? "" });
      response.writeHead(200, { "Content-Type": encoder.getContentType() });
      const place = { threadId: input.threadId, runId: input.runId };
      const said = answer(input);
      const hasEnd = said.at(-1)?.type === EventType.RUN_FINISHED;
      const end = hasEnd ? [] : [{ type: EventType.RUN_FINISHED }];
      for (const event of [{ type: EventType.RUN_STARTED, ...place }, ...said, ...end]) {
        const whole = event.type === EventType.RUN_FINISHED ? { ...event, ...place } : event;
        response.write(encoder.encode(EventSchemas.parse(whole) as BaseEvent));
      }
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t = await createTestHub({ allowPrivateWebhooks: true });
  t.clock.runFreely();
  const config = { url: `http://127.0.0.1:${portOf(server.address())}/` };
  const body = { name: "Official", kind: "ag-ui", config };
  ({ slug } = await readBody<AgentAnswer>(await t.manage("/api/v1/agents", { body })));
  front = serve({ fetch: (request) => t.hub.fetch(request), port: 0, hostname: "127.0.0.1" });
  await new Promise((resolve) => front.once("listening", resolve));
  hubUrl = `http://127.0.0.1:${portOf(front.address())}`;
}, 60_000);
beforeEach(async () => {
  asked = [];
  session = await t.guest({ agent: slug });
});
afterAll(async () => {
  front.close();
  server.closeAllConnections();
  server.close();
  await t.hub.close();
});

const client = (of = session) =>
  new HttpAgent({
    url: `${hubUrl}/api/v1/widget/connect`,
    headers: { Authorization: `Bearer ${of.token}`, Origin: PAGE },
    threadId: crypto.randomUUID(),
  });
const text = (delta: string, messageId = "a"): Said[] => [
  { type: EventType.TEXT_MESSAGE_START, messageId, role: "assistant" },
  { type: EventType.TEXT_MESSAGE_CONTENT, messageId, delta },
  { type: EventType.TEXT_MESSAGE_END, messageId },
];
const call = (toolCallId: string, toolCallName: string, args: string): Said[] => [
  { type: EventType.TOOL_CALL_START, toolCallId, toolCallName },
  { type: EventType.TOOL_CALL_ARGS, toolCallId, delta: args },
  { type: EventType.TOOL_CALL_END, toolCallId },
];
const shape = (input: Input | undefined) =>
  input?.messages.map(({ role, content, ...rest }) => [
    role,
    content ?? "",
    "toolCalls" in rest && Array.isArray(rest.toolCalls) ? rest.toolCalls.length : 0,
  ]);
async function ask(threadId: string, more: object): Promise<Frame[]> {
  const body = { threadId, runId: crypto.randomUUID(), messages: [], ...more };
  const frames = await readFrames(await t.call("/api/v1/widget/connect", { token: session.token, body }));
  // Whatever the hub sends is AG-UI, and never disturbs a widget that knows less of it.
  for (const { event } of frames) {
    EventSchemas.parse(event);
    parseAguiEvent(JSON.stringify(event));
  }
  return frames;
}
const typesOf = (frames: readonly Frame[]) => frames.map(({ event }) => event.type);
const say = (content: string, id: string = crypto.randomUUID()) => ({
  messages: [{ id, role: "user", content }],
});
const history = async (threadId: string) =>
  readBody<{ messages: Record<string, unknown>[] }>(
    await t.call(`/api/v1/widget/threads/${threadId}/messages`, { token: session.token }),
  );

describe("an official server and an official client", () => {
  it("hold a conversation through the hub", async () => {
    answer = ({ messages }) => text(`You said: ${String(messages.at(-1)?.content)}`);
    const agent = client();
    for (const content of ["one", "two"]) {
      agent.addMessage({ id: crypto.randomUUID(), role: "user", content });
      await agent.runAgent();
    }
    const said = ["one", "You said: one", "two", "You said: two"];
    expect(agent.messages.map(({ content }) => content)).toEqual(said);
    expect(asked[1]?.messages.map(({ content }) => content)).toEqual(said.slice(0, 3));
    expect(asked[1]).toMatchObject({ threadId: agent.threadId, protocolVersion: "1.0" });
  });

  it("use a tool of the page", async () => {
    const tools = [{ name: "add", description: "Adds to the basket", parameters: { type: "object" } }];
    answer = ({ messages }) =>
      messages.at(-1)?.role === "tool"
        ? text(`Done: ${String(messages.at(-1)?.content)}`)
        : [...text("Let me."), ...call("c1", "add", '{"sku":7}')];
    const agent = client();
    agent.addMessage({ id: "m1", role: "user", content: "Buy it" });
    const pending: unknown[] = [];
    await agent.runAgent({ tools }, { onRunFinishedEvent: ({ event }) => void pending.push(event.outcome) });
    expect(pending).toEqual([{ type: "success", pendingToolCallIds: ["c1"] }]);
    expect(asked[0]?.tools).toEqual(tools);
    agent.addMessage({ id: "r1", role: "tool", toolCallId: "c1", content: "in the basket" });
    await agent.runAgent({ tools });
    expect(agent.messages.at(-1)).toMatchObject({ role: "assistant", content: "Done: in the basket" });
    expect(shape(asked[1])).toEqual([
      ["user", "Buy it", 0],
      ["assistant", "Let me.", 1],
      ["tool", "in the basket", 0],
    ]);
  });

  it("stop for an approval, and go on with it", async () => {
    const interrupts = [{ id: "i1", reason: "tool_call", message: "Really?", toolCallId: "c1" }];
    answer = ({ resume }) =>
      resume === undefined
        ? [
            ...call("c1", "refund", "{}"),
            { type: EventType.RUN_FINISHED, outcome: { type: "interrupt", interrupts } },
          ]
        : [
            { type: EventType.TOOL_CALL_RESULT, messageId: "r1", toolCallId: "c1", content: "refunded" },
            ...text("Refunded."),
          ];
    const agent = client();
    agent.addMessage({ id: "m1", role: "user", content: "Refund me" });
    const outcomes: unknown[] = [];
    await agent.runAgent({}, { onRunFinishedEvent: ({ event }) => void outcomes.push(event.outcome) });
    expect(outcomes).toEqual([{ type: "interrupt", interrupts }]);
    const resume = [{ interruptId: "i1", status: "resolved" as const, payload: { approved: true } }];
    await agent.runAgent({ resume });
    expect(asked[1]?.resume).toEqual(resume);
    expect(agent.messages.at(-1)).toMatchObject({ content: "Refunded." });
    answer = () => text("Anything else?");
    agent.addMessage({ id: "m2", role: "user", content: "Thanks" });
    await agent.runAgent();
    expect(shape(asked[2])).toEqual([
      ["user", "Refund me", 0],
      ["assistant", "", 1],
      ["tool", "refunded", 0],
      ["assistant", "Refunded.", 0],
      ["user", "Thanks", 0],
    ]);
  });
});

describe("what a server says", () => {
  it("comes in its order, is kept in its order, and is told again in its order", async () => {
    const threadId = crypto.randomUUID();
    answer = () => [
      ...text("First.", "a"),
      ...call("c1", "search", '{"q":"x"}'),
      { type: EventType.TOOL_CALL_RESULT, messageId: "r1", toolCallId: "c1", content: "found" },
      ...text("Then.", "b"),
    ];
    const frames = await ask(threadId, say("Hi", "m1"));
    const order = [
      "RUN_STARTED",
      "TEXT_MESSAGE_START",
      "TEXT_MESSAGE_CONTENT",
      "TOOL_CALL_START",
      "TOOL_CALL_ARGS",
      "TOOL_CALL_END",
      "TOOL_CALL_RESULT",
      "TEXT_MESSAGE_CONTENT",
      "TEXT_MESSAGE_END",
      "RUN_FINISHED",
    ];
    expect(typesOf(frames)).toEqual(order);
    const [, stored] = (await history(threadId)).messages;
    expect(stored).toMatchObject({
      content: "First.\n\nThen.",
      tool_calls: [
        { id: "c1", name: "search", arguments: '{"q":"x"}', offset: 6, result: { content: "found" } },
      ],
    });
    // The run is forgotten by then: what is told again is what was kept.
    await t.clock.advance(11 * 60_000);
    const body = { refresh_token: session.refresh_token };
    session = await readBody<SessionAnswer>(await t.call("/api/v1/widget/auth/refresh", { body }));
    expect(typesOf(await ask(threadId, say("Hi", "m1")))).toEqual(order);
    answer = () => text("Bye.");
    await ask(threadId, say("More"));
    expect(shape(asked.at(-1))).toEqual([
      ["user", "Hi", 0],
      ["assistant", "First.", 1],
      ["tool", "found", 0],
      ["assistant", "\n\nThen.", 0],
      ["user", "More", 0],
    ]);
  });

  it("in chunks, thoughts, states, snapshots and other roles is read or left out, never shown wrong", async () => {
    answer = () => [
      { type: EventType.REASONING_START, messageId: "t" },
      { type: EventType.REASONING_MESSAGE_START, messageId: "t", role: "reasoning" },
      { type: EventType.REASONING_MESSAGE_CONTENT, messageId: "t", delta: "secret thought" },
      { type: EventType.STATE_SNAPSHOT, snapshot: { secret: 1 } },
      { type: EventType.STATE_DELTA, delta: [{ op: "add", path: "/a", value: 1 }] },
      { type: EventType.TEXT_MESSAGE_START, messageId: "s", role: "system" },
      { type: EventType.TEXT_MESSAGE_CONTENT, messageId: "s", delta: "secret order" },
      { type: EventType.TEXT_MESSAGE_CHUNK, messageId: "a", role: "assistant", delta: "One" },
      { type: EventType.TEXT_MESSAGE_CHUNK, delta: " two" },
      { type: EventType.TOOL_CALL_CHUNK, toolCallId: "c1", toolCallName: "look", delta: '{"a"' },
      { type: EventType.TOOL_CALL_CHUNK, delta: ":1}" },
      { type: EventType.CUSTOM, name: "theirs", value: { secret: 1 } },
      { type: EventType.RAW, event: { secret: 1 } },
      { type: EventType.MESSAGES_SNAPSHOT, messages: [{ id: "a", role: "assistant", content: "One two" }] },
    ];
    const threadId = crypto.randomUUID();
    const frames = await ask(threadId, say("Hi"));
    expect(JSON.stringify(frames)).not.toContain("secret");
    const [, stored] = (await history(threadId)).messages;
    expect(stored).toMatchObject({
      content: "One two",
      tool_calls: [{ id: "c1", name: "look", arguments: '{"a":1}' }],
    });
  });

  it("only as a snapshot is an answer too", async () => {
    answer = ({ messages }) => [
      {
        type: EventType.MESSAGES_SNAPSHOT,
        messages: [...messages, { id: "a", role: "assistant", content: "From a snapshot" }],
      },
    ];
    const threadId = crypto.randomUUID();
    await ask(threadId, say("Hi"));
    expect((await history(threadId)).messages[1]).toMatchObject({ content: "From a snapshot" });
  });

  it("of sources and suggestions is kept, without what cannot be shown", async () => {
    const good = { id: "1", title: "Help", url: "https://shop.example/help" };
    answer = () => [
      ...text("See [1]."),
      {
        type: EventType.CUSTOM,
        name: "foyer.sources",
        value: [good, { ...good, url: "javascript:alert(1)" }],
      },
      { type: EventType.CUSTOM, name: "foyer.suggestions", value: ["Why?", 7] },
    ];
    const threadId = crypto.randomUUID();
    const frames = await ask(threadId, say("Hi"));
    expect(JSON.stringify(frames)).not.toContain("javascript");
    const [, stored] = (await history(threadId)).messages;
    expect(readExtras(stored)).toEqual({ sources: [good], suggestions: ["Why?"] });
  });
});

describe("what is waited for", () => {
  const interrupts = ["i1", "i2"].map((id) => ({ id, reason: "confirmation" }));
  const stop = (): Said[] => [
    ...text("Well?"),
    { type: EventType.RUN_FINISHED, outcome: { type: "interrupt", interrupts } },
  ];
  const resume = (...ids: string[]) => ({
    resume: ids.map((interruptId) => ({ interruptId, status: "resolved", payload: true })),
  });
  const refusal = async (threadId: string, more: object) => {
    const body = { threadId, runId: crypto.randomUUID(), messages: [], ...more };
    const response = await t.call("/api/v1/widget/connect", { token: session.token, body });
    return [response.status, ((await response.json()) as { detail: string }).detail];
  };

  it("must be answered as a whole, and what was never asked cannot be", async () => {
    answer = ({ resume: given }) => (given === undefined ? stop() : text("Good."));
    const threadId = crypto.randomUUID();
    await ask(threadId, say("Hi"));
    expect(await refusal(threadId, resume("i1"))).toEqual([400, expect.stringContaining("i2")]);
    expect(await refusal(threadId, resume("other"))).toEqual([400, expect.any(String)]);
    await ask(threadId, resume("i1", "i2"));
    expect(asked).toHaveLength(2);
    expect((await history(threadId)).messages.map(({ content }) => content)).toEqual([
      "Hi",
      "Well?",
      "Good.",
    ]);
  });

  it("R25 is answered once, however often the answer is sent", async () => {
    answer = ({ resume: given }) => (given === undefined ? stop() : text("Good."));
    const threadId = crypto.randomUUID();
    await ask(threadId, say("Hi"));
    for (let turn = 0; turn < 3; turn += 1) await ask(threadId, resume("i1", "i2"));
    expect(asked).toHaveLength(2);
    expect((await history(threadId)).messages).toHaveLength(3);
  });

  it("is told as cancelled when the visitor says something else", async () => {
    answer = stop;
    const threadId = crypto.randomUUID();
    await ask(threadId, say("Hi"));
    answer = () => text("Fine.");
    await ask(threadId, say("Never mind"));
    expect(asked[1]?.resume).toEqual(interrupts.map(({ id }) => ({ interruptId: id, status: "cancelled" })));
    await ask(threadId, say("Bye"));
    expect(asked[2]?.resume).toBeUndefined();
  });
});
