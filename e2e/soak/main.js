// Owns `npm run soak -- --sessions 1000 --turns 20 --faults 0.2 --seed 1`. A failure prints its seed: the same line again
// does the same again.
import { parseArgs } from "node:util";
import { createServer } from "vite";

const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "1000" },
    turns: { type: "string", default: "20" },
    faults: { type: "string", default: "0.2" },
    /** One or several, with commas. */
    seed: { type: "string", default: "1" },
  },
});
// Stays open to the end: parts of the widget are loaded when they are first needed.
const server = await createServer({
  configFile: false,
  logLevel: "error",
  appType: "custom",
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, watch: null, ws: false, hmr: false },
});
const module = await server.ssrLoadModule("/e2e/soak/soak.ts");
let isClean = true;
for (const seed of values.seed.split(",").map(Number)) {
  const options = {
    sessions: Number(values.sessions),
    turns: Number(values.turns),
    faults: Number(values.faults),
    seed,
  };
  const startedMs = performance.now();
  const report = await module.soak(options);
  const { problems, requests, ...figures } = report;
  const perTurn = (requests / Math.max(1, report.turns)).toFixed(2);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  console.log(
    JSON.stringify({ ...options, ...figures, requestsPerTurn: Number(perTurn), seconds: Number(seconds) }),
  );
  for (const problem of problems.slice(0, 10)) console.log(problem);
  if (!module.isClean(report)) {
    isClean = false;
    console.log(
      `FAILED; again with: npm run soak -- --sessions ${options.sessions} --turns ${options.turns} --faults ${options.faults} --seed ${seed}`,
    );
  }
}
process.exit(isClean ? 0 : 1);
