// Owns which rows show what can be done with them: those under the pointer, with the focus, or with an open field; and
// when the part that shows it is loaded. Knows no action.
import type { TargetedFocusEvent, TargetedKeyboardEvent } from "preact";
import { signal, type ReadonlySignal } from "../core/signal.ts";
import type * as ActionsPart from "./actions/actions.tsx";
import type { Reading } from "./reading.ts";
import { report } from "./report.ts";
import { useView } from "./view.ts";

export interface RowFocus {
  /** Ids of rows; "" for none. */
  hovered: string;
  focused: string;
  open: string;
  part: Pick<typeof ActionsPart, "Actions" | "enter" | "roam"> | null;
}

export interface RowFocusControl {
  state: ReadonlySignal<RowFocus>;
  /** For keys that are pressed in the transcript; one that comes before the part that knows them waits for it. */
  roam(event: TargetedKeyboardEvent<HTMLElement>, reading: Reading): Promise<void>;
  /** Opens the field of a row, or with "" closes it. */
  open(id: string): void;
  /** For the element around the rows, which have their ids in `data-row`. */
  handlers: {
    onPointerOver(event: PointerEvent): void;
    onPointerLeave(event: PointerEvent): void;
    onFocusIn(event: TargetedFocusEvent<HTMLElement>): Promise<void>;
    onFocusOut(): void;
  };
}

/** What would scroll instead of going from message to message. */
const MOVE = /Arrow[UD]|Page|Home|End/;

const rowOf = ({ target }: Event): string =>
  (target as Element).closest<HTMLElement>("[data-row]")?.dataset["row"] ?? "";

export function createRowFocus(): RowFocusControl {
  const state = signal<RowFocus>({ hovered: "", focused: "", open: "", part: null });
  let loading: Promise<void> | null = null;
  const load = (): Promise<void> =>
    (loading ??= import("./actions/actions.tsx").then(
      (part) => {
        // After a failed try the panel has another address, and the part would come with a second panel.
        if (part.useView === useView) state.value = { ...state.peek(), part };
      },
      (error: unknown) => {
        loading = null;
        report("actions", error);
      },
    ));
  const set = (name: "hovered" | "focused" | "open", id: string): void => {
    if (state.peek()[name] !== id) state.value = { ...state.peek(), [name]: id };
  };
  return {
    state,
    async roam(event, reading) {
      const box = event.currentTarget;
      if (state.peek().part === null && MOVE.test(event.key)) {
        event.preventDefault();
        await load();
      }
      state.peek().part?.roam(event, box, reading);
    },
    open(id) {
      void load();
      set("open", id);
    },
    handlers: {
      onPointerOver(event) {
        void load();
        set("hovered", rowOf(event));
      },
      // A finger that is lifted leaves too; what it touched stays.
      onPointerLeave: ({ pointerType }) => pointerType === "mouse" && set("hovered", ""),
      async onFocusIn(event) {
        const { currentTarget, relatedTarget } = event;
        set("focused", rowOf(event));
        await load();
        state.peek().part?.enter(currentTarget, relatedTarget);
      },
      onFocusOut: () => set("focused", ""),
    },
  };
}
