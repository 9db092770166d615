// Owns the empty conversation: greeting and starter prompts.
import { h } from "preact";
import { Avatar } from "./header.tsx";
import { Suggestions } from "./suggestions.tsx";
import { useView } from "./view.ts";

export function Welcome() {
  const { config, texts, name } = useView();
  const { greeting, suggestions } = config.branding;
  return (
    <div class="welcome">
      <Avatar size="large" />
      <p class="greeting" part="greeting" dir="auto">
        {greeting || texts("greeting", { name })}
      </p>
      <Suggestions items={suggestions} />
    </div>
  );
}
