// Owns the processor time of a page's tasks, from the browser's own trace: what other programs take is not in it.
import type { Browser, Page } from "playwright/test";

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** When it began, microseconds. */
  ts: number;
  /** Processor time, microseconds. */
  tdur?: number;
}

const CATEGORIES = ["disabled-by-default-devtools.timeline", "blink.user_timing"];

/**
 * Runs `body` and returns the processor time of each task of the page's main thread, ms, longest first: of those that
 * began between the page's `performance.mark("begin")` and `performance.mark("end")`.
 */
export async function tasksOf(browser: Browser, page: Page, body: () => Promise<unknown>): Promise<number[]> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await body();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const mark = (wanted: string): TraceEvent => {
    const found = traceEvents.find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`the page never said performance.mark("${wanted}")`);
    return found;
  };
  const [begin, end] = [mark("begin"), mark("end")];
  return traceEvents
    .filter(({ name, pid, tid }) => name === "RunTask" && pid === begin.pid && tid === begin.tid)
    .filter(({ ts, tdur }) => tdur !== undefined && ts > begin.ts && ts < end.ts)
    .map(({ tdur = 0 }) => tdur / 1000)
    .toSorted((a, b) => b - a);
}
