// Owns one POST to a remote agent and the events of its answer. Judges where it may go as webhooks do; knows no kind of agent.
import { request as requestHttp } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { findDestination } from "../../webhook/deliver.ts";
import { pinnedTo } from "../../webhook/network.ts";
import type { WebhookNetwork } from "../../webhook/network.ts";

/** How remote agents are reached, and whether they may be on private addresses. */
export interface Reach {
  network: WebhookNetwork;
  allowPrivate: boolean;
  /** A connection on which nothing comes for this long is over. @default 60000 */
  silenceMs?: number;
}

export interface AgentCall {
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

const SILENCE_MS = 60_000;
/** An answer that is longer than this is no answer to a visitor. */
const MAX_BYTES = 8 * 1024 * 1024;

async function open(call: AgentCall, reach: Reach, signal: AbortSignal): Promise<IncomingMessage> {
  const destination = await findDestination(call.url, reach);
  if (destination.kind === "bad") throw new Error(`The agent may not be called: ${destination.reason}`);
  const { url, addresses } = destination;
  const body = JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const request = send(url, {
      method: "POST",
      agent: false,
      lookup: pinnedTo(addresses),
      timeout: reach.silenceMs ?? SILENCE_MS,
      headers: {
        ...call.headers,
        "Content-Type": "application/json",
        Accept: "text/event-stream",
        "Content-Length": Buffer.byteLength(body),
      },
      signal,
    });
    request.once("timeout", () => request.destroy(new Error("The agent fell silent")));
    request.on("error", reject);
    request.once("response", resolve);
    request.end(body);
  });
}

/** The `data` of each server-sent event in bytes that are cut anywhere. */
export async function* eventData(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let rest = "";
  let waiting = "";
  let data: string[] = [];
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error("The agent's answer is too long");
    const text = waiting + decoder.decode(chunk, { stream: true });
    // A CR at the end waits: its LF may come with the next bytes.
    waiting = text.endsWith("\r") ? "\r" : "";
    // Only what is new is looked through: an endless line would cost more with each of its pieces.
    const lines = text.slice(0, text.length - waiting.length).split(/\r\n|\n|\r/);
    lines[0] = rest + (lines[0] ?? "");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, value] = /^data(?:: ?([^]*))?$/.exec(line) ?? [];
      if (line.startsWith("data")) data.push(value ?? "");
      if (line !== "" || data.length === 0) continue;
      yield data.join("\n");
      data = [];
    }
  }
}

/**
 * Posts JSON and yields the data of the events that come back, until they end or the signal aborts.
 * Follows no redirect.
 * @throws Error whose message says why there is no answer, without anything of the request.
 */
export async function* callAgent(call: AgentCall, reach: Reach, signal: AbortSignal): AsyncGenerator<string> {
  const response = await open(call, reach, signal);
  try {
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw new Error(`The agent answered ${status}`);
    yield* eventData(response as AsyncIterable<Uint8Array>);
  } finally {
    response.destroy();
  }
}
