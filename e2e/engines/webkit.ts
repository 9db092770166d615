// Owns WebKit, as WebKitGTK has it, by plain WebDriver (W3C) in a virtual screen.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { SIZE, type Engine, type Key } from "./engine.ts";
import { ensureFile } from "./install.ts";

const PACKAGES = ["webkit2gtk-driver", "xvfb", "xauth"];
const BROWSER = ["x86_64", "aarch64"].map((cpu) => `/usr/lib/${cpu}-linux-gnu/webkit2gtk-4.1/MiniBrowser`);
/** The keys of the standard's table. */
const KEYS: Record<Key, string> = { Enter: "\uE007", Escape: "\uE00C", Tab: "\uE004" };
const START_MS = 20_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Command = (method: string, path: string, body?: unknown) => Promise<unknown>;

const commandsOf =
  (address: string): Command =>
  async (method, path, body) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(address + path, init);
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`WebDriver ${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };

async function startDriver(): Promise<{ command: Command; stop(): void }> {
  const browser = ensureFile(BROWSER, PACKAGES);
  const driver = ensureFile(["/usr/bin/WebKitWebDriver"], PACKAGES);
  const screen = ensureFile(["/usr/bin/xvfb-run"], PACKAGES);
  const port = await freePort();
  const child = spawn(screen, ["-a", driver, `--port=${port}`], {
    env: {
      ...process.env,
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    },
    stdio: "ignore",
    detached: true,
  });
  const stop = () => void (child.pid !== undefined && process.kill(-child.pid));
  const root = commandsOf(`http://127.0.0.1:${port}`);
  const options = {
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { binary: browser, args: ["--automation"] },
  };
  const until = Date.now() + START_MS;
  for (;;) {
    try {
      const body = { capabilities: { alwaysMatch: options } };
      const { sessionId } = (await root("POST", "/session", body)) as { sessionId: string };
      const command: Command = (method, path, given) => root(method, `/session/${sessionId}${path}`, given);
      return { command, stop };
    } catch (failure) {
      if (Date.now() > until || child.exitCode !== null) {
        stop();
        throw failure;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

const strokes = (text: string) =>
  Array.from(text).flatMap((value) => [
    { type: "keyDown", value },
    { type: "keyUp", value },
  ]);

export async function openWebKit(): Promise<Engine> {
  const { command, stop } = await startDriver();
  await command("POST", "/window/rect", SIZE);
  const act = (type: "key" | "pointer", actions: unknown[]) =>
    command("POST", "/actions", { actions: [{ type, id: type, actions }] });
  const press = async (text: string) => void (await act("key", strokes(text)));
  return {
    goto: async (url) => void (await command("POST", "/url", { url })),
    run: async (task, ...args) => {
      const script = `return (${String(task)})(...arguments)`;
      return (await command("POST", "/execute/sync", { script, args })) as Awaited<ReturnType<typeof task>>;
    },
    click: async (x, y) => {
      const at = { type: "pointerMove", duration: 0, x: Math.round(x), y: Math.round(y) };
      await act("pointer", [at, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }]);
    },
    type: press,
    press: (key) => press(KEYS[key]),
    screenshot: async () => Buffer.from(String(await command("GET", "/screenshot")), "base64"),
    close: async () => {
      await command("DELETE", "").catch(() => {});
      stop();
    },
  };
}
