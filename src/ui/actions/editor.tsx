// Owns the field in which a message is said differently. What was typed is kept until it is sent or cancelled.
import { h, type RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "../hooks.ts";
import type { VisitorRow } from "../../core/rows.ts";
import { MESSAGE_MAX_LENGTH } from "../../protocol/limits.ts";
import { useView } from "../view.ts";
import type { ActionTexts } from "./actions.tsx";
import { fieldKeys } from "./field-keys.ts";

/** By id of the message: the row may leave the page while it is edited. */
const typed = new Map<string, string>();

/** Puts the field in the place of the bubble, with the focus. */
function useInPlace(field: RefObject<HTMLTextAreaElement | null>): void {
  useLayoutEffect(() => {
    const element = field.current;
    const bubble = element?.closest(".turn")?.querySelector<HTMLElement>(".bubble");
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
    if (!bubble) return;
    bubble.hidden = true;
    return () => {
      bubble.hidden = false;
    };
  }, [field]);
}

export function Editor({ row, texts }: { row: VisitorRow; texts: ActionTexts }) {
  const { widget, rowFocus, focusEntry } = useView();
  const field = useRef<HTMLTextAreaElement>(null);
  const [isBusy, setBusy] = useState(false);
  useInPlace(field);
  // The part that puts the new message in its place comes while the visitor types; what it is needed for says if it does not.
  useLayoutEffect(() => void widget.threads().catch(() => {}), [widget]);
  const close = () => rowFocus.open("");
  const cancel = () => {
    typed.delete(row.id);
    close();
  };
  const save = (event: Event) => {
    event.preventDefault();
    const text = field.current?.value.trim() ?? "";
    if (text === row.text && row.state === "sent") return cancel();
    if (text === "") return;
    if (!widget.edit(row.id, text)) return setBusy(true);
    cancel();
    focusEntry();
  };
  return (
    <form class="editor" onSubmit={save} onKeyDown={fieldKeys(close, save)}>
      <textarea
        ref={field}
        rows={2}
        dir="auto"
        aria-label={texts("edit_label")}
        maxLength={MESSAGE_MAX_LENGTH}
        defaultValue={typed.get(row.id) ?? row.text}
        onInput={({ currentTarget }) => void typed.set(row.id, currentTarget.value)}
      />
      {isBusy && (
        <p class="meta" role="status">
          {texts("edit_busy")}
        </p>
      )}
      <div class="choices">
        <button type="button" class="plain" onClick={cancel}>
          {texts("cancel")}
        </button>
        <button class="main">{texts("save")}</button>
      </div>
    </form>
  );
}
