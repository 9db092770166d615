// Owns the browser's two doors to other tabs; apart from environment.ts, for a panel alone has no use for them.
import type { Environment } from "./environment.ts";

declare class BroadcastChannel {
  constructor(name: string);
  onmessage: (event: { data: unknown }) => void;
  postMessage(message: unknown): void;
  close(): void;
}
declare const navigator: {
  locks: {
    request(name: string, options: { signal: AbortSignal }, body: () => Promise<void>): Promise<void>;
  };
};

export const BROWSER_DOORS: Required<Pick<Environment, "channel" | "lock">> = {
  channel(name, onMessage) {
    const channel = new BroadcastChannel(name);
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- ends with the channel, and starts it
    channel.onmessage = ({ data }) => onMessage(data);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin: ours
    return { post: (message) => channel.postMessage(message), close: () => channel.close() };
  },
  // A missing `locks` rejects like a refused one.
  lock: async (name, signal, body) => navigator.locks.request(name, { signal }, body),
};
