// Owns the one context of the view: the widget handle, its texts and where the focus goes.
import { Component, type ComponentChildren } from "preact";
import type { Widget } from "../core/handle.ts";
import type { WidgetConfig } from "../protocol/config.ts";
import { useContextOf } from "./hooks.ts";
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

interface ProviderProps {
  value: View;
  children: ComponentChildren;
}

/** Gives the view to all that stands in it. It does not change while the panel is there. */
export class ViewProvider extends Component<ProviderProps> {
  override getChildContext(): { view: View } {
    return { view: this.props.value };
  }

  override render({ children }: ProviderProps) {
    return children;
  }
}

/** The view around a component. */
export function useView(): View {
  const { view } = useContextOf() as { view?: View };
  if (view === undefined) throw new Error("no view");
  return view;
}
