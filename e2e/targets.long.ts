// What can be pressed is large enough and apart, and nothing is cut off at the side: the states with most in them. All
// others, and what axe finds in them, are in ability.long.ts.
import type { BrowserContextOptions } from "playwright/test";
import { axe } from "./axe.ts";
import { chatOn, expect, tag, test } from "./fixtures.ts";
import { AGENT, GUISES, STATES } from "./states.ts";
import { faultyTargets, sidewaysOf } from "./targets.ts";

const FULLEST = { narrow: ["everything"], phone: ["everything", "rename", "comment"] };

for (const [guise, states] of Object.entries(FULLEST)) {
  test(`${guise}: sizes, overlaps, width, axe`, async ({ browser, site, product, clientKey }) => {
    const { head: _, ...options }: BrowserContextOptions & { head?: string } = GUISES[guise] ?? {};
    for (const state of states) {
      const context = await browser.newContext({ ...options, reducedMotion: "reduce" });
      const page = await context.newPage();
      await page.goto(site.origin + site.publish({ body: tag(product.hub, clientKey, AGENT) }));
      await STATES[state]?.(page, chatOn(page));
      await expect.poll(() => axe(page), state).toEqual([]);
      expect(await faultyTargets(page), state).toEqual([]);
      expect(await sidewaysOf(page), state).toEqual([]);
      await context.close();
    }
  });
}
