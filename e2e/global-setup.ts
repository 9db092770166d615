// Owns what must be true before the first browser test: a Chromium, and the built product.
import { existsSync } from "node:fs";
import { ensureChromium } from "./chromium.ts";

export default function setUp(): void {
  ensureChromium();
  if (!existsSync("dist/cli.js")) throw new Error("The product is not built: run `npm run build` first.");
}
