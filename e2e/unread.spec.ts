// Answers that nobody saw: a count on the launcher and in the page's title.
import { expect, test } from "./fixtures.ts";

test("unread answers: a count on the launcher and in a hidden page's title, which the page gets back", async ({
  page,
  visit,
  chat,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(document, "hidden", { get: () => "isAway" in window });
    Object.defineProperty(document, "visibilityState", {
      get: () => ("isAway" in window ? "hidden" : "visible"),
    });
  });
  const setAway = (isAway: boolean) =>
    page.evaluate((away) => {
      if (away) Object.assign(window, { isAway: true });
      else Reflect.deleteProperty(window, "isAway");
      document.dispatchEvent(new Event("visibilitychange"));
    }, isAway);
  await visit({ attributes: 'data-agent="echo"' });
  await chat.launcher.click();
  const name = await chat.launcher.getAttribute("aria-label");
  await chat.ask("seen");
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  await expect(chat.launcher).toHaveAttribute("aria-label", name ?? "");
  await setAway(true);
  await chat.ask("unseen");
  await page.keyboard.press("Escape");
  await expect(chat.launcher).toHaveAttribute("aria-label", `${name}, 1 new message`);
  await expect(chat.launcher).toContainText("1");
  await expect(page).toHaveTitle("(1) Host page");
  await page.evaluate(() => {
    document.title = "Cart";
  });
  await expect(page).toHaveTitle("(1) Cart");
  await setAway(false);
  await expect(page).toHaveTitle("Cart");
  await expect(chat.launcher).toContainText("1");
  await chat.launcher.click();
  await expect(chat.launcher).toHaveAttribute("aria-label", name ?? "");
  await expect(chat.launcher).not.toContainText("1");
});
