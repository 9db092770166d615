// The sound of an answer that nobody saw: when it is played, in which tab, and how the visitor mutes it.
import type { Page } from "playwright/test";
import { brotliCompressSync } from "node:zlib";
import { axe } from "./axe.ts";
import { type Chat, chatOn, configure, expect, test } from "./fixtures.ts";

const ON = { attributes: 'data-agent="unhurried" data-sound="on"' };
const SOUND_BYTES = 1000;

/** Notes that begin, instead of notes that sound. */
async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard = { notes: 0, contexts: 0 };
    const Context = window.AudioContext;
    window.AudioContext = class extends Context {
      constructor() {
        super();
        heard.contexts += 1;
      }
    };
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (when) {
      heard.notes += 1;
      start.call(this, when);
    };
    Object.assign(window, { heard });
  });
}
const heard = (page: Page) =>
  page.evaluate(() => (window as unknown as { heard: { notes: number; contexts: number } }).heard);

const more = (chat: Chat) => chat.panel.getByRole("button", { name: "More", exact: true });
const sound = (chat: Chat) => chat.panel.getByRole("menuitemcheckbox", { name: "Sound" });

/** Asks, and closes the panel before the answer is there. */
async function askAndLeave(page: Page, chat: Chat): Promise<void> {
  await chat.ask("How do I add the widget?");
  await expect(chat.stop).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(chat.launcher.locator("b")).toBeVisible({ timeout: 30_000 });
}

test("two notes when an answer ends behind a closed panel, and none when it is seen", async ({
  page,
  visit,
  chat,
  watch,
  product,
}) => {
  await listen(page);
  await visit({
    ...ON,
    isBare: true,
    headers: {
      "content-security-policy": `default-src 'none'; script-src ${product.hub}; connect-src ${product.hub}; require-trusted-types-for 'script'`,
    },
  });
  await chat.greet();
  expect(await heard(page)).toEqual({ notes: 0, contexts: 0 });
  await askAndLeave(page, chat);
  await expect.poll(() => heard(page)).toEqual({ notes: 2, contexts: 1 });
  expect(watch.console.filter((line) => /warn|error/.test(line))).toEqual([]);
  expect(watch.errors).toEqual([]);
  const file = watch.requests.find((line) => line.includes("/sound.js"))?.replace("GET ", "");
  const code = await fetch(`${product.hub}${file}`).then((answer) => answer.arrayBuffer());
  expect(brotliCompressSync(code).length).toBeLessThanOrEqual(SOUND_BYTES);
});

test("without a wish nothing is loaded, and the menu has no switch; a page overrules the settings", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await configure(page, { sound: true });
  await visit({ attributes: 'data-agent="echo" data-sound="off"' });
  await chat.launcher.click();
  await more(chat).click();
  await expect(chat.panel.getByRole("menu")).toBeVisible();
  await expect(sound(chat)).toHaveCount(0);
  expect(watch.requests.filter((line) => line.includes("/sound.js"))).toEqual([]);
  await visit({ attributes: 'data-agent="echo"' });
  await chat.launcher.click();
  await more(chat).click();
  await expect(sound(chat)).toHaveAttribute("aria-checked", "true");
});

test("before the visitor has touched the page there is no sound, and no warning", async ({
  page,
  visit,
  watch,
}) => {
  await listen(page);
  // Whatever a test asks of a page counts as a gesture, so the page tells by itself.
  const script = `<script>
    (window.Foyer ||= []).push(["send", "hello"]);
    Foyer.push((foyer) => foyer.on("message", ({ role }) => role === "user" && foyer.close()));
    Foyer.push((foyer) => foyer.on("unread", (count) => {
      if (count) setTimeout(() => console.log("told", navigator.userActivation.hasBeenActive, heard.contexts), 1000);
    }));
  </script>`;
  const told = page.waitForEvent("console", (message) => message.text().startsWith("told"));
  await visit({ ...ON, body: script });
  expect((await told).text()).toBe("told false 0");
  expect(watch.console.filter((line) => line.includes("AudioContext"))).toEqual([]);
});

test("of two tabs one plays, and none where the answer is seen in the other", async ({
  page,
  visit,
  chat,
  context,
}) => {
  await listen(page);
  const url = await visit(ON);
  await chat.greet();
  const second = await context.newPage();
  await listen(second);
  await second.goto(url);
  const other = chatOn(second);
  await other.launcher.click();
  await expect(other.answers).toHaveCount(1);
  await askAndLeave(page, chat);
  await expect(other.answers).toHaveCount(2);
  await second.keyboard.press("Escape");
  expect(await Promise.all([heard(page), heard(second)])).toMatchObject([{ notes: 0 }, { notes: 0 }]);

  await chat.launcher.click();
  await askAndLeave(page, chat);
  await expect(other.launcher.locator("b")).toBeVisible();
  const total = async () => (await heard(page)).notes + (await heard(second)).notes;
  await expect.poll(total).toBe(2);
});

test("muted by keyboard in the menu: silent, remembered over a reload, forgotten with the visitor", async ({
  page,
  visit,
  chat,
}) => {
  await listen(page);
  await visit(ON);
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  await more(chat).focus();
  await page.keyboard.press("Enter");
  await expect(chat.panel.getByRole("menu")).toBeVisible();
  await page.keyboard.press("End");
  await expect(sound(chat)).toBeFocused();
  await expect(sound(chat)).toHaveAttribute("aria-checked", "true");
  await expect.poll(() => axe(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await expect(more(chat)).toBeFocused();
  expect(await page.evaluate(() => localStorage.length), "nobody is known yet").toBe(0);
  await askAndLeave(page, chat);
  expect(await heard(page)).toEqual({ notes: 0, contexts: 0 });
  expect(
    await page.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith(":muted")).length),
  ).toBe(1);

  await page.reload();
  await chat.launcher.click();
  await more(chat).click();
  await expect(sound(chat)).toHaveAttribute("aria-checked", "false");
  await page.keyboard.press("Escape");
  await page.evaluate(() => (window as unknown as { Foyer: { logout(): void } }).Foyer.logout());
  await expect.poll(() => page.evaluate(() => localStorage.length)).toBe(0);
  await more(chat).click();
  await expect(sound(chat)).toHaveAttribute("aria-checked", "true");
});
