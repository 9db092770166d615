// Owns another tab of the same browser, for proofs with two: how it is opened, and how one dies.
import type { BrowserContext, Page } from "playwright/test";
import { type Chat, chatOn, expect } from "./fixtures.ts";

/** The same page in another tab, its panel open, with the one answer that was given. */
export async function openSecond(
  context: BrowserContext,
  url: string,
): Promise<{ second: Page; other: Chat }> {
  const second = await context.newPage();
  await second.goto(url);
  const other = chatOn(second);
  await other.launcher.click();
  await expect(other.answers).toHaveCount(1);
  return { second, other };
}

/** Ends the process of a page, without a word to it. */
export async function crash(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  // It never answers.
  cdp.send("Page.crash").catch(() => {});
  await crashed;
}
