// Owns the full sheet on small screens: when it applies, and when what covers the page is loaded.
import { useLayoutEffect, useState } from "./hooks.ts";
import type { RefObject } from "preact";
import { report } from "./report.ts";

/** Where every panel over the page is a sheet. The height catches phones on their side and high zoom. */
export const SMALL_QUERY = "(max-width: 480px), (max-height: 420px)";

/** Whether a media query matches, following its changes. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useLayoutEffect(() => {
    const media = matchMedia(query);
    const update = () => setMatches(media.matches);
    update();
    media.addEventListener("change", update);
    return () => media.removeEventListener("change", update);
  }, [query]);
  return matches;
}

/** While the dialog is a sheet and open, the page is covered. Loaded before the first opening, on small screens only. */
export function useSheet(dialog: RefObject<HTMLElement | null>, isSheet: boolean, isOpen: boolean): void {
  useLayoutEffect(() => {
    if (!isSheet) return undefined;
    let uncover = () => {};
    let isOver = false;
    import("./cover.ts").then(
      ({ cover }) => {
        if (isOpen && !isOver && dialog.current !== null) uncover = cover(dialog.current);
      },
      (error: unknown) => report("sheet", error),
    );
    return () => {
      isOver = true;
      uncover();
    };
  }, [isSheet, isOpen, dialog]);
}
