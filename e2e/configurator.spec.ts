// The configurator of the demo: the real widget follows the form, and what is copied is what was seen.
import { chatOn, expect, test } from "./fixtures.ts";

test("every input of the form is seen on the widget at once, and stands in what is copied", async ({
  page,
  product,
}) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(product.demo);
  await page.getByRole("link", { name: "Configurator" }).click();
  const chat = chatOn(page);
  const choose = (name: string, value: string) => page.locator(`select[name=${name}]`).selectOption(value);
  const settings = page.locator("#settings");
  await expect(chat.launcher).toHaveCSS("background-color", "rgb(59, 91, 219)");
  await page.locator("[name=primary_color]").fill("#0b7a75");
  await expect(chat.launcher).toHaveCSS("background-color", "rgb(11, 122, 117)");
  await choose("launcher_position", "bl");
  await expect(chat.launcher).toHaveCSS("left", "24px");
  await page.locator("[name=launcher_size]").fill("64");
  await expect(chat.launcher).toHaveCSS("height", "64px");
  await page.locator("[name=launcher_label]").fill("Ask Nova");
  await expect(chat.launcher).toHaveText("Ask Nova");

  await page.locator("[name=teaser_delay]").fill("1");
  await page.locator("[name=teaser]").fill("Not sure about the size?");
  await expect(page.getByRole("region", { name: "Invitation to chat" })).toContainText("Not sure");

  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  await choose("density", "compact");
  await expect(chat.panel).toHaveCSS("font-size", "14px");
  await page.locator("[name=radius]").fill("4");
  await expect(chat.panel).toHaveCSS("border-radius", "4px");
  await choose("font", "Georgia, serif");
  await expect(chat.panel).toHaveCSS("font-family", "Georgia, serif");
  await choose("color_scheme", "dark");
  await expect(page.locator("foyer-chat .foyer")).toHaveAttribute("data-scheme", "dark");
  await choose("mode", "side");
  await expect(chat.panel).toHaveAttribute("data-layout", "side");
  for (const text of ['"mode": "side"', '"density": "compact"', '"radius": 4', '"launcher_size": 64']) {
    await expect(settings).toContainText(text);
  }
  await choose("mode", "inline");
  await expect(page.locator("#chat").getByRole("region", { name: "Nova" })).toBeVisible();
  await expect(page.locator("#tag")).toContainText('data-mode="inline" data-target="#chat"');
  await expect(settings).not.toContainText('"mode"');
  expect(await page.locator("foyer-chat").count()).toBe(1);

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy the tag" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Copied." })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`${product.hub}/foyer.js`);
  expect(errors).toEqual([]);
});

test("a change of the panel opens it beside the form, and the focus stays where it is", async ({
  page,
  product,
}) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${product.demo}/configurator`);
  const chat = chatOn(page);
  const label = page.getByRole("textbox", { name: "Label" });
  await label.pressSequentially("Ask");
  await expect(chat.launcher).toHaveText("Ask");
  await expect(chat.panel).toHaveCount(0);
  const density = page.getByRole("combobox", { name: "Density" });
  await density.focus();
  await page.keyboard.press("ArrowDown");
  await expect(chat.panel).toHaveCSS("font-size", "14px");
  await expect(density).toBeFocused();
  await label.focus();
  await page.keyboard.type(" Nova");
  await expect(chat.launcher).toHaveText("Ask Nova");
  await expect(chat.panel).toBeVisible();
  await expect(label).toBeFocused();
  // The chat can be used then.
  await chat.input.click();
  await page.keyboard.type("hello");
  await expect(chat.input).toHaveValue("hello");
});

test("nothing is stored in the hub by trying looks", async ({ page, product }) => {
  const managed: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") managed.push(request.url());
  });
  await page.goto(`${product.demo}/configurator`);
  await expect(chatOn(page).launcher).toBeVisible();
  await page.locator("select[name=density]").selectOption("compact");
  await expect(page.locator("#settings")).toContainText("compact");
  expect(managed).toEqual([]);
});
