// Owns the one conversation of a widget and its rows as a signal, and tells when a message or a failure became final.
import {
  type Conversation,
  type ConversationEvent,
  EMPTY_CONVERSATION,
  type Message,
  reduce,
} from "./conversation.ts";
import type { WidgetEvents } from "./handle.ts";
import type { FoyerProblem } from "./problem.ts";
import { type Row, toRows } from "./rows.ts";
import { signal as createSignal, type ReadonlySignal } from "./signal.ts";

export interface TranscriptDeps {
  onMessage(message: WidgetEvents["message"]): void;
  onProblem(problem: FoyerProblem): void;
}

const isPending = ({ state }: Message): boolean => state === "sending" || state === "streaming";

export class Transcript {
  readonly #deps: TranscriptDeps;
  readonly #rows = createSignal<readonly Row[]>([]);
  #conversation: Conversation = EMPTY_CONVERSATION;

  constructor(deps: TranscriptDeps) {
    this.#deps = deps;
  }

  get rows(): ReadonlySignal<readonly Row[]> {
    return this.#rows;
  }

  /** Text of a visitor's message, null when there is none with this id. */
  visitorText(id: string): string | null {
    const found = this.#conversation.messages.find((message) => message.id === id);
    return found?.kind === "visitor" ? found.text : null;
  }

  dispatch(event: ConversationEvent): void {
    const before = this.#conversation;
    const after = reduce(before, event);
    this.#conversation = after;
    if (after !== before) this.#rows.value = toRows(after, this.#rows.peek());
    // History is no news.
    if (event.kind !== "loaded" && after !== before) this.#tell(before.messages, after.messages);
  }

  #tell(before: readonly Message[], after: readonly Message[]): void {
    const old = new Set(before);
    const pending = new Set(before.filter(isPending).map(({ id }) => id));
    for (const message of after) {
      const isNews = !old.has(message) && !isPending(message);
      if (!isNews) continue;
      if (message.problem !== undefined) this.#deps.onProblem(message.problem);
      else if (pending.has(message.id)) {
        const { id, kind, text } = message;
        this.#deps.onMessage({ id, role: kind === "visitor" ? "user" : "assistant", text });
      }
    }
  }
}
