// Owns the line between header and transcript: why the chat cannot go on right now, and what the visitor can do.
import { h } from "preact";
import { Icon } from "./icons.tsx";
import { problemText } from "./strings.ts";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";

export const BANNER_ID = "foyer-banner";

export function Banner() {
  const { widget, texts } = useView();
  const session = useValue(widget.session);
  if (!useValue(widget.online)) {
    return (
      <div class="banner" part="banner" id={BANNER_ID} role="status">
        <Icon name="offline" />
        <p dir="auto">
          <b>{texts("offline_title")}</b> {texts("offline_hint")}
        </p>
      </div>
    );
  }
  if (session.kind !== "dead") return null;
  return (
    <div class="banner" part="banner" id={BANNER_ID} role="alert">
      <Icon name="warning" />
      <p dir="auto">{problemText(texts, session.problem)}</p>
    </div>
  );
}
