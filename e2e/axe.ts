// Owns asking axe what it finds in the widget, one line for each fault.
import axeCore from "axe-core";
import type { Page } from "playwright/test";

export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeCore.source);
  return page.evaluate(async () => {
    const { axe: judge } = window as unknown as { axe: typeof axeCore };
    const { violations } = await judge.run({ include: [["foyer-chat"]] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
