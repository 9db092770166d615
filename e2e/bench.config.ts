// Owns how the benchmarks run: one after another, figures printed, nothing judged.
import config, { WHOLE_CHROMIUM } from "./playwright.config.ts";

export default {
  ...config,
  testDir: "bench",
  use: WHOLE_CHROMIUM,
  projects: [{ name: "bench", testMatch: "*.bench.ts" }],
  fullyParallel: false,
  workers: 1,
  timeout: 300_000,
  reporter: [["line"]],
};
