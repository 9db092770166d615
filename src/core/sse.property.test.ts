// N41: for every stream and every way to cut it, the parser says what the specification says of the uncut text.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createSseParser, type SseEvent } from "./sse.ts";

/** The specification, word by word, over the whole text at once. */
function parseWhole(bytes: Uint8Array): SseEvent[] {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\n|\r/);
  const events: SseEvent[] = [];
  let data: string[] = [];
  let id: string | null = null;
  // What follows the last line end is not a line yet.
  for (const line of lines.slice(0, -1)) {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const rest = colon < 0 ? "" : line.slice(colon + 1);
    const value = rest.startsWith(" ") ? rest.slice(1) : rest;
    if (line === "") {
      if (data.length > 0) events.push({ id, data: data.join("\n") });
      data = [];
      id = null;
    } else if (name === "data") data.push(value);
    else if (name === "id" && !value.includes("\0")) id = value;
  }
  return events;
}

function parseCut(bytes: Uint8Array, cuts: readonly number[]): SseEvent[] {
  const events: SseEvent[] = [];
  const feed = createSseParser((event) => events.push(event));
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (const [index, end] of at.slice(1).entries()) feed(bytes.slice(at[index] ?? 0, end));
  return events;
}

const PIECES =
  "data|data: |data:|id|id: 7|:| |\r|\n|\r\n|\n\n|\r\r|\0|event: x|retry: 5|ü|👩‍💻|\uFEFF|{}|date: |data\t: |\u2028";
const piece = fc.constantFrom(...PIECES.split("|"));
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => new TextEncoder().encode(pieces.join("")));
const noise = fc.array(fc.constantFrom(0x0a, 0x0d, 0x3a, 0x20, 0x64, 0xc3, 0xbc, 0xff, 0xe2, 0x82), {
  maxLength: 60,
});
const stream = fc.oneof(
  text,
  noise.map((bytes) => Uint8Array.from(bytes)),
  fc.uint8Array(),
);
const cuts = fc.array(fc.nat(500), { maxLength: 12 });

it("reads every stream as the specification does, however it is cut", () => {
  fc.assert(
    fc.property(stream, cuts, (bytes, at) => {
      expect(parseCut(bytes, at)).toEqual(parseWhole(bytes));
    }),
    { numRuns: 3000 },
  );
});

it("finds the same events in single bytes", () => {
  fc.assert(
    fc.property(text, (bytes) => {
      expect(parseCut(bytes, [...bytes.keys()])).toEqual(parseWhole(bytes));
    }),
  );
});
