// Owns the scrolling list of turns, and what stands there while there are none.
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

function Beginning({ isEmpty }: { isEmpty: boolean }) {
  const { widget, texts } = useView();
  const history = useValue(widget.history).kind;
  if (history === "loading") return <Skeleton />;
  return (
    <>
      {history === "failed" && (
        <p class="meta notice">
          {texts("history_failed")}{" "}
          <button type="button" class="link" onClick={() => widget.loadOlder()}>
            {texts("retry")}
          </button>
        </p>
      )}
      {isEmpty && <Welcome />}
    </>
  );
}

export function Transcript() {
  const { widget, texts, rowFocus } = useView();
  const rows = useValue(widget.rows);
  const isEmpty = rows.length === 0;
  const ownMessage = rows.findLast((row) => row.kind === "visitor")?.id ?? "";
  const { scroller, content, hasNews, toEnd, onScroll } = useStickToEnd(ownMessage, isEmpty);
  const readNews = () => {
    toEnd();
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
        onScroll={onScroll}
        {...rowFocus.handlers}
      >
        <div class={isEmpty ? "rows" : "rows at-end"} ref={content}>
          <Beginning isEmpty={isEmpty} />
          {rows.map((row) => (
            <Turn key={row.id} row={row} isLast={row === rows.at(-1)} />
          ))}
        </div>
      </div>
      {hasNews && (
        <button type="button" class="news" onClick={readNews}>
          <Icon name="down" />
          {texts("new_messages")}
        </button>
      )}
    </div>
  );
}
