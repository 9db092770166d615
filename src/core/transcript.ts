// Owns the one conversation of a widget and its rows as a signal, and tells when a message or a failure became final.
import { type Conversation, EMPTY_CONVERSATION, type Message, type VisitorMessage } from "./conversation.ts";
import type { WidgetEvents } from "./handle.ts";
import type { FoyerProblem } from "./problem.ts";
import { type AnswerEvent, reduceAnswer } from "./reduce-answer.ts";
import { createProjection, firstChange, type Row } from "./rows.ts";
import { signal as createSignal, type ReadonlySignal } from "./signal.ts";

export interface TranscriptDeps {
  onMessage(message: WidgetEvents["message"]): void;
  onProblem(problem: FoyerProblem): void;
}

const isPending = ({ state }: Message): boolean =>
  state === "queued" || state === "sending" || state === "streaming";

const isUnsent = (message: Message): message is VisitorMessage =>
  message.kind === "visitor" && message.state !== "sent";

export class Transcript {
  readonly #deps: TranscriptDeps;
  readonly #rows = createSignal<readonly Row[]>([]);
  readonly #unsent = createSignal<readonly VisitorMessage[]>([]);
  readonly #toRows = createProjection();
  #conversation: Conversation = EMPTY_CONVERSATION;

  constructor(deps: TranscriptDeps) {
    this.#deps = deps;
  }

  get rows(): ReadonlySignal<readonly Row[]> {
    return this.#rows;
  }

  /** What the visitor wrote and the hub has not taken, oldest first. */
  get unsent(): ReadonlySignal<readonly VisitorMessage[]> {
    return this.#unsent;
  }

  /** How many messages are on their way. */
  get waiting(): number {
    return this.#unsent.peek().filter(isPending).length;
  }

  /** Whether this message is on its way. */
  isWaiting(id: string): boolean {
    return this.#unsent.peek().some((message) => message.id === id && isPending(message));
  }

  /** Oldest first. */
  get messages(): readonly Message[] {
    return this.#conversation.messages;
  }

  /** Takes a message out that the hub surely has not got, and returns its text. Null for any other. */
  withdraw(id: string): string | null {
    const found = this.#unsent.peek().find((message) => message.id === id);
    if (found?.state !== "queued" && found?.problem?.retryable !== false) return null;
    this.dispatch({ kind: "withdrawn", id });
    return found.text;
  }

  /** Text of a visitor's message, null when there is none with this id. */
  visitorText(id: string): string | null {
    const found = this.#conversation.messages.find((message) => message.id === id);
    return found?.kind === "visitor" ? found.text : null;
  }

  /** Changes the messages as a whole, which is no news. */
  reshape(change: (messages: readonly Message[]) => readonly Message[]): void {
    this.change({ kind: "loaded" }, (state) => ({ ...state, messages: change(state.messages) }));
  }

  /** Says beside a message why a command on it came to nothing. */
  notice(id: string, problem: FoyerProblem): void {
    this.reshape((messages) =>
      messages.map((message) => (message.id === id ? { ...message, notice: problem } : message)),
    );
    this.#deps.onProblem(problem);
  }

  /** The visitor left: nothing that was said is shown any more. */
  clear(): void {
    this.#show(EMPTY_CONVERSATION);
    this.#unsent.value = [];
  }

  dispatch(event: AnswerEvent): void {
    this.change(event, reduceAnswer);
  }

  /** Changes the conversation by an event that somebody else can read. */
  change<T extends { kind: string }>(
    event: T,
    reduce: (conversation: Conversation, event: T) => Conversation,
  ): void {
    const before = this.#conversation;
    const after = reduce(before, event);
    if (after === before) return;
    this.#show(after);
    if (event.kind !== "agui") this.#unsent.value = after.messages.filter(isUnsent);
    // History is no news.
    if (!/loaded|restored/.test(event.kind)) this.#tell(before.messages, after.messages);
  }

  #show(conversation: Conversation): void {
    this.#conversation = conversation;
    this.#rows.value = this.#toRows(conversation);
  }

  #tell(before: readonly Message[], after: readonly Message[]): void {
    const start = firstChange(before, after);
    const old = new Set(before.slice(start));
    const pending = new Set([...old].filter(isPending).map(({ id }) => id));
    for (const message of after.slice(start)) {
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
