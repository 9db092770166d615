// The fields of a row: what is written in them is not lost, and stays in view.
import { expect, test } from "./fixtures.ts";

for (const [why, pattern, answer] of [
  ["the hub refuses it", "**/feedback", { status: 400, json: { code: "invalid_request" } }],
  ["the hub cannot be reached", "**/feedback", null],
  ["the part that rates cannot be loaded", /\/past\.js/, null],
] as const)
  test(`a comment on an answer is not lost where ${why}`, async ({ page, visit, chat }) => {
    await page.route(pattern, (route) =>
      answer === null
        ? route.abort()
        : route.fulfill({ ...answer, headers: { "Access-Control-Allow-Origin": "*" } }),
    );
    await visit({ attributes: 'data-agent="echo"' });
    await chat.launcher.click();
    await chat.ask("hello");
    await expect(chat.answers).toContainText("hello");
    await expect(chat.stop).toHaveCount(0);
    await chat.answers.hover();
    await chat.answers.getByRole("button", { name: "Bad answer" }).click();
    const field = chat.answers.getByRole("textbox");
    await field.fill("It was late.");
    await chat.answers.getByRole("button", { name: "Send" }).click();
    await expect(field).toHaveValue("It was late.");
    await expect(chat.answers.locator(".failure")).toBeVisible();
  });

test("a message that is edited stays in view, however near the end it stands", async ({
  page,
  visit,
  chat,
}) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await visit();
  await chat.greet();
  const overflow = await chat.log.evaluate((log) => log.scrollHeight - log.clientHeight);
  const field = chat.questions.getByRole("textbox", { name: "Your message, edited" });
  for (const overflowPx of [40, 10]) {
    await page.setViewportSize({ width: 320, height: 640 + overflow - overflowPx });
    await chat.log.evaluate((log) => log.scrollTo(0, log.scrollHeight));
    await chat.questions.hover();
    await chat.questions.getByRole("button", { name: "Edit message" }).click();
    await expect(field).toBeFocused();
    // Two frames later everything has found its place.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const box = await field.boundingBox();
    const log = await chat.log.boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(log?.y ?? Infinity);
    await field.press("Escape");
  }
});
