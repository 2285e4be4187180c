import { PREDICTORS } from './predictors.js';

/** Kinds of scale. */
export const SIZES = 10;

/** Bits in which an error's size is told before it is escaped, at most. */
export const SIZE_BITS_MAX = 18;

const KINDS = 2;
const COUNT_MAX = 127;
const ZERO_AT_FIRST = 30_000 << 8;
const BY_SCALE = KINDS * SIZES * 5 * 15 * 8;
const BY_RANK = KINDS * PREDICTORS * PREDICTORS * 5 * 5 * 8;

/** An entry of which nothing is known. */
export const EVEN_AT_FIRST = 32_768 << 8;

/** How much of an error is corrected, in 4,096ths, by how often it was: nearly 1 / (count + 1.6). */
const RATES = Int32Array.from({ length: COUNT_MAX + 1 }, (_, count) => (40_968 + 5 * count) / (10 * count + 16));

/**
 * What has been learnt about errors: for each context how likely a bit is 1. An entry is `probability << 8 | count`: the
 * probability in 65,536ths, and how often it was corrected, which makes it slower to change.
 */
export class Models {
  /** Whether there is an error, by the scale's context and the predictors'. */
  zeroByScale = new Int32Array(BY_SCALE);
  zeroByRank = new Int32Array(BY_RANK);
  /** Whether it is below 0. */
  signByScale = new Int32Array(BY_SCALE);
  signByRank = new Int32Array(BY_RANK);
  /** Whether it is larger still. */
  size = new Int32Array(KINDS * SIZES * SIZE_BITS_MAX);

  constructor() {
    this.reset();
  }

  /** Forgets all. */
  reset() {
    this.zeroByScale.fill(ZERO_AT_FIRST);
    this.zeroByRank.fill(ZERO_AT_FIRST);
    this.signByScale.fill(EVEN_AT_FIRST);
    this.signByRank.fill(EVEN_AT_FIRST);
    this.size.fill(EVEN_AT_FIRST);
  }
}

/** The kind of scale that a step is. */
export function sizeOf(step) {
  if (step < 16) return step < 13 ? 0 : 1;
  return Math.min(SIZES - 1, step - 14);
}

/** How likely two entries together make a 1, in 4,096ths, 1 to 4,095. */
export function chanceOf(entry, other) {
  return Math.max(1, ((entry >>> 8) + (other >>> 8)) >>> 5);
}

/** The entry once a bit, 0 or 1, has come. */
export function learnt(entry, bit) {
  const probability = entry >>> 8;
  const count = entry & 0xff;
  const corrected = probability + ((((-bit & 0xffff) - probability) * RATES[count]) >> 12);
  return (corrected << 8) | Math.min(COUNT_MAX, count + 1);
}
