// N40: the network goes away: before anything is there, before a message, while it is typed, on its way, in an answer.
import { readFile } from "node:fs/promises";
import { expect, tag, test } from "./fixtures.ts";

const isConnect = (line: string): boolean => line.endsWith("/connect");

test("N40: offline before boot: nothing is told, the launcher comes with the network, and a message is sent once", async ({
  page,
  site,
  product,
  clientKey,
  context,
  watch,
  chat,
}) => {
  const loader = await readFile("dist/widget/foyer.js", "utf8");
  // What a cache has.
  await page.route("**/foyer.js", (route) => route.fulfill({ body: loader, contentType: "text/javascript" }));
  let tries = 0;
  page.on("requestfailed", (request) => (tries += Number(request.url().includes("/widget/config"))));
  await page.goto(site.origin + site.publish({}));
  await context.setOffline(true);
  await page.evaluate(
    (html) => {
      Object.assign(window, { Foyer: [["send", "are you there?"]] });
      document.body.append(document.createRange().createContextualFragment(html));
    },
    tag(product.hub, clientKey),
  );
  await expect.poll(() => tries).toBe(1);
  await expect(chat.launcher).toHaveCount(0);

  await context.setOffline(false);
  await expect(chat.launcher).toBeVisible();
  await expect(chat.questions).toHaveText(["are you there?"]);
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  expect(watch.requests.filter(isConnect)).toHaveLength(1);
  expect(watch.console.filter((line) => line.includes("[foyer]"))).toEqual([]);
  expect(watch.errors).toEqual([]);
});

test("N40: offline before the part that talks to the hub has come: draft and message are kept, and sent once", async ({
  visit,
  chat,
  context,
  watch,
}) => {
  await visit();
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  await context.setOffline(true);
  await expect(chat.panel).toContainText("You are offline.");
  await chat.ask("are you there?");
  await expect(chat.questions.last()).toContainText("Sent as soon as you are online");
  await chat.input.fill("half a thou");
  expect(watch.requests.filter(isConnect)).toHaveLength(0);

  await context.setOffline(false);
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.panel).not.toContainText("You are offline.");
  await expect(chat.input).toHaveValue("half a thou");
  await expect(chat.questions).toHaveCount(1);
  expect(watch.requests.filter(isConnect)).toHaveLength(1);
  expect(watch.errors).toEqual([]);
});

test("N40: what is sent while offline waits, and is sent once when the network is back", async ({
  visit,
  chat,
  context,
  watch,
}) => {
  await visit();
  await chat.greet();
  const sent = () => watch.requests.filter(isConnect).length;
  expect(sent()).toBe(1);

  await context.setOffline(true);
  await expect(chat.panel).toContainText("You are offline.");
  await chat.ask("are you there?");
  await expect(chat.questions.last()).toContainText("Sent as soon as you are online");
  await chat.input.fill("half a thou");

  await context.setOffline(false);
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.panel).not.toContainText("You are offline.");
  await expect(chat.input).toHaveValue("half a thou");
  await expect(chat.questions).toHaveCount(2);
  expect(sent()).toBe(2);
  expect(watch.errors).toEqual([]);
});

for (const [name, hasArrived] of [
  ["before the hub has it", false],
  ["when the hub has it", true],
] as const) {
  test(`N40: offline while a message is on its way, ${name}: one message, one answer, the draft kept`, async ({
    page,
    visit,
    chat,
    context,
    watch,
  }) => {
    await visit({ attributes: 'data-agent="echo"' });
    await chat.greet();
    let sent = 0;
    await page.route("**/widget/connect", async (route) => {
      sent += 1;
      if (sent > 1) return route.continue();
      if (hasArrived) await route.fetch();
      await context.setOffline(true);
      await route.abort("internetdisconnected");
    });
    await chat.ask("on its way");
    await expect(chat.panel).toContainText("You are offline.");
    await chat.input.fill("half a thou");
    await expect(chat.questions).toHaveCount(2);

    await context.setOffline(false);
    await expect(chat.answers).toHaveCount(2);
    await expect(chat.answers.last()).toContainText("on its way");
    await expect(chat.panel).not.toContainText("You are offline.");
    await expect(chat.input).toHaveValue("half a thou");
    expect(sent).toBe(2);
    await page.reload();
    await expect(chat.questions).toHaveCount(2);
    await expect(chat.answers).toHaveCount(2);
    expect(watch.errors).toEqual([]);
  });
}

test("N40: an answer that loses its network goes on where it was", async ({
  page,
  visit,
  chat,
  context,
  watch,
}) => {
  await visit();
  await chat.launcher.click();
  await chat.ask("How do I add the widget, and what does it cost per month?");
  await expect(chat.answers.getByRole("heading").first()).toBeVisible();
  await context.setOffline(true);
  await expect(chat.panel).toContainText("You are offline.");
  await context.setOffline(false);
  await expect(chat.answers.locator("table")).toBeVisible({ timeout: 20_000 });
  await expect(chat.stop).toHaveCount(0, { timeout: 20_000 });
  const whole = await chat.answers.first().locator(".words").textContent();

  await page.reload();
  await expect(chat.questions).toHaveCount(1);
  await expect(chat.answers.first().locator(".words")).toHaveText(whole ?? "");
  expect(watch.errors).toEqual([]);
});
