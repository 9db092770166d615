// Owns a conversation of thousands of messages: a real hub whose store has them, and a page whose visitor said them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { Page } from "playwright/test";
import { chatOn, createKey, tag } from "./fixtures.ts";
import { startProduct } from "./product.ts";
import type { Site } from "./site.ts";

/** Message n says "Message n.", an answer some marks too, of different heights; 1 is the oldest. */
const SEED = `
  insert into messages (thread_id, id, position, role, content, state, parent_id, created_at, updated_at)
  select threads.id, 'm' || n, n - 100000, case when n % 2 = 1 then 'user' else 'assistant' end,
    'Message ' || n || '.' || case when n % 2 = 1 then '' else repeat(' Some **more** words on it.', n % 7) || case
      when n % 10 = 0 then E'\\n\\n- one\\n- two\\n- three' when n % 16 = 0 then E'\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |'
      else '' end end,
    'complete', case when n > 1 then 'm' || (n - 1) end, at, at
  from threads, generate_series(1, $1::int) n, lateral (select now() - interval '1 minute' * (20000 - n) as at)`;

async function seed(data: string, count: number): Promise<void> {
  const store = await PGlite.create(join(data, "pg"));
  await store.query("update messages set parent_id = $1 where parent_id is null", [`m${count}`]);
  await store.query(SEED, [count]);
  await store.close();
}

export interface LongHistory {
  /** Where the page with the widget is. */
  url: string;
  stop(): Promise<void>;
}

/** Lets the page's visitor have said and heard `count` messages, then "hello". The page is gone to, the panel closed. */
export async function startLongHistory(page: Page, site: Site, count: number): Promise<LongHistory> {
  const data = mkdtempSync(join(tmpdir(), "foyer-long-"));
  const first = await startProduct(["--data", data]);
  const key = await createKey(first, [site.origin]);
  const url = site.origin + site.publish({ body: tag(first.hub, key, 'data-agent="echo"') });
  await page.goto(url);
  const chat = chatOn(page);
  await chat.launcher.click();
  await chat.ask("hello");
  await chat.stop.waitFor({ state: "visible" });
  await chat.stop.waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await page.goto("about:blank");
  await first.stop();
  await seed(data, count);
  const ports = ["--port", new URL(first.hub).port, "--demo-port", new URL(first.demo).port];
  const second = await startProduct(["--data", data, ...ports]);
  await page.goto(url);
  return {
    url,
    stop: async () => {
      await second.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
