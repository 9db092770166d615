// The tag in all the ways that pages carry it.
import { expect, tag, test } from "./fixtures.ts";

const WAYS: { name: string; page: (hub: string, key: string) => { head?: string; body?: string } }[] = [
  { name: "async in the head", page: (hub, key) => ({ head: tag(hub, key) }) },
  {
    name: "blocking in the head, before a body exists",
    page: (hub, key) => ({ head: `<script src="${hub}/foyer.js" data-client-key="${key}"></script>` }),
  },
  {
    name: "defer",
    page: (hub, key) => ({ body: `<script defer src="${hub}/foyer.js" data-client-key="${key}"></script>` }),
  },
  {
    name: "as a module, where currentScript is null",
    page: (hub, key) => ({
      body: `<script type="module" src="${hub}/foyer.js" data-client-key="${key}"></script>`,
    }),
  },
  {
    name: "N5: after an image named currentScript",
    page: (hub, key) => ({
      body: `<img name="currentScript" alt=""><form name="querySelector2"></form>${tag(hub, key)}`,
    }),
  },
  {
    name: "with the key in the URL, because a tag manager strips data attributes",
    page: (hub, key) => ({
      body: `<script src="${hub}/foyer.js?client_key=${key}&agent=support" async></script>`,
    }),
  },
  {
    name: "N6: injected by a script and removed before it runs",
    page: (hub, key) => ({
      body: `<script>const s=document.createElement("script");s.src="${hub}/foyer.js";s.dataset.clientKey="${key}";
document.head.append(s);s.remove()</script>`,
    }),
  },
];

for (const { name, page: make } of WAYS) {
  test(`boots ${name}`, async ({ page, product, site, clientKey, chat, watch }) => {
    await page.goto(site.origin + site.publish(make(product.hub, clientKey)));
    await chat.launcher.click();
    await expect(chat.input).toBeFocused();
    expect(watch.errors).toEqual([]);
  });
}

test("N4: the same tag twice is one widget and one warning", async ({
  page,
  product,
  site,
  clientKey,
  watch,
  chat,
}) => {
  const twice = tag(product.hub, clientKey) + tag(product.hub, clientKey);
  await page.goto(site.origin + site.publish({ body: twice }));
  await expect(chat.launcher).toBeVisible();
  await expect.poll(() => watch.console.filter((line) => line.includes("already_running")).length).toBe(1);
  await expect(page.locator("foyer-chat")).toHaveCount(1);
});

test("commands queued before the loader ran are carried out in order", async ({ page, visit, chat }) => {
  await visit({
    head: `<script>
      window.said = [];
      (window.Foyer ||= []).push(["on", "message", (m) => said.push(m.role + ": " + m.text)]);
      Foyer.push(["open"], ["send", "hello"]);
      Foyer.push((foyer) => { window.handle = typeof foyer.destroy; });
    </script>`,
  });
  await expect(chat.answers).toContainText("Hi there");
  expect(await page.evaluate(() => (window as unknown as { handle: string }).handle)).toBe("function");
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { said: string[] }).said.length))
    .toBeGreaterThanOrEqual(1);
});

test("a queued call of the page that throws stops nothing of ours", async ({ visit, chat, watch }) => {
  await visit({ head: `<script>window.Foyer = [() => { throw new Error("mine"); }, ["open"]]</script>` });
  await expect(chat.input).toBeVisible();
  expect(watch.errors).toEqual(["Error: mine"]);
});
