// Owns the figures of the hub under load, printed as a table: `npm run bench:hub`. Needs a build. With
// TEST_DATABASE_URL also on that PostgreSQL server. SECONDS and STREAMS change how long and how many, STORES=folder,postgres
// which.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { jsonOf, load, openConnection, percentiles, postRequest } from "./load.js";

const SECONDS = Number(process.env.SECONDS ?? 5);
const STREAMS = Number(process.env.STREAMS ?? 2000);
const STORES = (process.env.STORES ?? "memory,folder,postgres").split(",");
const CONNECTIONS = 64;
/** The bare signer and the hub take turns, so that what else the machine does befalls both. */
const ROUNDS = 3;
const GUEST = "/api/v1/widget/auth/guest";
const REFRESH = "/api/v1/widget/auth/refresh";
const CONNECT = "/api/v1/widget/connect";
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Starts a program that prints one line of JSON when it is ready; `next` is the line after that. */
async function start(file, args = []) {
  const child = spawn(process.execPath, [here(file), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, "line");
  const following = once(lines, "line").then(([text]) => JSON.parse(text));
  following.catch(() => {});
  const stop = async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { ...JSON.parse(line), pid: child.pid, stop, next: () => following };
}

async function residentMb(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/** Processor time a process has used so far, ms; that of all its threads, in steps of 10 ms. */
async function usedMs(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return 10 * (Number(user ?? 0) + Number(system ?? 0));
}

/** Puts load on a program; besides the times, what one request costs its process, whoever else uses the machine. */
async function loadOn({ pid, port }, turn) {
  const before = await usedMs(pid);
  const figures = await load({ port, connections: CONNECTIONS, seconds: SECONDS, turn });
  return { ...figures, costMs: ((await usedMs(pid)) - before) / (figures.perSecond * SECONDS) };
}

const tell = (name, text) => console.log(`${name.padEnd(22)}  ${text}`);
const timesOf = ({ p50Ms, p99Ms }) => `p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms`;
function line(name, figures) {
  const cost = figures.costMs === undefined ? "" : `  ${figures.costMs.toFixed(2)} ms of processor each`;
  tell(name, `${figures.perSecond.toFixed(0).padStart(6)}/s  ${timesOf(figures)}${cost}`);
}

/** Who asks: one page with a key of the demo. */
function visitorsOf(hub, dialect = "widget-key") {
  const headers = { Origin: hub.demo };
  const key = hub.keys.find((one) => one.dialect === dialect).public_key;
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

/** Opens streams that go on for more than 20 s, a few at a time, and tells what they cost in memory. */
async function openStreams(hub, port, visitors) {
  const sessions = await sessionsFor(port, visitors, STREAMS, "slow");
  const before = await residentMb(hub.pid);
  const streams = [];
  let most = { open: 0, rss: before };
  const look = async () => {
    const metrics = await fetch(`${hub.hub}/metrics`, { headers: { Connection: "close" } });
    const open = Number(/^foyer_open_streams (\d+)/m.exec(await metrics.text())?.[1] ?? 0);
    if (open >= most.open) most = { open, rss: await residentMb(hub.pid) };
  };
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, number) => {
      for (let index = number; index < sessions.length; index += CONNECTIONS) {
        const stream = openConnection(port);
        streams.push(stream);
        await stream.open(visitors.connect(sessions[index], "hello"));
        if (number === 0) await look();
      }
    }),
  );
  const tookS = (performance.now() - startMs) / 1000;
  await look();
  const perStream = ((most.rss - before) * 1024) / Math.max(1, most.open);
  tell(
    "open streams",
    `${most.open} at once, opened in ${tookS.toFixed(1)} s, RSS ${before} -> ${most.rss} MB, ${perStream.toFixed(0)} kB each`,
  );
  for (const stream of streams) stream.close();
}

/** New guests from many addresses, each on a connection of its own, one every 25 ms: how long do they wait? */
async function others(port, visitors) {
  const times = await Promise.all(
    Array.from({ length: 200 }, async (_, number) => {
      await new Promise((resolve) => setTimeout(resolve, number * 25));
      const connection = openConnection(port, `127.0.1.${1 + (number % 100)}`);
      const startMs = performance.now();
      jsonOf(await connection.ask(visitors.guest()));
      const ms = performance.now() - startMs;
      connection.close();
      return ms;
    }),
  );
  return percentiles(times);
}

/** One address asks for guests as fast as it can, with the limits on; what do the others feel? */
async function flood(args) {
  const hub = await startHub([...args, "--limits", "on"]);
  const port = Number(new URL(hub.hub).port);
  const visitors = visitorsOf(hub);
  await others(port, visitorsOf(hub, "publishable-key"));
  const quiet = await others(port, visitors);
  const flooder = await start("flood.js", [String(port), visitors.guest(), "6"]);
  const flooded = await others(port, visitors);
  const { perSecond, refused, admitted, ...times } = await flooder.next();
  line("one address floods", { perSecond, ...times });
  tell("  admitted, refused", `${admitted}, ${refused} with 429 and Retry-After`);
  tell("  others without it", timesOf(quiet));
  tell("  others during it", timesOf(flooded));
  await hub.stop();
}

const startHub = (args) =>
  start("../../dist/cli.js", ["dev", "--json", "--port", "0", "--demo-port", "0", ...args]);

const middle = (list, by) => list.toSorted((a, b) => by(a) - by(b))[Math.floor(list.length / 2)];

/** New guests, and the same load on the bare signer before each round. */
async function measureGuests(run, guest) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const floor = await loadOn(bare, async (connection) =>
      jsonOf(await connection.ask(postRequest("/", {}))),
    );
    const guests = await run(async (connection) => jsonOf(await connection.ask(guest)));
    rounds.push({ floor, guests });
  }
  line("bare signer", middle(rounds, ({ floor }) => floor.perSecond).floor);
  line("guest", middle(rounds, ({ guests }) => guests.perSecond).guests);
  const bySpeed = rounds.map(({ floor, guests }) => guests.perSecond / floor.perSecond);
  const byCost = rounds.map(({ floor, guests }) => floor.costMs / guests.costMs);
  const [speed, cost] = [bySpeed, byCost].map((list) => list.map((ratio) => ratio.toFixed(2)).join(" "));
  tell("  of the bare signer", `${speed}, by processor time ${cost}`);
}

async function measure(name, args) {
  console.log(`\n${name}`);
  const hub = await startHub(args);
  const port = Number(new URL(hub.hub).port);
  const visitors = visitorsOf(hub);
  const run = (turn) => loadOn({ pid: hub.pid, port }, turn);
  const guest = visitors.guest();
  const idle = await residentMb(hub.pid);
  await load({ port, connections: 8, seconds: 1, turn: async (it) => jsonOf(await it.ask(guest)) });

  await measureGuests(run, guest);

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
  tell("RSS", `${idle} MB at the start, ${await residentMb(hub.pid)} MB now`);
  await openStreams(hub, port, visitors);
  await hub.stop();
  await flood(args);
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

if (STORES.includes("memory")) await measure("PGlite in memory", []);
if (STORES.includes("folder")) {
  const directory = await mkdtemp(join(tmpdir(), "foyer-bench-"));
  await measure("PGlite in a folder", ["--data", directory]).finally(() =>
    rm(directory, { recursive: true, force: true }),
  );
}
const serverUrl = process.env.TEST_DATABASE_URL;
if (serverUrl === undefined) console.log("\nPostgreSQL: not measured, TEST_DATABASE_URL is not set");
else if (STORES.includes("postgres"))
  await withDatabase(serverUrl, (url) => measure("PostgreSQL", ["--database-url", url]));
await bare.stop();
