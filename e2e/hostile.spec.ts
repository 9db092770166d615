// N55: pages that fight back. The widget stays usable, and the page stays as it is.
import type { Page } from "playwright/test";
import { type Chat, expect, tag, test } from "./fixtures.ts";

/** A question, its answer with a table, a rating; and all of it again after a reload. */
async function talkAndReturn(page: Page, chat: Chat): Promise<void> {
  await chat.launcher.click();
  await chat.askAndRate();
  await page.reload();
  await expect(chat.answers.locator("table")).toBeVisible();
}

test("N55: hostile styles do not reach the widget", async ({ page, visit, chat }) => {
  await visit({
    head: `<style>
      html { font-size: 62.5%; zoom: 1; }
      * { box-sizing: content-box !important; font: 40px/3 cursive !important; color: red !important; }
      *:not(html, body) { display: none !important; }
      body, body * { transform: rotate(3deg); filter: blur(1px); }
      foyer-chat, html > :last-child, foyer-chat * {
        display: none !important; visibility: hidden !important; opacity: 0 !important;
        transform: scale(3) !important; width: 5px !important; height: 5px !important;
        overflow: hidden !important; pointer-events: none !important; position: static !important;
      }
      button, textarea, section, div { display: none !important; background: lime !important; }
    </style>
    <script>
      // Beside the body: what is in it has a stacking context of its own here.
      const veil = document.createElement("div");
      veil.style.cssText = "position:fixed!important;inset:0;z-index:2147479999;display:block!important;visibility:visible!important;background:#fff8;pointer-events:auto!important;width:auto!important;height:auto!important;transform:none!important";
      document.documentElement.append(veil);
    </script>`,
  });
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  // Once the opening has ended.
  await expect.poll(async () => (await chat.panel.boundingBox())?.width).toBe(400);
  const style = await chat.panel.evaluate((panel) => {
    const { color, fontSize, opacity, visibility, fontFamily } = getComputedStyle(panel);
    return { color, fontSize, opacity, visibility, fontFamily };
  });
  expect(style).toMatchObject({ fontSize: "15px", opacity: "1", visibility: "visible" });
  expect(style.color).not.toBe("rgb(255, 0, 0)");
  expect(style.fontFamily).not.toContain("cursive");
  await chat.ask("hello");
  await expect(chat.answers).toContainText("Hi there");
  expect(await page.evaluate(() => getComputedStyle(document.body).transform)).not.toBe("none");
});

test("N55: built-ins with additions, replaced ones and odd globals do not break it", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await visit({
    head: `<script>
      Array.prototype.first = function () { return this[0] };
      Object.prototype.extend = function () {};
      String.prototype.trimAll = () => "";
      // As libraries from before these were built in left them.
      const list = (items) => [].slice.call(items ?? []);
      Array.from = list;
      Array.prototype.toArray = Array.prototype.entries = function () { return list(this) };
      Array.prototype.reduce = function () { return this.length > 1 ? this : this[0] };
      Array.prototype.append = function (more) { this.push(...more); return this };
      Array.prototype.empty = function () { this.length = 0; return this };
      Object.keys = (object) => { const names = []; for (const name in object) if (Object.hasOwn(object, name)) names.push(name); return names };
      Object.values = (object) => Object.keys(object).map((name) => object[name]);
      Function.prototype.bind = function (self, ...first) { return (...rest) => this.apply(self, [...first, ...rest]) };
      HTMLElement.prototype.scrollTo = function () { scrollTo(0, 0); return this };
      HTMLElement.prototype.select = HTMLElement.prototype.update = function () { return this };
      HTMLElement.prototype.remove = function () { this.parentNode.removeChild(this); return this };
      Element.prototype.get = Element.prototype.set = Element.prototype.clone = function () { return this };
      window.Event = function () {};
      const { fetch, Promise } = window;
      window.fetch = function (...args) { return fetch.apply(this, args) };
      // As zones do it.
      window.Promise = class extends Promise { then(...args) { return super.then(...args) } };
      const { then } = Promise.prototype;
      Promise.prototype.then = function (...args) { return then.apply(this, args) };
      window.name = "Foyer"; window.process = { env: {} }; window.module = {}; window.define = () => {};
      Object.freeze(Element.prototype); Object.freeze(Promise.prototype);
    </script>`,
  });
  await talkAndReturn(page, chat);
  expect(watch.errors).toEqual([]);
});

test("N55: on a page that froze every built-in and its prototype it works, and adds nothing to them", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await visit({
    head: `<script>
      for (const name of Object.getOwnPropertyNames(window)) {
        const value = window[name];
        if (typeof value !== "function") continue;
        if (value.prototype) Object.freeze(value.prototype);
        Object.freeze(value);
      }
      for (const each of [Math, JSON, Reflect, Intl, CSS, navigator, history]) Object.freeze(each);
    </script>`,
  });
  await talkAndReturn(page, chat);
  expect(await page.evaluate(() => Object.isFrozen(Object.prototype) && Object.isFrozen(Array))).toBe(true);
  expect([watch.errors, watch.console]).toEqual([[], []]);
});

test("N55: where the page breaks fetch the visitor hears of it and keeps what was written, which goes out once it works", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await visit();
  await chat.launcher.click();
  const breakFetch = (source: string) =>
    page.evaluate(`window.intact ??= window.fetch; window.fetch = ${source}`);
  await breakFetch(`() => { throw new TypeError("no") }`);
  await chat.ask("are you there?");
  await expect(chat.questions).toContainText("are you there?");
  await expect(chat.panel).toContainText("The chat cannot be reached");
  await breakFetch("async () => ({ ok: true, status: 200, json: async () => ({}) })");
  const retry = chat.panel.getByRole("button", { name: "Retry" });
  await retry.click();
  await expect(chat.panel).toContainText("Something went wrong");
  expect(watch.requests.filter((line) => line.startsWith("POST"))).toEqual([]);
  expect(watch.console.filter((line) => !line.includes("[foyer] "))).toEqual([]);
  await page.evaluate("window.fetch = window.intact");
  await retry.click();
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.questions).toHaveCount(1);
  expect(watch.errors).toEqual([]);
});

// Smooth scrolling, copy protection and modal dialogs listen on the whole page and take what is not theirs.
test("N55: a page that takes wheel, clipboard and focus for itself leaves them to the chat", async ({
  page,
  visit,
  chat,
}) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit({
    head: `<script>
      const taken = ["wheel", "touchmove", "copy", "cut", "paste", "contextmenu", "selectstart"];
      for (const type of taken) addEventListener(type, (event) => event.preventDefault(), { passive: false });
      document.addEventListener("focusin", ({ target }) => {
        const modal = document.getElementById("modal");
        if (modal && !modal.contains(target)) modal.focus();
      });
    </script>`,
    body: "<p>A page to scroll.</p>".repeat(100),
  });
  await chat.launcher.click();
  await page.evaluate(() => {
    document.body.insertAdjacentHTML("afterbegin", '<div id="modal" tabindex="-1">modal</div>');
    document.getElementById("modal")?.focus();
    return navigator.clipboard.writeText("How do I add the widget, and what does it cost per month?");
  });
  await chat.input.click();
  await page.keyboard.press("ControlOrMeta+v");
  await expect(chat.input).toHaveValue(/^How do I add/);
  await page.keyboard.press("Enter");
  await expect(chat.answers.locator("table")).toBeVisible();
  await expect(chat.stop).toHaveCount(0);

  const endOfTalk = async () => (await chat.answers.last().boundingBox())?.y ?? 0;
  const before = await endOfTalk();
  await chat.log.hover();
  await page.mouse.wheel(0, -120);
  await expect.poll(endOfTalk).toBeGreaterThan(before + 50);
  await chat.answers.getByText("Prices are per month").click({ clickCount: 3 });
  await page.keyboard.press("ControlOrMeta+c");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("Prices are per month");
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test("N49: in a sandboxed frame the reason is said and nothing is thrown", async ({
  page,
  product,
  site,
  clientKey,
  watch,
}) => {
  const inner = site.publish({ body: tag(product.hub, clientKey) });
  await page.goto(
    site.origin +
      site.publish({ body: `<iframe sandbox="allow-scripts" src="${inner}" title="inner"></iframe>` }),
  );
  await expect
    .poll(() => watch.console.filter((line) => line.includes("[foyer] origin_not_allowed")).length)
    .toBe(1);
  expect(watch.errors).toEqual([]);
});
