// Owns how `npm run shots` runs: every state of the widget in every guise, as pictures in a folder outside of git.
import config, { WHOLE_CHROMIUM } from "./playwright.config.ts";

export default {
  ...config,
  testDir: "shots",
  use: WHOLE_CHROMIUM,
  projects: [{ name: "shots", testMatch: "*.shots.ts" }],
  timeout: 120_000,
  reporter: [["line"]],
};
