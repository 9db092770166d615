// A hub that is killed in the middle of many answers and started again on the same data: the built command, no browser.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "playwright/test";
import { browserEnvironment } from "../src/core/environment.ts";
import type { Widget } from "../src/core/handle.ts";
import { LOADED } from "../src/core/testing/parts.ts";
import { createWidget } from "../src/core/widget.ts";
import { type Product, startProduct } from "./product.ts";

const VISITORS = 200;

/** A page without a browser; what it stores outlives the widget. */
function openPage(product: Product): () => Widget {
  const stored = new Map<string, string>();
  const clientKey = product.keys.find(({ dialect }) => dialect === "widget-key")?.public_key ?? "";
  const env = {
    ...browserEnvironment(),
    fetch: (url: string, init: RequestInit) =>
      fetch(url, {
        ...init,
        headers: { ...Object.fromEntries(new Headers(init.headers)), Origin: product.demo },
      }),
    storage: () => ({
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    }),
    log: () => {},
  };
  return () => {
    const widget = createWidget({ clientKey, apiUrl: product.hub, agent: "slow" }, env, LOADED);
    widget.open();
    return widget;
  };
}

const shown = (widget: Widget): string[] =>
  widget.rows.peek().map((row) => (row.kind === "activity" ? "activity" : `${row.kind} ${row.state}`));
const answerOf = (widget: Widget) => widget.rows.peek().findLast((row) => row.kind === "agent");
const COMPLETE = ["visitor sent", "agent complete"];

/** Presses Continue or Retry where it is offered. */
function tend(widget: Widget): boolean {
  const row = widget.rows.peek().findLast(({ kind }) => kind !== "activity");
  if (widget.turn.peek().kind === "idle") {
    if (row?.kind === "agent" && row.problem !== undefined) widget.retry(row.retryId ?? "");
    else if (row?.kind === "visitor" && row.state === "failed") widget.retry(row.id);
  }
  return widget.turn.peek().kind === "idle" && row?.kind === "agent" && row.state === "complete";
}

test("N46 SIGKILL in the middle of 200 answers: every conversation goes on, nothing is lost or doubled", async () => {
  test.setTimeout(300_000);
  const data = mkdtempSync(join(tmpdir(), "foyer-kill-"));
  const first = await startProduct(["--data", data]);
  const ports = ["--port", new URL(first.hub).port, "--demo-port", new URL(first.demo).port];
  const starts = Array.from({ length: VISITORS }, () => openPage(first));
  let widgets = starts.map((start) => start());
  for (const [index, widget] of widgets.entries()) widget.send(`Message ${index}`);
  const areStreaming = (): number =>
    widgets.filter((widget) => (answerOf(widget)?.text.length ?? 0) > 0).length;
  await expect.poll(areStreaming, { timeout: 60_000 }).toBe(VISITORS);
  first.process.kill("SIGKILL");
  await once(first.process, "exit");
  const before = widgets.map((widget) => answerOf(widget)?.text ?? "");

  const second = await startProduct(["--data", data, ...ports]);
  const areOver = (): number => widgets.filter(tend).length;
  await expect.poll(areOver, { timeout: 200_000, intervals: [500] }).toBe(VISITORS);
  const texts = widgets.map((widget) => answerOf(widget)?.text ?? "");
  expect(new Set(texts).size).toBe(1);
  expect(before.every((text, index) => text !== "" && texts[index]?.startsWith(text))).toBe(true);
  expect(widgets.map(shown)).toEqual(widgets.map(() => COMPLETE));

  for (const widget of widgets) widget.dispose();
  widgets = starts.map((start) => start());
  await expect.poll(areOver, { timeout: 60_000 }).toBe(VISITORS);
  expect(widgets.map(shown)).toEqual(widgets.map(() => COMPLETE));
  expect(widgets.map((widget) => answerOf(widget)?.text)).toEqual(texts);
  for (const widget of widgets) widget.dispose();
  await second.stop();
  rmSync(data, { recursive: true, force: true });
});
