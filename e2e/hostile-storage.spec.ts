// N48: storage that throws, is full, or holds what somebody else wrote.
import { expect, test } from "./fixtures.ts";

test("N48: storage whose getter throws leaves a chat that works in memory", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("denied", "SecurityError");
        },
      });
  });
  await visit();
  await chat.greet();
  await chat.ask("hello again");
  await expect(chat.answers).toHaveCount(2);
  expect(watch.errors).toEqual([]);
});

test("N48: storage that is full leaves a chat that works in memory, and the page's own records", async ({
  page,
  visit,
  chat,
  watch,
}) => {
  await page.addInitScript(() => {
    localStorage.setItem("the-shop", "x".repeat(1000));
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await visit();
  await chat.greet();
  await chat.ask("hello again");
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.stop).toHaveCount(0);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(["the-shop"]);
  expect(watch.errors).toEqual([]);
});

const JUNK: Record<string, string> = {
  junk: "<img src=x>",
  "another version": '{"v":99,"k":"K","r":"rt_x","s":"guest:x","t":null,"o":"guest","d":"mine","m":[]}',
  "a prototype": '{"__proto__":{"v":1,"r":"rt_evil","s":"guest:evil","t":null}}',
};
for (const [name, value] of Object.entries(JUNK)) {
  test(`N48: a record that was replaced by ${name} is deleted; a new guest begins`, async ({
    page,
    visit,
    chat,
    watch,
  }) => {
    await visit();
    await chat.greet();
    await chat.input.fill("half a thou");
    const names = () => page.evaluate(() => Object.keys(localStorage).toSorted());
    await expect.poll(async () => (await names()).length).toBe(2);
    const [record = ""] = await names();
    await page.keyboard.press("Escape");
    // A page that is left writes the draft down once more: the record changes after that.
    await page.addInitScript(
      ([key, text]) => {
        if (sessionStorage.getItem("damaged")) return;
        sessionStorage.setItem("damaged", "yes");
        for (const each of [key, `${key}:outbox`])
          localStorage.setItem(each, text.replace('"K"', JSON.stringify(key.replace("foyer:", ""))));
      },
      [record, value] as const,
    );
    await page.reload();
    await chat.launcher.click();
    await expect(chat.input).toHaveValue("");
    await expect(chat.questions).toHaveCount(0);
    await expect.poll(names).toEqual([]);
    expect(await page.evaluate(() => Object.hasOwn(Object.prototype, "r"))).toBe(false);
    await chat.ask("hello anew");
    await expect(chat.answers).toHaveCount(1);
    expect(await names()).toContain(record);
    expect(watch.requests.filter((line) => line.endsWith("/auth/guest"))).toHaveLength(2);
    expect(watch.errors).toEqual([]);
  });
}
