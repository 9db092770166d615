// What a site owner sees when something is wrong: one line with a code, and a page that never notices.
import type { Page } from "playwright/test";
import { expect, tag, test } from "./fixtures.ts";

const KEY = "pk_live_demo_aaaaaaaaaaaaaaaaaaaaaaaaaa";
const foyerLines = (lines: string[]): string[] => lines.filter((line) => line.includes("[foyer]"));

/** What the loader would do later has been done: the page was quiet twice. */
const quiet = (page: Page): Promise<void> =>
  page.evaluate(
    () => new Promise<void>((resolve) => requestIdleCallback(() => requestIdleCallback(() => resolve()))),
  );

test("N7: on an origin that is not listed there is one request, one line that names the entry to add, and no launcher", async ({
  page,
  visit,
  watch,
  site,
  chat,
}) => {
  const answered = page.waitForResponse((response) => response.url().includes("/widget/config"));
  await visit({ isUnlisted: true });
  await answered;
  await expect.poll(() => foyerLines(watch.console).length).toBe(1);
  await quiet(page);
  expect(watch.requests.filter((line) => !line.endsWith(".js"))).toEqual(["GET /api/v1/widget/config"]);
  const [line, ...more] = foyerLines(watch.console);
  expect(more).toEqual([]);
  expect(line).toContain(`[foyer] origin_not_allowed: The origin ${site.unlistedOrigin} is not`);
  expect(line).toContain('of this key. Add "127.0.0.1:*" to the domain_allowlist of this key');
  await expect(chat.launcher).toHaveCount(0);
  expect(await page.locator("foyer-chat").count()).toBe(0);
  expect(watch.errors).toEqual([]);
});

const SECRET_KEY = "sk_live_demo_0123456789";
const TAGS: { name: string; html: (hub: string) => string; code: string }[] = [
  {
    name: "N1: no key",
    html: (hub) => `<script src="${hub}/foyer.js" async></script>`,
    code: "missing_client_key",
  },
  {
    name: "N1: an empty key",
    html: (hub) => tag(hub, ""),
    code: "missing_client_key",
  },
  {
    name: "N2: a secret key",
    html: (hub) => tag(hub, SECRET_KEY),
    code: "secret_key_in_browser",
  },
  {
    name: "N3: a key of the wrong shape",
    html: (hub) => tag(hub, "pk_test_123"),
    code: "invalid_client_key",
  },
  {
    name: "N3: a key of 10 kB",
    html: (hub) => tag(hub, `pk_live_${"a".repeat(10_000)}`),
    code: "invalid_client_key",
  },
  {
    name: "N3: HTML in the key",
    html: (hub) => tag(hub, `pk_live_demo_abcdef&quot;&gt;&lt;img src=x onerror=&quot;throw 1&quot;&gt;`),
    code: "invalid_client_key",
  },
  {
    name: "N6: a module whose tag is gone before it runs: nothing says what it was",
    html: (hub) =>
      `<script type="module" src="${hub}/foyer.js" data-client-key="${KEY}"></script>
       <script>document.querySelector("[data-client-key]").remove(); document.currentScript.remove()</script>`,
    code: "missing_client_key",
  },
  {
    name: "N51: a hub without TLS",
    html: (hub) => tag(hub, KEY, 'data-api-url="http://hub.example"'),
    code: "insecure_api_url",
  },
];

/** What a page holds that was not in its source, whoever put it there. */
const additions = (page: Page) =>
  page.evaluate(async () => {
    const source = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    for (const script of source.querySelectorAll("script[type=module], script:not([src])")) script.remove();
    return {
      isSame: document.documentElement.outerHTML === source.documentElement.outerHTML,
      stored: [localStorage.length, sessionStorage.length],
      hasGlobal: "Foyer" in window,
    };
  });

test("a tag that cannot be used: one error that says why, no request at all, a page that is as it was", async ({
  page,
  product,
  site,
  watch,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(site.origin)) asked.push(request.url());
  });
  for (const { name, html, code } of TAGS) {
    await test.step(name, async () => {
      asked.length = watch.console.length = 0;
      await page.goto(site.origin + site.publish({ body: html(product.hub) }));
      await expect.poll(() => watch.console.length).toBe(1);
      await quiet(page);
      expect(watch.console).toEqual([expect.stringMatching(`^error: \\[foyer\\] ${code}: .{5,60}$`)]);
      expect(watch.console[0]).not.toContain("0123456789");
      expect(asked).toEqual([`${product.hub}/foyer.js`]);
      expect(await additions(page)).toEqual({ isSame: true, stored: [0, 0], hasGlobal: false });
    });
  }
  expect(watch.errors).toEqual([]);
});

test("an unknown key: its own code, one request", async ({ page, product, site, watch }) => {
  await page.goto(site.origin + site.publish({ body: tag(product.hub, KEY) }));
  await expect.poll(() => foyerLines(watch.console).length).toBe(1);
  expect(foyerLines(watch.console)[0]).toContain("unknown_client_key");
  expect(watch.requests.filter((line) => line.endsWith("/config"))).toHaveLength(1);
  expect(watch.errors).toEqual([]);
});

test("hub down: one line, a launcher as soon as the hub is back", async ({
  page,
  product,
  site,
  clientKey,
  watch,
  chat,
}) => {
  let isDown = true;
  await page.route("**/widget/config**", (route) =>
    isDown ? route.abort("connectionrefused") : route.continue(),
  );
  await page.goto(site.origin + site.publish({ body: tag(product.hub, clientKey) }));
  // Told at the third try, three seconds later at most.
  await expect.poll(() => foyerLines(watch.console).length, { timeout: 10_000 }).toBe(1);
  expect(foyerLines(watch.console)[0]).toContain("hub_unreachable");
  isDown = false;
  await expect(chat.launcher).toBeVisible({ timeout: 20_000 });
  expect(foyerLines(watch.console)).toHaveLength(1);
  expect(watch.errors).toEqual([]);
});

const GARBAGE: { name: string; status: number; contentType: string; body: string; code?: string }[] = [
  { name: "HTML of a proxy", status: 200, contentType: "text/html", body: "<html>hello</html>" },
  { name: "empty", status: 200, contentType: "application/json", body: "" },
  { name: "null", status: 200, contentType: "application/json", body: "null" },
  { name: "truncated", status: 200, contentType: "application/json", body: '{"agent":{"id":"a"' },
  {
    name: "no agent",
    status: 200,
    contentType: "application/json",
    body: '{"branding":{}}',
    code: "config_invalid",
  },
];

// What may be a config the next time is tried again, and told at the third time.
for (const { name, code = "hub_unreachable", ...answer } of GARBAGE) {
  test(`N36 N58: a config that is ${name}: ${code}`, async ({ page, product, site, clientKey, watch }) => {
    await page.route("**/widget/config**", (route) =>
      route.fulfill({ ...answer, headers: { "access-control-allow-origin": "*" } }),
    );
    await page.goto(site.origin + site.publish({ body: tag(product.hub, clientKey) }));
    await expect.poll(() => foyerLines(watch.console).length).toBe(1);
    expect(foyerLines(watch.console)[0]).toContain(code);
    expect(watch.errors).toEqual([]);
  });
}

test("N58: a config full of poison boots with defaults, and what it says stays text", async ({
  page,
  product,
  site,
  clientKey,
  watch,
  chat,
}) => {
  const xss = "<img src=x onerror=alert(1)>";
  // As text: of an object literal, __proto__ would not be a member.
  const poison = `{
    "__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 1 } },
    "agent": { "id": "a", "name": ${JSON.stringify(xss + "x".repeat(1_000_000))} },
    "branding": {
      "__proto__": { "mode": "full", "polluted": 1 },
      "primary_color": "red;}*{display:none", "font": "x; background: url(https://evil.example/font)",
      "logo_url": "javascript:alert(1)", "launcher_icon_url": "http://evil.example/icon.png",
      "launcher_position": "../../x", "launcher_label": "${"y".repeat(1_000_000)}", "launcher_size": -1e99,
      "title": 7, "greeting": ${JSON.stringify(xss)}, "privacy_notice": "[x](javascript:alert(1))",
      "suggestions": [1, null, { "toString": "x" }, ${JSON.stringify(xss)}],
      "radius": "NaN", "color_scheme": {}, "mode": "inline", "density": [], "sound": "yes",
      "teaser": {}, "teaser_delay": -1, "image_hosts": "*", "locale": "${"z".repeat(1_000_000)}"
    },
    "strings": { "__proto__": "x", "constructor": "x", "send": 5, "greeting": [] },
    "unknown": ${"[".repeat(5000)}${"]".repeat(5000)}
  }`;
  await page.route("**/widget/config**", (route) =>
    route.fulfill({
      body: poison,
      contentType: "application/json",
      headers: { "access-control-allow-origin": "*" },
    }),
  );
  const strangers: string[] = [];
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (![product.hub, site.origin, "null"].includes(origin)) strangers.push(request.url());
  });
  page.on("dialog", (dialog) => {
    strangers.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(site.origin + site.publish({ body: tag(product.hub, clientKey) }));
  await expect(chat.launcher).toHaveText("y".repeat(40));
  await chat.launcher.click();
  await expect(chat.input).toBeVisible();
  await expect(chat.panel).toContainText(xss);
  await expect(chat.panel).toContainText("[x](javascript:alert(1))");
  // Once the opening has ended: floating, in the corner and the colour of the default.
  await expect.poll(async () => (await chat.panel.boundingBox())?.width).toBe(400);
  expect(await chat.panel.evaluate((panel) => getComputedStyle(panel).borderRadius)).toBe("20px");
  const send = chat.panel.getByRole("button", { name: "Send" });
  await chat.input.fill("x");
  await expect(send).toHaveCSS("background-color", "rgb(59, 91, 219)");
  expect(await page.locator("foyer-chat :is(img, a, [onerror], [onload])").count()).toBe(0);
  expect((await chat.panel.textContent())?.length).toBeLessThan(2000);
  expect(await page.evaluate(() => Reflect.has(Object.prototype, "polluted"))).toBe(false);
  expect([strangers, watch.errors, foyerLines(watch.console)]).toEqual([[], [], []]);
});

test("a key that is revoked while the panel is open says so and keeps the text", async ({
  page,
  product,
  site,
  chat,
}) => {
  const headers = { authorization: `Bearer ${product.secret_key}`, "content-type": "application/json" };
  const created = await fetch(`${product.hub}/api/v1/widget-keys`, {
    method: "POST",
    headers,
    body: JSON.stringify({ name: "short-lived", domain_allowlist: [site.origin] }),
  });
  const key: { id: string; public_key: string } = await created.json();
  await page.goto(site.origin + site.publish({ body: tag(product.hub, key.public_key) }));
  await chat.greet();
  await fetch(`${product.hub}/api/v1/widget-keys/${key.id}`, {
    method: "PATCH",
    headers,
    body: JSON.stringify({ disabled: true }),
  });
  await chat.ask("are you there?");
  await expect(chat.log).toContainText("are you there?");
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.panel).toContainText(/no longer available|not available|unavailable|switched off/i);
});
