// Owns the empty conversation: greeting and starter prompts.
import { Avatar } from "./header.tsx";
import { Icon } from "./icons.tsx";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";

export function Welcome() {
  const { widget, config, texts, name, focusEntry } = useView();
  const { greeting, suggestions } = config.branding;
  const isEnded = useValue(widget.session).kind === "dead";
  const ask = (suggestion: string) => {
    // The chip goes away with the click; the focus must not fall out of the panel.
    if (widget.send(suggestion)) focusEntry();
  };
  return (
    <div class="welcome">
      <Avatar size="large" />
      <p class="greeting" part="greeting" dir="auto">
        {greeting || texts("greeting", { name })}
      </p>
      {!isEnded &&
        suggestions.map((suggestion) => (
          <button
            type="button"
            class="chip"
            part="suggestion"
            key={suggestion}
            onClick={() => ask(suggestion)}
          >
            <span dir="auto">{suggestion}</span>
            <Icon name="next" />
          </button>
        ))}
    </div>
  );
}
