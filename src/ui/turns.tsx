// Owns how one row of the transcript looks. A row renders again only when it is another object.
import { Component } from "preact";
import type { ActivityRow, AgentRow, Row, VisitorRow } from "../core/rows.ts";
import type { FoyerProblem } from "../core/problem.ts";
import { Avatar } from "./header.tsx";
import { Icon } from "./icons.tsx";
import { MarkdownView } from "./markdown-view.tsx";
import { problemText } from "./strings.ts";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";

function timeOf(at: number, locale: string): string {
  const style = { hour: "2-digit", minute: "2-digit" } as const;
  try {
    return new Date(at).toLocaleTimeString(locale || undefined, style);
  } catch {
    // The locale of the config is no language tag, or the time no time.
    return Number.isFinite(at) ? new Date(at).toLocaleTimeString(undefined, style) : "";
  }
}

/** Why something failed, and the way out of it when trying again can help. */
function Failure({ problem, retryId }: { problem: FoyerProblem | undefined; retryId: string | undefined }) {
  const { widget, texts } = useView();
  return (
    <p class="failure">
      <Icon name="warning" />
      <span>
        {problemText(texts, problem)}{" "}
        {retryId !== undefined && problem?.retryable !== false && (
          <button type="button" class="link" onClick={() => widget.retry(retryId)}>
            {texts(problem?.code === "answer_cut" ? "continue" : "retry")}
          </button>
        )}
      </span>
    </p>
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
    <>
      <button type="button" class="link" onClick={() => take(true)}>
        {texts("edit")}
      </button>{" "}
      <button type="button" class="link" onClick={() => take(false)}>
        {texts("remove")}
      </button>
    </>
  );
}

function VisitorTurn({ row }: { row: VisitorRow }) {
  const { widget, config, texts } = useView();
  const isOnline = useValue(widget.online);
  const time = timeOf(row.at, config.branding.locale);
  return (
    <div
      class={`turn mine ${row.state}${row.isFirst ? " first" : ""}`}
      part="visitor"
      role="article"
      aria-label={texts("visitor_said", { time })}
    >
      <p class="bubble" part="bubble" dir="auto" title={time}>
        {row.text}
      </p>
      {(row.state === "queued" || (row.state === "sending" && !isOnline)) && (
        <p class="meta">
          {texts(isOnline ? "queued" : "waiting")} {row.state === "queued" && <TakeBack id={row.id} />}
        </p>
      )}
      {row.state === "failed" && <Failure problem={row.problem} retryId={row.id} />}
      {row.problem?.retryable === false && (
        <p class="meta">
          <TakeBack id={row.id} />
        </p>
      )}
    </div>
  );
}

function AgentTurn({ row }: { row: AgentRow }) {
  const { config, texts, name } = useView();
  const time = timeOf(row.at, config.branding.locale);
  return (
    <div
      class={row.isFirst ? "turn first" : "turn"}
      part="agent"
      role="article"
      aria-label={texts("agent_said", { name, time })}
    >
      {row.isFirst && <Avatar size="small" />}
      <div class="words" title={time}>
        {row.text !== "" && <MarkdownView text={row.text} isGrowing={row.state === "streaming"} />}
        {row.state === "stopped" && <p class="meta">{texts("stopped")}</p>}
        {(row.state === "cut" || row.state === "failed") && (
          <Failure problem={row.problem} retryId={row.retryId} />
        )}
      </div>
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
        {row.label}
      </p>
    </div>
  );
}

export class Turn extends Component<{ row: Row }> {
  override shouldComponentUpdate(next: { row: Row }): boolean {
    return next.row !== this.props.row;
  }

  override render({ row }: { row: Row }) {
    switch (row.kind) {
      case "visitor":
        return <VisitorTurn row={row} />;
      case "agent":
        return <AgentTurn row={row} />;
      case "activity":
        return <ActivityTurn row={row} />;
    }
  }
}
