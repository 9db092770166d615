import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PAGE, createTestHub, readBody, readFrames, textOfFrames } from "../testing/harness.ts";
import { openStore } from "./database.ts";
import { messages } from "./schema.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "foyer-store-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const openHere = () => createTestHub({ database: { kind: "dir", path: directory } });

describe("a data folder", () => {
  it("keeps keys, sessions and conversations over a restart", async () => {
    const before = await openHere();
    before.clock.runFreely();
    const session = await before.user("42", "Ada");
    const said = textOfFrames(
      await readFrames(await before.connect(session, { thread: "t1", say: [["m1", "hello"]] })),
    );
    await before.hub.close();

    const after = await openHere();
    expect(after.seed).toEqual(before.seed);
    const history = await after.call("/api/v1/widget/threads/t1/messages", { token: session.token });
    expect(await readBody(history)).toMatchObject({
      messages: [{ content: "hello" }, { content: said, state: "complete" }],
    });
    const refreshed = await after.call("/api/v1/widget/auth/refresh", {
      body: { refresh_token: session.refresh_token },
    });
    expect(refreshed.status).toBe(200);

    const moved = await after.hub.seedDemo({ demoOrigin: "http://localhost:6000" });
    expect(moved).toEqual(before.seed);
    const config = (origin: string) =>
      after.call(`/api/v1/widget/config?client_key=${after.widgetKey}`, { origin });
    expect([(await config("http://localhost:6000")).status, (await config(PAGE)).status]).toEqual([200, 403]);
    await after.hub.close();
  });

  it("N46 an answer cut by a crash is shown as failed, and made anew when asked again", async () => {
    const before = await openHere();
    before.clock.runFreely();
    const session = await before.guest({ agent: "echo" });
    await readFrames(await before.connect(session, { thread: "t1", say: [["m1", "hi"]] }));
    await before.hub.close();
    const store = await openStore({ kind: "dir", path: directory });
    await store.db
      .update(messages)
      .set({ state: "running", content: "h" })
      .where(eq(messages.role, "assistant"));
    await store.close();

    const after = await openHere();
    after.clock.runFreely();
    const history = async () =>
      readBody(await after.call("/api/v1/widget/threads/t1/messages", { token: session.token }));
    expect(await history()).toMatchObject({
      messages: [{ content: "hi" }, { content: "h", state: "failed" }],
    });
    const again = await readFrames(await after.connect(session, { thread: "t1", say: [["m1", "hi"]] }));
    expect(textOfFrames(again)).toBe("hi");
    expect(await history()).toMatchObject({
      messages: [{ content: "hi" }, { content: "hi", state: "complete" }],
    });
    await after.hub.close();
  });

  it("N66 is used by one process at a time; the error names it", async () => {
    const first = await openStore({ kind: "dir", path: directory });
    await expect(openStore({ kind: "dir", path: directory })).rejects.toMatchObject({
      code: "data_dir_locked",
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await first.close();
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await writeFile(join(directory, "foyer.lock"), String(child.pid));
    await expect(openStore({ kind: "dir", path: directory })).rejects.toMatchObject({
      code: "data_dir_locked",
      message: expect.stringContaining(`process ${child.pid}`),
    });
    child.kill();
    await once(child, "exit");
    const second = await openStore({ kind: "dir", path: directory });
    expect(await readFile(join(directory, "foyer.lock"), "utf8")).toBe(String(process.pid));
    await second.close();
    await expect(readFile(join(directory, "foyer.lock"))).rejects.toThrow();
  });

  it("a leftover lock with our own process id is taken over: ids repeat after a restart in a container", async () => {
    await writeFile(join(directory, "foyer.lock"), String(process.pid));
    await (await openStore({ kind: "dir", path: directory })).close();
  });

  it("that cannot be made is a clear error", async () => {
    await writeFile(join(directory, "file"), "");
    await expect(openStore({ kind: "dir", path: join(directory, "file", "data") })).rejects.toMatchObject({
      code: "data_dir_unwritable",
    });
  });
});

it("a PostgreSQL that does not answer is a clear error without the password", async () => {
  const failure = await openStore({ kind: "postgres", url: "postgres://user:hunter2@127.0.0.1:1/db" }).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: "database_unreachable" });
  expect(String(failure)).not.toContain("hunter2");
});
