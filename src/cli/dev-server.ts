// Owns `npm run dev`: Vite serves the panel's source with hot reload, the hub runs from source on its own origin.
import { join } from "node:path";
import { build, isRunnableDevEnvironment, type Plugin, type ViteDevServer } from "vite";
import type * as dev from "./dev.ts";

const HUB_PORT = 8787;
const DEMO_PORT = 5173;
const VITE_PORT = 5174;
const SESSION_TTL_S = 300;

/** Builds the loader from source, with the panel's source module where a build has the hashed chunk. */
async function buildLoader(root: string, panelUrl: string): Promise<string> {
  const result = await build({
    configFile: false,
    root,
    logLevel: "warn",
    build: {
      write: false,
      minify: false,
      lib: {
        entry: "src/loader/main.ts",
        formats: ["iife"],
        name: "FoyerLoader",
        fileName: () => "foyer.js",
      },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  const chunk = first !== undefined && "output" in first ? first.output[0] : undefined;
  if (chunk === undefined) throw new Error("the loader was not built");
  return chunk.code.replaceAll("__FOYER_PANEL_FILE__", panelUrl);
}

async function startOnVite(server: ViteDevServer): Promise<dev.DevServers> {
  const { root } = server.config;
  const panelUrl = `http://localhost:${VITE_PORT}/src/panel.ts`;
  const { ssr } = server.environments;
  if (!isRunnableDevEnvironment(ssr)) throw new Error("the ssr environment cannot run modules");
  const { startDev } = await ssr.runner.import<typeof dev>("/src/cli/dev.ts");
  const loader = async () =>
    new Response(await buildLoader(root, panelUrl), {
      headers: {
        "content-type": "text/javascript; charset=utf-8",
        "cache-control": "no-store",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
      },
    });
  return startDev(
    {
      port: HUB_PORT,
      demoPort: DEMO_PORT,
      host: "127.0.0.1",
      database: { kind: "memory" },
      sessionTtlS: SESSION_TTL_S,
      assetsDir: null,
      demoDir: join(root, "demo"),
    },
    (hub) => (request, connection) =>
      new URL(request.url).pathname === "/foyer.js" ? loader() : hub(request, connection),
  );
}

/** Vite plugin. Changes in ui/ and core/ are hot; a change in hub/, protocol/ or demo/ restarts the two servers. */
export function devServer(): Plugin {
  return {
    name: "foyer:dev-server",
    apply: (_config, { command, isPreview }) => command === "serve" && !isPreview && !process.env["VITEST"],
    config: () => ({ server: { port: VITE_PORT, strictPort: true, cors: true } }),
    configureServer(server) {
      let running: Promise<dev.DevServers> | undefined;
      const restart = async () => {
        const isAgain = running !== undefined;
        await running?.then((servers) => servers.close()).catch(() => {});
        running = startOnVite(server);
        const { demoUrl, hubUrl } = await running;
        server.config.logger.info(`\n  Demo site   ${demoUrl}\n  Hub         ${hubUrl}\n`);
        if (isAgain) server.ws.send({ type: "full-reload" });
      };
      const report = (error: unknown) => server.config.logger.error(String(error));
      server.httpServer?.once("listening", () => void restart().catch(report));
      server.watcher.on("change", (file) => {
        if (/\/(src\/(hub|protocol|cli)|demo)\//.test(file)) void restart().catch(report);
      });
      server.httpServer?.once("close", () => void running?.then((servers) => servers.close()));
    },
  };
}
