// Owns where a remote agent may be and how much of it is read: real sockets on this machine, names that no resolver knows.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { callAgent, eventData } from "./event-stream.ts";
import type { Reach } from "./event-stream.ts";

const open: (Server | TlsServer)[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function portOf(server: Server | TlsServer): Promise<number> {
  open.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

/** Resolves each name to the next of these; `post` is of webhooks. */
function reach(answers: string[][], more: Partial<Reach> = {}): Reach & { names: string[] } {
  const names: string[] = [];
  const resolve = async (name: string) => {
    names.push(name);
    return answers.shift() ?? [];
  };
  return { names, allowPrivate: false, network: { resolve, post: () => expect.unreachable() }, ...more };
}

/** The events, or why there are none. */
async function outcome(url: string, where: Reach): Promise<string[] | string> {
  const seen: string[] = [];
  try {
    const call = { url, headers: { Authorization: "Bearer key-of-the-agent" }, body: {} };
    for await (const data of callAgent(call, where, new AbortController().signal)) seen.push(data);
    return seen;
  } catch (failure) {
    const { message, code } = failure as NodeJS.ErrnoException;
    expect(message).not.toContain("key-of-the-agent");
    return code ?? message;
  }
}

describe("N62 an agent's address", () => {
  it.each([
    ["https://127.1/", "address_not_allowed"],
    ["https://[::ffff:10.0.0.1]/", "address_not_allowed"],
    ["https://169.254.169.254/", "address_not_allowed"],
    ["https://user:pw@agent.test/", "has_credentials"],
    ["https://agent.test:22/", "port_not_allowed"],
    ["http://agent.test/", "not_https"],
  ])("%s is refused before anything is resolved: %s", async (url, reason) => {
    const where = reach([["8.8.8.8"]]);
    expect(await outcome(url, where)).toBe(`The agent may not be called: ${reason}`);
    expect(where.names).toEqual([]);
  });

  it.each([
    ["a private address", ["10.0.0.1"]],
    ["one of this machine among good ones", ["8.8.8.8", "::1"]],
  ])("that is a name of %s is refused", async (_case, addresses) => {
    const reason = "The agent may not be called: address_not_allowed";
    expect(await outcome("https://agent.test/", reach([addresses]))).toBe(reason);
  });

  it("is resolved once: the connection goes to what was checked, under the name of the URL", async () => {
    const names: string[] = [];
    const pem = readFileSync(new URL("../../webhook/testdata/self-signed.pem", import.meta.url));
    const server = createTlsServer({
      key: pem,
      cert: pem,
      SNICallback(name, done) {
        names.push(name);
        done(null);
      },
    });
    server.on("request", () => expect.unreachable());
    const where = reach([["127.0.0.1"], ["10.0.0.1"]], { allowPrivate: true });
    const url = `https://agent.test:${await portOf(server)}/`;
    expect(await outcome(url, where)).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect([names, where.names]).toEqual([["agent.test"], ["agent.test"]]);
  });
});

describe("an agent's answer", () => {
  const serve = async (handle: Parameters<typeof createServer>[1]) =>
    `http://127.0.0.1:${await portOf(createServer(handle))}`;
  const here = (more: Partial<Reach> = {}) => reach([], { allowPrivate: true, ...more });

  it.each([301, 302, 307, 308])("that sends elsewhere (%i) is followed by nobody", async (status) => {
    const paths: unknown[] = [];
    const url = await serve(({ url: path }, response) => {
      paths.push(path);
      response.writeHead(status, { Location: "/inside" }).end("data: secret\n\n");
    });
    expect(await outcome(url, here())).toBe(`The agent answered ${status}`);
    expect(paths).toEqual(["/"]);
  });

  it("is read up to 8 MiB and no further", async () => {
    const answerOf = (bytes: number) =>
      serve((_request, response) => {
        response.end(`data: ${"x".repeat(bytes - "data: \n\n".length)}\n\n`);
      });
    expect(await outcome(await answerOf(8 * 1024 * 1024), here())).toHaveLength(1);
    expect(await outcome(await answerOf(8 * 1024 * 1024 + 1), here())).toBe("The agent's answer is too long");
  });

  it.each(["\n", "\r", "\r\n"])("whose lines end with %j is read however it is cut", async (end) => {
    const bytes = new TextEncoder().encode(["data: ö", "data:2", "", ": ping", "data: 3", "", ""].join(end));
    for (let at = 0; at <= bytes.length; at += 1) {
      const pieces = async function* () {
        yield bytes.subarray(0, at);
        yield bytes.subarray(at);
        // What waits at the very end is not an event yet.
        yield new TextEncoder().encode("x");
      };
      const seen = [];
      for await (const data of eventData(pieces())) seen.push(data);
      expect([at, seen]).toEqual([at, ["ö\n2", "3"]]);
    }
  });

  it("that falls silent is over", async () => {
    const url = await serve((_request, response) => {
      response.write("data: one\n\n");
    });
    expect(await outcome(url, here({ silenceMs: 50 }))).toBe("ECONNRESET");
    const mute = await serve(() => {});
    expect(await outcome(mute, here({ silenceMs: 50 }))).toBe("The agent fell silent");
  });
});
