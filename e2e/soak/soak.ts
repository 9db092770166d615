// Owns a soak: many pages of the real widget in front of the real hub in one process, in virtual time, while requests
// fail. Counts what was lost, doubled or altered, by what the hub has in the end.
import { createHub, type Hub } from "../../src/hub/hub.ts";
import type { MessagePage } from "../../src/protocol/chat.ts";
import { threadMessagesPath, WIDGET_PATHS } from "../../src/protocol/paths.ts";
import { disturbed } from "./faults.ts";
import { createPage, type SoakPage } from "./page.ts";
import { visit, type Visitor } from "./visitor.ts";
import { createWorld, type World } from "./world.ts";

const HUB_URL = "http://127.0.0.1:8787";
const PAGE_URL = "http://localhost:5173";
/** Pages that are open at the same time. */
const CROWD = 200;

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
  /** First of what went wrong, with the page it happened to. */
  problems: string[];
  /** The same for the same options. */
  digest: string;
}

export const isClean = (report: SoakReport): boolean =>
  report.lost + report.duplicated + report.altered + report.falseLogouts + report.unhandled === 0 &&
  report.problems.length === 0;

async function ask(hub: Hub, path: string, token: string | null, body?: unknown): Promise<unknown> {
  const headers = {
    Origin: PAGE_URL,
    "Content-Type": "application/json",
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  };
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await hub.fetch(new Request(HUB_URL + path, { headers, ...sent }));
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** The whole conversation as the hub has it, oldest first. */
async function storedMessages(hub: Hub, page: SoakPage): Promise<MessagePage["messages"]> {
  const record: unknown = JSON.parse(
    [...page.stored].find(([name]) => !name.endsWith(":outbox"))?.[1] ?? "{}",
  );
  const { r, t } = Object(record);
  const session = await ask(hub, WIDGET_PATHS.refresh, null, { refresh_token: r });
  const path = `${threadMessagesPath(t)}?limit=100`;
  return Object(await ask(hub, path, Object(session).token)).messages;
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

interface Stage {
  world: World;
  hub: Hub;
  clientKey: string;
}

async function crowd(
  stage: Stage,
  options: SoakOptions,
  first: number,
  report: SoakReport,
): Promise<string[]> {
  const { world, hub, clientKey } = stage;
  const { sessions, turns, faults, seed } = options;
  const fetch = (request: Request): Promise<Response> => world.busy(() => hub.fetch(request));
  const numbers = Array.from({ length: Math.min(CROWD, sessions - first) }, (_, index) => first + index);
  const lines: string[] = [];
  const work = numbers.map(async (number) => {
    const own = Math.imul(seed, 1_000_003) + number;
    const way = disturbed(fetch, world, faults, own + 2);
    const page = createPage(world, own + 1, way.fetch);
    const visitor = await visit(world, page, { clientKey, apiUrl: HUB_URL, turns, seed: own });
    const messages = await world.busy(() => storedMessages(hub, page));
    judge(report, visitor, messages);
    report.turns += visitor.said.length;
    report.requests += page.notes.requests;
    report.faultsHit += way.hits();
    report.unhandled += page.notes.errors.length;
    report.falseLogouts += Math.max(0, visitor.subjects.size - 1);
    for (const problem of [...visitor.problems, ...page.notes.errors]) {
      report.problems.push(`page ${number}: ${problem}`);
    }
    // What a page asks at the same moment is answered in any order.
    lines[number - first] = page.notes.trace.toSorted().join("\n");
  });
  await world.run(Promise.all(work));
  return lines;
}

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const world = createWorld(Date.UTC(2026, 0, 15));
  const report: SoakReport = {
    turns: 0,
    lost: 0,
    duplicated: 0,
    altered: 0,
    falseLogouts: 0,
    unhandled: 0,
    requests: 0,
    faultsHit: 0,
    problems: [],
    digest: "",
  };
  const onUnhandled = (reason: unknown): void => {
    report.unhandled += 1;
    report.problems.push(
      `unhandled: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
    );
  };
  process.on("unhandledRejection", onUnhandled);
  const database = { kind: "memory" } as const;
  const hub = await createHub({ database, publicUrl: HUB_URL, clock: world.clock, limits: "off" });
  try {
    const seeded = await hub.seedDemo({ demoOrigin: PAGE_URL });
    const clientKey = seeded.keys.find(({ dialect }) => dialect === "widget-key")?.public_key ?? "";
    const lines: string[] = [];
    for (let first = 0; first < options.sessions; first += CROWD) {
      lines.push(...(await crowd({ world, hub, clientKey }, options, first, report)));
    }
    return { ...report, digest: digestOf(lines) };
  } finally {
    await world.run(hub.close());
    process.off("unhandledRejection", onUnhandled);
  }
}
