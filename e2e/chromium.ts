// Owns finding a Chromium for the browser tests, and installing one where there is none.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright";
import { installPackages, run } from "./debian.ts";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ...["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((name) => {
    const folder = process.env[name];
    return folder ? [join(folder, "Google\\Chrome\\Application\\chrome.exe")] : [];
  }),
];

/** Path of a Chromium: `FOYER_CHROMIUM`, an installed Chrome or Chromium, or Playwright's own download. */
export function findChromium(): string | undefined {
  const wanted = process.env["FOYER_CHROMIUM"];
  return [...(wanted ? [wanted] : []), ...INSTALLED, chromium.executablePath()].find((path) =>
    existsSync(path),
  );
}

/** Finds or installs one. @throws Error with one sentence that says what to do */
export function ensureChromium(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  console.log("No Chromium found: trying Playwright's download.");
  const playwrightCli = join(createRequire(import.meta.url).resolve("playwright/package.json"), "../cli.js");
  run(process.execPath, [playwrightCli, "install", "chromium"]);
  if (findChromium() === undefined) installPackages(["chromium"]);
  const installed = findChromium();
  if (installed === undefined) {
    throw new Error(
      "No Chromium: install Google Chrome or Chromium, or set FOYER_CHROMIUM to the path of one.",
    );
  }
  return installed;
}
