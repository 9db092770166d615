// Owns putting a fetch-style app on a port of this machine. Knows neither hub nor demo.
import type { Server } from "node:http";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import type { Connection } from "../hub/http/peer.ts";
import { CommandError } from "./command-error.ts";

export interface Listener {
  /** The port in use; the real one where 0 was asked for. */
  port: number;
  /** Frees the port at once; lets answers and streams go on for `graceMs`, then ends them. @default 0 */
  close(graceMs?: number): Promise<void>;
}

/** Limits on slow clients: whoever does not send a whole request in time gets 408 and is dropped. */
export interface Patience {
  /** For the head of a request. @default 10000 */
  headMs: number;
  /** For the whole of it. @default 30000 */
  requestMs: number;
}

export interface ListenOptions {
  /** `connection` tells the IP address of the other end, and breaks it. */
  fetch(request: Request, connection: Connection): Response | Promise<Response>;
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** Flag to name in the error when the port is taken. */
  flag: string;
  patience?: Patience;
}

const PATIENCE: Patience = { headMs: 10_000, requestMs: 30_000 };
/** How often slow clients and, at the end, idle connections are looked for. */
const CHECK_MS = 250;

function connectionOf({ incoming, outgoing }: HttpBindings): Connection {
  const { socket } = incoming;
  return {
    address: socket.remoteAddress ?? null,
    drop() {
      // Browsers silently ask again when a kept connection ends without a byte: this one is no answer, and final.
      if (!outgoing.headersSent) socket.write("?");
      socket.destroySoon();
    },
  };
}

/** @throws CommandError `port_in_use`, `port_forbidden` or `host_unknown` */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { fetch, host, port, flag, patience = PATIENCE } = options;
  const server = createAdaptorServer({
    fetch: (request, bindings) => fetch(request, connectionOf(bindings as HttpBindings)),
    serverOptions: {
      headersTimeout: patience.headMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: Math.min(CHECK_MS * 4, patience.headMs),
    },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, { host, port, flag })));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: (graceMs = 0) => closeServer(server, graceMs),
  };
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A connection whose last answer has ended stays open for the next request, which must not come any more.
    const sweep = setInterval(() => server.closeIdleConnections(), CHECK_MS);
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cut);
      resolve();
    });
    if (graceMs === 0) server.closeAllConnections();
  });
}

function explain(error: NodeJS.ErrnoException, { host, port, flag }: Omit<ListenOptions, "fetch">): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new CommandError(
        "port_in_use",
        `port ${port} is in use on ${host}: stop the other program or choose another port with ${flag}`,
      );
    case "EACCES":
      return new CommandError(
        "port_forbidden",
        `port ${port} needs more rights: choose one above 1023 with ${flag}`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new CommandError("host_unknown", `${host} is not an address of this machine: change --host`);
    default:
      return error;
  }
}
