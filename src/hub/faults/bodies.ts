// Owns bodies that go wrong on their way: cut off after so many bytes or at a signal, or let through drop by drop.
import type { HubClock } from "../clock.ts";

export type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

export interface Cut {
  /** Bytes that still pass. @default all */
  afterBytes?: number;
  /** Breaks the body off at once. */
  signal?: AbortSignal;
  /**
   * How it ends: null as if it were whole; otherwise called, to break the connection.
   * @throws whatever the reader shall get.
   */
  breakOff: (() => Promise<never>) | null;
}

/** Resolves when the signal is aborted; listens no longer than `until`. */
const settled = (signal: AbortSignal, until: AbortSignal): Promise<"cut"> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve("cut");
    else signal.addEventListener("abort", () => resolve("cut"), { once: true, signal: until });
  });

/** The body as far as it comes. */
export function cutOff(body: Body, { afterBytes = Infinity, signal, breakOff }: Cut): Body {
  const reader = body.getReader();
  const ending = new AbortController();
  const cut = signal === undefined ? null : settled(signal, ending.signal);
  let left = afterBytes;
  return new ReadableStream(
    {
      async pull(controller) {
        const read = left > 0 ? reader.read() : ("cut" as const);
        const next = await (cut === null ? read : Promise.race([cut, read]));
        if (next === "cut" || next.done) ending.abort();
        if (next === "cut") {
          await reader.cancel().catch(() => {});
          await breakOff?.();
          return controller.close();
        }
        if (next.done) return controller.close();
        const piece = next.value.subarray(0, left);
        left -= piece.byteLength;
        controller.enqueue(piece);
      },
      cancel(reason) {
        ending.abort();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The same bytes in small pieces, each after a wait. */
export function drip(
  body: Body,
  clock: HubClock,
  { bytes, everyMs }: { bytes: number; everyMs: number },
): Body {
  const reader = body.getReader();
  let rest = new Uint8Array();
  const ending = new AbortController();
  return new ReadableStream(
    {
      async pull(controller) {
        while (rest.byteLength === 0) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          rest = value;
        }
        await clock.sleep(everyMs, ending.signal);
        controller.enqueue(rest.slice(0, bytes));
        rest = rest.slice(bytes);
      },
      cancel(reason) {
        ending.abort();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
