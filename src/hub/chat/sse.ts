// Owns the event stream of a run towards one connection: ids, heartbeats, the end. Leaving it never touches the run.
import type { HubClock } from "../clock.ts";
import type { Metrics } from "../operations/metrics.ts";
import type { EventSource } from "./event-log.ts";

/** A quiet stream says something this often, so that proxies and clients know it lives. */
const HEARTBEAT_MS = 10_000;

/** Answers the events after `afterId` as text/event-stream, and all that follow until the run ends. */
export function streamEvents(
  log: EventSource,
  afterId: number,
  { clock, metrics }: { clock: HubClock; metrics: Pick<Metrics, "streamOpened" | "streamClosed"> },
): Response {
  const encoder = new TextEncoder();
  let lastId = afterId;
  let hasLeft = false;
  let hasEnded = false;
  let nap = new AbortController();

  const nextChunk = async (): Promise<string | null> => {
    for (;;) {
      const events = log.after(lastId);
      if (events.length > 0) {
        const frames = events.map((data, index) => `id: ${lastId + index + 1}\ndata: ${data}\n\n`);
        lastId += events.length;
        return frames.join("");
      }
      if (log.isClosed || hasLeft) {
        const { ending } = log;
        if (typeof ending !== "string" || hasEnded || hasLeft) return null;
        hasEnded = true;
        return `id: ${lastId + 1}\ndata: ${ending}\n\n`;
      }
      nap = new AbortController();
      const isQuiet = await Promise.race([
        log.changed(nap.signal).then(() => false),
        clock.sleep(HEARTBEAT_MS, nap.signal).then(() => true),
      ]);
      nap.abort();
      if (isQuiet && !hasLeft) return ": heartbeat\n\n";
    }
  };

  const body = new ReadableStream<Uint8Array>({
    start: metrics.streamOpened,
    async pull(controller) {
      const chunk = await nextChunk();
      if (hasLeft) return;
      if (chunk !== null) return controller.enqueue(encoder.encode(chunk));
      metrics.streamClosed();
      controller.close();
    },
    cancel() {
      hasLeft = true;
      metrics.streamClosed();
      nap.abort();
    },
  });
  return new Response(body, {
    headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no" },
  });
}
