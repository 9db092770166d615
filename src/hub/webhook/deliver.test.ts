import { describe, expect, it } from "vitest";
import { createManualClock } from "../testing/manual-clock.ts";
import { deliver } from "./deliver.ts";
import type { Delivered } from "./deliver.ts";
import type { PinnedRequest, WebhookNetwork, WebhookResponse } from "./network.ts";

const URL_OF_RECEIVER = "https://hooks.example/in";
const answer = (status: number, text = ""): WebhookResponse => ({
  status,
  body: new TextEncoder().encode(text),
});

/** A network whose names and answers a test decides; notes what was connected to. */
function createNetwork(
  resolve: (name: string) => Promise<string[]> | string[],
  post: (request: PinnedRequest) => Promise<WebhookResponse> | WebhookResponse = () => answer(200, "{}"),
) {
  const sent: PinnedRequest[] = [];
  const network: WebhookNetwork = {
    resolve: async (name) => resolve(name),
    post: async (request) => {
      sent.push(request);
      return post(request);
    },
  };
  return { sent, network };
}

type TestNetwork = ReturnType<typeof createNetwork>;

const send = ({ network }: TestNetwork, url: unknown = URL_OF_RECEIVER, allowPrivate = false) =>
  deliver({ url, headers: {}, body: "{}" }, { network, clock: createManualClock(), allowPrivate });
const outcomeOf = (result: Delivered): string => (result.kind === "failed" ? result.reason : result.kind);

describe("N62 a name", () => {
  it.each([
    ["of a private address", ["10.0.0.1"]],
    ["of the metadata service, as nip.io names are", ["169.254.169.254"]],
    ["of this machine", ["::1"]],
    ["of a mapped private address", ["::ffff:192.168.0.1"]],
    ["with one bad address among good ones", ["8.8.8.8", "127.0.0.1"]],
    ["with a resolver's answer that is no address", ["8.8.8.8", "evil"]],
  ])("%s is refused before anything is connected to", async (_case, addresses) => {
    const net = createNetwork(() => addresses);
    expect(outcomeOf(await send(net))).toBe("address_not_allowed");
    expect(net.sent).toEqual([]);
  });

  it("that turns private after the check is not asked again: the connection gets the checked addresses", async () => {
    const answers = [["8.8.8.8", "2606:4700::1111"], ["127.0.0.1"]];
    const net = createNetwork(() => answers.shift() ?? []);
    expect(outcomeOf(await send(net))).toBe("answered");
    expect(net.sent.map(({ url, addresses }) => [url.hostname, addresses])).toEqual([
      ["hooks.example", ["8.8.8.8", "2606:4700::1111"]],
    ]);
    expect(outcomeOf(await send(net))).toBe("address_not_allowed");
    expect(net.sent).toHaveLength(1);
  });

  it("that does not resolve is a reason of its own", async () => {
    expect(outcomeOf(await send(createNetwork(() => [])))).toBe("name_not_found");
    const rejecting = createNetwork(() => Promise.reject(new Error("ENOTFOUND")));
    expect(outcomeOf(await send(rejecting))).toBe("name_not_found");
  });

  it("is not resolved when the URL is refused, or is an address already", async () => {
    const net = createNetwork(() => {
      throw new Error("must not resolve");
    });
    expect(outcomeOf(await send(net, "http://hooks.example/"))).toBe("not_https");
    expect(outcomeOf(await send(net, "https://u:p@hooks.example/"))).toBe("has_credentials");
    expect(outcomeOf(await send(net, null))).toBe("not_a_url");
    expect(outcomeOf(await send(net, "https://[2606:4700::1111]/"))).toBe("answered");
    expect(net.sent[0]?.addresses).toEqual(["2606:4700::1111"]);
  });
});

describe("in development", () => {
  it("private addresses pass, and plain http to this machine only", async () => {
    const net = createNetwork((name) => (name === "localhost" ? ["127.0.0.1", "::1"] : ["10.0.0.1"]));
    expect(outcomeOf(await send(net, "http://localhost:5173/webhook", true))).toBe("answered");
    expect(outcomeOf(await send(net, "https://intranet:9000/", true))).toBe("answered");
    expect(outcomeOf(await send(net, "http://intranet/", true))).toBe("not_https");
    expect(outcomeOf(await send(net, "http://10.0.0.1/", true))).toBe("not_https");
    expect(net.sent).toHaveLength(2);
  });
});

describe("an answer", () => {
  it.each([
    [answer(200, "{}"), { kind: "answered" }],
    [answer(204), { kind: "answered" }],
    [answer(302), { kind: "failed", reason: "redirected" }],
    [answer(307), { kind: "failed", reason: "redirected" }],
    [answer(404), { kind: "failed", reason: "status_not_2xx", detail: "404" }],
    [answer(500), { kind: "failed", reason: "status_not_2xx", detail: "500" }],
    [
      { status: 200, body: null },
      { kind: "failed", reason: "answer_too_large" },
    ],
  ])("of %j is %j", async (response, expected) => {
    const net = createNetwork(
      () => ["8.8.8.8"],
      () => response,
    );
    expect(await send(net)).toMatchObject(expected);
    expect(net.sent.map(({ maxAnswerBytes }) => maxAnswerBytes)).toEqual([64 * 1024]);
  });

  it("that breaks is told by its code, without the message", async () => {
    const broken = Object.assign(new Error("connect to secret.internal"), { code: "ECONNRESET" });
    const net = createNetwork(
      () => ["8.8.8.8"],
      () => Promise.reject(broken),
    );
    expect(await send(net)).toEqual({ kind: "failed", reason: "connection_failed", detail: "ECONNRESET" });
  });
});

describe("two seconds", () => {
  const never = () => new Promise<never>(() => {});

  it.each([
    ["a resolver", createNetwork(never), 0],
    ["a receiver", createNetwork(() => ["8.8.8.8"], never), 1],
  ])("are all that %s gets", async (_who, net, sent) => {
    const clock = createManualClock();
    let result: Delivered | null = null;
    const { network } = net;
    const settings = { network, clock, allowPrivate: false };
    const done = deliver({ url: URL_OF_RECEIVER, headers: {}, body: "" }, settings).then((value) => {
      result = value;
    });
    await clock.advance(1999);
    expect(result).toBeNull();
    await clock.advance(1);
    await done;
    expect(result).toEqual({ kind: "failed", reason: "timed_out" });
    expect(net.sent).toHaveLength(sent);
    expect(net.sent.every(({ signal }) => signal.aborted)).toBe(true);
    expect(clock.sleeping).toBe(0);
  });

  it("that are over while the name resolves end without a connection", async () => {
    const clock = createManualClock();
    let resolved = (_addresses: string[]) => {};
    const slow = new Promise<string[]>((resolve) => {
      resolved = resolve;
    });
    const net = createNetwork(() => slow);
    const settings = { network: net.network, clock, allowPrivate: false };
    const done = deliver({ url: URL_OF_RECEIVER, headers: {}, body: "" }, settings);
    await clock.advance(2000);
    expect(outcomeOf(await done)).toBe("timed_out");
    resolved(["8.8.8.8"]);
    await clock.advance(1);
    expect(net.sent).toEqual([]);
  });

  it("leave no timer behind when the answer is quick", async () => {
    const clock = createManualClock();
    const { network } = createNetwork(() => ["8.8.8.8"]);
    await deliver({ url: URL_OF_RECEIVER, headers: {}, body: "" }, { network, clock, allowPrivate: false });
    expect(clock.sleeping).toBe(0);
  });
});
