// Every state, by mouse and on a phone: nothing that axe finds, nothing too small to press, nothing that scrolls sideways.
// `GUISES=all npm run test:long` looks at it in all guises, `GUISES=rtl,zoom` in those.
import { axe } from "./axe.ts";
import { chatOn, createKey, expect, tag, test } from "./fixtures.ts";
import { AGENT, GUISES, STATES } from "./states.ts";
import { faultyTargets, sidewaysOf } from "./targets.ts";

/** What is wider than the panel becomes a stop of its own when the answer stands; until then the browser makes it one. */
const GROWING = ["scrollable-region-focusable"];
const BUT: Record<string, string[]> = { streaming: GROWING, "new-messages": GROWING };

test.setTimeout(120_000);
// So many browsers one after the other: one that does not start is told as flaky, what is wrong fails twice.
test.describe.configure({ retries: 1 });

const { GUISES: named = "light,phone" } = process.env;
const chosen = named === "all" ? Object.keys(GUISES) : named.split(",");

test("the guises that were asked for are there", () => {
  expect(Object.keys(GUISES)).toEqual(expect.arrayContaining(chosen));
});

for (const [guise, { head = "", ...options }] of Object.entries(GUISES).filter(([name]) =>
  chosen.includes(name),
)) {
  for (const [state, reach] of Object.entries(STATES)) {
    test(`${guise} ${state}`, async ({ browser, site, product }) => {
      const clientKey = await createKey(product, [site.origin]);
      const context = await browser.newContext({ ...options, reducedMotion: "reduce" });
      const page = await context.newPage();
      await page.goto(site.origin + site.publish({ head, body: tag(product.hub, clientKey, AGENT) }));
      await reach(page, chatOn(page));
      // What has just come fades in.
      await page.evaluate(() =>
        Promise.allSettled(
          (document.querySelector("foyer-chat")?.shadowRoot?.getAnimations() ?? [])
            .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
            .map(({ finished }) => finished),
        ),
      );
      expect.soft(await axe(page, BUT[state])).toEqual([]);
      expect.soft(await faultyTargets(page)).toEqual([]);
      expect.soft(await sidewaysOf(page)).toEqual([]);
      await context.close();
    });
  }
}
