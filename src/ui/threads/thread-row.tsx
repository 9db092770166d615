// Owns one conversation in the list: opening, renaming in place, deleting after a question.
import { Fragment, h, type RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "../hooks.ts";
import type { Thread, Threads } from "../../core/handle.ts";
import type { TextsOf } from "../strings.ts";
import { useView } from "../view.ts";
import type { ThreadTextName } from "./texts.ts";
import { Tool } from "./tool.tsx";

const PENCIL = "M4.5 19.5l1-4L16 5a2 2 0 0 1 3 3L8.5 18.5z";
const BIN = "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5";
const MAX_TITLE = 120;
const DAY_MS = 86_400_000;

/** The time of what was written within a day, else the date. */
export function whenText(at: number, nowMs: number, locale: string): string {
  const isToday = nowMs - at < DAY_MS && new Date(at).getDate() === new Date(nowMs).getDate();
  return new Intl.DateTimeFormat(
    locale || undefined,
    isToday ? { timeStyle: "short" } : { dateStyle: "medium" },
  ).format(at);
}

export interface ThreadRowProps {
  threads: Threads;
  thread: Thread;
  isShown: boolean;
  texts: TextsOf<ThreadTextName>;
  onOpen(): void;
  /** It was deleted. */
  onGone(): void;
}

type Mode = "idle" | "rename" | "delete";

/** Escape ends what was begun with the row, not the page. */
const onEscape = (end: () => void) => (event: KeyboardEvent) => {
  if (event.key !== "Escape" || event.isComposing) return;
  event.stopPropagation();
  event.preventDefault();
  end();
};

interface FormProps extends ThreadRowProps {
  isBusy: boolean;
  act(work: Promise<boolean>): void;
  end(): void;
}

function Rename({ threads, thread, texts, isBusy, act, end }: FormProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.select(), []);
  const save = (event: Event) => {
    event.preventDefault();
    const title = field.current?.value.trim() ?? "";
    if (title === "" || title === thread.title) end();
    else if (!isBusy) act(threads.rename(thread.id, title));
  };
  return (
    <form onSubmit={save} onKeyDown={onEscape(end)}>
      <input
        ref={field}
        dir="auto"
        maxLength={MAX_TITLE}
        aria-label={texts("thread_title")}
        defaultValue={thread.title}
      />
      <button class="choice main" aria-disabled={isBusy}>
        {texts("thread_save")}
      </button>
      <button type="button" class="choice" onClick={end}>
        {texts("thread_cancel")}
      </button>
    </form>
  );
}

function Delete({ threads, thread, texts, isBusy, act, end }: FormProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => cancel.current?.focus(), []);
  return (
    <div class="question" role="group" aria-label={texts("thread_delete_sure")} onKeyDown={onEscape(end)}>
      <p>{texts("thread_delete_sure")}</p>
      <button
        type="button"
        class="choice danger"
        aria-disabled={isBusy}
        onClick={() => isBusy || act(threads.remove(thread.id))}
      >
        {texts("thread_delete_yes")}
      </button>
      <button type="button" class="choice" ref={cancel} onClick={end}>
        {texts("thread_cancel")}
      </button>
    </div>
  );
}

interface SummaryProps extends ThreadRowProps {
  title: string;
  opener: RefObject<HTMLButtonElement | null>;
  start(mode: Mode): void;
}

function Summary({ thread, isShown, texts, title, opener, onOpen, start }: SummaryProps) {
  const { locale } = useView().config.branding;
  return (
    <Fragment>
      <button
        type="button"
        class="open"
        ref={opener}
        aria-current={isShown ? "true" : undefined}
        onClick={onOpen}
      >
        <span class="title" dir="auto">
          {title}
        </span>
        <span class="meta when" dir="auto">
          {whenText(thread.at, Date.now(), locale)}
          {isShown && ` · ${texts("thread_shown")}`}
        </span>
      </button>
      <Tool label={texts("thread_rename", { title })} path={PENCIL} onClick={() => start("rename")} />
      <Tool label={texts("thread_delete", { title })} path={BIN} onClick={() => start("delete")} />
    </Fragment>
  );
}

export function ThreadRow(props: ThreadRowProps) {
  const { thread, isShown, texts, onGone } = props;
  const [mode, setMode] = useState<Mode>("idle");
  const [isBusy, setBusy] = useState(false);
  const [isFailed, setFailed] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const from = useRef<Mode>("idle");
  useLayoutEffect(() => {
    // The form went away with the focus.
    if (mode === "idle" && from.current !== "idle") opener.current?.focus();
    from.current = mode;
  }, [mode]);
  const start = (next: Mode) => {
    setFailed(false);
    setMode(next);
  };
  const act = async (work: Promise<boolean>) => {
    setBusy(true);
    const didWork = await work;
    setBusy(false);
    setFailed(!didWork);
    if (didWork && mode === "delete") onGone();
    else if (didWork) setMode("idle");
  };
  const title = thread.title || texts("thread_untitled");
  const form = {
    ...props,
    isBusy,
    act: (work: Promise<boolean>) => void act(work),
    end: () => start("idle"),
  };
  return (
    <li class={isShown ? "shown" : undefined}>
      {mode === "rename" && <Rename {...form} />}
      {mode === "delete" && <Delete {...form} />}
      {mode === "idle" && <Summary {...props} title={title} opener={opener} start={start} />}
      {isFailed && (
        <p class="meta refused" role="alert">
          {texts("thread_failed")}
        </p>
      )}
    </li>
  );
}
