// N55: pages that fight back. The widget stays usable, and the page stays as it is.
import { expect, tag, test } from "./fixtures.ts";

test("N55: hostile styles do not reach the widget", async ({ page, visit, chat }) => {
  await visit({
    head: `<style>
      html { font-size: 62.5%; zoom: 1; }
      * { box-sizing: content-box !important; font: 40px/3 cursive !important; color: red !important; }
      body, body * { transform: rotate(3deg); filter: blur(1px); }
      foyer-chat, html > :last-child, foyer-chat * {
        display: none !important; visibility: hidden !important; opacity: 0 !important;
        transform: scale(3) !important; width: 5px !important; height: 5px !important;
        overflow: hidden !important; pointer-events: none !important; position: static !important;
      }
      button, textarea, section, div { display: none !important; background: lime !important; }
    </style>`,
    body: `<div style="position:fixed;inset:0;z-index:999999;display:block!important;background:#fff8"></div>`,
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

test("N55: prototypes with additions and odd globals do not break it", async ({ visit, chat, watch }) => {
  await visit({
    head: `<script>
      Array.prototype.first = function () { return this[0] };
      Object.prototype.extend = function () {};
      String.prototype.trimAll = () => "";
      const { fetch } = window;
      window.fetch = function (...args) { return fetch.apply(this, args) };
      window.name = "Foyer"; window.process = { env: {} }; window.module = {}; window.define = () => {};
      Object.freeze(Element.prototype); Object.freeze(Promise.prototype);
    </script>`,
  });
  await chat.launcher.click();
  await chat.ask("How do I add the widget, and what does it cost per month?");
  await expect(chat.answers.locator("table")).toBeVisible();
  await expect(chat.stop).toHaveCount(0);
  expect(watch.errors).toEqual([]);
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

test("N48: storage that throws, or holds junk, leaves a chat that works in memory", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  await visit();
  await chat.launcher.click();
  await chat.ask("hello");
  await expect(chat.answers).toContainText("Hi there");
  expect(watch.errors).toEqual([]);
});
