// Owns what one visitor of a soak does: says something, waits for the answer, presses Retry where it is offered, loads the
// page again where nothing else is left; between turns reloads, loses the connection, hides the page. Notes what became
// of each message.
import type { Widget } from "../../src/core/handle.ts";
import type { VisitorRow } from "../../src/core/rows.ts";
// A part that is there already comes without waiting for the disk: only then a run replays exactly.
import "../../src/core/config.ts";
import "../../src/core/past.ts";
import { LOADED } from "../../src/core/testing/parts.ts";
import { createWidget } from "../../src/core/widget.ts";
import { createRandom } from "../../src/hub/faults/random.ts";
import type { SoakPage } from "./page.ts";
import type { World } from "./world.ts";

const WORDS = ["tea", "größer", "日本語", "👩‍👩‍👧", "data:", "e\u0301", "\\n", "مرحبا", '"quoted"', "<b>"];
const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 1_800_000;

export interface Visitor {
  /** What was sent, in order. */
  said: string[];
  /** Subjects that the page was known by. */
  subjects: Set<string>;
  problems: string[];
}

interface Chat {
  world: World;
  page: SoakPage;
  random: () => number;
  visitor: Visitor;
  start(): Promise<Widget>;
}

/** What a page may believe of a hub that says so by mistake: a refused key, and a user token that was used already. */
const BELIEVED: readonly string[] = ["key_revoked", "token_replayed"];
/** Whether a line of the console tells of such a thing. */
export const isBelieved = (line: string): boolean => BELIEVED.some((code) => line.startsWith(`${code}:`));

const sentence = (random: () => number, name: string): string =>
  `${name} ${Array.from({ length: 1 + Math.floor(random() * 4) }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ")}`;

const subjectOf = (page: SoakPage): string | null => {
  const record = [...page.stored].find(([name]) => !name.endsWith(":outbox"))?.[1];
  return /"s":"([^"]*)"/.exec(record ?? "")?.[1] ?? null;
};

/** Presses what the visitor is offered for a message, or says that its answer is there, or that nothing is offered. */
function tend(widget: Widget, text: string): "answered" | "offered" | "waiting" | "ended" {
  const isEnded = widget.session.peek().kind === "dead";
  const rows = widget.rows.peek();
  const at = rows.findIndex((row) => row.kind === "visitor" && row.text === text);
  const message = rows[at];
  const answer = rows[at + 1];
  if (widget.history.peek().kind === "failed") {
    if (isEnded) return "ended";
    widget.loadOlder();
    return "offered";
  }
  if (widget.turn.peek().kind !== "idle") return "waiting";
  if (message?.kind !== "visitor") return isEnded ? "ended" : "waiting";
  if (message.state === "failed" || (isEnded && message.state === "queued")) widget.retry(message.id);
  else if (message.state !== "sent") return "waiting";
  else if (answer?.kind === "agent" && answer.state === "complete") return "answered";
  else widget.retry(answer?.kind === "agent" ? (answer.retryId ?? message.id) : message.id);
  return "offered";
}

/** Returns the widget that has the answer. */
async function untilAnswered(chat: Chat, first: Widget, text: string): Promise<Widget> {
  const { world, page, visitor } = chat;
  const endMs = world.now() + PATIENCE_MS;
  let widget = first;
  while (world.now() < endMs) {
    const subject = subjectOf(page);
    if (subject !== null) visitor.subjects.add(subject);
    const session = widget.session.peek();
    // What a page gave up for now it takes up again when the visitor presses Retry.
    if (session.kind === "dead" && !session.problem.retryable && !BELIEVED.includes(session.problem.code)) {
      visitor.problems.push(`logged out: ${session.problem.code}`);
      return widget;
    }
    const state = tend(widget, text);
    if (state === "answered") return widget;
    if (state === "ended") widget = await reload(chat, widget);
    await world.sleep(state === "waiting" ? LOOK_EVERY_MS : 2_000);
  }
  visitor.problems.push(`no answer to ${text}: ${JSON.stringify(widget.rows.peek().slice(-3))}`);
  return widget;
}

/** A page that can be loaded again is online, and hears so before it is left. */
async function reload({ world, page, start }: Chat, widget: Widget): Promise<Widget> {
  page.emit("online");
  await world.sleep(LOOK_EVERY_MS);
  widget.dispose();
  return start();
}

/** What happens to a page between and during turns. Returns the widget that goes on. */
async function live(chat: Chat, widget: Widget, moment: "before" | "during"): Promise<Widget> {
  const { world, page, random } = chat;
  const chance = random();
  if (chance < 0.06) return reload(chat, widget);
  if (chance < 0.12) {
    page.emit("offline");
    if (moment === "during") await world.sleep(4_000 * random());
    world.setTimer(() => page.emit("online"), 6_000 * random());
  } else if (chance < 0.16) {
    page.emit("hidden");
    world.setTimer(() => page.emit("visible"), 400_000 * random());
  }
  return widget;
}

async function say(chat: Chat, widget: Widget, text: string): Promise<void> {
  const { world, visitor } = chat;
  for (let tries = 0; !widget.send(text); tries += 1) {
    if (tries > 2_000) {
      visitor.problems.push(`cannot send: ${widget.turn.peek().kind}`);
      return;
    }
    await world.sleep(LOOK_EVERY_MS);
  }
  visitor.said.push(text);
}

const isWhole = (widget: Widget): boolean =>
  widget.rows.peek().every((row) => row.kind !== "visitor" || row.state === "sent");

const CONFIG = { agent: { id: "echo", name: "Echo" } };

export interface VisitOptions {
  clientKey: string;
  apiUrl: string;
  /** How many messages. */
  turns: number;
  seed: number;
  /** Asks the site's backend for a token of who is logged in; null: a guest. */
  getToken: (() => Promise<string>) | null;
}

export async function visit(world: World, page: SoakPage, options: VisitOptions): Promise<Visitor> {
  const { clientKey, apiUrl, turns, seed, getToken } = options;
  const visitor: Visitor = { said: [], subjects: new Set(), problems: [] };
  // The tag hands it over, an app may not: with it, a new guest begins without the engine.
  const config = seed % 2 === 0 ? CONFIG : null;
  const start = async (): Promise<Widget> => {
    const login = getToken === null ? null : { token: await getToken(), getToken };
    const widget = createWidget({ clientKey, apiUrl, agent: "echo", config }, page.env, LOADED);
    if (login !== null) widget.identify(login);
    widget.open();
    return widget;
  };
  const chat: Chat = { world, page, random: createRandom(seed), visitor, start };
  let widget = await start();
  await world.sleep(1_000 * chat.random());
  for (let turn = 0; turn < turns; turn += 1) {
    widget = await live(chat, widget, "before");
    const text = sentence(chat.random, `${seed}/${turn}`);
    await say(chat, widget, text);
    await world.sleep(300 * chat.random());
    widget = await live(chat, widget, "during");
    widget = await untilAnswered(chat, widget, text);
  }
  const shown = widget.rows.peek().filter((row): row is VisitorRow => row.kind === "visitor");
  if (!isWhole(widget)) visitor.problems.push("something is still unsent");
  if (JSON.stringify(shown.map(({ text }) => text)) !== JSON.stringify(visitor.said.slice(-shown.length)))
    visitor.problems.push("the page shows something else than was said");
  widget.dispose();
  return visitor;
}
