// Owns how the tests in other engines run: Firefox and WebKit, one after the other.
import { defineConfig } from "playwright/test";
import base from "./playwright.config.ts";

export default defineConfig({
  ...base,
  projects: [{ name: "engines", testMatch: "engines/*.engine.ts" }],
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 20_000 },
});
