// N51: a page without TLS. The browser gives it neither Web Locks nor `crypto.randomUUID`.
import { chatOn, createKey, expect, tag, test } from "./fixtures.ts";
import config from "./long.config.ts";

const HOST = "shop.test";
const { launchOptions } = config.use ?? {};
const args = [...(launchOptions?.args ?? []), `--host-resolver-rules=MAP ${HOST} 127.0.0.1`];
test.use({ launchOptions: { ...launchOptions, args } });

test("N51 on a page without TLS the chat works without locks, also after a reload and in a second tab", async ({
  page,
  site,
  product,
  context,
  watch,
}) => {
  const origin = site.origin.replace("localhost", HOST);
  const clientKey = await createKey(product, [origin]);
  const url = origin + site.publish({ body: tag(product.hub, clientKey) });
  await page.goto(url);
  expect(await page.evaluate(() => [isSecureContext, "locks" in navigator, "randomUUID" in crypto])).toEqual([
    false,
    false,
    false,
  ]);
  const chat = chatOn(page);
  await chat.greet();
  await page.reload();
  await expect(chat.answers).toHaveCount(1);

  const second = await context.newPage();
  await second.goto(url);
  const other = chatOn(second);
  await other.launcher.click();
  await other.ask("and from here");
  await expect(other.answers).toHaveCount(2);
  await expect(chat.questions).toHaveCount(2);
  await expect(chat.answers).toHaveCount(2);
  expect(watch.errors).toEqual([]);
  await second.close();
});
