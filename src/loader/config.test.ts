import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fetchConfig, readLook } from "./config.ts";

const OPTIONS = {
  clientKey: "pk_live_demo_abc",
  apiUrl: "https://hub.example",
  agent: "support",
};
const CONFIG = { agent: { id: "a", name: "Nova" } };

describe("readLook", () => {
  it.each([
    [{ primary_color: "#AABBCC" }, { color: "#AABBCC" }],
    [{ primary_color: "red;}" }, { color: "#3b5bdb" }],
    [{ primary_color: ["#aabbcc"] }, { color: "#aabbcc" }],
    [{ launcher_position: "tl" }, { position: "tl" }],
    [{ launcher_position: "center" }, { position: "br" }],
    [{ launcher_label: "x".repeat(99) }, { label: "x".repeat(40) }],
    [{ launcher_label: "two\nlines" }, { label: "two" }],
    [{ launcher_label: null }, { label: "" }],
    [{ launcher_size: 64 }, { size: 64 }],
    [{ launcher_size: "1px);}" }, { size: 56 }],
  ])("reads %j", (branding, look) => {
    expect(readLook({ ...CONFIG, branding })).toMatchObject(look);
  });

  it.each([[null], [{}], [{ agent: null }], [{ agent: { name: 5 } }], ["x" as unknown as null]])(
    "refuses %j",
    (config) => {
      expect(readLook(config)).toBeNull();
    },
  );
});

describe("fetchConfig", () => {
  let lines: string[];
  beforeEach(() => {
    vi.useFakeTimers();
    lines = [];
    vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
    vi.spyOn(Math, "random").mockReturnValue(1);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  function answer(...answers: (Response | Error)[]) {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => {
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next instanceof Response) return next.clone();
      throw next ?? new Error("no answer");
    });
    vi.stubGlobal("fetch", fetch);
    return fetch;
  }

  it("asks once and hands over config and look", async () => {
    const fetch = answer(Response.json(CONFIG));
    const onConfig = vi.fn();
    fetchConfig(OPTIONS, onConfig);
    await vi.runAllTimersAsync();
    expect(fetch).toHaveBeenCalledOnce();
    expect(fetch.mock.calls[0]?.[0]).toBe(
      "https://hub.example/api/v1/widget/config?client_key=pk_live_demo_abc&agent=support",
    );
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ credentials: "omit", redirect: "error" });
    expect(onConfig).toHaveBeenCalledWith(CONFIG, expect.objectContaining({ name: "Chat with Nova" }));
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([400, 401, 403, 404, 409, 413])("%i is final and says what the hub says", async (status) => {
    const fetch = answer(
      Response.json({ code: "origin_not_allowed", detail: "Got x", hint: "Add x" }, { status }),
    );
    fetchConfig(OPTIONS, () => expect.unreachable());
    await vi.runAllTimersAsync();
    expect(fetch).toHaveBeenCalledOnce();
    expect(lines).toEqual(["[foyer] origin_not_allowed: Got x. Add x"]);
  });

  it.each([408, 425, 429, 500, 502, 503])(
    "%i is tried again, and reported once, at the third time",
    async (status) => {
      const fetch = answer(
        new Response("<html>", { status }),
        new Response("", { status }),
        new Response("", { status }),
        Response.json(CONFIG),
      );
      const onConfig = vi.fn();
      fetchConfig(OPTIONS, onConfig);
      await vi.runAllTimersAsync();
      expect(fetch).toHaveBeenCalledTimes(4);
      expect(onConfig).toHaveBeenCalledOnce();
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain("hub_unreachable");
    },
  );

  it("two failures and then an answer are nothing to tell", async () => {
    answer(new TypeError("Failed to fetch"), new TypeError("Failed to fetch"), Response.json(CONFIG));
    const onConfig = vi.fn();
    fetchConfig(OPTIONS, onConfig);
    await vi.runAllTimersAsync();
    expect(onConfig).toHaveBeenCalledOnce();
    expect(lines).toEqual([]);
  });

  const violation = (blockedURI: string) =>
    document.dispatchEvent(
      Object.assign(new Event("securitypolicyviolation", { bubbles: true }), { blockedURI }),
    );

  it("N53 what the page's policy blocks is said so, after three tries and for good", async () => {
    const fetch = answer(new TypeError("Failed to fetch"));
    fetchConfig(OPTIONS, () => expect.unreachable());
    violation("https://hub.example/api/v1/widget/config?client_key=x");
    await vi.runAllTimersAsync();
    expect(fetch).toHaveBeenCalledTimes(3);
    expect(lines).toEqual(["[foyer] blocked_by_csp: data-api-url is not in connect-src"]);
  });

  it("N53 what else the policy blocks on the page is not ours to tell", async () => {
    const fetch = answer(new TypeError("Failed to fetch"));
    fetchConfig(OPTIONS, () => expect.unreachable());
    violation("https://ads.example/");
    violation("inline");
    await vi.runAllTimersAsync();
    expect(fetch).toHaveBeenCalledTimes(8);
    expect(lines[0]).toContain("hub_unreachable");
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new TypeError("no");
      },
    ],
    ["rejects with a text", async () => Promise.reject("no" as unknown as Error)],
    ["answers nothing", () => undefined],
    ["answers what is no response", async () => ({ ok: true, status: 200, json: async () => ({}) })],
  ])("N55 a page whose fetch %s is told so once; nothing is thrown", async (_how, broken) => {
    const fetch = vi.fn(broken);
    vi.stubGlobal("fetch", fetch);
    fetchConfig(OPTIONS, () => expect.unreachable());
    await vi.runAllTimersAsync();
    expect(lines).toEqual([expect.stringContaining("hub_unreachable")]);
    expect(fetch.mock.calls.length).toBeLessThanOrEqual(8);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stop() listens to the policy no longer", async () => {
    const remove = vi.spyOn(window, "removeEventListener");
    const add = vi.spyOn(window, "addEventListener");
    answer(Response.json(CONFIG));
    fetchConfig(OPTIONS, () => {})();
    await vi.runAllTimersAsync();
    expect(add).toHaveBeenCalledOnce();
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });

  it.each([
    ["a refusal that is no JSON", () => new Response("<html>", { status: 404 })],
    ["a config without an agent", () => Response.json({ branding: {} })],
  ])("%s is no hub's: final", async (_, respond) => {
    const fetch = answer(respond());
    fetchConfig(OPTIONS, () => expect.unreachable());
    await vi.runAllTimersAsync();
    expect(fetch).toHaveBeenCalledOnce();
    expect(lines).toEqual(["[foyer] config_invalid: no hub at data-api-url"]);
  });

  const brokenOff = (): Response => {
    const body = new ReadableStream<Uint8Array>({
      start(source) {
        source.enqueue(new TextEncoder().encode('{"agent":'));
        source.error(new TypeError("reset"));
      },
    });
    return new Response(body);
  };
  it.each([
    ["a body that breaks off", brokenOff],
    ["half a body", () => new Response('{"agent":')],
    ["an empty body", () => new Response("")],
    ["a proxy's page", () => new Response("<html>")],
  ])("N36 N39 %s instead of a config is tried again", async (_, respond) => {
    let calls = 0;
    vi.stubGlobal("fetch", async () => ((calls += 1) < 3 ? respond() : Response.json(CONFIG)));
    const onConfig = vi.fn();
    fetchConfig(OPTIONS, onConfig);
    await vi.runAllTimersAsync();
    expect([calls, onConfig.mock.calls.length, lines]).toEqual([3, 1, []]);
  });

  it("gives up after eight tries without an answer", async () => {
    const fetch = answer(new TypeError("Failed to fetch"));
    fetchConfig(OPTIONS, () => expect.unreachable());
    await vi.runAllTimersAsync();
    expect(fetch).toHaveBeenCalledTimes(8);
    expect(lines).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    // A quarter and the backoff more at most, here at their most.
    ["7", 9750],
    ["1000000000", 300_000],
    ["-1", 1000],
    ["abc", 1000],
  ])("waits for Retry-After %s", async (header, waitMs) => {
    const fetch = answer(
      new Response("", { status: 429, headers: { "retry-after": header } }),
      Response.json(CONFIG),
    );
    fetchConfig(OPTIONS, () => {});
    await vi.advanceTimersByTimeAsync(waitMs - 1);
    expect(fetch).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("N35 200 pages told the same second spread: no second holds more than 15 % of them", async () => {
    let page = 0;
    vi.mocked(Math.random).mockImplementation(() => (page += 1) / 200);
    const perSecond = new Map<number, number>();
    const startMs = Date.now();
    vi.stubGlobal("fetch", async () => {
      const second = Math.floor((Date.now() - startMs) / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
      if (second === 0) return new Response("", { status: 429, headers: { "retry-after": "30" } });
      return Response.json(CONFIG);
    });
    for (let count = 0; count < 200; count += 1) fetchConfig(OPTIONS, () => {});
    await vi.runAllTimersAsync();
    const [first, ...later] = [...perSecond.entries()].toSorted(([left], [right]) => left - right);
    expect(first).toEqual([0, 200]);
    expect(later.reduce((sum, [, count]) => sum + count, 0)).toBe(200);
    expect(Math.min(...later.map(([second]) => second))).toBeGreaterThanOrEqual(30);
    expect(Math.max(...later.map(([, count]) => count))).toBeLessThanOrEqual(30);
  });

  it("N40 offline nothing is tried again, nor told; the connection brings the next try", async () => {
    const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    const fetch = answer(new TypeError("Failed to fetch"));
    const onConfig = vi.fn();
    fetchConfig(OPTIONS, onConfig);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([fetch.mock.calls.length, lines, vi.getTimerCount()]).toEqual([1, [], 0]);
    answer(Response.json(CONFIG));
    online.mockReturnValue(true);
    dispatchEvent(new Event("online"));
    dispatchEvent(new Event("online"));
    await vi.runAllTimersAsync();
    expect([onConfig.mock.calls.length, lines]).toEqual([1, []]);
  });

  it("N40 a request that hung until the network was gone is tried again with the connection too", async () => {
    const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
    // As browsers do: a listener whose signal has been aborted is not added.
    const add = window.addEventListener.bind(window);
    vi.spyOn(window, "addEventListener").mockImplementation((type, listener, options) => {
      if (!(typeof options === "object" && options.signal?.aborted)) add(type, listener, options);
    });
    vi.stubGlobal(
      "fetch",
      vi.fn((_url: string, { signal }: RequestInit) => {
        return new Promise((_resolve, reject) =>
          signal?.addEventListener("abort", () => reject(new Error())),
        );
      }),
    );
    const onConfig = vi.fn();
    fetchConfig(OPTIONS, onConfig);
    await vi.advanceTimersByTimeAsync(5_000);
    online.mockReturnValue(false);
    await vi.advanceTimersByTimeAsync(3_600_000);
    answer(Response.json(CONFIG));
    online.mockReturnValue(true);
    dispatchEvent(new Event("online"));
    await vi.runAllTimersAsync();
    expect([onConfig.mock.calls.length, lines]).toEqual([1, []]);
  });

  it("stop() while offline: the connection brings no request any more", async () => {
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    const fetch = answer(new TypeError("Failed to fetch"));
    const stop = fetchConfig(OPTIONS, () => {});
    await vi.runAllTimersAsync();
    stop();
    dispatchEvent(new Event("online"));
    await vi.runAllTimersAsync();
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("stop() aborts the request in flight and leaves no timer", async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    vi.stubGlobal("fetch", (_url: string, init: RequestInit) => {
      signals.push(init.signal);
      return new Promise((_resolve, reject) => {
        init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    });
    const stop = fetchConfig(OPTIONS, () => expect.unreachable());
    stop();
    await vi.runAllTimersAsync();
    expect(signals).toHaveLength(1);
    expect(signals[0]?.aborted).toBe(true);
    expect(lines).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
