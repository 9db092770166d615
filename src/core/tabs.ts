// Owns what the tabs of one visitor say to each other and who of them goes first (R14-R17). Best effort: nothing is
// wrong without it. Knows no request.
import { isText, MAX_TOKEN, membersOf } from "../protocol/read.ts";
import { peekClaims } from "./claims.ts";
import type { Environment, TabChannel } from "./environment.ts";
import type { Visitor } from "./handle.ts";
import type { Credentials } from "./session-request.ts";
import { readTtl } from "./lifetime.ts";
import type { Options } from "./options.ts";
import type { FoyerProblem } from "./problem.ts";
import { recordHash, recordName } from "./record.ts";
import { sleep } from "./sleep.ts";
import { BROWSER_DOORS } from "./tab-doors.ts";

const VERSION = 1;
const LOCK_WAIT_MS = 5_000;
/** A lock that took longer than this was held by another tab, whose news may still be on their way. */
const AT_ONCE_MS = 20;
const NEWS_WAIT_MS = 50;
/** The visitor looks at this page again. */
const BACK = /vis|show|res|focus/;

export type News =
  | { kind: "session"; credentials: Credentials }
  | { kind: "logout"; subject: string }
  | { kind: "dead"; problem: FoyerProblem }
  /** Something was said in this thread; it may have been, in the visitor's own, where none is named. */
  | { kind: "thread"; subject?: string; threadId?: string };

/** What goes over the channel. No problem's detail: the console of the first tab has it. */
function toMessage(news: News): object {
  if (news.kind === "dead") return { kind: news.kind, code: news.problem.code };
  if (news.kind !== "session") return news;
  const { token, refreshToken, issuedAtS: iat, lifetime } = news.credentials;
  const exp = iat + lifetime.ttlMs / 1000;
  return { kind: news.kind, iat, exp, at: lifetime.startedAt.wallMs, token, r: refreshToken };
}

function readSession(env: Environment, { token, r, ...raw }: Readonly<Record<string, unknown>>): News | null {
  if (!isText(token, MAX_TOKEN) || !isText(r, 512)) return null;
  const { sub: subject = "", name } = peekClaims(token);
  const iat = Number(raw["iat"]);
  const wallMs = Number(raw["at"]);
  const { ttlMs, isGuess } = readTtl(undefined, { iat, exp: Number(raw["exp"]) });
  if (isGuess || !(wallMs > 0)) return null;
  const type = subject.startsWith("user:") ? "user" : "guest";
  const visitor: Visitor = {
    id: subject.slice(type.length + 1),
    type,
    ...(name === undefined ? {} : { name }),
  };
  // Both tabs have the same wall clock, but not the same monotonic one.
  const startedAt = { wallMs, monotonicMs: env.monotonic() - Math.max(env.now() - wallMs, 0) };
  const lifetime = { ttlMs, startedAt };
  return {
    kind: "session",
    credentials: { token, refreshToken: r, subject, visitor, lifetime, issuedAtS: iat },
  };
}

/** Null for anything that is not ours: another version, another key, junk. */
function readNews(env: Environment, data: unknown, hash: string): News | null {
  const raw = membersOf(data);
  const { v, k, kind, subject, threadId, code } = raw;
  if (v !== VERSION || k !== hash) return null;
  if (kind === "session") return readSession(env, raw);
  if (kind === "dead" && isText(code, 64)) {
    return { kind, problem: { code, detail: "another tab was refused", status: 403, retryable: false } };
  }
  if (!isText(subject, 512)) return null;
  if (kind === "logout") return { kind, subject };
  return kind === "thread" && isText(threadId, 128) ? { kind, subject, threadId } : null;
}

export interface Tabs {
  /** Runs `body` exactly once, where possible while no other tab runs one; waits for them 5 s at most. */
  alone<T>(body: () => Promise<T>): Promise<T>;
  tell(news: News): void;
  dispose(): void;
}

/** @param releases what to call when the page may hold no lock any more. */
function goFirst<T>(
  env: Environment,
  name: string,
  releases: Set<() => void>,
  body: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const waiting = new AbortController();
    const askedAtMs = env.monotonic();
    let work: Promise<void> | null = null;
    let release = (): void => {};
    const released = new Promise<void>((done) => (release = done));
    const begin = (): Promise<void> => {
      stopTimer();
      work ??= body()
        .then(resolve, reject)
        .finally(() => releases.delete(goOn));
      return Promise.race([work, released]);
    };
    /** Refused, stolen, hidden or waited for too long: on without. */
    const goOn = (): void => {
      waiting.abort();
      release();
      void begin();
    };
    const stopTimer = env.setTimer(goOn, LOCK_WAIT_MS);
    releases.add(goOn);
    const held = async (): Promise<void> => {
      const isLate = env.monotonic() - askedAtMs > AT_ONCE_MS;
      if (isLate) await sleep(env, NEWS_WAIT_MS, waiting.signal);
      await begin();
    };
    (env.lock ?? BROWSER_DOORS.lock)(name, waiting.signal, held).catch(goOn);
  });
}

export function createTabs(env: Environment, options: Options, onNews: (news: News) => void): Tabs {
  const name = recordName(options);
  const hash = recordHash(options);
  const ending = new AbortController();
  const releases = new Set<() => void>();
  let channel: TabChannel | null = null;

  const open = (): void => {
    try {
      channel ??= (env.channel ?? BROWSER_DOORS.channel)(name, (data) => {
        const news = ending.signal.aborted ? null : readNews(env, data, hash);
        if (news !== null) onNews(news);
      });
    } catch {
      // Every tab then stands for itself.
    }
  };
  /** The back/forward cache takes no page that holds a lock or has a channel open. */
  const close = (): void => {
    channel?.close();
    channel = null;
    for (const release of releases) release();
  };
  const removeListener = env.onLifecycle((event) => {
    if (event === "pagehide" || event === "freeze") close();
    else if (channel === null && BACK.test(event)) {
      open();
      // What was said meanwhile was not heard here.
      onNews({ kind: "thread" });
    }
  });
  open();

  return {
    alone: (body) => goFirst(env, name, releases, body),
    tell(news) {
      try {
        channel?.post({ ...toMessage(news), v: VERSION, k: hash });
      } catch {
        // What the others do not hear they find out themselves.
      }
    },
    dispose() {
      ending.abort();
      removeListener();
      close();
    },
  };
}
