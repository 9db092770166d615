// Owns the header's menu (WAI-ARIA menu button pattern): its items, its keys and where the focus goes.
import { h, type RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef } from "../hooks.ts";
import { addStyles } from "../add-styles.ts";
import { Drawing } from "../icons.tsx";
import { report } from "../report.ts";
import type { Sound } from "../sound.ts";
import { textsFrom, type TextsOf } from "../strings.ts";
import { useValue } from "../use-value.ts";
import { useView, type View } from "../view.ts";
import { saveTranscript } from "./download.ts";
import css from "./menu.css?inline";
import { showOver } from "./over.tsx";
import { MENU_TEXTS } from "./texts.ts";

const PATHS = {
  new: "M12 5v14M5 12h14",
  threads: "M4 6.5h16M4 12h16M4 17.5h10",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  sound: "M4.5 9.5v5h3l5 4v-13l-5 4ZM16 9a4.5 4.5 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11",
  check: "m5 12.5 4.5 4.5L19 7.5",
};

interface Item {
  name: keyof typeof MENU_TEXTS;
  path: string;
  /** Nothing to do it with at present. */
  isOff: boolean;
  /** Of an item that is on or off. */
  isChecked?: boolean;
  run(): Promise<void>;
}

function soundItems(sound: Sound | undefined): Item[] {
  if (sound === undefined) return [];
  const isMuted = sound.isMuted();
  const run = async () => sound.mute(!isMuted);
  return [{ name: "menu_sound", path: PATHS.sound, isOff: false, isChecked: !isMuted, run }];
}

function useItems(
  texts: TextsOf<keyof typeof MENU_TEXTS>,
  { panel, sound }: Pick<MenuProps, "panel" | "sound">,
): Item[] {
  const view = useView();
  const { widget, config, name, focusEntry } = view;
  const rows = useValue(widget.rows);
  const isEmpty = rows.length === 0;
  const isUnsent = rows.some(
    (row) => row.kind === "visitor" && (row.state === "queued" || row.state === "sending"),
  );
  const save = (format: "txt" | "json") => () => {
    const { locale } = config.branding;
    return saveTranscript(widget, { format, name, locale, texts });
  };
  const startOver = async () => {
    const threads = await widget.threads();
    threads.startOver();
    focusEntry();
  };
  const showThreads = async () => {
    const [{ Conversations }, threads] = await Promise.all([
      import("../threads/conversations.tsx"),
      widget.threads(),
    ]);
    showOver(view, panel, (close) => <Conversations threads={threads} close={close} />);
  };
  return [
    { name: "menu_new", path: PATHS.new, isOff: isEmpty || isUnsent, run: startOver },
    { name: "menu_threads", path: PATHS.threads, isOff: false, run: showThreads },
    { name: "menu_download_text", path: PATHS.download, isOff: isEmpty, run: save("txt") },
    { name: "menu_download_json", path: PATHS.download, isOff: isEmpty, run: save("json") },
    ...soundItems(sound),
  ];
}

const itemsOf = (menu: HTMLElement): HTMLElement[] => [
  ...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]'),
];

/** The item that a key leads to from another one; undefined for every other key. */
function itemFor(
  event: KeyboardEvent,
  items: readonly HTMLElement[],
  index: number,
): HTMLElement | undefined {
  switch (event.key) {
    case "ArrowDown":
      return items[(index + 1) % items.length];
    case "ArrowUp":
      return items.at(index - 1);
    case "Home":
      return items[0];
    case "End":
      return items.at(-1);
    default: {
      // A letter leads to the next item that begins with it.
      const isLetter = event.key.length === 1 && event.key !== " ";
      const after = [...items.slice(index + 1), ...items.slice(0, index + 1)];
      const letter = event.key.toLowerCase();
      return isLetter ? after.find((item) => item.textContent?.toLowerCase().startsWith(letter)) : undefined;
    }
  }
}

/** Ties the menu to its button while it is there. */
function useTrigger(box: RefObject<HTMLElement | null>, { trigger, close }: MenuProps): void {
  useLayoutEffect(() => {
    if (box.current === null) return undefined;
    addStyles(box.current, css);
    itemsOf(box.current)[0]?.focus({ preventScroll: true });
    const ending = new AbortController();
    const { signal } = ending;
    // Losing the focus would close the menu, and the click open it again.
    trigger.addEventListener("mousedown", (event) => event.preventDefault(), { signal });
    const onClick = (event: Event) => {
      event.stopImmediatePropagation();
      close();
    };
    trigger.addEventListener("click", onClick, { signal, capture: true });
    trigger.ariaExpanded = "true";
    return () => {
      ending.abort();
      trigger.ariaExpanded = "false";
    };
  }, []);
}

interface MenuProps {
  trigger: HTMLElement;
  panel: Element;
  /** Where something sounds. */
  sound: Sound | undefined;
  close(): void;
}

function Menu(props: MenuProps) {
  const { trigger, close } = props;
  const { config, texts: panelTexts } = useView();
  const texts = useMemo(() => textsFrom(MENU_TEXTS, config.strings), [config]);
  const box = useRef<HTMLDivElement>(null);
  const items = useItems(texts, props);
  useTrigger(box, props);
  const closeBack = () => {
    close();
    trigger.focus();
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const all = itemsOf(event.currentTarget);
    const focused = all.findIndex((item) => item === event.target);
    const target = itemFor(event, all, focused);
    if (event.key === "Tab") return close();
    // The panel has its own meaning of Escape.
    event.stopPropagation();
    if (event.key === "Escape") closeBack();
    else target?.focus();
    if (event.key === "Escape" || target !== undefined) event.preventDefault();
  };
  return (
    <div
      ref={box}
      class="menu"
      role="menu"
      aria-label={panelTexts("more")}
      onKeyDown={onKeyDown}
      // A browser that gives a pressed button no focus would close the menu before the click.
      onMouseDown={(event) => event.preventDefault()}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) close();
      }}
    >
      {items.map(({ name, path, isOff, isChecked, run }) => (
        <button
          key={name}
          type="button"
          role={isChecked === undefined ? "menuitem" : "menuitemcheckbox"}
          aria-checked={isChecked}
          tabIndex={-1}
          aria-disabled={isOff}
          onClick={() => {
            if (isOff) return;
            closeBack();
            run().catch((error: unknown) => report(name, error));
          }}
        >
          <Drawing path={path} />
          {texts(name)}
          {isChecked && <Drawing path={PATHS.check} />}
        </button>
      ))}
    </div>
  );
}

/** The part is there already where something sounds. */
async function soundIn(panel: Element, { widget }: View): Promise<Sound | undefined> {
  if (panel.closest("[data-sound]") === null) return undefined;
  const part = await import("../sound.ts").catch(() => null);
  return part?.soundOf(widget);
}

/** Fetches what most items need while the visitor reads them. Somebody new has no use for it. */
function warm({ widget }: View): void {
  // Some browsers remember for ever that a module could not be loaded, so offline it is not tried.
  if (!widget.online.peek() || !(widget.isKnown() || widget.rows.peek().length > 0)) return;
  widget.threads().catch(() => {});
}

/** Opens the menu of the button that was pressed. */
export async function showMenu(view: View, trigger: HTMLElement): Promise<void> {
  const panel = trigger.closest(".panel");
  if (panel === null) return;
  warm(view);
  const sound = await soundIn(panel, view);
  if (trigger.ariaExpanded === "true") return;
  showOver(view, panel, (close) => <Menu {...{ trigger, panel, sound, close }} />);
}
