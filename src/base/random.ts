/** A source of chance: `next` is uniform in [0, 1). */
export interface Random {
  next(): number;
}

/** The runtime's own generator; not for secrets. */
export const systemRandom: Random = { next: () => Math.random() };

/** A small seeded generator (mulberry32, Tommy Ettinger 2017): the same seed gives the same sequence everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
  };
}
