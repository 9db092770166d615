// A budget in bytes for every file that a visitor may load. How many come together is in budgets.spec.ts.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "playwright/test";
import { shortMembers } from "../src/internal-names.ts";
import { partsDir, WIDGET_DIR } from "./parts.ts";

const LIBRARY_DIR = "dist/lib";

/** Brotli bytes by name of file. */
const BUDGETS: Record<string, number> = {
  foyer: 2500,
  panel: 23_500,
  // A new guest's conversation, and what comes with the first thing out of the ordinary.
  plain: 4_350,
  engine: 10_250,
  extras: 650,
  refusal: 450,
  announced: 1050,
  stream: 8300,
  "code-tools": 1600,
  past: 3_850,
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
  "forced-colors": 300,
  "own-buttons": 350,
  "page-color": 300,
  reopen: 300,
  sound: 750,
  teaser: 1800,
};

test("every file of the widget keeps its budget, and each has one", () => {
  const parts = readdirSync(partsDir()).map((file) => join(partsDir(), file));
  const sizes = [join(WIDGET_DIR, "foyer.js"), ...parts].map((file) => ({
    name: basename(file, ".js"),
    bytes: brotliCompressSync(readFileSync(file)).length,
  }));
  expect(sizes.map(({ name }) => name).toSorted()).toEqual(Object.keys(BUDGETS).toSorted());
  expect(sizes.filter(({ name, bytes }) => bytes > (BUDGETS[name] ?? 0))).toEqual([]);
});

test("names that are made short are said in no text, exported by no part, and named by no page", () => {
  const names = [...shortMembers.keys()];
  const files = readdirSync(LIBRARY_DIR).filter((file) => file.endsWith(".js"));
  const code = files.map((file) => readFileSync(join(LIBRARY_DIR, file), "utf8")).join("\n");
  const texts = new Set([...code.matchAll(/(["'`])([\w$]+)\1/g)].map(([, , text]) => text));
  const exported = new Set([...code.matchAll(/[\w$]+ as ([\w$]+)/g)].map(([, name]) => name));
  expect(names.filter((name) => texts.has(name) || exported.has(name))).toEqual([]);
  expect(texts.size * exported.size).toBeGreaterThan(1000);
  const folder = partsDir();
  const short = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const said = new Set(short.flatMap((text) => [...text.matchAll(/\.([\w$]+)/g)].map(([, name]) => name)));
  expect(names.filter((name) => said.has(name))).toEqual([]);
});
