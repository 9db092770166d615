// Pictures of each state in each guise, for eyes: FOYER_SHOTS names the folder, else the system's temporary one.
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright/test";
import { chatOn, createKey, tag, test } from "../fixtures.ts";
import { AGENT, GUISES, MODES, STATES } from "../states.ts";

const folder = process.env["FOYER_SHOTS"] ?? join(tmpdir(), "foyer-shots");
mkdirSync(folder, { recursive: true });
const SETTLE_MS = 700;

async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

for (const [guise, { head = "", ...options }] of Object.entries(GUISES)) {
  for (const [state, reach] of Object.entries(STATES)) {
    test(`${guise} ${state}`, async ({ browser, site, product }) => {
      const clientKey = await createKey(product, [site.origin]);
      const context = await browser.newContext(options);
      const page = await context.newPage();
      await page.goto(site.origin + site.publish({ head, body: tag(product.hub, clientKey, AGENT) }));
      await reach(page, chatOn(page));
      await shoot(page, `${state}--${guise}`);
      await context.close();
    });
  }

  for (const [mode, { attributes, body = "" }] of Object.entries(MODES)) {
    test(`${guise} ${mode}`, async ({ browser, site, product, clientKey }) => {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      await page.goto(
        site.origin + site.publish({ head, body: body + tag(product.hub, clientKey, attributes) }),
      );
      const chat = chatOn(page);
      if (mode !== "inline") await chat.launcher.click();
      const field = page.locator("foyer-chat textarea");
      await field.fill("Where is my order?");
      await field.press("Enter");
      await page.locator("foyer-chat table").waitFor();
      await shoot(page, `${mode}--${guise}`);
      await context.close();
    });
  }
}
