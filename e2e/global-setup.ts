// Owns what must be true before the first browser test: a Chromium, and the built product.
import { existsSync } from "node:fs";
import type { FullConfig } from "playwright/test";
import { ensureChromium } from "./chromium.ts";
import { QUICK } from "./playwright.config.ts";

export default function setUp({ projects }: FullConfig): void {
  ensureChromium(projects.every(({ name }) => name === QUICK));
  if (!existsSync("dist/cli.js")) throw new Error("The product is not built: run `npm run build` first.");
}
