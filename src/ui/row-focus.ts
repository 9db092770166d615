// Owns which rows show what can be done with them: those under the pointer, with the focus, or with an open field; and
// when the part that shows it is loaded. Knows no action.
import { signal, type ReadonlySignal } from "../core/signal.ts";
import type * as ActionsPart from "./actions/actions.tsx";
import { report } from "./report.ts";
import { useView } from "./view.ts";

export interface RowFocus {
  /** Ids of rows; "" for none. */
  hovered: string;
  focused: string;
  open: string;
  part: Pick<typeof ActionsPart, "Actions" | "roam"> | null;
}

export interface RowFocusControl {
  state: ReadonlySignal<RowFocus>;
  /** Opens the field of a row, or with "" closes it. */
  open(id: string): void;
  /** For the element around the rows, which have their ids in `data-row`. */
  handlers: {
    onPointerOver(event: PointerEvent): void;
    onPointerLeave(event: PointerEvent): void;
    onFocusIn(event: FocusEvent): void;
    onFocusOut(): void;
  };
}

const rowOf = ({ target }: Event): string =>
  (target as Element).closest<HTMLElement>("[data-row]")?.dataset["row"] ?? "";

export function createRowFocus(): RowFocusControl {
  const state = signal<RowFocus>({ hovered: "", focused: "", open: "", part: null });
  let isAsked = false;
  const load = (): void => {
    if (isAsked) return;
    isAsked = true;
    import("./actions/actions.tsx").then(
      (part) => {
        // After a failed try the panel has another address, and the part would come with a second panel.
        if (part.useView === useView) state.value = { ...state.peek(), part };
      },
      (error: unknown) => {
        isAsked = false;
        report("actions", error);
      },
    );
  };
  const set = (name: "hovered" | "focused" | "open", id: string): void => {
    if (state.peek()[name] !== id) state.value = { ...state.peek(), [name]: id };
  };
  return {
    state,
    open(id) {
      load();
      set("open", id);
    },
    handlers: {
      onPointerOver(event) {
        load();
        set("hovered", rowOf(event));
      },
      // A finger that is lifted leaves too; what it touched stays.
      onPointerLeave: ({ pointerType }) => pointerType === "mouse" && set("hovered", ""),
      onFocusIn(event) {
        load();
        set("focused", rowOf(event));
      },
      onFocusOut: () => set("focused", ""),
    },
  };
}
