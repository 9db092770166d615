// Owns the host element and the launcher button, drawn without a framework: the loader and the npm entry share it.
// Knows no network and no state but "open or not".
import type { LauncherPosition } from "../protocol/config.ts";
import css from "./launcher.css?inline";

export interface LauncherLook {
  /** Accent, `#rrggbb`. */
  color: string;
  position: LauncherPosition;
  /** Text beside the icon; "" draws a round launcher. */
  label: string;
  /** https image shown instead of the chat icon; "" for the built-in one. */
  logoUrl: string;
  /** Accessible name while closed. */
  name: string;
}

export interface Host {
  element: HTMLElement;
  root: ShadowRoot;
}

export interface Launcher {
  button: HTMLButtonElement;
  /** Morphs the icon, sets `aria-expanded`. */
  setOpen(isOpen: boolean): void;
}

export declare function createHost(): Host;
export declare function drawLauncher(host: Host, look: LauncherLook): Launcher;
export { css };
