// With the keyboard alone: what pointer tests do elsewhere, and how the focus is seen.
import type { Page } from "playwright/test";
import { type Chat, chatOn, configure, expect, test } from "./fixtures.ts";

const ECHO = { attributes: 'data-agent="echo"' };

/** Who has the focus, as a screen reader names it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document;
    const active = activeElement?.shadowRoot?.activeElement ?? activeElement;
    return active?.getAttribute("aria-label") ?? active?.textContent?.trim() ?? "";
  });

/** Presses a key until something of this name has the focus. */
async function pressTo(page: Page, key: string, name: string | RegExp): Promise<void> {
  for (let count = 0; count < 30; count++) {
    const now = await focused(page);
    if (typeof name === "string" ? now === name : name.test(now)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${name}, the last was ${await focused(page)}`);
}

/** Opens the panel, asks and waits for the answer. */
async function talk(page: Page, chat: Chat, text: string): Promise<void> {
  await expect(chat.launcher).toBeVisible();
  await pressTo(page, "Tab", /^Chat with/);
  await page.keyboard.press("Enter");
  await expect(chat.input).toBeFocused();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await expect(chat.answers.last()).toContainText(text);
  await expect(chat.stop).toHaveCount(0);
}

/** From the text field to the tools of a message. */
async function toTools(page: Page, chat: Chat, row: RegExp): Promise<void> {
  await page.keyboard.press("Shift+Tab");
  await expect(chat.answers.last()).toBeFocused();
  await expect(chat.answers.last().getByRole("toolbar")).toBeVisible();
  await pressTo(page, "ArrowUp", row);
  await page.keyboard.press("Enter");
}

test("a rating with a comment", async ({ page, visit, chat }) => {
  await visit(ECHO);
  await talk(page, chat, "one");
  await toTools(page, chat, /^(?!You).* said/);
  await pressTo(page, "ArrowRight", "Bad answer");
  await page.keyboard.press("Space");
  await expect(chat.panel.getByRole("textbox", { name: "What was wrong? (optional)" })).toBeFocused();
  await page.keyboard.type("Too short");
  const sent = page.waitForRequest((request) => request.postData()?.includes("Too short") ?? false);
  await page.keyboard.press("Enter");
  expect((await sent).url()).toContain("feedback");
  expect(await focused(page)).toBe("Bad answer");
  await expect(chat.answers.last().getByRole("status")).toHaveText("Thank you");
});

test("a message is said differently, and what stood there is a version", async ({ page, visit, chat }) => {
  await visit(ECHO);
  await talk(page, chat, "one");
  await toTools(page, chat, /^You said/);
  await pressTo(page, "ArrowRight", "Edit message");
  await page.keyboard.press("Enter");
  await expect(chat.questions.last().getByRole("textbox")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("two");
  await page.keyboard.press("Enter");
  await expect(chat.answers).toContainText(["two"]);
  await expect(chat.questions).toHaveText([/^two/]);
  await expect(chat.stop).toHaveCount(0);
  await expect(chat.input).toBeFocused();
  await toTools(page, chat, /^You said/);
  await pressTo(page, "ArrowRight", "Previous version");
  await page.keyboard.press("Enter");
  await expect(chat.questions).toHaveText([/^one/]);
});

test("the panel is made larger and smaller, by all four arrows, and keeps its corner", async ({
  page,
  visit,
  chat,
}) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await visit(ECHO);
  await talk(page, chat, "one");
  const boxOf = async () => (await chat.panel.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const before = await boxOf();
  await page.keyboard.press("Tab");
  await expect(chat.panel.getByRole("button", { name: /^Resize/ })).toHaveCount(1);
  await chat.input.press("Tab");
  await pressTo(page, "Tab", /^Resize/);
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowUp", "ArrowDown"]) {
    await page.keyboard.press(key);
  }
  const after = await boxOf();
  expect([after.width - before.width, after.height - before.height]).toEqual([16, 16]);
  expect([after.x + after.width, after.y + after.height]).toEqual([
    before.x + before.width,
    before.y + before.height,
  ]);
});

test("the teaser opens the chat", async ({ page, visit, chat }) => {
  await configure(page, { teaser_delay: 1 });
  await visit({ attributes: 'data-agent="echo" data-teaser="May I help?"' });
  await expect(page.getByRole("region", { name: "Invitation to chat" })).toContainText("May I help?");
  await pressTo(page, "Tab", "May I help?");
  await page.keyboard.press("Enter");
  await expect(chat.input).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(chat.launcher).toBeFocused();
});

test("the configurator", async ({ page, product }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${product.demo}/configurator`);
  const chat = chatOn(page);
  await expect(chat.launcher).toBeVisible();
  const to = async (name: string) => {
    for (let count = 0; count < 40; count++) {
      if (await page.locator(`[name=${name}]`).evaluate((element) => element === document.activeElement))
        return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${name}`);
  };
  await to("density");
  await page.keyboard.press("ArrowDown");
  await to("radius");
  await page.keyboard.press("Home");
  await to("launcher_label");
  await page.keyboard.type("Ask us");
  await expect(page.locator("#settings")).toContainText('"density": "compact"');
  await expect(page.locator("#settings")).toContainText('"radius": 0');
  await expect(chat.launcher).toHaveText("Ask us");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await pressTo(page, "Tab", "Copy the command");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "Copied." })).toBeVisible();
});

for (const [guise, look] of Object.entries({
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "forced colours": { forcedColors: "active" },
} as const))
  test(`the focus is a ring of 2 px at 2 px, seen on what is behind it: ${guise}`, async ({
    page,
    visit,
    chat,
  }) => {
    await page.emulateMedia(look);
    await visit();
    await expect(chat.launcher).toHaveAttribute("aria-haspopup", "dialog");
    const ring = () =>
      page.evaluate(() => {
        const active = document.activeElement?.shadowRoot?.activeElement;
        if (!active) throw new Error("no focus in the widget");
        const { outlineStyle, outlineWidth, outlineOffset, outlineColor } = getComputedStyle(active);
        const panel = active.closest(".panel");
        const behind = panel ? getComputedStyle(panel).backgroundColor : "rgb(255, 255, 255)";
        const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        const luminance = (color: string) => {
          if (!canvas) throw new Error("no canvas");
          canvas.fillStyle = color;
          canvas.fillRect(0, 0, 1, 1);
          const [red = 0, green = 0, blue = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const [low = 0, high = 0] = [luminance(outlineColor), luminance(behind)].toSorted((a, b) => a - b);
        return {
          ring: `${outlineStyle} ${outlineWidth} ${outlineOffset}`,
          contrast: (high + 0.05) / (low + 0.05),
        };
      });
    await pressTo(page, "Tab", /^Chat with/);
    const names = ["Chat with Nova"];
    const rings = [await ring()];
    await page.keyboard.press("Enter");
    await expect(chat.input).toBeFocused();
    for (const name of ["Close chat", "More", "Where is my order?"]) {
      await pressTo(page, name === "Where is my order?" ? "Tab" : "Shift+Tab", name);
      names.push(name);
      rings.push(await ring());
    }
    expect(rings.map(({ ring: shape }) => shape)).toEqual(names.map(() => "solid 2px 2px"));
    const faint = names.filter((_, index) => (rings[index]?.contrast ?? 0) < 3);
    expect(faint).toEqual([]);
  });

test("who wants less transparency gets no fades and no half-transparent messages", async ({
  page,
  visit,
  chat,
  context,
}) => {
  const cdp = await context.newCDPSession(page);
  await page.route("**/connect", () => {});
  await visit(ECHO);
  await chat.launcher.click();
  await chat.ask("hello");
  const bubble = chat.questions.locator(".bubble");
  await expect(bubble).toHaveCSS("opacity", "0.75");
  await expect(chat.log).not.toHaveCSS("mask-image", "none");
  await cdp.send("Emulation.setEmulatedMedia", {
    features: [{ name: "prefers-reduced-transparency", value: "reduce" }],
  });
  await expect(bubble).toHaveCSS("opacity", "1");
  await expect(chat.log).toHaveCSS("mask-image", "none");
});
