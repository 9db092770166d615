// The tag in all the ways that pages carry it.
import { addTag, createKey, expect, tag, test } from "./fixtures.ts";

const WAYS: { name: string; page: (hub: string, key: string) => { head?: string; body?: string } }[] = [
  { name: "N6: async in the head", page: (hub, key) => ({ head: tag(hub, key) }) },
  {
    name: "blocking in the head, before a body exists",
    page: (hub, key) => ({ head: `<script src="${hub}/foyer.js" data-client-key="${key}"></script>` }),
  },
  {
    name: "N6: defer",
    page: (hub, key) => ({ body: `<script defer src="${hub}/foyer.js" data-client-key="${key}"></script>` }),
  },
  {
    name: "N6: as a module, where currentScript is null",
    page: (hub, key) => ({
      body: `<script type="module" src="${hub}/foyer.js" data-client-key="${key}"></script>`,
    }),
  },
  {
    name: "N5: after an image named currentScript, and links that stand in for the page's global",
    page: (hub, key) => ({
      body: `<img name="currentScript" alt="" data-client-key="pk_live_demo_another"><a id="Foyer"></a>
<a id="Foyer" name="instances"></a>${tag(hub, key)}`,
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
    expect(watch.requests.filter((line) => line.endsWith("/config"))).toHaveLength(1);
    expect([watch.console, watch.errors]).toEqual([[], []]);
  });
}

test("N4: one widget for each key, whichever agent, however often and however late its tag comes", async ({
  page,
  product,
  site,
  clientKey,
  watch,
}) => {
  const otherKey = await createKey(product, [site.origin]);
  const body =
    tag(product.hub, clientKey) +
    tag(product.hub, clientKey, 'data-agent="echo"') +
    tag(product.hub, otherKey, 'data-agent="echo"');
  await page.goto(site.origin + site.publish({ body }));
  const widgets = page.locator("foyer-chat");
  const configs = () => watch.requests.filter((line) => line.endsWith("/config")).length;
  await expect(widgets).toHaveCount(2);
  await expect.poll(() => watch.console).toEqual(["error: [foyer] already_running: second tag ignored"]);
  expect(configs()).toBe(2);

  await addTag(page, product.hub, clientKey);
  await expect.poll(() => watch.console.length).toBe(2);
  expect(watch.console[1]).toContain("already_running");
  const keys = () => page.evaluate(() => Object.keys(Object(Reflect.get(Object(window.Foyer), "instances"))));
  expect((await keys()).toSorted()).toEqual([clientKey, otherKey].toSorted());

  // What was taken down may come back, beside the one that stayed.
  await page.evaluate((key) => {
    if (window.Foyer && "instances" in window.Foyer) window.Foyer.instances[key]?.destroy();
  }, clientKey);
  await expect(widgets).toHaveCount(1);
  expect(await keys()).toEqual([otherKey]);
  await addTag(page, product.hub, clientKey);
  await expect(widgets).toHaveCount(2);
  await page
    .getByRole("button", { name: /^Chat with/ })
    .last()
    .click();
  await expect(page.getByRole("dialog").getByRole("textbox")).toBeFocused();
  expect([configs(), watch.console.length, watch.errors]).toEqual([3, 2, []]);
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
