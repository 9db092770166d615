// Whatever accent is chosen, text reads: every pair of the palette, as the browser computes it, in both schemes.
import { shortProperties } from "../src/internal-names.ts";
import { expect, test } from "./fixtures.ts";

const ACCENTS = [
  "#000000",
  "#ffffff",
  "#808080",
  "#777777",
  "#ffd43b",
  "#ffff00",
  "#00ff00",
  "#ff0000",
  "#0000ff",
  "#3b5bdb",
  "#7c5cff",
  "#f76707",
  "#00ffff",
  "#ff00ff",
  "#123456",
  "#fafafa",
];

/** Text and what it stands on, by the names of tokens.css. */
const PAIRS = [
  ["text", "bg"],
  ["text", "surface"],
  ["text", "raised"],
  ["muted", "bg"],
  ["muted", "surface"],
  ["muted", "raised"],
  ["on-tint", "tint"],
  ["on-accent", "accent"],
  ["accent-ink", "bg"],
  ["accent-ink", "surface"],
  ["accent-ink", "raised"],
  ["danger", "bg"],
  ["warn-ink", "warn-bg"],
] as const;

const shortOf = (name: string): string => shortProperties.get(name) ?? name;
const SHORT_PAIRS = PAIRS.map(([text, ground]) => [shortOf(text), shortOf(ground)] as const);

const ACCENT = `--${shortOf("accent")}`;

test("contrast is 4.5 or more for every accent, pair and scheme", async ({ page, visit, chat }) => {
  await visit();
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const accent of ACCENTS) {
      await page.evaluate(
        ([value, property]) => {
          const host = document.querySelector<HTMLElement>("foyer-chat");
          host?.shadowRoot?.querySelector<HTMLElement>(".foyer")?.style.removeProperty(property);
          host?.style.setProperty("--foyer-accent", value);
          document.documentElement.classList.toggle("again");
        },
        [accent, ACCENT] as const,
      );
      // It is derived anew: in the next frame, the first time with a part that has to come.
      await page.waitForFunction(
        (property) =>
          document
            .querySelector("foyer-chat")
            ?.shadowRoot?.querySelector<HTMLElement>(".foyer")
            ?.style.getPropertyValue(property),
        ACCENT,
      );
      const low = await page.evaluate(
        ({ pairs, wanted }) => {
          const container = document.querySelector("foyer-chat")?.shadowRoot?.querySelector(".foyer");
          if (!(container instanceof HTMLElement)) throw new Error("no container");
          if (container.dataset["scheme"] !== wanted) return [`scheme ${container.dataset["scheme"]}`];
          const probe = document.createElement("p");
          container.append(probe);
          const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
          const luminance = (name: string): number => {
            probe.style.color = `var(--${name})`;
            if (canvas === null) throw new Error("no canvas");
            canvas.fillStyle = getComputedStyle(probe).color;
            canvas.fillRect(0, 0, 1, 1);
            const channels = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((value) => {
              const part = value / 255;
              return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
            });
            const [red = 0, green = 0, blue = 0] = channels;
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
          };
          const found = pairs.flatMap(([text, ground]) => {
            const [a, b] = [luminance(text), luminance(ground)];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            return ratio >= 4.5 ? [] : [`${text} on ${ground}: ${ratio.toFixed(2)}`];
          });
          probe.remove();
          return found;
        },
        { pairs: SHORT_PAIRS, wanted: scheme },
      );
      expect(low, `${accent} ${scheme}`).toEqual([]);
    }
  }
});
