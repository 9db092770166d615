// Owns asking what was wrong with an answer; the rating is stored already.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { AgentRow } from "../../core/rows.ts";
import { COMMENT_MAX_LENGTH } from "../../protocol/limits.ts";
import { useView } from "../view.ts";
import type { ActionTexts } from "./actions.tsx";
import { fieldKeys } from "./field-keys.ts";

export function CommentForm({
  row,
  texts,
  onSent,
}: {
  row: AgentRow;
  texts: ActionTexts;
  onSent: () => void;
}) {
  const { widget, rowFocus } = useView();
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const close = () => rowFocus.open("");
  const send = (event: Event) => {
    event.preventDefault();
    const comment = field.current?.value.trim() ?? "";
    if (comment !== "") {
      widget.rate(row.id, -1, comment);
      onSent();
    }
    close();
  };
  return (
    <form class="editor" onSubmit={send} onKeyDown={fieldKeys(close, send)}>
      <textarea
        ref={field}
        rows={2}
        dir="auto"
        aria-label={texts("comment_label")}
        placeholder={texts("comment_label")}
        maxLength={COMMENT_MAX_LENGTH}
        defaultValue={row.comment ?? ""}
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
