import { describe, expect, it } from "vitest";
import { createManualClock } from "../../testing/manual-clock.ts";
import type { AgentInput, AgentOutput } from "../agent.ts";
import { findScript } from "./scripts.ts";

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
  stopAfter = Infinity,
): Promise<Heard> {
  const clock = createManualClock();
  clock.runFreely();
  const startedAtMs = clock.now();
  const stop = new AbortController();
  const agent = findScript(script);
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
      const stopped = await listen(script, "one two three four", {}, 2);
      expect([stopped.outputs.length, stopped.failure]).toEqual([2, null]);
    },
  );

  it("words come 15 to 25 ms apart", async () => {
    const { outputs, tookMs } = await listen("echo", "word ".repeat(40));
    expect(tookMs / outputs.length).toBeGreaterThanOrEqual(15);
    expect(tookMs / outputs.length).toBeLessThanOrEqual(25);
  });

  it.each(["toString", "", 7, undefined, "nobody"])("%j is no script", (name) =>
    expect(findScript(name)).toBeNull(),
  );
});
