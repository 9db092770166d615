// The fault console, --faults, every fault as a real browser meets it, and the promises of the torture page.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import { expect, test } from "playwright/test";
import { chatOn } from "./fixtures.ts";
import { type Product, startProduct } from "./product.ts";

test.describe.configure({ mode: "default" });

let product: Product;
let directory: string;
test.beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "foyer-faults-"));
  const file = join(directory, "faults.json");
  writeFileSync(file, '{"seed":4,"rules":[{"route":"feedback","percent":20,"fault":"junk"}]}');
  product = await startProduct(["--faults", file]);
});
test.afterAll(async () => {
  await product.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface State {
  seed: number;
  rules: { route: string; percent: number; fault: { kind: string }; enabled: boolean; hits: number }[];
  keys: { is_live: boolean }[];
}
async function faults(method = "GET", body?: unknown): Promise<State> {
  const response = await fetch(`${product.hub}/_faults`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as State;
}

test("--faults: the rules of the file are on, and the page shows them", async ({ page }) => {
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`${product.hub}/_faults`);
  await expect(page.getByRole("status")).toHaveText("1 rule on");
  await expect(page.getByLabel("Seed")).toHaveValue("4");
  await expect(page.getByRole("combobox", { name: "Route" })).toHaveValue("feedback");
  await expect(page.getByRole("combobox", { name: "Fault" })).toHaveValue("junk");
  expect(errors).toEqual([]);
});

test("by mouse: a scenario, a switch, a key, all well again; the log follows", async ({ page }) => {
  await page.goto(`${product.hub}/_faults`);
  await page.getByRole("button", { name: /^Offline hub/ }).click();
  await expect(page.getByRole("combobox", { name: "Fault" })).toHaveValue("drop_before");
  expect((await faults()).rules).toMatchObject([{ route: "*", enabled: true }]);
  await page.getByRole("checkbox", { name: "On", exact: true }).click();
  await expect(page.getByRole("status")).toHaveText("No faults");
  expect((await faults()).rules[0]?.enabled).toBe(false);
  await page.getByRole("button", { name: "Revoke Demo site", exact: true }).click();
  await expect(page.getByRole("status")).toHaveText("1 key revoked");
  await page.getByRole("button", { name: "All well again" }).click();
  await expect(page.getByRole("status")).toHaveText("No faults");
  await fetch(`${product.hub}/foyer.js`);
  await expect(page.getByRole("row", { name: /foyer\.js 200/ }).first()).toBeVisible();
});

test("by keyboard: a rule is added, changed and removed", async ({ page }) => {
  await faults("DELETE");
  await page.goto(`${product.hub}/_faults`);
  await page.getByRole("button", { name: "Add a rule" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: "Route" })).toBeFocused();
  await page.keyboard.type("connect");
  await page.keyboard.press("Tab");
  await page.keyboard.type("30");
  await page.keyboard.press("Tab");
  await page.keyboard.type("hang");
  await expect
    .poll(async () => (await faults()).rules)
    .toMatchObject([{ route: "connect", percent: 30, fault: { kind: "hang" } }]);
  await page.getByRole("button", { name: "Remove this rule" }).focus();
  await page.keyboard.press("Space");
  await expect.poll(async () => (await faults()).rules).toEqual([]);
  await expect(page.getByRole("button", { name: "Add a rule" })).toBeFocused();
});

test("nothing can be switched before the console knows what there is, and a failed look is repeated", async ({
  page,
}) => {
  await faults("DELETE");
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let looks = 0;
  await page.route(`${product.hub}/_faults`, async (route) => {
    if (route.request().headers()["accept"] !== "application/json") return route.continue();
    looks += 1;
    if (looks === 1) return route.abort();
    await released;
    return route.continue();
  });
  await page.goto(`${product.hub}/_faults`);
  await expect.poll(() => looks).toBe(2);
  await expect(page.getByRole("button")).toHaveCount(0);
  release();
  await page.getByRole("button", { name: "Add a rule" }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await faults()).rules).toMatchObject([{ route: "*", enabled: true }]);
  await expect(page.getByRole("status")).toHaveText("1 rule on");
});

/** What a page's fetch of the config comes to: the status and the body, or where it failed. */
const fetchConfig = (page: Page) =>
  page.evaluate(
    async ({ url, patienceMs }) => {
      const startMs = performance.now();
      try {
        const signal = AbortSignal.timeout(patienceMs);
        const response = await fetch(url, { redirect: "error", cache: "no-store", signal });
        const type = response.headers.get("content-type") ?? "";
        const waitAfter = response.headers.get("retry-after");
        try {
          const text = await response.text();
          return { status: response.status, type, text, waitAfter, ms: performance.now() - startMs };
        } catch {
          return { status: response.status, failed: "in the body" };
        }
      } catch (failure) {
        return { failed: failure instanceof Error ? failure.name : "" };
      }
    },
    {
      url: `${product.hub}/api/v1/widget/config?client_key=${product.keys[0]?.public_key ?? ""}`,
      patienceMs: 1500,
    },
  );

test("each fault as a page's fetch meets it", async ({ page }) => {
  await faults("DELETE");
  await page.goto(product.demo);
  const whole = await fetchConfig(page);
  expect(whole.status).toBe(200);
  const meet = async (fault: unknown) => {
    await faults("PUT", { rules: [{ route: "config", fault }] });
    return fetchConfig(page);
  };
  for (const kind of ["drop_before", "drop_after", "redirect"])
    expect([kind, await meet(kind)]).toEqual([kind, { failed: "TypeError" }]);
  expect(await meet("hang")).toEqual({ failed: "TimeoutError" });
  expect(await meet({ kind: "cut", after_bytes: 20 })).toEqual({ status: 200, failed: "in the body" });
  for (const status of [401, 403, 409, 500, 502])
    expect(await meet({ kind: "status", status })).toMatchObject({ status, waitAfter: null });
  for (const status of [429, 503])
    expect(await meet({ kind: "status", status, retry_after_s: 7 })).toMatchObject({
      status,
      waitAfter: "7",
    });
  expect(await meet("junk")).toMatchObject({ status: 200, type: "application/json; charset=utf-8" });
  for (const status of [200, 502])
    expect(await meet({ kind: "html", status })).toMatchObject({ status, type: "text/html; charset=utf-8" });
  expect(await meet("empty")).toMatchObject({ status: 200, text: "" });
  const half = await meet("truncated");
  expect(half.text).toBe(whole.text?.slice(0, half.text?.length));
  expect(half.text?.length).toBe(Math.floor((whole.text?.length ?? 0) / 2));
  const late = await meet({ kind: "latency", ms: 400 });
  // The time of the hub stands in it, so lengths are compared.
  expect([late.text?.length, (late.ms ?? 0) >= 390]).toEqual([whole.text?.length, true]);
  const dripped = await meet({ kind: "drip", bytes: 100, every_ms: 20 });
  expect([dripped.text?.length, (dripped.ms ?? 0) >= 60]).toEqual([whole.text?.length, true]);
});

test.describe("torture page", () => {
  test.beforeEach(async ({ page }) => {
    await faults("DELETE");
    await page.goto(`${product.demo}/torture`);
    const chat = chatOn(page);
    await chat.greet();
  });
  test.afterEach(() => faults("DELETE"));
  const run = (page: Page, step: string) =>
    page.getByRole("button", { name: `${step}: do it` }).click({ force: true });
  const seen = (page: Page, id: string) => page.locator(`#seen-${id}`);

  test("offline: the message waits and arrives once", async ({ page }) => {
    const chat = chatOn(page);
    await run(page, "Offline");
    await expect(chat.questions).toHaveCount(2);
    await expect(seen(page, "offline")).toContainText("hub: connect, no answer, drop before");
    await page.getByRole("button", { name: "All well again" }).click({ force: true });
    await expect(page.getByText("No faults")).toBeVisible();
    await expect(async () => {
      const retry = chat.panel.getByRole("button", { name: /retry|send again/i }).first();
      if (await retry.isVisible()) await retry.click({ timeout: 500 });
      await expect(chat.answers).toHaveCount(2, { timeout: 2000 });
    }).toPass({ timeout: 20_000 });
    await expect(chat.questions).toHaveCount(2);
  });

  test("sleep: one refresh, the same visitor, one answer", async ({ page }) => {
    const chat = chatOn(page);
    await run(page, "Sleep");
    await expect(chat.answers).toHaveCount(2);
    await expect(seen(page, "sleep")).toContainText("hub: refresh, 200, session rotated");
    await expect(seen(page, "sleep")).not.toContainText("guest");
    await expect(chat.questions).toHaveCount(2);
  });

  test("stream cut: the answer goes on and ends whole", async ({ page }) => {
    const chat = chatOn(page);
    await run(page, "Stream cut");
    await expect(seen(page, "cut")).toContainText("hub: connect, 200, cut after 900 bytes");
    await expect(chat.answers).toHaveCount(2);
    await expect(chat.answers.last().locator("table")).toBeVisible({ timeout: 20_000 });
    await expect(chat.stop).toHaveCount(0, { timeout: 20_000 });
    await expect(chat.questions).toHaveCount(2);
  });

  test("429: sent again by itself after the wait", async ({ page }) => {
    const chat = chatOn(page);
    await run(page, "Too many requests");
    await expect(chat.answers).toHaveCount(2, { timeout: 15_000 });
    await expect(seen(page, "429")).toContainText("hub: connect, 429, status 429");
    await expect(seen(page, "429")).toContainText("hub: connect, 200");
    await expect(chat.questions).toHaveCount(2);
  });

  test("revoked: nothing is asked any more, what was said stays", async ({ page }) => {
    const chat = chatOn(page);
    await run(page, "Key revoked");
    await expect(seen(page, "revoke")).toContainText("widget: problem key_revoked");
    await expect(chat.answers).toHaveCount(1);
    await expect(chat.answers.first()).toBeVisible();
  });

  test("back and forward: the page says how it came back, and the chat is there", async ({ page }) => {
    await run(page, "Back and forward");
    await expect(seen(page, "bfcache")).toContainText(/window: (back from the cache|loaded anew)/);
    await expect(page).toHaveURL(/\/torture$/);
  });

  test("storage blocked: the chat works", async ({ page }) => {
    const chat = chatOn(page);
    await run(page, "Storage blocked");
    await expect(page).toHaveURL(/blocked/);
    await chat.launcher.click();
    await chat.ask("hello");
    await expect(chat.answers).toHaveCount(1);
  });
});

test("the way to the faults through the demo site is its own pages' alone", async () => {
  const status = async (headers: Record<string, string>) =>
    (await fetch(`${product.demo}/_faults`, { method: "DELETE", headers })).status;
  expect(await status({})).toBe(200);
  expect(await status({ origin: product.demo })).toBe(200);
  expect(await status({ origin: "http://evil.test" })).toBe(403);
  expect(await status({ "sec-fetch-site": "cross-site" })).toBe(403);
});
