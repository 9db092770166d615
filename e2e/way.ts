// Owns a way between page and hub that a test can break: a server that passes everything on, until it is told otherwise.
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";

/** What becomes of one request instead of being passed on. */
export type Mishap = (from: IncomingMessage, to: ServerResponse, passOn: () => void) => void;

export interface Way {
  /** What a page takes for the hub. */
  url: string;
  /** The next requests of this path meet these mishaps, one each. */
  breakNext(path: string, ...mishaps: Mishap[]): void;
  /** Nobody answers any more, until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

export async function startWay(hub: string): Promise<Way> {
  const mishaps = new Map<string, Mishap[]>();
  const { host, hostname, port: hubPort } = new URL(hub);
  const server = createServer((from, to) => {
    const passOn = (): void => {
      const { method, url: path, headers } = from;
      const onward = request(
        { hostname, port: hubPort, method, path, headers: { ...headers, host } },
        (answer) => {
          to.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(to);
        },
      );
      onward.on("error", () => to.destroy());
      to.on("close", () => onward.destroy());
      from.pipe(onward);
    };
    const { pathname } = new URL(from.url ?? "/", hub);
    const mishap = from.method === "OPTIONS" ? undefined : mishaps.get(pathname)?.shift();
    if (mishap === undefined) passOn();
    else mishap(from, to, passOn);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    breakNext: (path, ...next) => void mishaps.set(path, next),
    open: () => listen(port),
    shut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const cors = ({ headers }: IncomingMessage) => ({ "access-control-allow-origin": headers.origin ?? "*" });

/** The connection breaks before a byte of an answer. */
export const reset: Mishap = ({ socket }) => void socket.destroy();

/** It breaks within the headers. */
export const resetInHeaders: Mishap = ({ socket }) =>
  void socket.write("HTTP/1.1 200 OK\r\nContent-Ty", () => socket.destroy());

/** The hub has answered; the connection breaks within the body. */
export const resetInBody =
  (bytes: number): Mishap =>
  ({ socket }, to, passOn) => {
    let left = bytes;
    const write = to.write.bind(to);
    to.write = (chunk: Buffer) => {
      const part = chunk.subarray(0, left);
      left -= part.byteLength;
      if (left > 0) return write(part);
      return write(part, () => socket.destroy());
    };
    passOn();
  };

/** The way leads elsewhere. */
export const redirectTo =
  (url: string): Mishap =>
  (from, to) => {
    to.writeHead(307, { ...cors(from), location: url + (from.url ?? "") });
    to.end();
  };

/** Refused with this status, without a problem. */
export const refuse =
  (status: number): Mishap =>
  (from, to) => {
    to.writeHead(status, { ...cors(from), "content-type": "text/html" });
    to.end("<html>");
  };
