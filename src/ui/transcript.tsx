// Owns the scrolling list of turns, and what stands there while there are none.
import { Fragment, h } from "preact";
import { Icon } from "./icons.tsx";
import { useStickToEnd } from "./stick-to-end.ts";
import { Turn } from "./turns.tsx";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";
import { Welcome } from "./welcome.tsx";

function Skeleton() {
  return (
    <div class="skeleton" role="img" aria-label={useView().texts("history_loading")}>
      <span />
      <span />
      <span />
    </div>
  );
}

/** What stands above the first row. */
function Beginning({ isEmpty }: { isEmpty: boolean }) {
  const { widget, texts } = useView();
  const history = useValue(widget.history);
  const state = history.kind === "ready" ? history.older : history.kind;
  // Above what is read nothing shows that more is on its way: it would only push.
  if (history.kind === "loading") return <Skeleton />;
  return (
    <Fragment>
      {state === "failed" && (
        <p class="meta notice">
          {texts("history_failed")}{" "}
          <button class="link" onClick={() => widget.loadOlder()}>
            {texts("retry")}
          </button>
        </p>
      )}
      {isEmpty && <Welcome />}
    </Fragment>
  );
}

export function Transcript() {
  const { widget, texts, rowFocus } = useView();
  const rows = useValue(widget.rows);
  const isEmpty = rows.length === 0;
  const { shown, isTop, isCut, hasNews, scroller, reading } = useStickToEnd(rows);
  const readNews = () => {
    reading.toEnd();
    // The pill goes away; the focus stays where the news is.
    scroller.current?.focus({ preventScroll: true });
  };
  return (
    <div class="transcript">
      {/* A log that is not live: tokens must not be read one by one, announcer.tsx tells the finished answer. */}
      <div
        class="log"
        part="transcript"
        role="log"
        aria-live="off"
        aria-label={texts("transcript_label")}
        tabIndex={0}
        ref={scroller}
        onScroll={() => reading.scrolled()}
        onKeyDown={(event) => void rowFocus.roam(event, reading)}
        {...rowFocus.handlers}
      >
        <div class={isEmpty ? "rows" : "rows at-end"}>
          {isTop && <Beginning isEmpty={isEmpty} />}
          {shown.map((row) => (
            <Turn key={row.id} row={row} isLast={row === rows.at(-1)} />
          ))}
        </div>
      </div>
      {(hasNews || isCut) && (
        <button class="news" onClick={readNews}>
          <Icon name="down" />
          {texts(hasNews ? "new_messages" : "newest_messages")}
        </button>
      )}
    </div>
  );
}
