// Owns one page of a soak: an environment on the world's time, with a storage that outlives reloads.
import type { Environment, LifecycleEvent } from "../../src/core/environment.ts";
import { createRandom } from "../../src/hub/faults/random.ts";
import type { World } from "./world.ts";

const ORIGIN = "http://localhost:5173";

export interface PageNotes {
  requests: number;
  /** Every request with its end and time: the same for the same seed. */
  trace: string[];
  errors: string[];
}

export interface SoakPage {
  env: Environment;
  stored: Map<string, string>;
  notes: PageNotes;
  emit(event: LifecycleEvent): void;
}

function pageFetch(
  world: World,
  fetch: (request: Request) => Promise<Response>,
  notes: PageNotes,
  isOnline: () => boolean,
): Environment["fetch"] {
  return async (url, init) => {
    const line = `${world.now()} ${init.method} ${new URL(url).pathname.replace(/[0-9a-f-]{36}/g, "*")}`;
    notes.requests += 1;
    notes.trace.push(line);
    const { body, method, signal, headers } = init;
    const request = new Request(url, {
      method: method ?? "GET",
      headers: { ...Object.fromEntries(new Headers(headers)), Origin: ORIGIN },
      ...(typeof body === "string" ? { body } : {}),
      ...(signal === null || signal === undefined ? {} : { signal }),
    });
    try {
      if (!isOnline()) throw new TypeError("offline");
      const response = await fetch(request);
      notes.trace.push(`${line} ${response.status}`);
      if (response.status >= 300 && response.status < 400) throw new TypeError("redirect");
      return response;
    } catch (failure) {
      // When a request that nobody waits for any more hears of that is up to the garbage collector.
      if (failure instanceof TypeError) notes.trace.push(`${line} broken`);
      throw failure;
    }
  };
}

export function createPage(
  world: World,
  seed: number,
  fetch: (request: Request) => Promise<Response>,
): SoakPage {
  const random = createRandom(seed);
  const stored = new Map<string, string>();
  const notes: PageNotes = { requests: 0, trace: [], errors: [] };
  const listeners = new Set<(event: LifecycleEvent) => void>();
  let isOnline = true;
  let isVisible = true;
  return {
    stored,
    notes,
    emit(event) {
      if (event === "online" || event === "offline") isOnline = event === "online";
      if (event === "visible" || event === "hidden") isVisible = event === "visible";
      for (const listener of listeners) listener(event);
    },
    env: {
      now: world.now,
      monotonic: world.now,
      random,
      randomBytes: (length) => Uint8Array.from({ length }, () => Math.floor(random() * 256)),
      setTimer: world.setTimer,
      fetch: pageFetch(world, fetch, notes, () => isOnline),
      storage: () => ({
        getItem: (key) => stored.get(key) ?? null,
        setItem: (key, value) => void stored.set(key, value),
        removeItem: (key) => void stored.delete(key),
      }),
      isVisible: () => isVisible,
      isOnline: () => isOnline,
      onLifecycle(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      // One page is one browser here: the process's own channel would join them all.
      channel: () => ({ post: () => {}, close: () => {} }),
      lock: (_name, _signal, body) => body(),
      log: (level, message) => void (level === "error" && notes.errors.push(message)),
    },
  };
}
