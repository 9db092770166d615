// Owns what keys mean in a field that stands in a row: Escape closes it, Enter sends. The page and the panel hear none.
import { meansSend } from "../composer.tsx";

export const fieldKeys =
  (close: () => void, send: (event: Event) => void) =>
  (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      close();
    } else if (meansSend(event)) send(event);
  };
