// A budget in bytes for every file that a visitor may load. How many come together is in budgets.spec.ts.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "playwright/test";

const FOLDER = "dist/widget";

/** Brotli bytes by name of file, without the hash. */
const BUDGETS: Record<string, number> = {
  foyer: 2500,
  panel: 23_500,
  // A conversation, and what comes with its first answer.
  engine: 13_400,
  announce: 500,
  announced: 1050,
  stream: 8250,
  "code-tools": 1600,
  past: 4500,
  "long-reading": 1400,
  "outbox-shared": 1150,
  // The first look at the transcript or the header.
  actions: 4400,
  menu: 2700,
  conversations: 3300,
  resize: 800,
  // What only some sites, pages or screens need.
  "add-styles": 200,
  attention: 750,
  config: 500,
  cover: 650,
  inline: 600,
  "own-buttons": 350,
  reopen: 300,
  sound: 750,
  teaser: 1800,
};

test("every file of the widget keeps its budget, and each has one", () => {
  const sizes = readdirSync(FOLDER).map((file) => ({
    name: file.replace(/(-[\w-]{6})?\.\w+$/, ""),
    bytes: brotliCompressSync(readFileSync(join(FOLDER, file))).length,
  }));
  expect(sizes.map(({ name }) => name).toSorted()).toEqual(Object.keys(BUDGETS).toSorted());
  expect(sizes.filter(({ name, bytes }) => bytes > (BUDGETS[name] ?? 0))).toEqual([]);
});
