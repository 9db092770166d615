// Owns a soak: many pages of the real widget in front of the real hub in one process, in virtual time, while requests
// fail and the hub dies now and then. Counts what was lost, doubled or altered, by what the hub has in the end.
import { createRandom } from "../../src/hub/faults/random.ts";
import type { MessagePage } from "../../src/protocol/chat.ts";
import { WIDGET_PATHS } from "../../src/protocol/paths.ts";
import { threadMessagesPath } from "../../src/protocol/thread-paths.ts";
import { type Backend, createBackend, HUB_URL, PAGE_URL } from "./backend.ts";
import { disturbed } from "./faults.ts";
import { createPage, type SoakPage } from "./page.ts";
import { isBelieved, visit, type Visitor } from "./visitor.ts";
import { createWorld, type World } from "./world.ts";

/** Pages that are open at the same time, in front of a hub of their own. */
const CROWD = 200;
/** One visitor of so many is logged in on the site. */
const USER_EVERY = 3;
/** The hub lives for a time between these, and is away for a time up to the third. */
const LIFE_MS = { min: 500, max: 5_000, down: 2_000 };

export interface SoakOptions {
  sessions: number;
  /** Messages of each. */
  turns: number;
  /** Share of all requests, 0 to 1. */
  faults: number;
  seed: number;
}

export interface SoakReport {
  turns: number;
  lost: number;
  duplicated: number;
  altered: number;
  falseLogouts: number;
  unhandled: number;
  requests: number;
  /** How many of them were disturbed. */
  faultsHit: number;
  /** How often the hub died. */
  kills: number;
  /** First of what went wrong, with the page it happened to. */
  problems: string[];
  /** The same for the same options. */
  digest: string;
}

const COUNTS = [
  "turns",
  "lost",
  "duplicated",
  "altered",
  "falseLogouts",
  "unhandled",
  "requests",
  "faultsHit",
  "kills",
] as const satisfies readonly (keyof SoakReport)[];

export const isClean = (report: SoakReport): boolean =>
  report.lost + report.duplicated + report.altered + report.falseLogouts + report.unhandled === 0 &&
  report.problems.length === 0;

async function ask(backend: Backend, path: string, token: string | null, body?: unknown): Promise<unknown> {
  const headers = {
    Origin: PAGE_URL,
    "Content-Type": "application/json",
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  };
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await backend.fetch(new Request(HUB_URL + path, { headers, ...sent }));
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** The whole conversation as the hub has it, oldest first. */
async function storedMessages(backend: Backend, page: SoakPage): Promise<MessagePage["messages"]> {
  const record: unknown = JSON.parse(
    [...page.stored].find(([name]) => !name.endsWith(":outbox"))?.[1] ?? "{}",
  );
  const { r, t } = Object(record);
  const session = await ask(backend, WIDGET_PATHS.refresh, null, { refresh_token: r });
  const path = `${threadMessagesPath(t)}?limit=100`;
  return Object(await ask(backend, path, Object(session).token)).messages;
}

function judge(report: SoakReport, visitor: Visitor, messages: MessagePage["messages"]): void {
  const said = messages.filter(({ role }) => role === "user").map(({ content }) => content);
  const counts = new Map<string, number>();
  for (const text of said) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of visitor.said) if (!counts.has(text)) report.lost += 1;
  for (const count of counts.values()) report.duplicated += count - 1;
  for (const text of counts.keys()) if (!visitor.said.includes(text)) report.altered += 1;
  if (said.join("\n") !== visitor.said.join("\n") && said.length === visitor.said.length) report.altered += 1;
  const answers = messages.filter(({ role }) => role === "assistant");
  report.duplicated += Math.max(0, answers.length - visitor.said.length);
  report.altered += answers.filter(({ content }, index) => content !== visitor.said[index]).length;
}

/** FNV-1a over lines. */
function digestOf(lines: readonly string[]): string {
  let value = 0x811c9dc5;
  for (const char of lines.join("\n")) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}

const MAX_KILLS = 12;

interface Stage {
  world: World;
  backend: Backend;
  options: SoakOptions;
  report: SoakReport;
}

/** Kills the hub again and again while the visitors are there; not for ever, since a new one takes its real time. */
async function kills({ world, backend, report }: Stage, seed: number, gone: AbortSignal): Promise<void> {
  const random = createRandom(seed);
  for (let count = 0; count < MAX_KILLS; count += 1) {
    await world.sleep(LIFE_MS.min + random() * (LIFE_MS.max - LIFE_MS.min), gone);
    if (gone.aborted) return;
    await backend.kill(random() * LIFE_MS.down);
    report.kills += 1;
  }
}

/** One visitor's whole visit. Returns what to do about it once the hub stays: the judgement, and the trace of the page. */
async function attend({ world, backend, options, report }: Stage, number: number) {
  const seed = Math.imul(options.seed, 1_000_003) + number;
  const way = disturbed(backend.fetch, world, options.faults, seed + 2);
  const page = createPage(world, seed + 1, way.fetch);
  const isUser = number % USER_EVERY === 0;
  const getToken = isUser ? () => backend.mint(`visitor-${number}`) : null;
  const { clientKey } = backend;
  const visitor = await visit(world, page, {
    clientKey,
    apiUrl: HUB_URL,
    turns: options.turns,
    seed,
    getToken,
  });
  return async (): Promise<string> => {
    const { requests, trace } = page.notes;
    const errors = page.notes.errors.filter((line) => !isBelieved(line));
    judge(report, visitor, await storedMessages(backend, page));
    report.turns += visitor.said.length;
    report.requests += requests;
    report.faultsHit += way.hits();
    report.unhandled += errors.length;
    report.falseLogouts += Math.max(0, (await backend.countOwners([...visitor.subjects])) - 1);
    for (const problem of [...visitor.problems, ...errors])
      report.problems.push(`page ${number}: ${problem}`);
    // What a page asks at the same moment is answered in any order.
    return trace.toSorted().join("\n");
  };
}

/** The pages from this one on that are open together. Returns their traces. */
async function crowd(stage: Stage, first: number): Promise<string[]> {
  const { sessions, seed } = stage.options;
  const length = Math.min(CROWD, sessions - first);
  const gone = new AbortController();
  const killer = kills(stage, Math.imul(seed, 1_000_003) + first, gone.signal);
  const visits = await Promise.all(Array.from({ length }, (_, index) => attend(stage, first + index)));
  gone.abort();
  await killer;
  const lines: string[] = [];
  for (const conclude of visits) lines.push(await conclude());
  return lines;
}

const NOTHING: SoakReport = {
  turns: 0,
  lost: 0,
  duplicated: 0,
  altered: 0,
  falseLogouts: 0,
  unhandled: 0,
  requests: 0,
  faultsHit: 0,
  kills: 0,
  problems: [],
  digest: "",
};

/** One crowd of a soak, from this page on. Crowds know nothing of each other, so they may run in any order. */
export async function soakCrowd(options: SoakOptions, first: number): Promise<SoakReport> {
  const world = createWorld(Date.UTC(2026, 0, 15));
  const report: SoakReport = { ...NOTHING, problems: [] };
  const onUnhandled = (reason: unknown): void => {
    report.unhandled += 1;
    report.problems.push(
      `unhandled: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
    );
  };
  process.on("unhandledRejection", onUnhandled);
  const backend = await createBackend(world);
  try {
    const lines: string[] = [];
    await world.run(
      crowd({ world, backend, options, report }, first).then((traces) => void lines.push(...traces)),
    );
    return { ...report, digest: digestOf(lines) };
  } finally {
    await world.run(backend.close());
    process.off("unhandledRejection", onUnhandled);
  }
}

/** The report of a whole soak from those of its crowds, in the order of their pages. */
export function joinReports(reports: readonly SoakReport[]): SoakReport {
  const joined = { ...NOTHING, problems: reports.flatMap(({ problems }) => problems) };
  for (const report of reports) for (const name of COUNTS) joined[name] += report[name];
  const digests = reports.map(({ digest }) => digest);
  return { ...joined, digest: digests.length === 1 ? (digests[0] ?? "") : digestOf(digests) };
}

/** First pages of the crowds. */
export const crowdsOf = ({ sessions }: Pick<SoakOptions, "sessions">): number[] =>
  Array.from({ length: Math.ceil(sessions / CROWD) }, (_, index) => index * CROWD);
