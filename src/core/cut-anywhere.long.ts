import { expect, it } from "vitest";
import { createTestHub } from "../hub/testing/harness.ts";
import { runEventsPath, WIDGET_PATHS } from "../protocol/paths.ts";
import { settle } from "./testing/environment.ts";
import { runIdOf } from "./testing/hub.ts";
import { createStage } from "./testing/widget.ts";

const TEXT = 'größer 日本語 👩‍👩‍👧 "data:" \\n é\nid: 7 مرحبا';

/** The bytes of a stream of the real hub that says this text. */
async function realBytes(): Promise<Uint8Array> {
  const { hub, clock, guest, connect } = await createTestHub();
  clock.runFreely();
  const session = await guest({ agent: "echo" });
  const response = await connect(session, {
    thread: crypto.randomUUID(),
    say: [["m1", TEXT]],
    run: "run-of-it",
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  await hub.close();
  return bytes;
}

const stream = (bytes: Uint8Array, isReset: boolean): Response => {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      bytes = new Uint8Array();
      if (isReset) controller.error(new TypeError("reset"));
      else controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
};

/** The frames after an id, as the hub would send them. */
const after = (bytes: Uint8Array, id: number): Uint8Array => {
  const frames = new TextDecoder().decode(bytes).split(/(?<=\n\n)/);
  return new TextEncoder().encode(frames.slice(id).join(""));
};

/** What the page shows when the first stream ends after so many bytes. */
async function shownWhenCut(bytes: Uint8Array, cutAt: number, isReset: boolean): Promise<unknown[]> {
  const stage = createStage();
  stage.hub.script(WIDGET_PATHS.connect, (request) => {
    const resume = (asked: typeof request): Response =>
      stream(after(bytes, Number(asked.headers["last-event-id"] ?? 0)), false);
    stage.hub.overrides.set(runEventsPath("run-of-it"), resume);
    stage.hub.overrides.set(runEventsPath(runIdOf(request)), resume);
    // Nothing arrived: the message goes out again, and the hub answers with the same run.
    stage.hub.overrides.set(WIDGET_PATHS.connect, () => stream(bytes, false));
    return stream(bytes.slice(0, cutAt), isReset);
  });
  stage.start().send(TEXT);
  await settle();
  await stage.env.advance(2_000);
  const rows = stage.widget.rows.value.map((row) =>
    row.kind === "activity" ? row.kind : [row.text, row.state],
  );
  stage.widget.dispose();
  return rows;
}

it("N41 R26 a stream cut after each of its bytes: the text equals the uncut run", async () => {
  const bytes = await realBytes();
  expect(bytes.byteLength).toBeGreaterThan(500);
  const whole = [
    [TEXT, "sent"],
    [TEXT, "complete"],
  ];
  for (let cutAt = 0; cutAt <= bytes.byteLength; cutAt += 1) {
    const shown = await shownWhenCut(bytes, cutAt, cutAt % 2 === 0);
    expect({ cutAt, shown }).toEqual({ cutAt, shown: whole });
  }
}, 120_000);
