// Pages that replace what they are made of without loading anew: the widget stays, with its conversation.
import { destroy, expect, tag, test } from "./fixtures.ts";

test("what a page removes as unknown to it comes back: from its root, and with its root", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await visit();
  await chat.greet();
  // A failed hydration removes what the framework did not render itself.
  await page.evaluate(() => {
    for (const unknown of document.querySelectorAll(":root > :not(head, body)")) unknown.remove();
  });
  await expect(chat.answers).toContainText("Hi there");
  await page.evaluate(() => {
    const root = document.createElement("html");
    root.dataset["theme"] = "dark";
    root.append(document.createElement("head"), document.createElement("body"));
    document.documentElement.remove();
    document.append(root);
  });
  await expect(chat.answers).toContainText("Hi there");
  await expect(page.locator("foyer-chat .foyer")).toHaveAttribute("data-scheme", "dark");
  await chat.ask("and once more: hello");
  await expect(chat.answers).toHaveCount(2);
  // The new root is watched as the first one was.
  await page.evaluate(() => document.querySelector("foyer-chat")?.remove());
  await expect(chat.answers).toHaveCount(2);
  await page.evaluate(() => document.body.replaceWith(document.createElement("body")));
  await page.evaluate(() => document.documentElement.removeAttribute("data-theme"));
  await page.evaluate(() => document.body.classList.add("dark"));
  await expect(page.locator("foyer-chat .foyer")).toHaveAttribute("data-scheme", "dark");

  await destroy(page);
  await page.evaluate(() => document.body.append("changed"));
  await expect(page.locator("foyer-chat")).toHaveCount(0);
  expect(watch.errors).toEqual([]);
});

test("inline: it goes into each container that comes after its own was taken out, and floats nowhere between", async ({
  page,
  product,
  site,
  clientKey,
  watch,
}) => {
  const container = '<div id="chat" style="width:360px;height:500px"></div>';
  const attributes = 'data-agent="echo" data-target="#chat"';
  await page.goto(site.origin + site.publish({ body: container + tag(product.hub, clientKey, attributes) }));
  const region = page.getByRole("region", { name: "Echo" });
  const field = region.getByRole("textbox");
  await field.fill("remember me");
  await field.press("Enter");
  await expect(region.getByRole("log")).toContainText("remember me");
  const become = (body: string) =>
    page.evaluate((html) => {
      const next = document.createElement("body");
      next.innerHTML = html;
      document.body.replaceWith(next);
    }, body);
  await become("<h1>Another view</h1>");
  await expect(page.locator("foyer-chat")).toHaveCount(0);
  await become(`<main>${container}</main>`);
  await expect(page.locator("#chat > foyer-chat")).toHaveCount(1);
  await expect(region.getByRole("article", { name: /Echo said/ })).toContainText("remember me");
  expect(await region.boundingBox()).toMatchObject({ width: 360, height: 500 });

  await destroy(page);
  await become(container);
  await expect(page.locator("#chat > foyer-chat")).toHaveCount(0);
  expect(watch.errors).toEqual([]);
});
