import { describe, expect, it } from "vitest";
import { OPTION_DEFAULTS, type Options } from "./options.ts";
import { createVisitStore } from "./storage.ts";
import { ManualEnvironment } from "./testing/environment.ts";
import { API_URL, CLIENT_KEY } from "./testing/hub.ts";
import { Visit } from "./visit.ts";

const options: Options = { ...OPTION_DEFAULTS, clientKey: CLIENT_KEY, apiUrl: API_URL };
const GUEST = "guest:g1";

describe("a tab that did not hear of a refresh does not bring the old token back", () => {
  it.each<[string, (late: Visit) => void, string | null]>([
    ["when a message is sent there", (late) => late.remember("t1"), "t1"],
    ["when another conversation is opened there", (late) => late.goTo("t2"), "t2"],
    ["when its conversation is gone at the hub", (late) => late.goTo(null), null],
  ])("%s", (_, act, threadId) => {
    const store = createVisitStore(new ManualEnvironment(), options);
    const late = new Visit(store, null);
    late.renewed(GUEST, "r-1");
    late.remember("t1");
    const awake = new Visit(store, null);
    awake.renewed(GUEST, "r-2");
    act(late);
    expect(store.read()).toEqual({ refreshToken: "r-2", subject: GUEST, threadId });
    expect(late.latest()).toBe("r-2");
  });

  it("nor does it take that of somebody else", () => {
    const store = createVisitStore(new ManualEnvironment(), options);
    const late = new Visit(store, null);
    late.renewed(GUEST, "r-1");
    late.remember("t1");
    store.write({ refreshToken: "r-9", subject: "guest:g9", threadId: "t9" });
    late.goTo("t2");
    expect(late.refreshToken).toBe("r-1");
  });
});
