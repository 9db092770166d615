// Owns the page of the visitor's conversations: what it shows in each state, and the way there and back.
import { useLayoutEffect, useMemo, useRef, useState } from "../hooks.ts";
import { Fragment, h, type RefObject } from "preact";
import type { Thread, Threads, ThreadsState } from "../../core/handle.ts";
import { addStyles } from "../add-styles.ts";
import { Icon } from "../icons.tsx";
import { textsFrom, type TextsOf } from "../strings.ts";
import { useValue } from "../use-value.ts";
import { useView } from "../view.ts";
import css from "./conversations.css?inline";
import { ThreadRow } from "./thread-row.tsx";
import { THREAD_TEXTS, type ThreadTextName } from "./texts.ts";
import { Tool } from "./tool.tsx";

const TITLE_ID = "foyer-threads";
const BACK = "M14.5 6l-6 6 6 6";
const NEW = "M12 5v14M5 12h14";

type Texts = TextsOf<ThreadTextName>;

/** What is behind the page is out of reach meanwhile; live regions go on speaking. */
function useInertBehind(page: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const own = page.current?.parentElement;
    const around = [...(own?.parentElement?.children ?? [])];
    const behind = around.filter((element) => element !== own && !element.matches(".hidden, [inert]"));
    for (const element of behind) element.setAttribute("inert", "");
    return () => {
      for (const element of behind) element.removeAttribute("inert");
    };
  }, [page]);
}

function Skeleton({ label }: { label: string }) {
  return (
    <div class="waiting" role="img" aria-label={label}>
      {[64, 48, 72].map((width) => (
        <span key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

function Nothing({ texts }: { texts: Texts }) {
  return (
    <div class="nothing">
      <Icon name="spark" />
      <p>{texts("threads_none")}</p>
      <p class="meta">{texts("threads_none_hint")}</p>
    </div>
  );
}

interface ListProps {
  threads: Threads;
  state: Extract<ThreadsState, { kind: "ready" }>;
  texts: Texts;
  onOpen(thread: Thread): void;
}

function List({ threads, state, texts, onOpen }: ListProps) {
  const { list, shownId, hasMore, more } = state;
  const items = useRef<HTMLUListElement>(null);
  /** The row goes away with its focus; the next one takes it over. */
  const onGone = (index: number) => {
    const buttons = [...(items.current?.querySelectorAll<HTMLElement>(".open") ?? [])];
    const next = buttons[Math.min(index, buttons.length - 1)];
    (next ?? items.current?.closest(".page")?.querySelector<HTMLElement>("button"))?.focus();
  };
  if (list.length === 0) return <Nothing texts={texts} />;
  return (
    <Fragment>
      <ul ref={items}>
        {list.map((thread, index) => (
          <ThreadRow
            key={thread.id}
            threads={threads}
            thread={thread}
            isShown={thread.id === shownId}
            texts={texts}
            onOpen={() => onOpen(thread)}
            onGone={() => onGone(index)}
          />
        ))}
      </ul>
      {hasMore && (
        <button
          type="button"
          class="link further"
          aria-disabled={more === "loading"}
          onClick={() => threads.loadMore()}
        >
          {texts(more === "failed" ? "threads_more_failed" : "threads_more")}
        </button>
      )}
    </Fragment>
  );
}

function Content({ threads, texts, onOpen }: Omit<ListProps, "state">) {
  const state = useValue(threads.state);
  useLayoutEffect(() => {
    // Somebody else is here now.
    if (state.kind === "none") threads.load();
  }, [threads, state.kind]);
  if (state.kind === "ready") return <List threads={threads} state={state} texts={texts} onOpen={onOpen} />;
  if (state.kind !== "failed") return <Skeleton label={texts("threads_loading")} />;
  return (
    <div class="nothing" role="alert">
      <Icon name="warning" />
      <p>{texts("threads_failed")}</p>
      <button type="button" class="link" onClick={() => threads.load()}>
        {texts("threads_retry")}
      </button>
    </div>
  );
}

function Bar({ texts, onBack, onNew }: { texts: Texts; onBack(): void; onNew(): void }) {
  return (
    <header>
      <Tool label={texts("threads_back")} path={BACK} looks="tool back" onClick={onBack} />
      <h2 class="who" id={TITLE_ID}>
        {texts("threads_title")}
      </h2>
      <Tool label={texts("threads_new")} path={NEW} onClick={onNew} />
    </header>
  );
}

export function Conversations({ threads, close }: { threads: Threads; close(): void }) {
  const { widget, config, focusEntry } = useView();
  const texts = useMemo(() => textsFrom(THREAD_TEXTS, config.strings), [config]);
  const page = useRef<HTMLElement>(null);
  const [isRefused, setRefused] = useState(false);
  useInertBehind(page);
  useLayoutEffect(() => {
    if (page.current === null) return;
    addStyles(page.current, css);
    page.current.querySelector("button")?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => threads.load(), [threads]);

  const leave = () => {
    close();
    // What was behind the page can take the focus only once the page is gone.
    requestAnimationFrame(focusEntry);
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const isEscape = event.key === "Escape" && !event.isComposing;
    if (!isEscape) return;
    // The panel has its own meaning of it.
    event.stopPropagation();
    event.preventDefault();
    leave();
  };
  const go = (didGo: boolean) => (didGo ? leave() : setRefused(true));
  return (
    <section ref={page} class="page" aria-labelledby={TITLE_ID} onKeyDown={onKeyDown}>
      <Bar
        texts={texts}
        onBack={leave}
        onNew={() => go(widget.rows.peek().length === 0 || threads.startOver())}
      />
      {isRefused && (
        <p class="meta refused" role="alert">
          {texts("thread_wait")}
        </p>
      )}
      <div class="scroll">
        <Content threads={threads} texts={texts} onOpen={({ id }) => go(threads.open(id))} />
      </div>
    </section>
  );
}
