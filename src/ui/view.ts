// Owns the one context of the view: the widget handle, its texts and where the focus goes.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Widget } from "../core/handle.ts";
import type { WidgetConfig } from "../protocol/config.ts";
import type { RowFocusControl } from "./row-focus.ts";
import type { Texts } from "./strings.ts";

export interface View {
  widget: Widget;
  config: WidgetConfig;
  texts: Texts;
  /** What the visitor talks to, for titles and sentences. */
  name: string;
  /** Which rows show what can be done with them. */
  rowFocus: RowFocusControl;
  /** Moves the focus to where the visitor goes on: the text field, on touch devices the dialog (no keyboard pops up). */
  focusEntry(): void;
}

const ViewContext = createContext<View | null>(null);
export const ViewProvider = ViewContext.Provider;

/** The view around a component. */
export function useView(): View {
  const view = useContext(ViewContext);
  if (view === null) throw new Error("no view");
  return view;
}
