import { mkdir, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "./database.ts";

let directory: string;
const pg = (...path: string[]) => join(directory, "pg", ...path);
const open = () => openStore({ kind: "dir", path: directory });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "foyer-damage-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("N65: a data folder that is not what it should be", () => {
  it("holding other files is refused, and they are left alone", async () => {
    await mkdir(pg());
    await writeFile(pg("precious.txt"), "mine");
    await expect(open()).rejects.toMatchObject({ code: "data_dir_damaged" });
    expect(await readFile(pg("precious.txt"), "utf8")).toBe("mine");
    expect(await readdir(pg())).toEqual(["precious.txt"]);
  });

  it.each([
    ["without its control file", () => unlink(pg("global", "pg_control"))],
    ["with an empty control file", () => truncate(pg("global", "pg_control"), 0)],
    ["of another PostgreSQL version", () => writeFile(pg("PG_VERSION"), "99")],
  ])("%s is refused with a reason, and can be locked again", async (_name, damage) => {
    await (await open()).close();
    await damage();
    await expect(open()).rejects.toMatchObject({ code: "data_dir_damaged" });
    await expect(open()).rejects.toMatchObject({ code: "data_dir_damaged" });
  });

  it("written by a newer release is refused, and opens again with that release", async () => {
    const store = await open();
    await store.db.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${"future"}, ${4_102_444_800_000})`,
    );
    await store.close();
    await expect(open()).rejects.toMatchObject({ code: "database_newer" });
    await expect(open()).rejects.toMatchObject({ code: "database_newer" });
  });

  it("that is missing is made", async () => {
    await rm(directory, { recursive: true });
    await (await open()).close();
    expect(await readdir(pg())).toContain("PG_VERSION");
  });
});
