// Owns how the browser tests run: the built product, one Chromium, two origins.
import { defineConfig } from "playwright/test";
import { findChromium } from "./chromium.ts";

const executablePath = findChromium();

export default defineConfig({
  testDir: ".",
  projects: [{ name: "product", testMatch: "*.spec.ts" }],
  outputDir: "../test-results",
  globalSetup: "./global-setup.ts",
  fullyParallel: true,
  workers: 2,
  // Starting the product takes seconds on a busy machine.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    launchOptions: {
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
    },
  },
});
