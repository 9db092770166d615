// `foyer-widget/admin` as a backend imports it from the package.
import { spawnSync } from "node:child_process";
import { expect, test } from "./fixtures.ts";

/** Runs a module in a process of its own. */
function run(program: string, secretKey: string) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    env: { ...process.env, FOYER_SECRET_KEY: secretKey },
  });
  return { stdout, stderr, status };
}

test("manages keys, and prints no key", ({ product }) => {
  const program = `
    const { FoyerAdmin } = await import("foyer-widget/admin");
    const client = new FoyerAdmin({ apiKey: process.env.FOYER_SECRET_KEY, baseUrl: ${JSON.stringify(product.hub)} });
    const { id } = await client.widgetKeys.create({ name: "Backend" });
    await client.widgetKeys.update(id, { disabled: true });
    const found = (await client.widgetKeys.list()).find((key) => key.id === id);
    await client.widgetKeys.delete(id);
    const failure = await client.widgetKeys.delete(id).catch((error) => error);
    console.log([found.name, found.disabled_at !== null, failure.code, failure.status].join(" "));
    console.log(client, failure);
  `;
  const { stdout, stderr, status } = run(program, product.secret_key);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  expect(stdout).toContain("Backend true not_found 404\n");
  expect(stdout).toContain("FoyerAdminError: Not found");
  expect(stdout).not.toContain(product.secret_key);
});

test("refuses to run in a page", async ({ page, site, product }) => {
  const { build } = await import("vite");
  const bundled = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      lib: { entry: "dist/admin.js", formats: ["iife"], name: "Admin", fileName: () => "admin.js" },
    },
  });
  const first = Array.isArray(bundled) ? bundled[0] : bundled;
  const code = first && "output" in first ? first.output[0].code : "";
  await page.goto(site.origin + site.publish({ body: `<script>${code}</script>` }));
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  const failure = await page.evaluate((baseUrl) => {
    const { Admin } = window as unknown as { Admin: { FoyerAdmin: new (options: object) => object } };
    try {
      return String(new Admin.FoyerAdmin({ apiKey: "sk_live_demo_page", baseUrl }));
    } catch (error) {
      return { code: (error as { code?: string }).code, text: String(error) };
    }
  }, product.hub);
  expect(failure).toMatchObject({ code: "used_in_browser", text: expect.not.stringContaining("sk_live") });
  expect(requests).toEqual([]);
});
