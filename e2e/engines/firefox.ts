// Owns Firefox, by WebDriver BiDi.
import { launch } from "puppeteer-core";
import { SIZE, type Engine } from "./engine.ts";
import { ensureFile } from "./install.ts";

export async function openFirefox(): Promise<Engine> {
  const executablePath = ensureFile(["/usr/bin/firefox-esr", "/usr/bin/firefox"], ["firefox-esr"]);
  const browser = await launch({ browser: "firefox", executablePath, headless: true });
  const page = await browser.newPage();
  await page.setViewport(SIZE);
  return {
    goto: async (url) => void (await page.goto(url)),
    run: (task, ...args) =>
      page.evaluate(`(${String(task)})(...${JSON.stringify(args)})`) as Promise<
        Awaited<ReturnType<typeof task>>
      >,
    click: (x, y) => page.mouse.click(x, y),
    type: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(key),
    screenshot: async () => Buffer.from(await page.screenshot()),
    close: () => browser.close(),
  };
}
