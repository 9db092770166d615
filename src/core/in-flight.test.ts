// What is on its way when the visitor leaves or changes belongs to the one before: it comes too late, whatever it is.
import { beforeEach, expect, it } from "vitest";
import { WIDGET_PATHS } from "../protocol/paths.ts";
import { threadMessagesPath } from "../protocol/thread-paths.ts";
import { settle } from "./testing/environment.ts";
import { answer, fakeJwt, frames, json, refusal, runIdOf, streamOf } from "./testing/hub.ts";
import { createStage, type Stage } from "./testing/widget.ts";

const ADA = fakeJwt({ sub: "user:ada" });
const BOB = fakeJwt({ sub: "user:bob" });
const SECRET = "Ada's secret";
const created_at = "2026-01-15T12:00:00.000Z";

let stage: Stage;
let env: Stage["env"];
let hub: Stage["hub"];
beforeEach(() => {
  stage = createStage();
  ({ env, hub } = stage);
});

/** Holds the next answer of a path back until it is released. */
function holdBack(path: string): (response: Response) => void {
  let release: (response: Response) => void = () => {};
  hub.script(path, () => new Promise((resolve) => (release = resolve)));
  return (response) => release(response);
}
const haveAda = async (): Promise<void> => {
  hub.subject = "user:ada";
  stage.start({ userToken: ADA }).send("hi");
  await settle();
};
const texts = () => stage.widget.rows.value.map((row) => ("text" in row ? row.text : ""));

it.each<[string, () => Response]>([
  ["a new token", () => hub.session()],
  ["a refusal", () => refusal(403, "key_revoked")],
  ["an error", () => refusal(500, "internal_error")],
])("N30 logout while a refresh is under way, which then answers %s: nobody is logged in", async (_, late) => {
  await haveAda();
  const release = holdBack(WIDGET_PATHS.refresh);
  await env.advance(240_100);
  expect(stage.widget.session.value.kind).toBe("refreshing");
  const problems: string[] = [];
  stage.widget.on("problem", ({ code }) => problems.push(code));
  stage.widget.logout();
  await settle();
  const before = env.requests.length;
  release(late());
  await env.advance(3_600_000);
  expect(stage.widget.session.value).toEqual({ kind: "idle" });
  expect([env.requests.length - before, env.stored.size, env.timers.size]).toEqual([0, 0, 0]);
  expect([texts(), problems]).toEqual([[], []]);
});

/** Starts something of Ada's that hangs; returns what lets its answer come, full of what is hers. */
const UNDER_WAY: Record<string, () => Promise<() => void>> = {
  "her first session": async () => {
    const release = holdBack(WIDGET_PATHS.exchange);
    hub.subject = "user:ada";
    stage.start({ userToken: ADA }).send("A's words");
    await settle();
    return () => release(hub.session());
  },
  "a refresh": async () => {
    await haveAda();
    const release = holdBack(WIDGET_PATHS.refresh);
    await env.advance(240_100);
    return () => release(hub.session());
  },
  "an answer": async () => {
    await haveAda();
    const release = holdBack(WIDGET_PATHS.connect);
    stage.widget.send("A's second");
    await settle();
    const run = runIdOf(env.sent(WIDGET_PATHS.connect).at(-1));
    return () => release(streamOf(frames(answer(run, SECRET))));
  },
  "her history": async () => {
    await haveAda();
    const release = holdBack(threadMessagesPath(String(stage.stored()?.["t"])));
    stage.widget.dispose();
    stage.start({ userToken: ADA }).open();
    await settle();
    const messages = [{ id: "m", role: "user", content: SECRET, created_at }];
    return () => release(json({ messages }));
  },
  "her list of conversations": async () => {
    await haveAda();
    const release = holdBack(WIDGET_PATHS.threads);
    (await stage.widget.threads()).load();
    await settle();
    return () => release(json({ threads: [{ id: "t-ada", title: SECRET, updated_at: created_at }] }));
  },
};

it.each(Object.keys(UNDER_WAY))("N31 from A to B while %s is under way", async (what) => {
  const start = UNDER_WAY[what] ?? expect.unreachable();
  const release = await start();
  const threadOfA = stage.stored()?.["t"];
  const before = env.requests.length;
  hub.subject = "user:bob";
  stage.widget.identify({ token: BOB });
  hub.subject = "user:ada";
  release();
  hub.subject = "user:bob";
  await settle();
  stage.widget.send("B's first");
  await env.advance(1_000);
  const threads = await stage.widget.threads();
  expect(texts()).toEqual(["B's first", "Hello there."]);
  expect(JSON.stringify(threads.state.value)).not.toContain(SECRET);
  expect(stage.stored()).toMatchObject({ s: "user:bob" });
  const stored = JSON.stringify([...env.stored]);
  expect(stored).not.toMatch(/ada|A's/i);
  const ofB = env.requests.slice(before).filter(({ path }) => path !== WIDGET_PATHS.logout);
  const tokens = ofB.flatMap(({ headers: { authorization } }) => authorization ?? []);
  expect(new Set(tokens.map((token) => JSON.parse(atob(token.split(".")[1] ?? "")).sub))).toEqual(
    new Set(["user:bob"]),
  );
  const said = JSON.stringify(ofB.map(({ url, body }) => [url, body]));
  expect(said).not.toContain("A's");
  if (threadOfA !== undefined) expect(said).not.toContain(String(threadOfA));
});
