import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAGE, createTestHub, readFrames, textOfFrames } from "./testing/harness.ts";
import type { TestHub } from "./testing/harness.ts";

let t: TestHub;
beforeAll(async () => {
  t = await createTestHub();
  t.clock.runFreely();
});
afterAll(() => t.hub.close());

describe("a turn", () => {
  it("streams an AG-UI run whose text is stored when it ends", async () => {
    const session = await t.guest();
    const response = await t.connect(session, { thread: "thread-1", say: [["m1", "Hello"]], run: "run-1" });
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/event-stream");
    const frames = await readFrames(response);
    expect(frames.map(({ id }) => id)).toEqual(frames.map((_, index) => index + 1));
    expect(frames[0]?.event).toEqual({ type: "RUN_STARTED", threadId: "thread-1", runId: "run-1" });
    expect(frames.at(-1)?.event).toEqual({ type: "RUN_FINISHED", threadId: "thread-1", runId: "run-1" });
    expect(textOfFrames(frames)).toMatch(/^Hi there! /);
    const page = await (
      await t.call("/api/v1/widget/threads/thread-1/messages", { token: session.token })
    ).json();
    expect(page).toMatchObject({
      has_more: false,
      messages: [
        { id: "m1", role: "user", content: "Hello", state: "complete" },
        { role: "assistant", content: textOfFrames(frames), state: "complete", run_id: "run-1" },
      ],
    });
    expect(PAGE).toBe("http://localhost:5173");
  });
});
