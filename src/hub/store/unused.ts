// Owns new sessions that nobody has used yet: kept in memory until their first use, so that whoever mints guests and
// says nothing writes nothing. Only for a store that no other hub writes to. A crash loses sessions in which nothing was
// said; their pages start another one.

/** A session by both names that a later request may know it by. */
export interface Unused<Session> {
  names: readonly string[];
  session: Session;
}

/** More than this are not held back: the oldest is stored. */
const MAX_HELD = 100_000;

export interface UnusedSessions<Session> {
  hold(unused: Unused<Session>): Promise<void>;
  /** Stores the session of this name, if one is held back. Afterwards the store tells the truth about it. */
  settle(name: string): Promise<void>;
  settleAll(): Promise<void>;
}

/** @param save stores one session; a session that cannot be stored any more (its key is gone) is dropped */
export function createUnusedSessions<Session>(
  save: (session: Session) => Promise<void>,
): UnusedSessions<Session> {
  const held = new Map<string, { unused: Unused<Session>; saved: Promise<void> | null }>();
  let count = 0;

  const settle = async (name: string): Promise<void> => {
    const entry = held.get(name);
    if (entry === undefined) return;
    // Whoever asks meanwhile waits for the same write.
    entry.saved ??= save(entry.unused.session)
      .catch(() => {})
      .finally(() => {
        count -= 1;
        for (const known of entry.unused.names) held.delete(known);
      });
    await entry.saved;
  };
  return {
    settle,
    async hold(unused) {
      const entry = { unused, saved: null };
      for (const name of unused.names) held.set(name, entry);
      count += 1;
      const [oldest] = held.keys();
      if (count > MAX_HELD && oldest !== undefined) await settle(oldest);
    },
    async settleAll() {
      await Promise.all([...held.keys()].map(settle));
    },
  };
}
