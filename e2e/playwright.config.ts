// Owns how the browser tests run: the built product, one Chromium, two origins.
import { defineConfig } from "playwright/test";
import { findChromium } from "./chromium.ts";

/** Name of the project whose tests need no more than the headless shell. */
export const QUICK = "product";

/** How a Chromium is started. */
function launchOptionsOf(executablePath: string | undefined) {
  return {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  };
}

/** `use` of what needs more than the headless shell. */
export const WHOLE_CHROMIUM = { launchOptions: launchOptionsOf(findChromium()) };

export default defineConfig({
  testDir: ".",
  projects: [{ name: QUICK, testMatch: "*.spec.ts" }],
  outputDir: "../test-results",
  globalSetup: "./global-setup.ts",
  fullyParallel: true,
  workers: 2,
  // Starting the product takes seconds on a busy machine.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: { launchOptions: launchOptionsOf(findChromium(true)) },
});
