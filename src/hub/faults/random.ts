// Owns chance that repeats itself: the same seed gives the same numbers. Not for secrets.

/** mulberry32. Each call answers the next number in [0, 1). @param seed any whole number; its lowest 32 bits count. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
