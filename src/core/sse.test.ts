import { describe, expect, it } from "vitest";
import { createSseParser, type SseEvent } from "./sse.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (...chunks: Uint8Array[]): SseEvent[] => {
  const events: SseEvent[] = [];
  const feed = createSseParser((event) => events.push(event));
  for (const chunk of chunks) feed(chunk);
  return events;
};

it.each<[string, string, SseEvent[]]>([
  ["id and data", "id: 1\ndata: a\n\n", [{ id: "1", data: "a" }]],
  ["no space after the colon", "data:a\n\n", [{ id: null, data: "a" }]],
  ["only one space is taken", "data:  a\n\n", [{ id: null, data: " a" }]],
  ["several data lines", "data: a\ndata: b\n\n", [{ id: null, data: "a\nb" }]],
  ["CRLF", "id: 1\r\ndata: a\r\n\r\n", [{ id: "1", data: "a" }]],
  [
    "CR alone",
    "data: a\r\rdata: b\r\r",
    [
      { id: null, data: "a" },
      { id: null, data: "b" },
    ],
  ],
  ["a comment", ": heartbeat\n\ndata: a\n\n", [{ id: null, data: "a" }]],
  ["unknown fields", "event: x\nretry: 5\nfoo\ndata: a\n\n", [{ id: null, data: "a" }]],
  ["data without a colon", "data\n\n", [{ id: null, data: "" }]],
  ["no data", "id: 7\n\ndata: a\n\n", [{ id: null, data: "a" }]],
  [
    "an id belongs to its own event",
    "id: 7\ndata: a\n\ndata: b\n\n",
    [
      { id: "7", data: "a" },
      { id: null, data: "b" },
    ],
  ],
  ["an id with NUL is ignored", "id: a\0b\ndata: a\n\n", [{ id: null, data: "a" }]],
  ["a byte order mark", "\uFEFFdata: a\n\n", [{ id: null, data: "a" }]],
  ["no end", "data: a\n", []],
  ["a colon first", ":data: a\n\n", []],
])("%s", (_, text, expected) => {
  expect(parse(bytes(text))).toEqual(expected);
});

describe("N41 cut anywhere", () => {
  const fixture =
    'id: 1\r\ndata: grüße 👩‍💻\r\n\r\n: hb\n\nid: 2\ndata: {"a":1}\ndata: €\n\nid: 3\rdata: x\r\r';
  const whole = bytes(fixture);
  const expected = parse(whole);

  it("the fixture itself holds three events", () => {
    expect(expected).toEqual([
      { id: "1", data: "grüße 👩‍💻" },
      { id: "2", data: '{"a":1}\n€' },
      { id: "3", data: "x" },
    ]);
  });

  it("in two at each byte, with an empty chunk between", () => {
    for (let cut = 0; cut <= whole.length; cut++) {
      expect(parse(whole.slice(0, cut), new Uint8Array(), whole.slice(cut))).toEqual(expected);
    }
  });

  it("into single bytes", () => {
    expect(parse(...Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });
});

describe("N42 too much", () => {
  it("a line over 1 MB is dropped, what follows is read", () => {
    const events = parse(bytes(`data: ${"x".repeat(1_100_000)}\n\n`), bytes("data: ok\n\n"));
    expect(events).toEqual([{ id: null, data: "ok" }]);
  });

  it("a line without an end, in many chunks, is dropped too", () => {
    const chunk = bytes("x".repeat(100_000));
    const events = parse(
      bytes("data: "),
      ...Array.from({ length: 30 }, () => chunk),
      bytes("\n\ndata: ok\n\n"),
    );
    expect(events).toEqual([{ id: null, data: "ok" }]);
  });

  it("an event of many lines over 1 MB is dropped", () => {
    const line = bytes(`data: ${"x".repeat(400_000)}\n`);
    expect(parse(line, line, line, bytes("\ndata: ok\n\n"))).toEqual([{ id: null, data: "ok" }]);
  });

  it("a long line just under the limit is kept", () => {
    expect(parse(bytes(`data: ${"x".repeat(999_000)}\n\n`))[0]?.data.length).toBe(999_000);
  });
});

it("invalid UTF-8 becomes the replacement character and breaks nothing", () => {
  expect(parse(bytes("data: a"), Uint8Array.of(0xff, 0xc3), bytes("\n\ndata: b\n\n"))).toEqual([
    { id: null, data: "a\uFFFD\uFFFD" },
    { id: null, data: "b" },
  ]);
});
