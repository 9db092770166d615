// Owns the sockets of webhooks: resolving a name, and one POST to addresses that were checked. Judges nothing.
import { Resolver } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { isLocalhostName } from "./address.ts";

export interface PinnedRequest {
  url: URL;
  /** The only addresses that may be connected to, whatever the name resolves to by now. */
  addresses: readonly string[];
  headers: Record<string, string>;
  body: string;
  /** A longer answer is cut off. */
  maxAnswerBytes: number;
  signal: AbortSignal;
}

export interface WebhookResponse {
  status: number;
  /** Of a 2xx answer; null when it is longer than allowed. */
  body: Uint8Array | null;
}

/** Injected, so that tests decide what names resolve to. */
export interface WebhookNetwork {
  /** All addresses of a name; none when it does not exist or nobody knows. */
  resolve(hostname: string): Promise<string[]>;
  /** Follows no redirect. Rejects when there is no answer. */
  post(request: PinnedRequest): Promise<WebhookResponse>;
}

/** Answers a connection's lookup from the list. Node asks for one address or for all. */
export const pinnedTo =
  (addresses: readonly string[]): LookupFunction =>
  (_hostname, options, callback) => {
    const all = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = all;
    if (first === undefined) callback(new Error("no address"), "");
    else if (options.all === true) callback(null, all);
    else callback(null, first.address, first.family);
  };

async function read(response: IncomingMessage, maxBytes: number): Promise<WebhookResponse> {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let size = 0;
  if (status >= 200 && status <= 299) {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > maxBytes) return { status, body: null };
      chunks.push(chunk);
    }
  }
  response.destroy();
  return { status, body: Buffer.concat(chunks) };
}

const LOOPBACK = ["127.0.0.1", "::1"];

/**
 * Asks the name servers itself. `dns.lookup` would wait in the thread pool that also signs tokens: a few names that do
 * not answer would make the visitors of every key wait.
 */
async function resolveName(hostname: string): Promise<string[]> {
  if (isLocalhostName(hostname)) return LOOPBACK;
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
}

/** The machine's resolver and sockets. TLS checks the certificate for the name of the URL, not for the address. */
export function systemNetwork(): WebhookNetwork {
  return {
    resolve: resolveName,
    post: ({ url, addresses, headers, body, maxAnswerBytes, signal }) =>
      new Promise((resolve, reject) => {
        const send = url.protocol === "https:" ? requestHttps : requestHttp;
        // No agent: a pooled connection could lead to an address that was checked for another delivery.
        const request = send(url, {
          method: "POST",
          agent: false,
          lookup: pinnedTo(addresses),
          rejectUnauthorized: true,
          headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
          signal,
        });
        request.once("error", reject);
        request.once("response", (response) => resolve(read(response, maxAnswerBytes)));
        request.end(body);
      }),
  };
}
