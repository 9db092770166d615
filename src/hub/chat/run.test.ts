import { describe, expect, it } from "vitest";
import type { MessageState } from "../../protocol/chat.ts";
import { AgentFailure } from "../agents/agent.ts";
import type { Agent, AgentOutput } from "../agents/agent.ts";
import type { HubLogLine } from "../log.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createQueues } from "./queues.ts";
import type { AnswerContent } from "./transcript.ts";
import { startRun } from "./run.ts";
import type { Run } from "./run.ts";

const say = (delta: string): AgentOutput => ({ kind: "text", delta });

function start(agent: Agent, save?: (answer: AnswerContent, state: MessageState) => Promise<void>) {
  const clock = createManualClock();
  const saved: [string, MessageState][] = [];
  const lines: HubLogLine[] = [];
  const run = startRun(
    {
      key: "k",
      runId: "r",
      threadId: "t",
      messageId: "m",
      agent,
      input: {
        messages: [],
        resume: [],
        tools: [],
        context: [],
        visitor: { name: null },
        prompt: null,
        voice: null,
      },
      save: save ?? (async ({ content }, state) => void saved.push([content, state])),
    },
    { clock, log: (line) => lines.push(line), end: async () => {} },
  );
  return { clock, saved, lines, run };
}
const typesOf = (run: Run) => run.log.after(0).map((event) => (JSON.parse(event) as { type: string }).type);

describe("a run", () => {
  it("ends at once when stopped, even if the agent does not listen", async () => {
    let stop = () => {};
    const { run, saved } = start(async function* stubborn() {
      yield say("one ");
      stop();
      for (;;) yield say("more ");
    });
    stop = run.cancel;
    await run.done;
    expect(typesOf(run).slice(-2)).toEqual(["TEXT_MESSAGE_END", "RUN_FINISHED"]);
    expect(saved).toEqual([["one ", "stopped"]]);
  });

  it("tells an agent's own failure, but nothing of a crash", async () => {
    const failing = start(async function* failing() {
      yield say("I will ");
      throw new AgentFailure("Out of stock");
    });
    await failing.run.done;
    expect(failing.run.log.after(0).at(-1)).toContain("Out of stock");
    expect(failing.saved).toEqual([["I will ", "failed"]]);
    const crashing = start(async function* crashing() {
      yield say("I will ");
      throw new Error("password is hunter2");
    });
    await crashing.run.done;
    expect(crashing.run.log.after(0).join("")).not.toContain("hunter2");
    expect(typesOf(crashing.run)).toEqual([
      "RUN_STARTED",
      "TEXT_MESSAGE_START",
      "TEXT_MESSAGE_CONTENT",
      "TEXT_MESSAGE_END",
      "RUN_ERROR",
    ]);
    expect(crashing.lines).toMatchObject([{ level: "error", event: "agent_crashed" }]);
  });

  it("is an error when the answer cannot be stored", async () => {
    const { run } = start(
      async function* fine() {
        yield say("hi");
      },
      () => Promise.reject(new Error("disk full")),
    );
    await run.done;
    expect(typesOf(run).at(-1)).toBe("RUN_ERROR");
    expect(run.log.isClosed).toBe(true);
  });

  it("closes a step that the agent left open or replaced, and leaves out empty pieces", async () => {
    const { run } = start(async function* steps() {
      yield { kind: "step-start", name: "one" };
      yield { kind: "step-start", name: "two" };
      yield say("");
    });
    await run.done;
    expect(typesOf(run)).toEqual([
      "RUN_STARTED",
      "STEP_STARTED",
      "STEP_FINISHED",
      "STEP_STARTED",
      "STEP_FINISHED",
      "RUN_FINISHED",
    ]);
  });

  it("stores the text so far about once a second", async () => {
    const { run, saved, clock } = start(async function* slowly(_input, { clock: time, signal }) {
      for (const word of ["a", "b", "c", "d"]) {
        await time.sleep(600, signal);
        yield say(word);
      }
    });
    await clock.advance(5000);
    await run.done;
    expect(saved).toEqual([
      ["ab", "running"],
      ["abcd", "running"],
      ["abcd", "complete"],
    ]);
  });
});

describe("turns of one visitor", () => {
  it("are taken one after the other, also after one that failed; others do not wait", async () => {
    const exclusive = createQueues();
    const order: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = exclusive("ada", async () => {
      await gate;
      order.push("first");
      throw new Error("refused");
    });
    const second = exclusive("ada", async () => void order.push("second"));
    await exclusive("bob", async () => void order.push("bob"));
    release();
    await expect(first).rejects.toThrow("refused");
    await second;
    expect(order).toEqual(["bob", "first", "second"]);
  });
});
