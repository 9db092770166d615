// Owns a widget made of plain signals, for tests and pictures of the view. Records the commands it receives.
import { signal, type Signal } from "../../core/signal.ts";
import type { HistoryState, SessionState, ThreadsState, TurnState, Widget } from "../../core/handle.ts";
import type { AgentRow, Row, VisitorRow } from "../../core/rows.ts";
import { parseConfig, type WidgetConfig } from "../../protocol/config.ts";

export function fakeConfig(
  branding: Record<string, unknown> = {},
  strings: Record<string, string> = {},
): WidgetConfig {
  const config = parseConfig({ agent: { id: "agt_1", name: "Nova" }, branding, strings });
  if (config === null) throw new Error("the config of the test is not readable");
  return config;
}

export function visitorRow(id: string, text: string, changes: Partial<VisitorRow> = {}): VisitorRow {
  return { kind: "visitor", id, text, at: 1_700_000_000_000, state: "sent", isFirst: true, ...changes };
}

export function agentRow(id: string, text: string, changes: Partial<AgentRow> = {}): AgentRow {
  return { kind: "agent", id, text, at: 1_700_000_060_000, state: "complete", isFirst: true, ...changes };
}

function fakeThreads(calls: string[]) {
  return {
    state: signal<ThreadsState>({ kind: "none" }),
    load: () => void calls.push("load"),
    loadMore: () => void calls.push("loadMore"),
    startOver: () => calls.push("startOver") > 0,
    open: (id: string) => calls.push(`open:${id}`) > 0,
    rename: async (id: string, title: string) => calls.push(`rename:${id}:${title}`) > 0,
    remove: async (id: string) => calls.push(`remove:${id}`) > 0,
  };
}

function fakeMarks() {
  const set = new Set<string>();
  const mark = (name: string, isSet = set.has(name)): boolean => {
    const wasSet = set.has(name);
    if (isSet) set.add(name);
    else set.delete(name);
    return wasSet;
  };
  return { set, mark };
}

/** A widget whose every signal can be set; `calls` lists the commands as `name` or `name:argument`. */
export function fakeWidget(config: WidgetConfig | null = fakeConfig()) {
  const calls: string[] = [];
  const isOpen = signal(false);
  const draft = signal("");
  const rows = signal<readonly Row[]>([]);
  const turn = signal<TurnState>({ kind: "idle" });
  const threads = fakeThreads(calls);
  const marks = fakeMarks();
  const widget = {
    config: signal<WidgetConfig | null>(config),
    session: signal<SessionState>({ kind: "ready", visitor: { id: "guest:1", type: "guest" } }),
    online: signal(true),
    history: signal<HistoryState>({ kind: "none" }),
    turn,
    rows,
    unread: signal(0),
    isOpen,
    draft,
    load: () => {},
    open: () => void (isOpen.value = true),
    close: () => void (isOpen.value = false),
    toggle: () => void (isOpen.value = !isOpen.value),
    mark: marks.mark,
    marks: marks.set,
    send: (text?: string) => {
      calls.push(`send:${text ?? draft.value}`);
      if (text === undefined) draft.value = "";
      return true;
    },
    stop: () => void calls.push("stop"),
    loadOlder: () => void calls.push("loadOlder"),
    retry: (messageId: string) => void calls.push(`retry:${messageId}`),
    regenerate: (messageId: string) => {
      calls.push(`regenerate:${messageId}`);
      return true;
    },
    edit: (messageId: string, text: string) => {
      calls.push(`edit:${messageId}:${text}`);
      return true;
    },
    selectBranch: (messageId: string) => void calls.push(`selectBranch:${messageId}`),
    rate: (messageId: string, rating: 1 | -1 | null, comment = "") =>
      void calls.push(`rate:${messageId}:${rating}:${comment}`),
    withdraw: (messageId: string) => {
      calls.push(`withdraw:${messageId}`);
      const found = rows.value.find(({ id }) => id === messageId);
      return found?.kind === "visitor" ? found.text : null;
    },
    threads: async () => threads,
    threadsState: threads.state,
    isKnown: () => false,
    identify: () => {},
    logout: () => {},
    on: () => () => {},
    dispose: () => {},
    calls,
  } satisfies Widget & { calls: string[]; marks: Set<string>; threadsState: Signal<ThreadsState> };
  return widget;
}

export type FakeWidget = ReturnType<typeof fakeWidget>;
