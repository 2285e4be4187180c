import { SIZE_BITS_MAX } from './models.js';
import { FIRST } from './outlook.js';

const ESCAPED_BITS_MAX = 30;

/** Reads what prediction left of values. What cannot have been written is noted, and read as something else. */
export class ErrorReader {
  /** What cannot have been written; empty when there was nothing. */
  fault = '';
  #range;
  #models;
  #valueBits;

  constructor(range, models, valueBits) {
    this.#range = range;
    this.#models = models;
    this.#valueBits = valueBits;
  }

  /** Fills the frame's values `from` to `to`. */
  read(outlook, values, from, to) {
    const { scaleContext, expected, mirror } = outlook;
    const above = 32 - this.#valueBits;
    let misfit = 0;
    for (let v = from; v < to; v++) {
      const context = scaleContext[v];
      if (context >= 0) {
        const mirrored = mirror[v];
        const value = (expected[v] + ((this.#error(outlook, v, context) ^ mirrored) - mirrored)) | 0;
        values[v] = value;
        misfit |= value ^ ((value << above) >> above);
      } else if (context === FIRST) {
        values[v] = (this.#range.readRaw(this.#valueBits) << above) >> above;
      }
    }
    if (misfit !== 0) this.fault = `a value is wider than ${this.#valueBits} bits`;
  }

  #error(outlook, v, context) {
    const range = this.#range;
    const models = this.#models;
    const rank = outlook.rankContext[v];
    if (range.readOfTwo(models.zeroByScale, context, models.zeroByRank, rank) === 0) return 0;
    const isBelow = range.readOfTwo(models.signByScale, context, models.signByRank, rank);
    const size = this.#size(outlook.sizeContext[v], outlook.rawBits[v]);
    return isBelow === 0 ? (size + 1) | 0 : ~size;
  }

  #size(context, rawBits) {
    const range = this.#range;
    const { size } = this.#models;
    let left = 0;
    while (left < SIZE_BITS_MAX && range.read(size, context + left) === 1) left++;
    if (left === SIZE_BITS_MAX) left += this.#escaped() - 1;
    return rawBits === 0 ? left : (left << rawBits) | range.readRaw(rawBits);
  }

  #escaped() {
    let bits = 0;
    while (this.#range.readRaw(1) === 1) {
      if (++bits > ESCAPED_BITS_MAX) {
        this.fault = `an error of more than ${ESCAPED_BITS_MAX} bits`;
        return 1;
      }
    }
    return (1 << bits) | this.#range.readRaw(bits);
  }
}
