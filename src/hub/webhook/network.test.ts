// The real sockets, against servers on this machine. Names end in .test: no resolver knows them.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { systemNetwork } from "./network.ts";
import type { PinnedRequest } from "./network.ts";

const { post, resolve } = systemNetwork();
const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listening<T extends Server | TlsServer>(server: T): Promise<number> {
  open.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}
const serve = (handle: (request: IncomingMessage, response: ServerResponse) => void) =>
  listening(createServer(handle));

const request = (url: string, more: Partial<PinnedRequest> = {}): PinnedRequest => ({
  url: new URL(url),
  addresses: ["127.0.0.1"],
  headers: { "X-Test": "1" },
  body: '{"ü":1}',
  maxAnswerBytes: 100,
  signal: new AbortController().signal,
  ...more,
});

it("posts to the pinned address under the name of the URL", async () => {
  const seen: unknown[] = [];
  const port = await serve((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { host, connection } = incoming.headers;
      const body = Buffer.concat(chunks).toString();
      seen.push([incoming.method, incoming.url, host, incoming.headers["x-test"], connection, body]);
      response.end("fine");
    });
  });
  const answer = await post(request(`http://hooks.test:${port}/in?a=1`));
  expect([answer.status, Buffer.from(answer.body ?? []).toString()]).toEqual([200, "fine"]);
  expect(seen).toEqual([["POST", "/in?a=1", `hooks.test:${port}`, "1", "close", '{"ü":1}']]);
});

it("follows no redirect", async () => {
  const paths: unknown[] = [];
  const port = await serve((incoming, response) => {
    paths.push(incoming.url);
    response.writeHead(307, { Location: "/inside" }).end("body of no interest");
  });
  expect(await post(request(`http://hooks.test:${port}/in`))).toMatchObject({ status: 307 });
  expect(paths).toEqual(["/in"]);
});

it("takes an answer of exactly the limit, and cuts off a longer or an endless one", async () => {
  const port = await serve((incoming, response) => {
    if (incoming.url === "/endless") {
      const write = (): void => {
        while (!response.destroyed && response.write("x".repeat(64)));
        if (!response.destroyed) response.once("drain", write);
      };
      write();
    } else response.end("x".repeat(Number(incoming.url?.slice(1))));
  });
  const bytesOf = async (path: string) =>
    (await post(request(`http://hooks.test:${port}/${path}`))).body?.byteLength ?? null;
  expect(await bytesOf("100")).toBe(100);
  expect(await bytesOf("101")).toBeNull();
  expect(await bytesOf("endless")).toBeNull();
});

it("ends with its signal, while the receiver thinks and while it answers", async () => {
  let stop = new AbortController();
  const port = await serve((incoming, response) => {
    if (incoming.url === "/begun") response.write("x", () => setImmediate(() => stop.abort()));
    else stop.abort();
  });
  for (const path of ["/", "/begun"]) {
    stop = new AbortController();
    const sent = post(request(`http://hooks.test:${port}${path}`, { signal: stop.signal }));
    await expect(sent).rejects.toThrow(/abort/i);
  }
});

it("rejects with a code when nobody listens, or when there is no address", async () => {
  const port = await serve(() => {});
  open.splice(0)[0]?.close();
  await expect(post(request(`http://hooks.test:${port}/`))).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(post(request(`http://hooks.test:${port}/`, { addresses: [] }))).rejects.toThrow("no address");
});

it("names the URL's host to a TLS server, and refuses one that cannot prove to be it", async () => {
  const names: unknown[] = [];
  let isAsked = false;
  const pem = readFileSync(new URL("testdata/self-signed.pem", import.meta.url));
  const noteName = (name: string, done: (error: Error | null) => void) => {
    names.push(name);
    done(null);
  };
  const server = createTlsServer({ key: pem, cert: pem, SNICallback: noteName }, () => {
    isAsked = true;
  });
  const port = await listening(server);
  const sent = post(request(`https://hooks.test:${port}/`));
  await expect(sent).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  expect([names, isAsked]).toEqual([["hooks.test"], false]);
});

it("knows this machine's own names without asking a name server", async () => {
  for (const name of ["localhost", "localhost.", "shop.localhost"]) {
    expect(await resolve(name)).toEqual(["127.0.0.1", "::1"]);
  }
});
