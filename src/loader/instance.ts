// Owns one widget of the script tag: launcher first, panel chunk on intent or at idle, widget on the first command.
import type { Widget, WidgetEvents } from "../core/handle.ts";
import type { Identity } from "../core/identity.ts";
import type { PanelSeam } from "../panel.ts";
import { createHost } from "../ui/launcher.ts";
import { fetchConfig } from "./config.ts";
import { report } from "./report.ts";
import type { Tag } from "./tag.ts";

/** The page's handle. Commands given before the panel has loaded are kept and carried out in order. */
export interface FoyerApi {
  open(): void;
  close(): void;
  toggle(): void;
  /** Opens the panel and sends a message as the visitor. */
  send(text: string): void;
  /** Says who is logged in: `{ token }` or `{ getToken }`. Loads nothing by itself. */
  identify(identity: Identity): void;
  /** Forgets the visitor, here, in other tabs and on the hub. */
  logout(): void;
  /** Subscribes to `open`, `close`, `message`, `problem` or `logout`; returns the function that unsubscribes. */
  on<Name extends keyof WidgetEvents>(name: Name, listener: (event: WidgetEvents[Name]) => void): () => void;
  /** Takes everything down: the page is as it was before the tag. */
  destroy(): void;
  /** Carries out calls; this is what `(window.Foyer ||= []).push(["open"])` becomes once the loader runs. */
  push(...calls: QueuedCall[]): void;
  /** The widgets of this page by client key. */
  readonly instances: Record<string, FoyerApi>;
}
/** `["send", "Hello"]`, or a function that gets the handle. */
export type QueuedCall = ((foyer: FoyerApi) => void) | [name: string, ...args: unknown[]];

/** Written in by the build: the panel's file name with its content hash, relative to the loader. */
const PANEL_FILE = "__FOYER_PANEL_FILE__";
const IDLE_FALLBACK_MS = 2000;

interface PanelModule {
  start(seam: PanelSeam): Widget;
}
/** What has to be undone at `destroy`, in the order it was done. */
type Cleanups = (() => unknown)[];

/** Preloads when the page is quiet, not at all for visitors who save data. */
function whenIdle(task: () => unknown, cleanups: Cleanups): void {
  if ((navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData) return;
  const canIdle = "requestIdleCallback" in window;
  const handle = Number(canIdle ? requestIdleCallback(task) : setTimeout(task, IDLE_FALLBACK_MS));
  cleanups.push(() => (canIdle ? cancelIdleCallback : clearTimeout)(handle));
}

/** How far the widget is; numbers, for they weigh less than words. */
const NOTHING = 0;
const STARTING = 1;
const STARTED = 2;

/** Loads the panel chunk once; after a failure the next call tries again, past the browser's memory of the failure. */
function createChunkLoader(scriptUrl: string): () => Promise<PanelModule | undefined> {
  let again = "";
  let chunk: Promise<PanelModule | undefined> | undefined;
  return () =>
    // Without a query at first: the panel's own parts import it by that address, and would load it a second time.
    (chunk ??= import(/* @vite-ignore */ `${new URL(PANEL_FILE + again, scriptUrl)}`).catch(() => {
      again += "?";
      chunk = undefined;
      report("panel_unreachable");
    }));
}

export function createInstance(tag: Tag, instances: FoyerApi["instances"], onDestroy: () => void): FoyerApi {
  let isAlive = true;
  const cleanups: Cleanups = [() => (isAlive = false), onDestroy];
  const load = createChunkLoader(tag.scriptUrl);
  const seam = new Promise<PanelSeam>((resolve) => {
    const stopConfig = fetchConfig(tag, (config, look) => {
      const host = createHost(look);
      // oxlint-disable unicorn/prefer-add-event-listener -- nobody else has this button, and it is 20 bytes less
      // A finger enters too, just before it presses.
      host.button.onpointerenter = host.button.onfocus = load;
      host.button.onclick = () => phase === STARTING || api.toggle();
      // oxlint-enable unicorn/prefer-add-event-listener
      cleanups.push(() => host.element.remove());
      // The page has a button of its own, or a place in it: the panel finds it, and starts at once.
      if (tag.read("launcher") || tag.read("target")) {
        host.button.style.display = "none";
        prepare();
      }
      // Two quiet moments, so that neither is a long task: one reads the chunk, the next starts the widget.
      whenIdle(async () => (await load()) && isAlive && whenIdle(prepare, cleanups), cleanups);
      resolve({ ...tag, config, host });
    });
    cleanups.push(stopConfig);
  });

  /** Nothing until somebody asks for the widget, and again after the panel failed to load. */
  let phase: typeof NOTHING | typeof STARTING | typeof STARTED = NOTHING;
  let announce: (widget: Widget) => void;
  const started = new Promise<Widget>((resolve) => (announce = resolve));
  /** A command waits for the widget however often the panel fails to load: nothing the page asked for is lost. */
  const run = async (command: (widget: Widget) => void): Promise<void> => {
    void started.then(command);
    if (phase) return;
    phase = STARTING;
    const parts = await seam;
    const panel = await load();
    phase = panel ? STARTED : NOTHING;
    if (!panel || !isAlive) return;
    const widget = panel.start(parts);
    cleanups.push(widget.dispose);
    announce(widget);
  };
  const prepare = () => void run(() => {});

  const api: FoyerApi = {
    instances,
    open: () => void run((widget) => widget.open()),
    close: () => void run((widget) => widget.close()),
    toggle: () => void run((widget) => widget.toggle()),
    send: (text) =>
      void run((widget) => {
        widget.open();
        widget.send(text);
      }),
    identify: (identity) => void started.then((widget) => widget.identify(identity)),
    logout: () => void started.then((widget) => widget.logout()),
    on: (name, listener) => {
      const off = started.then((widget) => widget.on(name, listener));
      return () => void off.then((unsubscribe) => unsubscribe());
    },
    // A call of the page that throws is the page's own error: it surfaces there and stops nothing of ours.
    push: (...calls) => calls.forEach((call) => queueMicrotask(() => carryOut(api, call))),
    destroy: () => cleanups.splice(0).forEach((cleanup) => cleanup()),
  };
  return api;
}

function carryOut(api: FoyerApi, call: QueuedCall): void {
  if (typeof call === "function") return call(api);
  const [name, ...args] = call;
  const commands = api as object as Record<string, ((...args: unknown[]) => void) | undefined>;
  commands[name]?.(...args);
}
