// N40: the network goes away: before a message, while it is typed, in the middle of an answer.
import { expect, test } from "./fixtures.ts";

test("N40: what is sent while offline waits, and is sent once when the network is back", async ({
  visit,
  chat,
  context,
  watch,
}) => {
  await visit();
  await chat.greet();
  const sent = () => watch.requests.filter((line) => line.endsWith("/connect")).length;
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
