// A conversation of 10,000 messages: what is in the page, what is fetched, and that nothing moves under the reader.
import type { Page } from "playwright/test";
import { expect, test } from "./fixtures.ts";
import { startLongHistory } from "./long-history.ts";

const COUNT = 10_000;
const MAX_ELEMENTS = 500;

interface Travel {
  /** Where something moved that was in view, px. */
  jumps: string[];
  /** Numbers of the messages that were in the page. */
  seen: number[];
  maxElements: number;
}

/** Scrolls step by step and watches a row in view: it must stand where the step has brought it. */
const travel = (page: Page, stepPx: number, steps: number): Promise<Travel> =>
  page.evaluate(
    async ([px, count]) => {
      const root = document.querySelector("foyer-chat")?.shadowRoot;
      const box = root?.querySelector<HTMLElement>("[role=log]");
      if (!root || !box) throw new Error("no transcript");
      /** What has been painted is looked at, not what a frame is still at. */
      const frames = async (left: number): Promise<void> => {
        for (; left > 0; left--)
          await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      };
      const found = { jumps: [] as string[], seen: new Set<number>(), maxElements: 0 };
      const turns = () => [...box.querySelectorAll("[role=article]")];
      for (let step = 0; step < count; step++) {
        const middle = box.getBoundingClientRect().top + box.clientHeight / 2;
        const watched = turns().find((turn) => turn.getBoundingClientRect().bottom > middle);
        if (watched === undefined) throw new Error("nothing in view");
        const before = watched.getBoundingClientRect().top;
        const scrolledFrom = box.scrollTop;
        box.scrollTop += px;
        const expected = before - (box.scrollTop - scrolledFrom);
        await frames(4);
        const moved = watched.getBoundingClientRect().top - expected;
        if (!watched.isConnected || Math.abs(moved) > 1) found.jumps.push(`${moved} at step ${step}`);
        for (const turn of turns()) {
          const number = /Message (\d+)\./.exec(turn.textContent ?? "")?.[1];
          if (number !== undefined) found.seen.add(Number(number));
        }
        found.maxElements = Math.max(found.maxElements, root.querySelectorAll("*").length);
      }
      return { ...found, seen: [...found.seen].sort((a, b) => a - b) };
    },
    [stepPx, steps] as const,
  );

const gapBelow = (page: Page): Promise<number> =>
  page.getByRole("log").evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight));

const isWhole = (seen: number[]): boolean => seen.every((number, index) => number === (seen[0] ?? 0) + index);

test("10,000 messages: 500 elements, one page at first, older ones on the way up, and nothing jumps", async ({
  page,
  site,
  chat,
}) => {
  test.setTimeout(120_000);
  const history = await startLongHistory(page, site, COUNT);
  let pages = 0;
  const errors: string[] = [];
  page.on("request", (request) => void (pages += /\/messages(?:\?|$)/.test(request.url()) ? 1 : 0));
  page.on("pageerror", (error) => errors.push(String(error)));
  await chat.launcher.click();
  await expect(chat.answers.last()).toContainText("hello");
  await expect(chat.log.locator("strong").last()).toBeVisible();
  await page.waitForLoadState("networkidle");
  await expect.poll(() => gapBelow(page)).toBeLessThanOrEqual(1);
  expect(pages).toBe(1);

  await test.step("all the way up comes what was said before, whole and in order", async () => {
    const up = await travel(page, -350, 60);
    expect(up.jumps).toEqual([]);
    expect(up.maxElements).toBeLessThanOrEqual(MAX_ELEMENTS);
    expect([up.seen.at(-1), isWhole(up.seen)]).toEqual([COUNT, true]);
    expect(up.seen.length).toBeGreaterThan(120);
    expect(pages).toBeGreaterThan(2);
  });

  await test.step("back down nothing is fetched, nothing jumps and the end comes again", async () => {
    const before = pages;
    const down = await travel(page, 350, 70);
    expect(down.jumps).toEqual([]);
    expect(down.maxElements).toBeLessThanOrEqual(MAX_ELEMENTS);
    expect([down.seen.at(-1), isWhole(down.seen)]).toEqual([COUNT, true]);
    expect(await gapBelow(page)).toBe(0);
    expect(pages).toBe(before);
  });

  await test.step("Home and End by keyboard, and the way back by the button", async () => {
    await chat.log.focus();
    await page.keyboard.press("Home");
    await expect(chat.answers.last()).not.toContainText("hello");
    await page.getByRole("button", { name: "Newest messages" }).click();
    await expect(chat.answers.last()).toContainText("hello");
    await expect.poll(() => gapBelow(page)).toBeLessThanOrEqual(1);
    await page.keyboard.press("Home");
    await expect(chat.answers.last()).not.toContainText("hello");
    await page.keyboard.press("End");
    await expect(chat.answers.last()).toContainText("hello");
    await expect.poll(() => gapBelow(page)).toBeLessThanOrEqual(1);
  });

  await test.step("what the visitor sends from far above is shown, with its answer", async () => {
    await travel(page, -350, 30);
    await chat.ask("from above");
    await expect(chat.answers.last()).toContainText("from above");
    await expect.poll(() => gapBelow(page)).toBeLessThanOrEqual(1);
  });
  expect(errors).toEqual([]);
  await history.stop();
});
