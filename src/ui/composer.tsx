// Owns the text field: what is typed, when it may be sent, and the way to stop an answer. The draft is the widget's.
import { useLayoutEffect } from "./hooks.ts";
import { h, type RefObject } from "preact";
import type { SessionState, TurnState } from "../core/handle.ts";
import { MESSAGE_MAX_LENGTH } from "../protocol/limits.ts";
import { BANNER_ID } from "./banner.tsx";
import { Icon } from "./icons.tsx";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";

const HINT_ID = "foyer-hint";
/** Characters left from which on the count is shown. */
const COUNT_FROM = 200;
/** keyCode of a key that an input method is still working on; Safari sends it after `isComposing` is false again. */
const IME_KEY_CODE = 229;

/** Whether this key press means "send" rather than a new line or a choice of the input method. */
export function meansSend(event: KeyboardEvent): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== IME_KEY_CODE;
}

/** What is written while the hub asks for patience is queued. */
const canSend = ({ kind }: TurnState): boolean => kind === "idle" || kind === "waiting";

/** What is said elsewhere is no more than `other` here. */
type Hindrance = "none" | "empty" | "other";

/** What keeps the draft from being sent. A session that a retry may bring back is no hindrance. */
function hindranceOf(session: SessionState, draft: string): Hindrance {
  const isEnded = session.kind === "dead" && !session.problem.retryable;
  if (isEnded || draft.length > MESSAGE_MAX_LENGTH) return "other";
  return draft.trim() === "" ? "empty" : "none";
}

function SendButton({ hindrance }: { hindrance: Hindrance }) {
  const { widget, texts } = useView();
  const isBusy = !canSend(useValue(widget.turn));
  const label = texts(isBusy ? "stop" : "send");
  const onClick = (event: MouseEvent) => {
    if (!isBusy) return;
    event.preventDefault();
    // The second half of a double click on Send must not stop the answer it asked for.
    if (event.detail < 2) widget.stop();
  };
  return (
    <button
      class="send"
      part="send"
      aria-label={label}
      title={!isBusy && hindrance === "empty" ? texts("send_empty") : label}
      aria-disabled={!isBusy && hindrance !== "none"}
      onClick={onClick}
      // The field keeps the focus, and on phones the keyboard stays.
      onMouseDown={(event) => event.preventDefault()}
    >
      <Icon name={isBusy ? "stop" : "send"} />
    </button>
  );
}

function LengthHint({ left }: { left: number }) {
  const { texts } = useView();
  if (left > COUNT_FROM) return null;
  return (
    <p class={left < 0 ? "meta over" : "meta"} id={HINT_ID}>
      {texts(left < 0 ? "too_long" : "characters_left", { count: Math.abs(left) })}
    </p>
  );
}

/** How long the hub wants us to wait, as of now. */
function WaitHint() {
  const { widget, texts } = useView();
  const turn = useValue(widget.turn);
  const count = turn.kind === "waiting" ? Math.ceil((turn.untilMs - Date.now()) / 1000) : 0;
  return (
    <p class="meta" role="status" hidden={count <= 0}>
      {count > 0 && texts("busy_wait", { count })}
    </p>
  );
}

function useGrowingHeight(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    if (field.current === null) return;
    const { style } = field.current;
    style.height = "auto";
    // Asking for the height lays the page out; one empty line needs no asking.
    if (text !== "") style.height = `${field.current.scrollHeight}px`;
  }, [field, text]);
}

export function Composer({ field }: { field: RefObject<HTMLTextAreaElement | null> }) {
  const { widget, config, texts } = useView();
  const draft = useValue(widget.draft);
  const hindrance = hindranceOf(useValue(widget.session), draft);
  useGrowingHeight(field, draft);

  const send = (event: Event) => {
    event.preventDefault();
    if (hindrance === "none" && canSend(widget.turn.peek())) widget.send();
  };
  return (
    <footer role="none">
      <form class="composer" part="composer" onSubmit={send}>
        <textarea
          ref={field}
          part="input"
          rows={1}
          // An empty field with "auto" would read left to right on every page.
          dir={draft === "" ? undefined : "auto"}
          value={draft}
          // Isolated: its dots stand where its own words end, also in a panel that reads the other way.
          placeholder={`\u2068${texts("placeholder")}\u2069`}
          aria-label={texts("input_label")}
          aria-describedby={`${BANNER_ID} ${HINT_ID}`}
          enterkeyhint="send"
          onInput={(event) => (widget.draft.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (meansSend(event)) send(event);
          }}
        />
        <SendButton hindrance={hindrance} />
      </form>
      <WaitHint />
      <LengthHint left={MESSAGE_MAX_LENGTH - draft.length} />
      {config.branding.privacy_notice !== "" && (
        <p class="meta" dir="auto">
          {config.branding.privacy_notice}
        </p>
      )}
    </footer>
  );
}
