// A newcomer's first minute: clone, install, `npm start`, the demo page, a guest session, Ctrl+C.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DEMO = "http://localhost:5173";
const HUB = "http://127.0.0.1:8787";
const CLIENT_KEY = "pk_live_demo_foyerdemositewidgetkey0001";
const START_LIMIT_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), "foyer-newcomer-"));
const clone = join(folder, "foyer");
let server;

function check(isTrue, what) {
  if (!isTrue) throw new Error(`newcomer: ${what}`);
  console.log(`ok: ${what}`);
}

async function untilReady() {
  const deadline = Date.now() + START_LIMIT_MS;
  for await (const bytes of server.stdout) {
    process.stdout.write(bytes);
    if (String(bytes).includes(DEMO)) return;
    if (Date.now() > deadline) break;
  }
  throw new Error("newcomer: npm start did not get ready");
}

try {
  execFileSync("git", ["clone", "--quiet", ".", clone], { stdio: "inherit" });
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: clone, stdio: "inherit" });
  server = spawn("npm", ["start"], { cwd: clone, stdio: ["ignore", "pipe", "inherit"], detached: true });
  await untilReady();

  const page = await fetch(DEMO);
  check(
    page.status === 200 && (await page.text()).includes(`${HUB}/foyer.js`),
    "the demo page carries the tag",
  );
  const loader = await fetch(`${HUB}/foyer.js`);
  check(loader.status === 200, "the hub serves the loader");
  const guest = await fetch(`${HUB}/api/v1/widget/auth/guest`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: DEMO },
    body: JSON.stringify({ client_key: CLIENT_KEY }),
  });
  const session = await guest.json();
  check(guest.status === 200 && session.visitor.type === "guest", "a guest gets a session");

  process.kill(-server.pid, "SIGINT");
  await once(server, "exit");
  const isDown = await fetch(`${HUB}/healthz`).then(
    () => false,
    () => true,
  );
  check(isDown, "Ctrl+C stops it");
} finally {
  if (server?.exitCode === null && server.signalCode === null) process.kill(-server.pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
