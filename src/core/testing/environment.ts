// Owns the manual environment of core tests: clocks that a test moves, scripted fetch, countable timers and listeners.
import type { Environment, LifecycleEvent, StorageKind, TabChannel, TextStorage } from "../environment.ts";

export interface SentRequest {
  method: string;
  url: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
  signal: AbortSignal | null;
  redirect: string | undefined;
  credentials: string | undefined;
}

export type Responder = (request: SentRequest) => Response | Promise<Response>;

interface Timer {
  dueMs: number;
  delayMs: number;
  callback: () => void;
}

/** What the tabs of one test share; a tab alone has one of its own. */
export class SharedBrowser {
  readonly channels = new Set<{ name: string; hear: (message: unknown) => void }>();
  readonly held = new Map<string, Promise<void>>();
  hasLocks = true;
  hasChannels = true;
}

export const TEST_START_MS = Date.UTC(2026, 0, 15, 12, 0, 0);

/** Waits, and rejects when aborted first. */
const abortedOr = (work: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new DOMException("aborted", "AbortError"));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    void work.then(resolve);
  });

const readBody = (body: unknown): unknown => (typeof body === "string" ? JSON.parse(body) : undefined);

export class ManualEnvironment implements Environment {
  wallMs = TEST_START_MS;
  monotonicMs = 1_000;
  /** What `random` answers. */
  fixedRandom = 0;
  visible = true;
  connected = true;
  readonly requests: SentRequest[] = [];
  readonly logs: string[] = [];
  readonly listeners = new Set<(event: LifecycleEvent) => void>();
  readonly timers = new Set<Timer>();
  readonly longestTimer = { ms: 0 };
  readonly stored: Map<string, string>;
  readonly browser: SharedBrowser;
  storageFails: "never" | "read" | "write" = "never";
  /** Lets everything happen that needs no time; a test with a real backend waits for that as well. */
  settle: () => Promise<void> = settle;
  respond: Responder = () => Promise.reject(new TypeError("no responder"));
  #seed = 0;
  #die = (): void => {};
  readonly #death = new Promise<void>((resolve) => (this.#die = resolve));

  constructor(browser = new SharedBrowser(), stored = new Map<string, string>()) {
    this.browser = browser;
    this.stored = stored;
  }

  channel = (name: string, onMessage: (message: unknown) => void): TabChannel => {
    const { channels, hasChannels } = this.browser;
    if (!hasChannels) throw new TypeError("no BroadcastChannel");
    const own = { name, hear: onMessage };
    channels.add(own);
    return {
      post(message) {
        if (!channels.has(own)) throw new Error("InvalidStateError");
        const copy: unknown = structuredClone(message);
        queueMicrotask(() => {
          for (const other of channels) if (other !== own && other.name === name) other.hear(copy);
        });
      },
      close: () => void channels.delete(own),
    };
  };

  lock = async (name: string, signal: AbortSignal, body: () => Promise<void>): Promise<void> => {
    const { held, hasLocks } = this.browser;
    if (!hasLocks) throw new TypeError("no locks");
    const before = held.get(name) ?? Promise.resolve();
    const run = abortedOr(before, signal).then(body);
    const given = Promise.allSettled([before, run]).then(() => undefined);
    held.set(name, Promise.race([given, before.then(() => this.#death)]));
    return run;
  };

  /** The tab is gone without a word: its locks are anybody's. Nothing of it may happen any more. */
  die(): void {
    this.#die();
    this.timers.clear();
    this.listeners.clear();
  }

  now = (): number => this.wallMs;
  monotonic = (): number => this.monotonicMs;
  random = (): number => this.fixedRandom;
  randomBytes = (length: number): Uint8Array =>
    Uint8Array.from({ length }, () => {
      this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
      return this.#seed >>> 24;
    });
  isVisible = (): boolean => this.visible;
  isOnline = (): boolean => this.connected;
  log = (level: string, message: string): void => void this.logs.push(`${level} ${message}`);

  setTimer = (callback: () => void, delayMs: number): (() => void) => {
    const timer = { dueMs: this.monotonicMs + delayMs, delayMs, callback };
    this.timers.add(timer);
    this.longestTimer.ms = Math.max(this.longestTimer.ms, delayMs);
    return () => void this.timers.delete(timer);
  };

  fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const request: SentRequest = {
      method: init.method ?? "GET",
      url,
      path: new URL(url).pathname,
      headers: Object.fromEntries(new Headers(init.headers).entries()),
      body: readBody(init.body),
      signal: init.signal ?? null,
      redirect: init.redirect,
      credentials: init.credentials,
    };
    this.requests.push(request);
    return this.respond(request);
  };

  storage = (kind: StorageKind): TextStorage | null => {
    if (kind === "none") return null;
    if (this.storageFails === "read") throw new Error("SecurityError");
    return {
      getItem: (key) => this.stored.get(key) ?? null,
      removeItem: (key) => void this.stored.delete(key),
      setItem: (key, value) => {
        if (this.storageFails === "write") throw new Error("QuotaExceededError");
        this.stored.set(key, value);
      },
    };
  };

  onLifecycle = (listener: (event: LifecycleEvent) => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  emit(event: LifecycleEvent): void {
    if (event === "hidden" || event === "visible") this.visible = event === "visible";
    if (event === "online" || event === "offline") this.connected = event === "online";
    for (const listener of this.listeners) listener(event);
  }

  /** Moves both clocks and fires due timers in order, letting promises settle between them. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.monotonicMs + durationMs;
    for (;;) {
      await this.settle();
      const next = [...this.timers].sort((left, right) => left.dueMs - right.dueMs)[0];
      if (next === undefined || next.dueMs > endMs) break;
      const stepMs = Math.max(next.dueMs - this.monotonicMs, 0);
      this.wallMs += stepMs;
      this.monotonicMs += stepMs;
      this.timers.delete(next);
      next.callback();
    }
    this.wallMs += endMs - this.monotonicMs;
    this.monotonicMs = endMs;
    await this.settle();
  }

  sent(path: string): SentRequest[] {
    return this.requests.filter((request) => request.path === path);
  }
}

/** Lets everything that only waits for promises happen, streams included. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
}
