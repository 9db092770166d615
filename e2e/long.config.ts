// Owns how the long proofs in a browser run: as the other browser tests do, but apart from them.
import { defineConfig } from "playwright/test";
import base from "./playwright.config.ts";

export default defineConfig({ ...base, projects: [{ name: "long", testMatch: "*.long.ts" }] });
