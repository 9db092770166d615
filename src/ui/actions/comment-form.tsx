// Owns asking what was wrong with an answer; the rating is stored already. What the hub did not take comes back.
import { h } from "preact";
import { useLayoutEffect, useRef, useState } from "../hooks.ts";
import type { AgentRow } from "../../core/rows.ts";
import { COMMENT_MAX_LENGTH } from "../../protocol/limits.ts";
import { useView, type View } from "../view.ts";
import type { ActionTexts } from "./actions.tsx";
import { fieldKeys } from "./field-keys.ts";

/** What the hub did not take, by row. */
const lost = new Map<string, string>();

/** Sends a comment; where it comes to nothing, the form is there again with the text. */
function send({ widget, rowFocus }: View, id: string, comment: string): void {
  widget.rate(id, -1, comment);
  // What the row says before anything came of it is no answer.
  let isFirst = true;
  const stop = widget.rows.subscribe((rows) => {
    const row = rows.find((one) => one.id === id);
    const isOpen = row?.kind === "agent" && (isFirst || row.notice === undefined);
    isFirst = false;
    if (isOpen) return;
    queueMicrotask(() => stop());
    if (row?.kind !== "agent" || row.comment === comment) return;
    lost.set(id, comment);
    // What is being written elsewhere stays; this one is there when its form is opened.
    if (rowFocus.state.peek().open === "") rowFocus.open(id);
  });
}

export function CommentForm({
  row,
  texts,
  onSent,
}: {
  row: AgentRow;
  texts: ActionTexts;
  onSent: () => void;
}) {
  const view = useView();
  const field = useRef<HTMLTextAreaElement>(null);
  const [kept] = useState(() => lost.get(row.id));
  // A form that comes back by itself takes the focus from nobody.
  useLayoutEffect(() => {
    if (kept === undefined) field.current?.focus();
    lost.delete(row.id);
  }, []);
  const close = () => view.rowFocus.open("");
  const submit = (event: Event) => {
    event.preventDefault();
    const comment = field.current?.value.trim() ?? "";
    if (comment !== "") {
      send(view, row.id, comment);
      onSent();
    }
    close();
  };
  return (
    <form class="editor" onSubmit={submit} onKeyDown={fieldKeys(close, submit)}>
      <textarea
        ref={field}
        rows={2}
        dir="auto"
        aria-label={texts("comment_label")}
        // Isolated: its marks stand where its own words end, also in a panel that reads the other way.
        placeholder={`\u2068${texts("comment_label")}\u2069`}
        maxLength={COMMENT_MAX_LENGTH}
        defaultValue={kept ?? row.comment ?? ""}
      />
      <div class="choices">
        <button type="button" class="plain" onClick={close}>
          {texts("comment_skip")}
        </button>
        <button class="main">{texts("comment_send")}</button>
      </div>
    </form>
  );
}
