// What the README promises to style sheets of the page: every custom property, every part.
import { readFileSync } from "node:fs";
import { expect, test } from "./fixtures.ts";

const PROPERTIES: [name: string, value: string, selector: string, property: string, expected: string][] = [
  ["--foyer-accent", "rgb(0, 100, 0)", "> button", "background-color", "rgb(0, 100, 0)"],
  ["--foyer-background", "rgb(1, 2, 3)", "section", "background-color", "rgb(1, 2, 3)"],
  ["--foyer-text", "rgb(1, 2, 3)", "section", "color", "rgb(1, 2, 3)"],
  ["--foyer-muted", "rgb(1, 2, 3)", "header .meta", "color", "rgb(1, 2, 3)"],
  ["--foyer-surface", "rgb(1, 2, 3)", ".send", "background-color", "rgb(1, 2, 3)"],
  ["--foyer-raised", "rgb(1, 2, 3)", ".composer", "background-color", "rgb(1, 2, 3)"],
  ["--foyer-line", "rgb(1, 2, 3)", "header", "border-bottom-color", "rgb(1, 2, 3)"],
  ["--foyer-line-strong", "rgb(1, 2, 3)", ".chip, .composer", "border-top-color", "rgb(1, 2, 3)"],
  ["--foyer-bubble", "rgb(1, 2, 3)", ".bubble", "background-color", "rgb(1, 2, 3)"],
  ["--foyer-on-bubble", "rgb(1, 2, 3)", ".bubble", "color", "rgb(1, 2, 3)"],
  ["--foyer-radius", "3px", "section", "border-top-left-radius", "3px"],
  ["--foyer-shadow", "none", "section", "box-shadow", "none"],
  ["--foyer-font", "Georgia, serif", "section", "font-family", "Georgia, serif"],
  ["--foyer-font-mono", "Courier", "code", "font-family", "Courier"],
  ["--foyer-width", "333px", "section", "width", "333px"],
  ["--foyer-height", "444px", "section", "height", "444px"],
  ["--foyer-edge", "40px", "> button", "right", "40px"],
  ["--foyer-launcher-size", "64px", "> button", "height", "64px"],
];

test("every documented custom property works from the page's style sheet", async ({ page, visit, chat }) => {
  const rules = PROPERTIES.map(([name, value]) => `${name}: ${value};`).join(" ");
  await visit({ head: `<style>foyer-chat { ${rules} --foyer-z-index: 7; }</style>` });
  await chat.launcher.click();
  await chat.ask("How do I add the widget, and what does it cost per month?");
  await expect(chat.stop).toHaveCount(0);
  await chat.input.blur();
  for (const [name, , selector, property, expected] of PROPERTIES) {
    const found = page.locator(`foyer-chat ${selector}`).first();
    await expect(found, name).toHaveCSS(property, expected);
  }
  await expect(page.locator("foyer-chat")).toHaveCSS("z-index", "7");
  const readme = readFileSync("README.md", "utf8");
  const documented = new Set(readme.match(/`--foyer-[\w-]+`/g)?.map((name) => name.slice(1, -1)));
  expect([...documented].toSorted()).toEqual(
    [...PROPERTIES.map(([name]) => name), "--foyer-z-index"].toSorted(),
  );
});

test("every documented part can be styled by the page", async ({ page, visit, chat }) => {
  const names = [...readFileSync("README.md", "utf8").matchAll(/`::part\(([\w-]+)\)`/g)].map(
    ([, name]) => name,
  );
  expect(names.length).toBeGreaterThan(8);
  await visit({
    head: `<style>${names.map((name) => `foyer-chat::part(${name}) { outline: 3px solid rgb(9, 8, 7) }`).join("\n")}</style>`,
  });
  await chat.launcher.click();
  const outlined = async () => {
    const found = new Set<string>();
    for (const name of names) {
      const parts = page.locator(`foyer-chat [part~="${name}"]`);
      if ((await parts.count()) > 0) {
        await expect(parts.first(), name).toHaveCSS("outline-color", "rgb(9, 8, 7)");
        found.add(`${name}`);
      }
    }
    return found;
  };
  const before = await outlined();
  await page.context().setOffline(true);
  await expect(chat.panel.getByText("You are offline.")).toBeVisible();
  const offline = await outlined();
  await page.context().setOffline(false);
  await chat.ask("hello");
  await expect(chat.answers).toContainText("Hi there");
  const after = new Set([...offline, ...(await outlined())]);
  expect(names.filter((name) => name && !before.has(name) && !after.has(name))).toEqual([]);
});
