// Owns how one row of the transcript looks. A row renders again only when it is another object.
import { Component, type ComponentChildren, Fragment, h } from "preact";
import type { ActivityRow, AgentRow, Row, VisitorRow } from "../core/rows.ts";
import type { FoyerProblem } from "../core/problem.ts";
import { Avatar } from "./header.tsx";
import { Icon } from "./icons.tsx";
import { MarkdownView } from "./markdown-view.tsx";
import { RowActions } from "./row-actions.tsx";
import { problemText } from "./strings.ts";
import { Suggestions } from "./suggestions.tsx";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";

function timeOf(at: number, locale: string): string {
  const style = { hour: "2-digit", minute: "2-digit" } as const;
  try {
    return new Date(at).toLocaleTimeString(locale || undefined, style);
  } catch {
    // The locale of the config is no language tag.
    return new Date(at).toLocaleTimeString(undefined, style);
  }
}

/** Why something failed, and the way out of it when trying again can help. */
function Failure(props: {
  problem: FoyerProblem | undefined;
  retryId?: string | undefined;
  children?: ComponentChildren;
}) {
  const { problem, retryId, children } = props;
  const { widget, texts } = useView();
  return (
    <p class="failure">
      <Icon name="warning" />
      <span>
        {problemText(texts, problem)}{" "}
        {retryId !== undefined && problem?.retryable !== false && (
          <button class="link" onClick={() => widget.retry(retryId)}>
            {texts(problem?.code === "answer_cut" ? "continue" : "retry")}
          </button>
        )}{" "}
        {children}
      </span>
    </p>
  );
}

/** For a message that the hub may have: it is said differently in its place. */
function Reword({ id }: { id: string }) {
  const { rowFocus, texts } = useView();
  return (
    <Fragment>
      {"\u00a0 "}
      <button class="link" onClick={() => rowFocus.open(id)}>
        {texts("edit")}
      </button>
    </Fragment>
  );
}

/** For a message that the hub has not got: take it back into the text field, or throw it away. */
function TakeBack({ id }: { id: string }) {
  const { widget, texts, focusEntry } = useView();
  const take = (isKept: boolean) => {
    const text = widget.withdraw(id);
    // What stands in the field already is not lost.
    if (isKept && text !== null) widget.draft.value = [text, widget.draft.peek()].filter(Boolean).join("\n");
    focusEntry();
  };
  return (
    <Fragment>
      <button class="link" onClick={() => take(true)}>
        {texts("edit")}
      </button>
      {" \u00a0 "}
      <button class="link" onClick={() => take(false)}>
        {texts("remove")}
      </button>
    </Fragment>
  );
}

function VisitorTurn({ row, isLast }: { row: VisitorRow; isLast: boolean }) {
  const { widget, config, texts } = useView();
  const isOnline = useValue(widget.online);
  const session = useValue(widget.session);
  const isForGood = row.problem?.retryable === false;
  // Why, the banner says.
  const isEnded = isForGood && session.kind === "dead" && session.problem.code === row.problem?.code;
  const isQueued = row.state === "queued" || isEnded;
  const time = timeOf(row.at, config.branding.locale);
  return (
    <div
      class={`turn mine ${row.state}${row.isFirst ? " first" : ""}`}
      part="visitor"
      data-row={row.id}
      role="article"
      aria-label={texts("visitor_said", { time })}
    >
      <p class="bubble" part="bubble" dir="auto" title={time}>
        {row.text}
      </p>
      <RowActions row={row} isLast={isLast} />
      {(isQueued || (row.state === "sending" && !isOnline)) && (
        <p class="meta">
          {texts(isOnline ? "queued" : "waiting")} {isQueued && <TakeBack id={row.id} />}
        </p>
      )}
      {row.state === "failed" && !isEnded && (
        <Failure problem={row.problem} retryId={row.id}>
          {isForGood && <br />}
          {isForGood ? <TakeBack id={row.id} /> : <Reword id={row.id} />}
        </Failure>
      )}
      {row.notice && <Failure problem={row.notice} />}
    </div>
  );
}

function AgentTurn({ row, isLast }: { row: AgentRow; isLast: boolean }) {
  const { config, texts, name } = useView();
  const time = timeOf(row.at, config.branding.locale);
  return (
    <div
      class={`turn${row.isFirst ? " first" : ""}${isLast ? " last" : ""}`}
      part="agent"
      data-row={row.id}
      role="article"
      aria-label={texts("agent_said", { name, time })}
    >
      {row.isFirst && <Avatar size="small" />}
      <div class="words" title={time}>
        {row.text !== "" && (
          <MarkdownView text={row.text} isGrowing={row.state === "streaming"} sources={row.sources} />
        )}
        {row.state === "stopped" && <p class="meta">{texts("stopped")}</p>}
        {(row.state === "cut" || row.state === "failed") && (
          <Failure problem={row.problem} retryId={row.retryId} />
        )}
        {row.notice && <Failure problem={row.notice} />}
      </div>
      <RowActions row={row} isLast={isLast} />
      {isLast && row.state === "complete" && row.suggestions && (
        <div class="chips">
          <Suggestions items={row.suggestions} />
        </div>
      )}
    </div>
  );
}

function ActivityTurn({ row }: { row: ActivityRow }) {
  const { texts, name } = useView();
  return (
    <div class={row.isFirst ? "turn first" : "turn"}>
      {row.isFirst && <Avatar size="small" />}
      <p class="activity">
        <span class="dots" role="img" aria-label={texts("thinking", { name })} />
        <span dir="auto">{row.label}</span>
      </p>
    </div>
  );
}

interface TurnProps {
  row: Row;
  /** Nothing stands below it. */
  isLast: boolean;
}

export class Turn extends Component<TurnProps> {
  override shouldComponentUpdate({ row, isLast }: TurnProps): boolean {
    return row !== this.props.row || isLast !== this.props.isLast;
  }

  override render({ row, isLast }: TurnProps) {
    switch (row.kind) {
      case "visitor":
        return <VisitorTurn row={row} isLast={isLast} />;
      case "agent":
        return <AgentTurn row={row} isLast={isLast} />;
      case "activity":
        return <ActivityTurn row={row} />;
    }
  }
}
