// Owns what a visitor can do with a row: copy, rate, answer again, edit, go to another version. Loaded with the first
// look at the transcript.
import { Fragment, h } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "../hooks.ts";
import type { AgentRow, VisitorRow } from "../../core/rows.ts";
import { textsFrom, type TextsOf } from "../strings.ts";
import { useValue } from "../use-value.ts";
import { useView } from "../view.ts";
import { addStyles } from "../add-styles.ts";
import css from "./actions.css?inline";
import { CommentForm } from "./comment-form.tsx";
import { Editor } from "./editor.tsx";
import { enter, roam } from "./roam.ts";
import { ACTION_TEXTS } from "./texts.ts";
import { Tool, Toolbar } from "./toolbar.tsx";

export type ActionTexts = TextsOf<keyof typeof ACTION_TEXTS>;

/** To the clipboard; where that is closed, what is shown is selected for the visitor. */
async function copy(text: string, shown: Element | null | undefined): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (shown) getSelection()?.selectAllChildren(shown);
    return false;
  }
}

function Versions({ row, texts }: { row: AgentRow | VisitorRow; texts: ActionTexts }) {
  const { widget } = useView();
  const isIdle = useValue(widget.turn).kind === "idle";
  if (row.branch === undefined) return null;
  const { index, count, ids } = row.branch;
  const go = (id: string | undefined) => () => id !== undefined && widget.selectBranch(id);
  const isOff = (id: string | undefined) => id === undefined || !isIdle;
  return (
    <span class="versions" role="group" aria-label={texts("version", { index: index + 1, count })}>
      <Tool
        name="previous"
        label={texts("version_previous")}
        isOff={isOff(ids[index - 1])}
        onClick={go(ids[index - 1])}
      />
      <span aria-hidden="true">
        {index + 1} / {count}
      </span>
      <Tool
        name="next"
        label={texts("version_next")}
        isOff={isOff(ids[index + 1])}
        onClick={go(ids[index + 1])}
      />
    </span>
  );
}

function Rate({ row, texts }: { row: AgentRow; texts: ActionTexts }) {
  const { widget, rowFocus } = useView();
  const rate = (rating: 1 | -1) => () => {
    const next = row.rating === rating ? null : rating;
    widget.rate(row.id, next);
    rowFocus.open(next === -1 ? row.id : "");
  };
  return (
    <Fragment>
      <Tool name="good" label={texts("good_answer")} isPressed={row.rating === 1} onClick={rate(1)} />
      <Tool name="bad" label={texts("bad_answer")} isPressed={row.rating === -1} onClick={rate(-1)} />
    </Fragment>
  );
}

function Again({ row, texts }: { row: AgentRow; texts: ActionTexts }) {
  const { widget, focusEntry } = useView();
  const isFree = useValue(widget.turn).kind === "idle";
  const isOnline = useValue(widget.online);
  const isKept = row.state === "complete" || row.state === "stopped";
  if (!isFree || !isOnline || !isKept) return null;
  // The answer goes away with its button.
  const regenerate = () => widget.regenerate(row.id) && focusEntry();
  return <Tool name="again" label={texts("regenerate")} onClick={regenerate} />;
}

export function Actions({
  row,
  isLast,
  isOpen,
}: {
  row: AgentRow | VisitorRow;
  isLast: boolean;
  isOpen: boolean;
}) {
  const { config, rowFocus } = useView();
  const texts = useMemo(() => textsFrom(ACTION_TEXTS, config.strings), [config]);
  const [said, say] = useState("");
  const place = useRef<HTMLDivElement>(null);
  const isMine = row.kind === "visitor";
  const wasOpen = useRef(isOpen);
  useLayoutEffect(() => {
    if (place.current !== null) addStyles(place.current, css);
  }, []);
  useLayoutEffect(() => {
    const isClosed = wasOpen.current && !isOpen;
    wasOpen.current = isOpen;
    if (isOpen) say("");
    const opener = place.current?.querySelector<HTMLElement>(`[data-tool=${isMine ? "edit" : "bad"}]`);
    const root = place.current?.getRootNode();
    // The field went away with the focus, unless that has gone on elsewhere.
    if (isClosed && root instanceof ShadowRoot && root.activeElement === null) opener?.focus();
  }, [isOpen, isMine]);
  const onCopy = async () => {
    const shown = place.current?.parentElement?.querySelector(isMine ? ".bubble" : ".md");
    say(texts((await copy(row.text, shown)) ? "copied" : "copy_by_hand"));
  };
  const isCopied = said === texts("copied");
  return (
    <div class="acts" ref={place} onPointerLeave={() => say("")}>
      {!(isMine && isOpen) && (
        <Toolbar label={texts(isMine ? "actions_message" : "actions_answer")}>
          {isMine && <Tool name="edit" label={texts("edit_message")} onClick={() => rowFocus.open(row.id)} />}
          <Tool
            name={isCopied ? "done" : "copy"}
            label={texts(isMine ? "copy_message" : "copy_answer")}
            onClick={() => void onCopy()}
          />
          {!isMine && <Rate row={row} texts={texts} />}
          {!isMine && isLast && <Again row={row} texts={texts} />}
          <Versions row={row} texts={texts} />
        </Toolbar>
      )}
      <span class={said === "" || isCopied ? "hidden" : "said"} role="status">
        {said}
      </span>
      {isOpen && isMine && <Editor row={row} texts={texts} />}
      {isOpen && !isMine && (
        <CommentForm row={row} texts={texts} onSent={() => say(texts("comment_thanks"))} />
      )}
    </div>
  );
}

export { enter, roam, useView };
