// The faults of `foyer dev` over real sockets, and the file that switches them on.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseFaultPlan } from "../hub/faults/rules.ts";
import { startDev } from "./dev.ts";
import type { DevServers } from "./dev.ts";
import { readFaultsFile } from "./faults-file.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "foyer-faults-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("over sockets", () => {
  let servers: DevServers;
  beforeAll(async () => {
    servers = await startDev({
      port: 0,
      demoPort: 0,
      host: "127.0.0.1",
      database: { kind: "dir", path: join(directory, "data") },
      sessionTtlS: 300,
      assetsDir: null,
      demoDir: join(process.cwd(), "demo"),
      faults: parseFaultPlan({
        rules: [{ route: "config", fault: { kind: "status", status: 429 }, times: 1 }],
      }),
    });
  }, 60_000);
  afterAll(() => servers.close());
  const config = () =>
    fetch(`${servers.hubUrl}/api/v1/widget/config?client_key=${servers.seed.keys[0]?.public_key}`, {
      headers: { origin: servers.demoUrl },
    });
  const put = async (fault: unknown) =>
    fetch(`${servers.hubUrl}/_faults`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ rules: [{ route: "config", fault }] }),
    }).then((response) => expect(response.status).toBe(200));

  it("starts with the rules it was given", async () => {
    const [first, second] = [await config(), await config()];
    expect([first.status, first.headers.get("Retry-After"), second.status]).toEqual([429, "2", 200]);
  });

  it("drops break the connection, a cut after what was let through", async () => {
    for (const kind of ["drop_before", "drop_after", { kind: "cut", after_bytes: 0 }]) {
      await put(kind);
      await expect(config().then((response) => response.text())).rejects.toThrow(TypeError);
    }
    await put({ kind: "cut", after_bytes: 10 });
    const response = await config();
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.byteLength).toBe(10);
    await expect(reader?.read()).rejects.toThrow();
  });

  it("a hanging request ends with its caller, and the server can still be closed", async () => {
    await put("hang");
    const ending = AbortSignal.timeout(100);
    await expect(fetch(`${servers.hubUrl}/foyer-none.js`)).resolves.toBeDefined();
    const url = `${servers.hubUrl}/api/v1/widget/config?client_key=x`;
    await expect(fetch(url, { signal: ending })).rejects.toThrow();
  });

  it("restarts on its folder: the seeded key works as before", async () => {
    await fetch(`${servers.hubUrl}/_faults`, { method: "DELETE" });
    const restart = await fetch(`${servers.hubUrl}/_faults/actions/restart`, { method: "POST" });
    expect(restart.status).toBe(200);
    expect((await config()).status).toBe(200);
  });
});

describe("the file of --faults", () => {
  const write = (text: string) => {
    const path = join(directory, "faults.json");
    writeFileSync(path, text);
    return path;
  };

  it("is rules with defaults filled in", () => {
    expect(readFaultsFile(write('{"rules":[{"route":"*","fault":"latency"}]}'))).toEqual({
      seed: 1,
      rules: [{ route: "*", percent: 100, enabled: true, fault: { kind: "latency", ms: 800, jitter_ms: 0 } }],
    });
  });

  it.each([
    ["not JSON", "{", "faults_invalid"],
    ["no rules", "{}", "faults_invalid"],
    ["an unknown fault", '{"rules":[{"route":"*","fault":"boom"}]}', "faults_invalid"],
  ])("%s is one line that says what to write", (_name, text, code) => {
    expect(() => readFaultsFile(write(text))).toThrow(expect.objectContaining({ code }) as Error);
  });

  it("that is not there is named", () => {
    expect(() => readFaultsFile(join(directory, "none.json"))).toThrow(
      expect.objectContaining({ code: "faults_unreadable" }) as Error,
    );
  });
});
