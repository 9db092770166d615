// The way to the hub breaks, leads elsewhere or is not there. What the visitor wrote arrives once, and tokens nowhere else.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WIDGET_PATHS } from "../src/protocol/paths.ts";
import { type Chat, expect, test as base } from "./fixtures.ts";
import {
  type Mishap,
  redirectTo,
  refuse,
  reset,
  resetInBody,
  resetInHeaders,
  startWay,
  type Way,
} from "./way.ts";

const { config, guest, connect, refresh } = WIDGET_PATHS;

interface Elsewhere {
  url: string;
  /** Whatever came here: no request should. */
  heard: string[];
}
const test = base.extend<{ way: Way; elsewhere: Elsewhere; begin(): Promise<void> }>({
  way: async ({ product }, use) => {
    const way = await startWay(product.hub);
    await use(way);
    await way.shut();
  },
  elsewhere: async ({}, use) => {
    const heard: string[] = [];
    const server = createServer((request, response) => {
      heard.push(`${request.method} ${request.url}`);
      response.writeHead(200, { "access-control-allow-origin": "*", "access-control-allow-headers": "*" });
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await use({ url: `http://127.0.0.1:${port}`, heard });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  },
  begin: async ({ visit, way }, use) =>
    use(async () => {
      await visit({ attributes: `data-agent="echo" data-api-url="${way.url}"` });
    }),
});

async function hasArrivedOnce(chat: Chat, text: string, messages: number): Promise<void> {
  await expect(chat.answers).toHaveCount(messages, { timeout: 20_000 });
  await expect(chat.stop).toHaveCount(0);
  await expect(chat.answers.last()).toContainText(text);
  await expect(chat.questions).toHaveCount(messages);
}

const MISHAPS: Record<string, Mishap> = {
  "before the answer": reset,
  "in the headers": resetInHeaders,
  "in the body": resetInBody(150),
};
for (const [where, mishap] of Object.entries(MISHAPS)) {
  test(`N39 the connection is reset ${where}: tried again, one message, one answer`, async ({
    page,
    begin,
    way,
    chat,
    watch,
  }) => {
    way.breakNext(config, mishap);
    await begin();
    await expect(chat.launcher).toBeVisible();
    way.breakNext(guest, mishap);
    await chat.greet();
    way.breakNext(connect, mishap);
    await chat.ask("a long way to go, and a word lost on it would be missed");
    await hasArrivedOnce(chat, "a long way to go, and a word lost on it would be missed", 2);
    await page.reload();
    await hasArrivedOnce(chat, "a long way to go, and a word lost on it would be missed", 2);
    expect(watch.errors).toEqual([]);
  });
}

test("N39 the hub refuses connections, and its name is not found: not sent, kept over a reload, sent once with Retry", async ({
  page,
  begin,
  way,
  chat,
  watch,
}) => {
  await begin();
  await chat.greet();
  await way.shut();
  await chat.ask("nobody there");
  const retry = chat.panel.getByRole("button", { name: /retry|send again/i });
  await expect(retry.first()).toBeVisible({ timeout: 20_000 });
  await way.open();
  await page.route(`**${connect}`, (route) => route.abort("namenotresolved"));
  await retry.first().click();
  await expect(retry.first()).toBeHidden();
  await expect(retry.first()).toBeVisible({ timeout: 20_000 });
  await page.unroute(`**${connect}`);
  await page.reload();
  await expect(chat.questions.last()).toContainText("nobody there");
  await retry.first().click();
  await hasArrivedOnce(chat, "nobody there", 2);
  expect(watch.errors).toEqual([]);
});

test("N37 redirects are followed by no request, and nothing of the visitor goes elsewhere", async ({
  begin,
  way,
  elsewhere,
  chat,
  watch,
}) => {
  const astray = redirectTo(elsewhere.url);
  way.breakNext(config, astray);
  await begin();
  await expect(chat.launcher).toBeVisible();
  way.breakNext(guest, astray);
  await chat.greet();
  way.breakNext(connect, astray);
  await chat.ask("one");
  await hasArrivedOnce(chat, "one", 2);
  // A refused token leads to a refresh.
  way.breakNext(connect, refuse(401));
  way.breakNext(refresh, astray);
  await chat.ask("two");
  await expect.poll(() => watch.requests.length).toBeGreaterThan(0);
  const retry = chat.panel.getByRole("button", { name: /retry|send again/i });
  await expect(async () => {
    if (await retry.first().isVisible()) await retry.first().click({ timeout: 500 });
    await expect(chat.answers).toHaveCount(3, { timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
  await hasArrivedOnce(chat, "two", 3);
  expect(elsewhere.heard).toEqual([]);
  expect(watch.errors).toEqual([]);
});

test("N33 refresh fails for ever while the token is good: the visitor sees nothing, and the hub is not hammered", async ({
  page,
  begin,
  chat,
  watch,
}) => {
  await page.clock.install();
  let tries = 0;
  await page.route(`**${refresh}`, (route) => {
    tries += 1;
    return route.fulfill({ status: 500, headers: { "access-control-allow-origin": "*" }, body: "" });
  });
  await begin();
  await chat.greet();
  const before = await chat.panel.innerText();
  await page.clock.runFor(245_000);
  await expect.poll(() => tries).toBeGreaterThanOrEqual(1);
  await page.clock.runFor(40_000);
  expect(tries).toBeLessThanOrEqual(12);
  expect(await chat.panel.innerText()).toBe(before);
  await expect(chat.panel.getByRole("alert")).toBeEmpty();
  await chat.ask("still here");
  await hasArrivedOnce(chat, "still here", 2);
  expect(watch.errors).toEqual([]);
});
