/** Mulberry32: a small seeded generator, so that a failing run can be had again. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run: ESSAIM_SEED, or one that the caller prints. */
export function runSeed() {
  return Number(process.env.ESSAIM_SEED ?? Date.now() % 2 ** 32) >>> 0;
}
