import { stepOf } from './accuracy.js';
import { COMPONENTS, DEPTH } from './history.js';
import { SIZES, SIZE_BITS_MAX, sizeOf } from './models.js';
import { PREDICTORS, Predictors, longestOf } from './predictors.js';

/** Values of a block. */
export const BLOCK = 512;

/** In place of a context: the value has none before it. */
export const FIRST = -1;

/** In place of a context: the value is not there yet. */
const ABSENT = -2;

const RANK_BITS = 3;
const RANK_MASK = (1 << RANK_BITS) - 1;
const INT32_MAX = 0x7fffffff;
const FREQUENCY = 3;

/**
 * What is expected of each value of the next frame, and the contexts that its error is coded in. Arrays are laid out as the
 * frames of the History; a block of values is prepared, coded and done with before the next.
 */
export class Outlook {
  /** What each predictor expects, and what the best one does. */
  drifts = Array.from({ length: PREDICTORS }, () => new Int32Array(0));
  bestDrift = new Int32Array(0);
  /** The values of before, moved by that, rounded to the grid. */
  expected = new Int32Array(0);
  /** −1 where errors are told with the other sign, so that what rounding left of the drift is never below 0; else 0. */
  mirror = new Int32Array(0);
  /** Into Models: by how large errors are, or FIRST or ABSENT. */
  scaleContext = new Int32Array(0);
  /** Into Models: by which predictors are the best. */
  rankContext = new Int32Array(0);
  /** Into Models: for how large an error is. */
  sizeContext = new Int32Array(0);
  /** Low bits of an error that are told as they are. */
  rawBits = new Int32Array(0);
  #predictors;
  #best = new Int32Array(0);
  #second = new Int32Array(0);

  /** @param valueBits 16 or 32: the range of values */
  constructor(valueBits) {
    this.#predictors = new Predictors(valueBits);
  }

  /** Makes room for so many agents. */
  grow(agents) {
    const values = COMPONENTS * agents;
    this.#predictors.grow(values);
    for (let predictor = 0; predictor < PREDICTORS; predictor++) this.drifts[predictor] = new Int32Array(values);
    this.bestDrift = new Int32Array(values);
    this.expected = new Int32Array(values);
    this.mirror = new Int32Array(values);
    this.scaleContext = new Int32Array(values);
    this.rankContext = new Int32Array(values);
    this.sizeContext = new Int32Array(values);
    this.rawBits = new Int32Array(values);
    this.#best = new Int32Array(values);
    this.#second = new Int32Array(values);
  }

  /** Prepares `count` values of a component, from an agent's place on. */
  prepare(history, accuracy, component, place, count) {
    const from = history.start(component) + place;
    const to = from + count;
    this.#predictors.predict(history, from, to, this.drifts);
    if (history.youngCount > 0) this.#predictYoung(history, component, place, count);
    this.#rank(accuracy, from, to);
    this.#findContexts(history.frame(0), accuracy, component === FREQUENCY ? 1 : 0, from, to);
    if (history.youngCount > 0) this.#markYoung(history, component, place, count);
  }

  /** Who has fewer values than a predictor looks at takes the longest that they fill. */
  #predictYoung(history, component, place, count) {
    const { drifts } = this;
    for (let agent = place; agent < place + count; agent++) {
      const age = history.age(agent);
      if (age >= DEPTH) continue;
      const value = history.start(component) + agent;
      const longest = longestOf(age);
      for (let predictor = longest + 1; predictor < PREDICTORS; predictor++) {
        drifts[predictor][value] = drifts[longest][value];
      }
    }
  }

  #markYoung(history, component, place, count) {
    for (let agent = place; agent < place + count; agent++) {
      const age = history.age(agent);
      if (age <= 0) this.scaleContext[history.start(component) + agent] = age === 0 ? FIRST : ABSENT;
    }
  }

  /** Finds the two predictors of the least cost; of equals, the shorter. */
  #rank(accuracy, from, to) {
    const best = this.#best;
    const second = this.#second;
    const costs = accuracy.columns[0];
    for (let v = from; v < to; v++) best[v] = costs[v] << RANK_BITS;
    second.fill(INT32_MAX, from, to);
    for (let predictor = 1; predictor < PREDICTORS; predictor++) {
      rank(accuracy.columns[predictor], predictor, best, second, from, to);
    }
  }

  #findContexts(newest, accuracy, kind, from, to) {
    const { drifts, bestDrift, expected, mirror, scaleContext, rankContext, sizeContext, rawBits } = this;
    const { scales, last, before } = accuracy;
    const best = this.#best;
    const second = this.#second;
    for (let v = from; v < to; v++) {
      const leader = best[v] & RANK_MASK;
      const runnerUp = second[v] & RANK_MASK;
      const drift = drifts[leader][v];
      const whole = (drift + 128) >> 8;
      const fraction = drift - (whole << 8);
      const mirrored = fraction >> 31;
      const dissent = (((drifts[runnerUp][v] - drift) | 0) ^ mirrored) - mirrored;
      const opinion = Math.max(-2, Math.min(2, (dissent + 32) >> 6)) + 2;
      const eighth = Math.min(7, ((fraction ^ mirrored) - mirrored) >> 4);
      const lastError = mirrored === 0 ? last[v] : 4 - last[v];
      const errorBefore = mirrored === 0 ? before[v] : 2 - before[v];
      const step = stepOf(scales[v]);
      const size = kind * SIZES + sizeOf(step);
      bestDrift[v] = drift;
      expected[v] = newest[v] + whole;
      mirror[v] = mirrored;
      sizeContext[v] = size * SIZE_BITS_MAX;
      rawBits[v] = Math.max(0, (step >> 1) - 9);
      scaleContext[v] = (((size * 5 + opinion) * 5 + lastError) * 3 + errorBefore) * 8 + eighth;
      const ranks = (kind * PREDICTORS + leader) * PREDICTORS + runnerUp;
      rankContext[v] = ((ranks * 5 + lastError) * 5 + opinion) * 8 + eighth;
    }
  }
}

function rank(costs, predictor, best, second, from, to) {
  for (let v = from; v < to; v++) {
    const key = (costs[v] << RANK_BITS) | predictor;
    const leading = best[v];
    best[v] = Math.min(leading, key);
    second[v] = Math.min(second[v], Math.max(leading, key));
  }
}
