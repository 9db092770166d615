// Owns who is at the other end of a request: noted once at the door, read where something counts by address.
import { isIPv6 } from "node:net";

/** What the server knows about a connection. */
export interface Connection {
  /** IP address of the other end; null when there is no socket, as in a call from the same process. */
  address: string | null;
  /** Breaks the connection, once what was written has left; there where there is a socket to break. */
  drop?(): void;
}

const addresses = new WeakMap<Request, string>();

/** One visitor's network: an IPv4 address, or the first 64 bits of an IPv6 address, of which a host has many. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = "", tail = ""] = (address.split("%")[0] ?? "").split("::");
  const [front, back] = [head, tail].map((part) => (part === "" ? [] : part.split(":")));
  const zeros = Array<string>(Math.max(0, 8 - (front?.length ?? 0) - (back?.length ?? 0))).fill("0");
  const groups = address.includes("::") ? [...(front ?? []), ...zeros, ...(back ?? [])] : (front ?? []);
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

/**
 * Notes the network that a request came from.
 * @param isProxyTrusted whether the last entry of X-Forwarded-For, which the nearest proxy wrote, is believed.
 */
export function notePeer(
  request: Request,
  connection: Connection | undefined,
  isProxyTrusted: boolean,
): void {
  const forwarded = isProxyTrusted ? request.headers.get("X-Forwarded-For")?.split(",").at(-1)?.trim() : "";
  addresses.set(request, networkOf(forwarded || (connection?.address ?? "local")));
}

/** The network that a request came from; `local` without a connection. */
export const peerOf = (request: Request): string => addresses.get(request) ?? "local";

const NEAR: ReadonlySet<string> = new Set(["local", "127.0.0.1", "0:0:0:0::/64"]);
const FORWARDING = ["Forwarded", "X-Forwarded-For", "X-Real-IP"];

/** Whether a request comes from this very machine, and not through a proxy on it. */
export const isFromHere = (request: Request): boolean =>
  NEAR.has(peerOf(request)) && !FORWARDING.some((name) => request.headers.has(name));
