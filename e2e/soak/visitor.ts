// Owns what one visitor of a soak does: says something, waits for the answer, presses Retry where it is offered; between
// turns reloads, loses the connection, hides the page. Notes what became of each message.
import { createEngine } from "../../src/core/engine.ts";
import type { Widget } from "../../src/core/handle.ts";
import type { VisitorRow } from "../../src/core/rows.ts";
// A part that is there already comes without waiting for the disk: only then a run replays exactly.
import "../../src/core/past.ts";
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
  start(): Widget;
}

const sentence = (random: () => number, name: string): string =>
  `${name} ${Array.from({ length: 1 + Math.floor(random() * 4) }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ")}`;

const subjectOf = (page: SoakPage): string | null => {
  const record = [...page.stored].find(([name]) => !name.endsWith(":outbox"))?.[1];
  return /"s":"([^"]*)"/.exec(record ?? "")?.[1] ?? null;
};

/** Presses what the visitor is offered for a message, or says that its answer is there. */
function tend(widget: Widget, text: string): "answered" | "offered" | "waiting" {
  const rows = widget.rows.peek();
  const at = rows.findIndex((row) => row.kind === "visitor" && row.text === text);
  const message = rows[at];
  const answer = rows[at + 1];
  if (widget.history.peek().kind === "failed") {
    widget.loadOlder();
    return "offered";
  }
  if (widget.turn.peek().kind !== "idle" || message?.kind !== "visitor") return "waiting";
  if (message.state === "failed") widget.retry(message.id);
  else if (message.state !== "sent") return "waiting";
  else if (answer?.kind === "agent" && answer.state === "complete") return "answered";
  else widget.retry(answer?.kind === "agent" ? (answer.retryId ?? message.id) : message.id);
  return "offered";
}

async function untilAnswered(chat: Chat, widget: Widget, text: string): Promise<void> {
  const { world, page, visitor } = chat;
  const endMs = world.now() + PATIENCE_MS;
  while (world.now() < endMs) {
    const subject = subjectOf(page);
    if (subject !== null) visitor.subjects.add(subject);
    const session = widget.session.peek();
    if (session.kind === "dead") visitor.problems.push(`logged out: ${session.problem.code}`);
    const state = tend(widget, text);
    if (state === "answered" || session.kind === "dead") return;
    await world.sleep(state === "offered" ? 2_000 : LOOK_EVERY_MS);
  }
  visitor.problems.push(`no answer to ${text}: ${JSON.stringify(widget.rows.peek().slice(-3))}`);
}

/** What happens to a page between and during turns. Returns the widget that goes on. */
async function live(chat: Chat, widget: Widget, moment: "before" | "during"): Promise<Widget> {
  const { world, page, random, start } = chat;
  const chance = random();
  if (chance < 0.06) {
    // A page that can be loaded again is online, and hears so before it is left.
    page.emit("online");
    await world.sleep(LOOK_EVERY_MS);
    widget.dispose();
    return start();
  }
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

/** @param turns how many messages. */
export async function visit(
  world: World,
  page: SoakPage,
  options: { clientKey: string; apiUrl: string; turns: number; seed: number },
): Promise<Visitor> {
  const { clientKey, apiUrl, turns, seed } = options;
  const visitor: Visitor = { said: [], subjects: new Set(), problems: [] };
  const start = (): Widget => {
    const widget = createWidget({ clientKey, apiUrl, agent: "echo" }, page.env, async () => createEngine);
    widget.open();
    return widget;
  };
  const chat: Chat = { world, page, random: createRandom(seed), visitor, start };
  let widget = start();
  await world.sleep(1_000 * chat.random());
  for (let turn = 0; turn < turns; turn += 1) {
    widget = await live(chat, widget, "before");
    const text = sentence(chat.random, `${seed}/${turn}`);
    await say(chat, widget, text);
    await world.sleep(300 * chat.random());
    widget = await live(chat, widget, "during");
    await untilAnswered(chat, widget, text);
  }
  const shown = widget.rows.peek().filter((row): row is VisitorRow => row.kind === "visitor");
  if (!isWhole(widget)) visitor.problems.push("something is still unsent");
  if (JSON.stringify(shown.map(({ text }) => text)) !== JSON.stringify(visitor.said.slice(-shown.length)))
    visitor.problems.push("the page shows something else than was said");
  widget.dispose();
  return visitor;
}
