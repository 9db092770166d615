// Owns `npm run soak -- --sessions 1000 --turns 20 --faults 0.2 --seed 1`. A failure prints its seed: the same line again
// does the same again. Crowds run in processes of their own, as many at a time as there are processors.
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { createServer } from "vite";

const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "1000" },
    turns: { type: "string", default: "20" },
    faults: { type: "string", default: "0.2" },
    /** One or several, with commas. */
    seed: { type: "string", default: "1" },
    /** First page of the one crowd that this process sees to. */
    crowd: { type: "string" },
  },
});
const seeds = values.seed.split(",").map(Number);
const optionsOf = (seed) => ({
  sessions: Number(values.sessions),
  turns: Number(values.turns),
  faults: Number(values.faults),
  seed,
});
const lineOf = ({ sessions, turns, faults, seed }) =>
  `--sessions ${sessions} --turns ${turns} --faults ${faults} --seed ${seed}`;

// Stays open to the end: parts of the widget are loaded when they are first needed.
const server = await createServer({
  configFile: false,
  logLevel: "error",
  appType: "custom",
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, watch: null, ws: false, hmr: false },
});
const soak = await server.ssrLoadModule("/e2e/soak/soak.ts");

if (values.crowd !== undefined) {
  process.once("disconnect", () => process.exit(1));
  const [seed = 1] = seeds;
  process.send?.(await soak.soakCrowd(optionsOf(seed), Number(values.crowd)), () => process.exit(0));
} else process.exit((await runAll()) ? 0 : 1);

/** The report of one crowd; a process that ends without one counts as an error nobody handled. */
function runCrowd(options, first) {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [...lineOf(options).split(" "), "--crowd", String(first)]);
    child.once("message", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the crowd from page ${first} on ended with ${code}`)));
  });
}

/** Does the tasks in order, some at a time. */
async function inTurns(tasks) {
  const rest = [...tasks];
  const worker = async () => {
    for (let task = rest.shift(); task !== undefined; task = rest.shift()) await task();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function runAll() {
  const startedMs = performance.now();
  const reports = new Map(seeds.map((seed) => [seed, []]));
  let isClean = true;
  const finish = (options, joined) => {
    const { problems, requests, ...figures } = joined;
    const requestsPerTurn = Number((requests / Math.max(1, figures.turns)).toFixed(2));
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    console.log(JSON.stringify({ ...options, ...figures, requestsPerTurn, seconds }));
    for (const problem of problems.slice(0, 10)) console.log(problem);
    if (soak.isClean(joined)) return;
    isClean = false;
    console.log(`FAILED; again with: npm run soak -- ${lineOf(options)}`);
  };
  const tasks = seeds.flatMap((seed) => {
    const options = optionsOf(seed);
    const crowds = soak.crowdsOf(options);
    return crowds.map((first, index) => async () => {
      const done = reports.get(seed);
      done[index] = await runCrowd(options, first);
      if (Object.keys(done).length === crowds.length) finish(options, soak.joinReports(done));
    });
  });
  await inTurns(tasks);
  return isClean;
}
