// Owns putting a fetch-style app on a port of this machine. Knows neither hub nor demo.
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { CommandError } from "./command-error.ts";

export interface Listener {
  /** The port in use; the real one where 0 was asked for. */
  port: number;
  /** Ends open connections and frees the port. */
  close(): Promise<void>;
}

export interface ListenOptions {
  fetch(request: Request): Response | Promise<Response>;
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** Flag to name in the error when the port is taken. */
  flag: string;
}

/** @throws CommandError `port_in_use`, `port_forbidden` or `host_unknown` */
export async function listen({ fetch, host, port, flag }: ListenOptions): Promise<Listener> {
  const server = createAdaptorServer({ fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, { host, port, flag })));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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
