// Owns prompts that the visitor sends with one click.
import { h } from "preact";
import { Icon } from "./icons.tsx";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";

export function Suggestions({ items }: { items: readonly string[] }) {
  const { widget, focusEntry } = useView();
  const isEnded = useValue(widget.session).kind === "dead";
  const ask = (suggestion: string) => {
    // The chip goes away with the click; the focus must not fall out of the panel.
    if (widget.send(suggestion)) focusEntry();
  };
  if (isEnded) return null;
  return items.map((suggestion) => (
    <button class="chip" part="suggestion" key={suggestion} onClick={() => ask(suggestion)}>
      <span dir="auto">{suggestion}</span>
      <Icon name="next" />
    </button>
  ));
}
