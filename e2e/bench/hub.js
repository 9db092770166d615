// Owns the figures of the hub under load, printed as a table: `npm run bench:hub`. Needs a build. With
// TEST_DATABASE_URL also on that PostgreSQL server. SECONDS and STREAMS change how long and how many.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { jsonOf, load, openConnection, postRequest } from "./load.js";

const SECONDS = Number(process.env.SECONDS ?? 5);
const STREAMS = Number(process.env.STREAMS ?? 2000);
const CONNECTIONS = 64;
const GUEST = "/api/v1/widget/auth/guest";
const REFRESH = "/api/v1/widget/auth/refresh";
const CONNECT = "/api/v1/widget/connect";
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Starts a program that prints one line of JSON when it is ready. */
async function start(file, args = []) {
  const child = spawn(process.execPath, [here(file), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const stop = async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { ...JSON.parse(line), pid: child.pid, stop };
}

async function residentMb(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

const line = (name, { perSecond, p50Ms, p99Ms }) =>
  console.log(
    `${name.padEnd(22)}${perSecond.toFixed(0).padStart(8)}/s  p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms`,
  );

/** Who asks: one page with the widget key of the demo. */
function visitorsOf(hub) {
  const headers = { Origin: hub.demo };
  const key = hub.keys.find(({ dialect }) => dialect === "widget-key").public_key;
  const turnOf = (runId, text) => ({
    threadId: runId,
    runId,
    messages: [{ id: "m1", role: "user", content: text }],
    tools: [],
    context: [],
  });
  return {
    guest: (agent) => postRequest(GUEST, { client_key: key, ...(agent ? { agent_id: agent } : {}) }, headers),
    refresh: (token) => postRequest(REFRESH, { refresh_token: token }, headers),
    connect: (session, text) =>
      postRequest(CONNECT, turnOf(crypto.randomUUID(), text), {
        ...headers,
        Authorization: `Bearer ${session.token}`,
      }),
  };
}

async function sessionsFor(port, visitors, count, agent) {
  const connection = openConnection(port);
  const sessions = [];
  while (sessions.length < count) sessions.push(jsonOf(await connection.ask(visitors.guest(agent))));
  connection.close();
  return sessions;
}

/** Opens streams that go on for more than 20 s, and tells what they cost in memory. */
async function openStreams(port, hub, visitors) {
  const before = await residentMb(hub.pid);
  const sessions = await sessionsFor(port, visitors, STREAMS, "slow");
  const streams = sessions.map((session) => {
    const connection = openConnection(port);
    void connection.ask(visitors.connect(session, "hello")).catch(() => {});
    return connection;
  });
  // While thousands of streams are being opened, a kept connection may be dropped: the next look tells.
  const look = { headers: { Connection: "close" } };
  const metrics = () =>
    fetch(`${hub.hub}/metrics`, look).then(
      (response) => response.text(),
      () => "",
    );
  let open = 0;
  for (let tries = 0; tries < 250 && open < STREAMS; tries += 1) {
    open = Number(/^foyer_open_streams (\d+)/m.exec(await metrics())?.[1] ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  console.log(`${"streams".padEnd(22)}${open} open, RSS ${before} -> ${await residentMb(hub.pid)} MB`);
  for (const stream of streams) stream.close();
}

async function measure(name, args, floor) {
  console.log(`\n${name}`);
  const hub = await start("../../dist/cli.js", ["dev", "--json", "--port", "0", "--demo-port", "0", ...args]);
  const port = Number(new URL(hub.hub).port);
  const visitors = visitorsOf(hub);
  const run = (turn) => load({ port, connections: CONNECTIONS, seconds: SECONDS, turn });
  const guest = visitors.guest();
  await load({ port, connections: 8, seconds: 1, turn: async (it) => jsonOf(await it.ask(guest)) });

  const guests = await run(async (connection) => jsonOf(await connection.ask(guest)));
  line("guest", guests);
  console.log(`${"  of the bare signer".padEnd(22)}${(guests.perSecond / floor).toFixed(2).padStart(8)}`);

  const tokens = (await sessionsFor(port, visitors, CONNECTIONS)).map((session) => session.refresh_token);
  const refreshed = await run(async (connection, number) => {
    tokens[number] = jsonOf(await connection.ask(visitors.refresh(tokens[number]))).refresh_token;
  });
  line("refresh", refreshed);

  const talkers = await sessionsFor(port, visitors, CONNECTIONS, "echo");
  const turns = await run(async (connection, number) => {
    const answer = await connection.ask(visitors.connect(talkers[number], "hi"));
    if (!answer.includes("RUN_FINISHED")) throw new Error(`no whole answer: ${answer.slice(0, 400)}`);
  });
  line("connect (echo, whole)", turns);
  await openStreams(port, hub, visitors);
  await hub.stop();
}

async function withDatabase(serverUrl, task) {
  const name = `foyer_bench_${process.pid}`;
  const admin = new Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  try {
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    await task(url.href);
  } finally {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}

const bare = await start("sign-only.js");
const floor = await load({
  port: bare.port,
  connections: CONNECTIONS,
  seconds: SECONDS,
  turn: async (connection) => jsonOf(await connection.ask(postRequest("/", {}))),
});
line("bare signer", floor);
await bare.stop();

await measure("PGlite in memory", [], floor.perSecond);
const directory = await mkdtemp(join(tmpdir(), "foyer-bench-"));
await measure("PGlite in a folder", ["--data", directory], floor.perSecond).finally(() =>
  rm(directory, { recursive: true, force: true }),
);
const serverUrl = process.env.TEST_DATABASE_URL;
if (serverUrl === undefined) console.log("\nPostgreSQL: not measured, TEST_DATABASE_URL is not set");
else await withDatabase(serverUrl, (url) => measure("PostgreSQL", ["--database-url", url], floor.perSecond));
