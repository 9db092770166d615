// Owns the one conversation of a widget as signals, and tells when a message or a failure became final.
import { computed, signal as createSignal, type ReadonlySignal } from "@preact/signals-core";
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

export interface TranscriptDeps {
  onMessage(message: WidgetEvents["message"]): void;
  onProblem(problem: FoyerProblem): void;
}

const isPending = ({ state }: Message): boolean => state === "sending" || state === "streaming";

export class Transcript {
  readonly #deps: TranscriptDeps;
  readonly #conversation = createSignal<Conversation>(EMPTY_CONVERSATION);
  #previous: readonly Row[] = [];
  readonly #rows = computed(() => (this.#previous = toRows(this.#conversation.value, this.#previous)));

  constructor(deps: TranscriptDeps) {
    this.#deps = deps;
  }

  get rows(): ReadonlySignal<readonly Row[]> {
    return this.#rows;
  }

  /** Text of a visitor's message, null when there is none with this id. */
  visitorText(id: string): string | null {
    const found = this.#conversation.peek().messages.find((message) => message.id === id);
    return found?.kind === "visitor" ? found.text : null;
  }

  dispatch(event: ConversationEvent): void {
    const before = this.#conversation.peek();
    const after = reduce(before, event);
    this.#conversation.value = after;
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
