// The npm package as an app developer imports it: in a browser app, on a server, and in types.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { snippet, DEFAULT_HUB_URL, DEMO_CLIENT_KEY } from "../demo/snippet.ts";
import { expect, test } from "./fixtures.ts";

test("importing on a server does nothing and throws nothing", () => {
  const program = `
    const before = Object.keys(globalThis).join();
    const { createWidget, mount } = await import("foyer-widget");
    if (Object.keys(globalThis).join() !== before) throw new Error("globals changed");
    const widget = createWidget({ clientKey: "pk_live_demo_abcdefgh", apiUrl: "https://hub.example" });
    mount(widget)();
    widget.dispose();
    process.stdout.write([typeof createWidget, typeof mount, widget.rows.value.length].join(" "));
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(stdout).toBe("function function 0");
  expect(status).toBe(0);
});

for (const resolution of ["bundler", "nodenext"]) {
  test(`its types hold in an app with moduleResolution ${resolution}`, () => {
    const flags = `--noEmit --strict --target es2022 --lib es2023,dom --moduleResolution ${resolution}`.split(
      " ",
    );
    const module = resolution === "bundler" ? "esnext" : "nodenext";
    const compiler = ["node_modules/typescript/bin/tsc", ...flags, "--module", module, "--ignoreConfig"];
    const { stdout, status } = spawnSync(process.execPath, [...compiler, "e2e/app/usage.ts"], {
      encoding: "utf8",
    });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });
}

test("the library chats when an app bundles it", async ({ page, site, product, clientKey, chat, watch }) => {
  const { build } = await import("vite");
  const bundled = await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      write: false,
      lib: { entry: "e2e/app/main.js", formats: ["iife"], name: "App", fileName: () => "app.js" },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const first = Array.isArray(bundled) ? bundled[0] : bundled;
  const code = first && "output" in first ? first.output[0].code : "";
  const options = JSON.stringify({ clientKey, apiUrl: product.hub, agent: "support" });
  await page.goto(
    site.origin +
      site.publish({ body: `<script>window.options = ${options};</script><script>${code}</script>` }),
  );
  await chat.launcher.click();
  await chat.ask("hello");
  await expect(chat.answers).toContainText("Hi there");
  await expect(chat.stop).toHaveCount(0);

  // The conversation is the widget's: taking the view away and back loses nothing.
  await page.evaluate(() => (window as unknown as { remount(): void }).remount());
  await expect(chat.answers).toContainText("Hi there");
  await page.evaluate(() => (window as unknown as { end(): void }).end());
  await expect(page.locator("foyer-chat")).toHaveCount(0);
  expect(watch.errors).toEqual([]);
});

test("README shows the very tag that the demo page carries", () => {
  const tag = snippet({ hubUrl: DEFAULT_HUB_URL, clientKey: DEMO_CLIENT_KEY });
  expect(readFileSync("README.md", "utf8")).toContain(tag);
  expect(readFileSync("demo/index.html", "utf8")).toContain(tag);
});

test("every error code that the hub or the loader can report is in README's troubleshooting", async () => {
  const { WIRE_ERRORS } = await import("../src/protocol/errors.ts");
  const readme = readFileSync("README.md", "utf8");
  const loaderCodes = [...readFileSync("src/loader/report.ts", "utf8").matchAll(/^ {2}(\w+):/gm)].map(
    (match) => match[1],
  );
  expect(loaderCodes.length).toBeGreaterThan(5);
  expect(
    [...Object.keys(WIRE_ERRORS), ...loaderCodes].filter((code) => !readme.includes(`\`${code}\``)),
  ).toEqual([]);
});
