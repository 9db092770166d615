// Owns how the benchmarks run: one after another, figures printed, nothing judged.
import { findChromium } from "./chromium.ts";
import config, { launchOptionsOf } from "./playwright.config.ts";

export default {
  ...config,
  testDir: "bench",
  use: { launchOptions: launchOptionsOf(findChromium()) },
  projects: [{ name: "bench", testMatch: "*.bench.ts" }],
  fullyParallel: false,
  workers: 1,
  timeout: 300_000,
  reporter: [["line"]],
};
