// Owns every door to the outside: time, timers, fetch, storage, randomness, page lifecycle, console.
// Core code and its tests differ in this one object. Nothing else in core/ may touch those globals.

export type StorageKind = "local" | "session" | "none";
export type LifecycleEvent =
  | "visible"
  | "hidden"
  | "freeze"
  | "resume"
  | "pageshow"
  | "pagehide"
  | "online"
  | "offline"
  | "focus"
  /** Another tab changed what is stored. */
  | "storage";

/** What tabs of one origin say to each other; a `BroadcastChannel` without its events. */
export interface TabChannel {
  post(message: unknown): void;
  close(): void;
}

export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Environment {
  /** Wall clock, ms since the epoch. */
  now(): number;
  /** Monotonic clock, ms; may stop while the device sleeps. */
  monotonic(): number;
  /** Uniform in [0, 1). Jitter only, never for ids. */
  random(): number;
  /** Cryptographically random bytes; also on plain http pages, where `crypto.randomUUID` is missing. */
  randomBytes(length: number): Uint8Array;
  /** Returns a function that clears the timer. */
  setTimer(callback: () => void, delayMs: number): () => void;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Null when the page may not store (sandboxed frames throw on the bare read). */
  storage(kind: StorageKind): TextStorage | null;
  isVisible(): boolean;
  isOnline(): boolean;
  /** Returns a function that removes the listeners. */
  onLifecycle(listener: (event: LifecycleEvent) => void): () => void;
  /** Opens a channel to the other tabs. Throws where there is none. @default the browser's */
  channel?(name: string, onMessage: (message: unknown) => void): TabChannel;
  /** Runs `body` while no other tab runs one under this name. Rejects where there are no locks, or when aborted. @default the browser's */
  lock?(name: string, signal: AbortSignal, body: () => Promise<void>): Promise<void>;
  log(level: "error" | "warn" | "debug", message: string): void;
}

interface EventSourceLike {
  addEventListener(type: string, listener: () => void, isCapturing: boolean): void;
  removeEventListener(type: string, listener: () => void, isCapturing: boolean): void;
}
declare const document: { visibilityState: string } | undefined;
declare const window:
  | (EventSourceLike & {
      localStorage: TextStorage;
      sessionStorage: TextStorage;
      navigator: { onLine: boolean };
    })
  | undefined;

const PAGE_EVENTS = [
  "freeze",
  "resume",
  "pageshow",
  "pagehide",
  "online",
  "offline",
  "focus",
  "storage",
] as const;

function listenToPage(listener: (event: LifecycleEvent) => void): () => void {
  if (typeof window === "undefined" || typeof document === "undefined") return () => {};
  const page = document;
  const view = window;
  /** Capturing at the window hears the document's events too; of focus that would be each field's. */
  const listenTo = (type: string, read: () => LifecycleEvent): (() => void) => {
    const handler = (): void => listener(read());
    const isCapturing = type !== "focus";
    view.addEventListener(type, handler, isCapturing);
    return () => view.removeEventListener(type, handler, isCapturing);
  };
  const undo = PAGE_EVENTS.map((type) => listenTo(type, () => type));
  undo.push(listenTo("visibilitychange", () => (page.visibilityState === "hidden" ? "hidden" : "visible")));
  return () => undo.forEach((remove) => remove());
}

function pageStorage(kind: StorageKind): TextStorage | null {
  if (kind === "none" || typeof window === "undefined") return null;
  try {
    return kind === "local" ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

/** The real thing. Safe to call on a server: it touches globals only when a method is called. */
export function browserEnvironment(): Environment {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: () => Math.random(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    setTimer: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    fetch: (url, init) => fetch(url, init),
    storage: pageStorage,
    isVisible: () => typeof document === "undefined" || document.visibilityState !== "hidden",
    isOnline: () => typeof window === "undefined" || window.navigator.onLine,
    onLifecycle: listenToPage,
    // oxlint-disable-next-line no-console -- the one place of core/ that writes to the console
    log: (level, message) => console[level](`[foyer] ${message}`),
  };
}
