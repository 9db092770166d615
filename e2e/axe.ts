// Owns asking axe what it finds in the widget, one line for each fault.
import axeCore from "axe-core";
import type { Page } from "playwright/test";

/** @param but rules that do not hold, for a reason that the caller tells. @default none */
export async function axe(page: Page, but: string[] = []): Promise<string[]> {
  await page.evaluate(axeCore.source);
  return page.evaluate(async (names) => {
    const { axe: judge } = window as unknown as { axe: typeof axeCore };
    const { violations } = await judge.run(
      { include: [["foyer-chat"]] },
      { rules: Object.fromEntries(names.map((name) => [name, { enabled: false }])) },
    );
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, but);
}
