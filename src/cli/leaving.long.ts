// Listeners that leave, over real sockets, whose handles the hub itself does not see.
import { once } from "node:events";
import { get } from "node:http";
import { expect, it } from "vitest";
import { createTestHub } from "../hub/testing/harness.ts";
import { listen } from "./listen.ts";

/** Open handles of this process, those of both ends. */
function handles(): { sockets: number; servers: number } {
  const kinds = process.getActiveResourcesInfo();
  const count = (wanted: string) => kinds.filter((kind) => kind === wanted).length;
  return { sockets: count("TCPSocketWrap"), servers: count("TCPServerWrap") };
}

const aTurn = () => new Promise((resolve) => setImmediate(resolve));

it("N69 5,000 clients that leave mid-stream leave no handle, no stream and no sleep behind, and the answer goes on", async () => {
  const t = await createTestHub();
  const listener = await listen({ fetch: t.hub.fetch, host: "127.0.0.1", port: 0, flag: "--port" });
  const slow = await t.guest({ agent: "slow" });
  const first = await t.connect(slow, { thread: "t1", say: [["m1", "hi"]], run: "left" });
  const metricOf = async (name: string) => {
    const text = await (await t.call("/metrics", { origin: null })).text();
    return Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1]);
  };
  const url = `http://127.0.0.1:${listener.port}/api/v1/widget/runs/left/events`;
  const headers = { Origin: "http://localhost:5173", Authorization: `Bearer ${slow.token}` };
  const openThenLeave = async () => {
    const request = get(url, { headers, agent: false });
    const [response] = await once(request, "response");
    await once(response, "data");
    return () => request.destroy();
  };
  await first.body?.cancel();
  const before = { ...handles(), sleeping: t.clock.sleeping };
  for (let round = 0; round < 50; round += 1) {
    const leave = await Promise.all(Array.from({ length: 100 }, openThenLeave));
    if (round === 0) expect(handles().sockets).toBeGreaterThanOrEqual(200);
    for (const one of leave) one();
    // Both ends hear of it from the operating system, in turns of the event loop.
    while (handles().sockets > before.sockets) await aTurn();
  }
  await t.clock.advance(0);
  expect({ ...handles(), sleeping: t.clock.sleeping }).toEqual(before);
  expect([await metricOf("foyer_open_streams"), await metricOf("foyer_live_runs")]).toEqual([0, 1]);
  await t.call("/api/v1/widget/runs/left/cancel", { method: "POST", token: slow.token });
  expect([await metricOf("foyer_live_runs"), t.clock.sleeping]).toEqual([0, 0]);
  await listener.close();
  await t.hub.close();
  while (handles().servers >= before.servers) await aTurn();
}, 300_000);
