import { expect, it } from "vitest";
import { createManualClock } from "../testing/manual-clock.ts";
import { CUT_OFF } from "./event-log.ts";
import { streamEvents } from "./sse.ts";

const LOST = {
  isClosed: true,
  ending: JSON.stringify(CUT_OFF),
  after: (id: number) => ['{"n":1}', '{"n":2}'].slice(id),
  changed: async () => {},
};
const tools = { clock: createManualClock(), metrics: { streamOpened: () => {}, streamClosed: () => {} } };
const frame = (id: number, data: string): string => `id: ${id}\ndata: ${data}\n\n`;

it.each([
  ["from the start", 0, frame(1, '{"n":1}') + frame(2, '{"n":2}') + frame(3, LOST.ending)],
  ["after the last event kept", 2, frame(3, LOST.ending)],
  ["after events that the hub had no time to write down", 57, frame(58, LOST.ending)],
])("N46 a run that lost its hub ends for a listener %s", async (_, afterId, expected) => {
  expect(await streamEvents(LOST, afterId, tools).text()).toBe(expected);
});
