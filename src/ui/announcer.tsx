// Owns what a screen reader is told unasked: each finished answer once, each new failure at once. Never single tokens.
import { Fragment, h } from "preact";
import { useLayoutEffect, useRef } from "./hooks.ts";
import { announce, type Say, type Seen } from "./announce.ts";
import type { Announced } from "./placement.ts";
import { report } from "./report.ts";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";

/** @param wanted what of an answer is told; none: all of it, once it is complete */
export function Announcer({ wanted }: { wanted: Announced | undefined }) {
  const { widget, texts, config } = useView();
  const rows = useValue(widget.rows);
  const isBusy = useValue(widget.turn).kind !== "idle";
  const seen = useRef<Seen | null>(null);
  const status = useRef<HTMLParagraphElement>(null);
  const alert = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => {
    const before = seen.current;
    // More words of the same answer: nothing to tell before it is finished.
    const last = rows.at(-1);
    const isGrowing = last?.kind === "agent" && last.state === "streaming";
    if (!wanted && isGrowing && before?.isBusy && before.rows.at(-1)?.id === last.id) return;
    seen.current = { rows, isBusy };
    if (before === null || rows.length === 0) return;
    const tell = (say?: Say): void => {
      const { polite, assertive } = announce(before, rows, texts, say);
      // A new turn empties the nodes, so that the same sentence is announced again.
      const isNewTurn = isBusy && !before.isBusy;
      if (!isNewTurn && polite + assertive === "") return;
      // By hand: nothing but news may touch them.
      if (status.current !== null) status.current.textContent = polite;
      if (alert.current !== null) alert.current.textContent = assertive;
    };
    if (!wanted) return tell();
    // In the order of the changes: a promise that is settled already keeps it too.
    import("./announced.ts").then(
      ({ sayAs }) => tell(sayAs(wanted, status, config)),
      (error: unknown) => report("announcements", error),
    );
  }, [rows, isBusy, texts]);
  return (
    <Fragment>
      <p class="hidden" role="status" ref={status} />
      <p class="hidden" role="alert" ref={alert} />
    </Fragment>
  );
}
