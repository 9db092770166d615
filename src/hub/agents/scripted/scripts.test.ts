import { describe, expect, it } from "vitest";
import type { ToolCall } from "../../../protocol/agui-tools.ts";
import { readSources, readSuggestions } from "../../../protocol/rich.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import type { AgentInput, AgentOutput } from "../agent.ts";
import { createScripted } from "./scripts.ts";

interface Heard {
  outputs: AgentOutput[];
  text: string;
  failure: unknown;
  tookMs: number;
}

async function listen(
  script: string,
  words: string,
  input: Partial<AgentInput> = {},
  { stopAfter = Infinity, wordPauseMs }: { stopAfter?: number; wordPauseMs?: number | undefined } = {},
): Promise<Heard> {
  const clock = createManualClock();
  clock.runFreely();
  const startedAtMs = clock.now();
  const stop = new AbortController();
  const agent = createScripted(script, wordPauseMs);
  const outputs: AgentOutput[] = [];
  let failure: unknown = null;
  try {
    const messages = [{ role: "user" as const, id: "m1", content: words }];
    const run = { signal: stop.signal, clock };
    const nothingAsked = {
      resume: [],
      tools: [],
      context: [],
      visitor: { name: null },
      prompt: null,
      voice: null,
    };
    for await (const output of agent?.({ messages, ...nothingAsked, ...input }, run) ?? []) {
      outputs.push(output);
      if (outputs.length >= stopAfter) stop.abort();
    }
  } catch (error) {
    failure = error;
  }
  const text = outputs.map((output) => (output.kind === "text" ? output.delta : "")).join("");
  return { outputs, text, failure, tookMs: clock.now() - startedAtMs };
}

describe("support", () => {
  it.each([
    ["How do I install the widget?", ["## Adding the widget", "```html", "| Plan |", "1. ", "](https://"]],
    ["What does it cost?", ["| Starter | 500 | € 0 |"]],
    ["Where is my order?", ["#10482"]],
    ["What can you do?", ["**Find an order**"]],
    ["blue cheese", ["> blue cheese", "**scripted**"]],
    ["two\nlines", ["> two\n> lines"]],
  ])("answers %j", async (words, parts) => {
    const { text } = await listen("support", words);
    for (const part of parts) expect(text).toContain(part);
  });

  it("says what it does while it looks for an order", async () => {
    const { outputs } = await listen("support", "Where is my order?");
    expect(outputs.slice(0, 2)).toEqual([
      { kind: "step-start", name: "Looking up your order" },
      { kind: "step-end", name: "Looking up your order" },
    ]);
  });

  const later = (words: string) => [
    { role: "assistant" as const, id: "a0", content: "Hi Ada", toolCalls: [] },
    { role: "user" as const, id: "m1", content: words },
  ];
  const ada = { visitor: { name: "Ada" } };

  it.each(["hello", "Where is my order?", "pricing", "anything"])(
    "greets by name in answer to %j",
    async (words) => {
      expect((await listen("support", words)).text).toMatch(/^Hi there/);
      expect((await listen("support", words, ada)).text).toMatch(/^Hi Ada, /);
    },
  );

  it.each(["Where is my order?", "pricing", "anything"])("does not greet again for %j", async (words) => {
    expect((await listen("support", words, { ...ada, messages: later(words) })).text).not.toContain("Ada");
  });

  it("greets again whoever greets again", async () => {
    expect((await listen("support", "hello", { ...ada, messages: later("hello") })).text).toMatch(
      /^Hi Ada, /,
    );
  });

  it("becomes slow or fails on the very word", async () => {
    expect((await listen("support", " slow ")).tookMs).toBeGreaterThan(20_000);
    expect((await listen("support", "fail")).failure).toMatchObject({ name: "AgentFailure" });
    expect((await listen("support", "the slow one")).tookMs).toBeLessThan(5000);
  });

  it("quotes no more than the beginning of a very long message", async () => {
    expect((await listen("support", "x".repeat(4000))).text.length).toBeLessThan(700);
  });
});

describe("support and the page", () => {
  const tools = [{ name: "add_to_basket", description: "Adds" }];
  const kinds = ({ outputs }: Heard) => outputs.map(({ kind }) => kind).filter((kind) => kind !== "text");

  it.each([
    ["tool", "{}"],
    ['tool add_to_basket {"sku":7}', '{"sku":7}'],
  ])("calls a tool of the page on %j", async (words, args) => {
    const heard = await listen("support", words, { tools });
    expect(kinds(heard)).toEqual(["tool-start", "tool-args", "tool-end"]);
    const said = heard.outputs.map((output) => (output.kind === "tool-args" ? output.delta : "")).join("");
    expect(said).toBe(args);
  });

  it.each<[string, Partial<AgentInput>, string]>([
    ["tool", {}, "offers no tools"],
    ["tool other", { tools }, "`add_to_basket`"],
  ])("says what there is on %j", async (words, input, part) => {
    const heard = await listen("support", words, input);
    expect(heard.text).toContain(part);
    expect(kinds(heard)).toEqual([]);
  });

  const asked = (toolCalls: readonly ToolCall[]) => [
    { role: "user" as const, id: "m1", content: "x" },
    { role: "assistant" as const, id: "a1", content: "", toolCalls },
  ];
  const call = { id: "c1", name: "cancel_order", arguments: "{}", offset: 0 };

  it("tells what the page answered", async () => {
    const done = { ...call, name: "add", result: { id: "r", content: "7 items" } };
    expect((await listen("support", "", { messages: asked([done]) })).text).toContain("7 items");
    const broken = { ...call, name: "add", result: { id: "r", content: "", error: "sold out" } };
    expect((await listen("support", "", { messages: asked([broken]) })).text).toContain("sold out");
  });

  it("asks before it cancels an order, and does what it is told", async () => {
    const heard = await listen("support", "Cancel my order");
    expect(kinds(heard)).toEqual(["tool-start", "tool-args", "tool-end", "interrupt"]);
    const decide = (payload: unknown, status: "resolved" | "cancelled" = "resolved") =>
      listen("support", "", { messages: asked([call]), resume: [{ interruptId: "i", status, payload }] });
    expect((await decide({ approved: true })).text).toContain("is cancelled");
    expect((await decide({ approved: false })).text).toContain("stays as it is");
    expect((await decide({ approved: true }, "cancelled")).text).toContain("stays as it is");
    expect(kinds(await decide({ approved: true }))).toEqual(["tool-result"]);
  });

  it.each([
    ["yes please", "is cancelled"],
    ["no", "stays as it is"],
    ["blue cheese", "scripted"],
  ])("understands %j in place of a decision", async (words, part) => {
    const messages = [...asked([call]), { role: "user" as const, id: "m2", content: words }];
    const resume = [{ interruptId: "i", status: "cancelled" as const }];
    expect((await listen("support", "", { messages, resume })).text).toContain(part);
  });

  it("shows everything that an answer can hold", async () => {
    const { outputs, text } = await listen("support", "Show me everything");
    for (const part of ["| Item |", "- [x]", "- [ ]", "     - in grey", "```ts", "[1]", "> A quote"])
      expect(text).toContain(part);
    const sources = outputs.flatMap((output) => (output.kind === "sources" ? output.sources : []));
    expect(readSources(sources)).toEqual(sources);
    expect(sources).toHaveLength(2);
    const next = outputs.flatMap((output) => (output.kind === "suggestions" ? output.suggestions : []));
    expect(readSuggestions(next)).toEqual(next);
    expect(next).toHaveLength(3);
  });
});

describe("the other scripts", () => {
  it("echo says back every character", async () => {
    const words = "  two  spaces\n\n```js\n\tcode\n```\nend ";
    expect((await listen("echo", words)).text).toBe(words);
  });

  it("long is 80,000 characters", async () => {
    expect((await listen("long", "go")).text).toHaveLength(80_000);
  });

  it("fail speaks first, then fails", async () => {
    const { text, failure } = await listen("fail", "go");
    expect(text).not.toBe("");
    expect(failure).toMatchObject({ name: "AgentFailure" });
  });

  it.each(["support", "echo", "slow", "fail", "long"])(
    "%s says the same at every run, and stops when told to",
    async (script) => {
      const [first, second] = [
        await listen(script, "one two three four"),
        await listen(script, "one two three four"),
      ];
      expect(first.outputs).toEqual(second.outputs);
      const stopped = await listen(script, "one two three four", {}, { stopAfter: 2 });
      expect([stopped.outputs.length, stopped.failure]).toEqual([2, null]);
    },
  );

  it.each([
    [undefined, 15, 25],
    [1000, 750, 1250],
    [0, 0, 0],
  ])("with a pause of %s ms words come %d to %d ms apart", async (wordPauseMs, least, most) => {
    const { outputs, tookMs } = await listen("echo", "word ".repeat(40), {}, { wordPauseMs });
    expect(outputs).toHaveLength(40);
    expect(tookMs / outputs.length).toBeGreaterThanOrEqual(least);
    expect(tookMs / outputs.length).toBeLessThanOrEqual(most);
  });

  it.each(["toString", "", "nobody"])("%j is no script", (name) => expect(createScripted(name)).toBeNull());
});
