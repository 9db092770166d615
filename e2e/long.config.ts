// Owns how the long proofs in a browser run: as the other browser tests do, but apart from them, and in a whole Chromium.
import { defineConfig } from "playwright/test";
import base, { WHOLE_CHROMIUM } from "./playwright.config.ts";

export default defineConfig({
  ...base,
  projects: [{ name: "long", testMatch: "*.long.ts" }],
  use: WHOLE_CHROMIUM,
});
