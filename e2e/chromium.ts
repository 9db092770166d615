// Owns finding a Chromium for the browser tests, and installing one where there is none.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright";
import { installPackages, run } from "./debian.ts";

/**
 * The browser without its windows: a third of the processor time. It keeps no page for the way back and blocks no storage
 * in frames, so the long proofs, the bench and the pictures are not for it.
 */
const HEADLESS_SHELL = "/usr/bin/chromium-headless-shell";

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

/**
 * Path of a Chromium: `FOYER_CHROMIUM`, the headless shell where that is enough, an installed Chrome or Chromium, or
 * Playwright's own download.
 */
export function findChromium(isShellEnough = false): string | undefined {
  const wanted = process.env["FOYER_CHROMIUM"];
  const shell = isShellEnough ? [HEADLESS_SHELL] : [];
  return [...(wanted ? [wanted] : []), ...shell, ...INSTALLED, chromium.executablePath()].find((path) =>
    existsSync(path),
  );
}

/** Finds or installs one. @throws Error with one sentence that says what to do */
export function ensureChromium(isShellEnough: boolean): string {
  const find = () => findChromium(isShellEnough);
  const found = find();
  if (found !== undefined) return found;
  console.log("No Chromium found: trying Playwright's download.");
  const playwrightCli = join(createRequire(import.meta.url).resolve("playwright/package.json"), "../cli.js");
  run(process.execPath, [playwrightCli, "install", "chromium"]);
  if (find() === undefined && isShellEnough) installPackages(["chromium-headless-shell"]);
  if (find() === undefined) installPackages(["chromium"]);
  const installed = find();
  if (installed === undefined) {
    throw new Error(
      "No Chromium: install Google Chrome or Chromium, or set FOYER_CHROMIUM to the path of one.",
    );
  }
  return installed;
}
