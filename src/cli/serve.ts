// Owns `foyer serve` as a running thing: the hub alone on its port, one line of JSON per event, a graceful end.
import type { Hub, HubLogLine } from "../hub/hub.ts";
import { listen } from "./listen.ts";
import { openOrExplain } from "./open-hub.ts";
import type { ServeSettings } from "./serve-settings.ts";

/** Answers being streamed may go on this long after the stop. */
const GRACE_MS = 10_000;
/** And have this long to say that they were stopped. */
const LAST_WORDS_MS = 500;

export interface ServeOptions extends ServeSettings {
  /** 0 picks a free one. */
  port: number;
  host: string;
  /** Folder with the built widget. */
  assetsDir: string;
  /** Takes each line of the log. */
  write(line: string): void;
  /** @default the machine's, ms since the epoch */
  now?: () => number;
}

export interface RunningHub {
  port: number;
  /** Takes no more, lets what has begun end within 10 s, closes the store. */
  stop(): Promise<void>;
}

/** @throws CommandError when the port is taken or the store cannot be opened. */
export async function serve(options: ServeOptions): Promise<RunningHub> {
  const { port, host, write, now = () => Date.now(), metricsToken, ...settings } = options;
  const log = (line: HubLogLine) => write(JSON.stringify({ time: new Date(now()).toISOString(), ...line }));
  // The store first: a hub that cannot open it never takes the port.
  const hub = await openOrExplain({ ...settings, log, ...(metricsToken === null ? {} : { metricsToken }) });
  const listener = await listen({ fetch: hub.fetch, host, port, flag: "--port" }).catch(
    async (failure: unknown) => {
      await hub.close();
      throw failure;
    },
  );
  log({ level: "info", event: "listening", host, port: listener.port, public_url: settings.publicUrl });
  return { port: listener.port, stop: () => stop(hub, listener.close, log) };
}

async function stop(
  hub: Hub,
  closeListener: (graceMs: number) => Promise<void>,
  log: (line: HubLogLine) => void,
): Promise<void> {
  log({ level: "info", event: "stopping" });
  await Promise.all([hub.drain(GRACE_MS), closeListener(GRACE_MS + LAST_WORDS_MS)]);
  await hub.close();
  log({ level: "info", event: "stopped" });
}
