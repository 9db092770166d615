// Owns the panel's header and the avatar: who answers, and in one quiet line how things stand.
import { h } from "preact";
import { useState } from "./hooks.ts";
import type { SessionState, TurnState } from "../core/handle.ts";
import { Icon } from "./icons.tsx";
import { report } from "./report.ts";
import type { TextName } from "./strings.ts";
import { useValue } from "./use-value.ts";
import { useView } from "./view.ts";

/** The status line, in order of what the visitor must know first. */
export function statusText(session: SessionState, turn: TurnState, isOnline: boolean): TextName {
  if (!isOnline) return "status_offline";
  if (session.kind === "dead" || (session.kind === "degraded" && session.visitor === null))
    return "status_ended";
  if (session.kind === "offline") return "status_reconnecting";
  if (turn.kind === "sending" || turn.kind === "answering") return "status_answering";
  return session.kind === "starting" ? "status_connecting" : "status_ready";
}

export function Avatar({ size = "" }: { size?: "small" | "large" | "" }) {
  const { logo_url: logoUrl } = useView().config.branding;
  const [isBroken, setBroken] = useState(false);
  if (logoUrl !== "" && !isBroken) {
    return (
      <img
        class={`avatar ${size}`}
        part="avatar"
        src={logoUrl}
        alt=""
        referrerpolicy="no-referrer"
        onError={() => setBroken(true)}
      />
    );
  }
  return (
    <span class={`avatar ${size}`} part="avatar">
      <Icon name="spark" />
    </span>
  );
}

/** The button of the menu, which is loaded when it is pressed. */
function More() {
  const view = useView();
  const label = view.texts("more");
  const open = async ({ currentTarget }: { currentTarget: HTMLElement }) => {
    const part = await import("./menu/menu.tsx").catch((error: unknown) => report("menu", error));
    part?.showMenu(view, currentTarget);
  };
  return (
    <button class="tool" aria-haspopup="menu" aria-label={label} title={label} onClick={open}>
      <Icon name="more" />
    </button>
  );
}

export function Header({ titleId, isClosable }: { titleId: string; isClosable: boolean }) {
  const { widget, texts, name } = useView();
  const status = statusText(useValue(widget.session), useValue(widget.turn), useValue(widget.online));
  return (
    <header part="header" role="none">
      <Avatar />
      <div class="who">
        <h2 id={titleId} part="title" dir="auto">
          {name}
        </h2>
        <p class="meta">{texts(status)}</p>
      </div>
      <More />
      {isClosable && (
        <button
          class="tool"
          part="close"
          aria-label={texts("close")}
          title={texts("close")}
          onClick={() => widget.close()}
        >
          <Icon name="chevron" />
        </button>
      )}
    </header>
  );
}
