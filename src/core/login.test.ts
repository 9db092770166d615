// Visitors who are not let in as they come: the page is asked who they are, and no word of theirs is lost.
import { beforeEach, describe, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { settle } from "./testing/environment.ts";
import { fakeJwt, refusal } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
const HOUR_MS = 3_600_000;
const ADA = fakeJwt({ sub: "user:ada" });
const BOB = fakeJwt({ sub: "user:bob" });
const texts = (): string[] =>
  stage.widget.rows.value.map((row) => (row.kind === "activity" ? "..." : row.text));

beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
});

describe.each([
  [400, "invalid_user_token", 2, "queued"],
  [401, "invalid_user_token", 2, "queued"],
  [409, "token_replayed", 2, "queued"],
  [403, "user_token_wrong_key", 1, "queued"],
  [403, "origin_not_allowed", 1, "failed"],
])("N14 where every exchange ends in %i %s", (status, code, exchanges, state) => {
  it.each([
    ["a token at first", { token: ADA }, [exchanges - 1, exchanges]],
    ["none", {}, [1, 1]],
  ])("with %s: is asked once at most, and the text stays", async (_, first, expected) => {
    let calls = 0;
    const told: string[] = [];
    hub.overrides.set(WIDGET_PATHS.exchange, () => refusal(status, code));
    stage.start().on("problem", (said) => told.push(said.code));
    stage.widget.identify({ ...first, getToken: () => fakeJwt({ sub: "user:ada", call: (calls += 1) }) });
    stage.widget.send("hi");
    await env.advance(HOUR_MS);
    expect([calls, env.requests.length]).toEqual(expected);
    expect([
      [...new Set(told)],
      Object(stage.widget.session.value)["problem"],
      env.timers.size,
    ]).toMatchObject([[code], { code }, 0]);
    expect(env.logs.filter((line) => line.includes(code))).toHaveLength(1);
    expect(stage.visitorRow()).toMatchObject({ text: "hi", state });
    expect(JSON.stringify([env.logs, Object(stage.widget.session.value)["problem"]])).not.toContain("eyJ");
  });
});

it.each([
  [400, "invalid_user_token"],
  [403, "user_token_wrong_key"],
])(
  "N14 after an exchange that ended in %i %s the page's next token gets the words out",
  async (status, code) => {
    hub.script(WIDGET_PATHS.exchange, () => refusal(status, code));
    hub.subject = "user:ada";
    stage.start({ userToken: ADA }).send("hi");
    await env.advance(HOUR_MS / 2);
    expect([stage.widget.session.value.kind, env.requests.length]).toEqual(["dead", 1]);
    stage.widget.identify({ token: fakeJwt({ sub: "user:ada", jti: 2 }) });
    await settle();
    expect([texts(), env.requests.length]).toEqual([["hi", "Hello there."], 3]);
  },
);

it("N14 a page's next token is of no use where the page itself is not let in", async () => {
  hub.overrides.set(WIDGET_PATHS.exchange, () => refusal(403, "origin_not_allowed"));
  stage.start({ userToken: ADA }).send("hi");
  await settle();
  stage.widget.identify({ token: fakeJwt({ sub: "user:ada", jti: 2 }) });
  stage.widget.send("again");
  await env.advance(HOUR_MS);
  expect([texts(), env.requests.length]).toEqual([["hi", "again"], 1]);
});

describe("N2 a secret key in the place of a user token", () => {
  const SECRET = " sk_live_demo_0123456789abcdef";
  it.each<[string, () => void]>([
    ["in the tag", () => stage.start({ userToken: SECRET })],
    ["said", () => stage.start().identify({ token: SECRET })],
    ["got", () => stage.start().identify({ getToken: async () => SECRET })],
  ])("%s: is not sent, not repeated, and told aloud", async (_, arrive) => {
    arrive();
    stage.widget.send("hi");
    await env.advance(HOUR_MS);
    expect([env.requests, env.timers.size]).toEqual([[], 0]);
    expect(env.logs).toEqual([expect.stringMatching(/^error secret_key_in_browser: .*revoke it/)]);
    expect(stage.visitorRow()).toMatchObject({ text: "hi", state: "failed" });
    expect(JSON.stringify([env.logs, stage.widget.rows.value, ...env.stored])).not.toContain("0123456789");
  });
});

describe("what a guest whom the hub knows, or knew, has begun to write is not the next one's", () => {
  beforeEach(async () => {
    stage.start().send("hi");
    await settle();
  });
  const loginLate = async (): Promise<string> => {
    stage.widget.draft.value = "half a thought";
    await settle();
    stage.widget.identify({ token: ADA });
    return stage.widget.draft.value;
  };

  it("on a page that shows nothing of the conversation yet", async () => {
    stage.widget.dispose();
    stage.start();
    expect(await loginLate()).toBe("");
  });

  it("after the session has ended", async () => {
    hub.overrides.set(WIDGET_PATHS.refresh, () => refusal(401, "session_revoked"));
    await env.advance(310_000);
    expect([stage.widget.session.value.kind, texts().length]).toEqual(["idle", 2]);
    expect(await loginLate()).toBe("");
  });
});

it("what nobody in particular has begun to write stays when the page says late who it is; a user's goes with the user", async () => {
  stage.start({ storage: "none" }).draft.value = "half a thought";
  await settle();
  stage.widget.identify({ token: ADA });
  expect(stage.widget.draft.value).toBe("half a thought");
  stage.widget.identify({ token: BOB });
  expect(stage.widget.draft.value).toBe("");
  stage.widget.draft.value = "Bob's";
  stage.widget.logout();
  expect(stage.widget.draft.value).toBe("");
});

describe("N12 where guests are not let in", () => {
  const refuse = () => refusal(403, "guest_not_allowed");
  let told: string[];
  beforeEach(async () => {
    hub.overrides.set(WIDGET_PATHS.guest, refuse);
    told = [];
    stage.start().on("problem", ({ code }) => told.push(code));
    stage.widget.open();
    stage.widget.send("hi");
    await env.advance(HOUR_MS);
  });
  const guests = () => env.sent(WIDGET_PATHS.guest).length;

  it("the page is told once, the hub is asked once, and the text stays", async () => {
    expect([[...new Set(told)], guests(), env.timers.size]).toEqual([["guest_not_allowed"], 1, 0]);
    expect(env.logs).toEqual([expect.stringContaining("guest_not_allowed")]);
    const times = told.length;
    expect(stage.widget.session.value).toMatchObject({
      kind: "dead",
      problem: { code: "guest_not_allowed" },
    });
    expect(stage.visitorRow()).toMatchObject({ text: "hi", state: "failed" });
    for (const event of ["focus", "pageshow", "online"] as const) env.emit(event);
    stage.widget.close();
    stage.widget.open();
    await env.advance(HOUR_MS);
    expect([told.length, guests()]).toEqual([times, 1]);
    stage.widget.retry(String(stage.visitorRow()?.id));
    await env.advance(HOUR_MS);
    expect([guests(), stage.visitorRow()]).toMatchObject([2, { text: "hi", state: "failed" }]);
  });

  it("a page that then says who it is gets the visitor in, whose words are not lost", async () => {
    hub.subject = "user:ada";
    stage.widget.draft.value = "and more";
    await settle();
    stage.widget.identify({ token: ADA });
    await settle();
    expect([texts(), stage.widget.draft.value]).toEqual([[], "hi\nand more"]);
    stage.widget.send();
    await settle();
    expect(texts()).toEqual(["hi\nand more", "Hello there."]);
    expect([guests(), env.sent(WIDGET_PATHS.exchange).length]).toEqual([1, 1]);
  });
});
