// Owns how `npm run shots` runs: every state of the widget in every guise, as pictures in a folder outside of git.
import { findChromium } from "./chromium.ts";
import config, { launchOptionsOf } from "./playwright.config.ts";

export default {
  ...config,
  testDir: "shots",
  use: { launchOptions: launchOptionsOf(findChromium()) },
  projects: [{ name: "shots", testMatch: "*.shots.ts" }],
  timeout: 120_000,
  reporter: [["line"]],
};
