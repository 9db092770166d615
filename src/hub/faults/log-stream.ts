// Owns the fault log towards one reader: what is kept as JSON, or an event stream of that and all that follows.
import { json } from "../http/router.ts";
import type { FaultLog, LogEntry } from "./log.ts";

const frame = (entry: LogEntry): string => `id: ${entry.id}\ndata: ${JSON.stringify(entry)}\n\n`;

/** Entries after `Last-Event-ID` or `?after=`; a stream where the reader accepts one. */
export function streamLog(log: FaultLog, request: Request, url: URL): Response {
  const after = Number(request.headers.get("Last-Event-ID") ?? url.searchParams.get("after") ?? 0) || 0;
  if (!(request.headers.get("Accept") ?? "").includes("text/event-stream")) return json(log.since(after));
  const encoder = new TextEncoder();
  let leave = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text));
      write(`retry: 500\n\n${log.since(after).map(frame).join("")}`);
      leave = log.watch((entry) => write(frame(entry)));
    },
    cancel: () => leave(),
  });
  return new Response(body, {
    headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-store" },
  });
}
