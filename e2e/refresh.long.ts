// A session that is renewed again and again while the panel is open.
import { chatOn, createKey, expect, tag, test } from "./fixtures.ts";
import { startProduct } from "./product.ts";

test("with tokens of 6 s the chat survives five refreshes with no visible break", async ({ page, site }) => {
  test.setTimeout(60_000);
  const product = await startProduct(["--session-ttl", "6"]);
  try {
    const key = await createKey(product, [site.origin]);
    const refreshes: number[] = [];
    page.on("response", (response) => {
      if (response.url().endsWith("/auth/refresh")) refreshes.push(response.status());
    });
    await page.goto(site.origin + site.publish({ body: tag(product.hub, key) }));
    const chat = chatOn(page);
    await chat.launcher.click();
    await chat.ask("hello");
    await expect(chat.answers).toHaveCount(1);
    await expect.poll(() => refreshes.length, { timeout: 40_000 }).toBeGreaterThanOrEqual(5);
    expect(new Set(refreshes)).toEqual(new Set([200]));
    await expect(chat.panel.getByRole("alert")).toBeEmpty();
    await chat.ask("still here?");
    await expect(chat.answers).toHaveCount(2);
    await expect(chat.answers.last()).toContainText("still here");
  } finally {
    await product.stop();
  }
});
