import { COMPONENTS, spread } from './history.js';
import { PREDICTORS } from './predictors.js';

const SCALE_AT_FIRST = 512;
const LAST_AT_FIRST = 2;
const BEFORE_AT_FIRST = 1;
const COST_STEP_MAX = 47;
const SCALE_STEP_MAX = 60;
const SQUARED_MAX = 4095;
const SMALL = 64;
const LARGE = 128;

/** More steps than `stepOf` has. */
export const STEPS = 64;

/** Of what is known of a value, in a keyframe: each predictor's cost, then the scale. */
export const COLUMNS = PREDICTORS + 1;

/**
 * How well each value has been predicted of late, by each predictor: who is asked next, and how large an error to expect.
 * Arrays are laid out as the frames of the History.
 *
 *     moved      256 (x(t) − x(t − 1)), its lowest 30 bits as a signed number
 *     e(p)       moved − drift(p)
 *     cost(p)   += floor(min(|e(p)|, 4095)^2 / 16) − floor(cost(p) / 16)
 *     scale     += floor((|e(best)| − scale) / 16)
 *     before     = 0, 1 or 2: last was below 2, 2, above it
 *     last       = 0 to 4: e(best) is below −128, below −64, at most 64, at most 128, above it
 */
export class Accuracy {
  /** By column, each predictor's costs, then the scales; by value. */
  columns = Array.from({ length: COLUMNS }, () => new Int32Array(0));
  last = new Int32Array(0);
  before = new Int32Array(0);
  #moved = new Int32Array(0);
  #capacity = 0;

  get scales() {
    return this.columns[PREDICTORS];
  }

  /** The highest step that the numbers of a column can be at. */
  static stepMax(column) {
    return column < PREDICTORS ? COST_STEP_MAX : SCALE_STEP_MAX;
  }

  /** Makes room for so many agents. */
  grow(to) {
    for (let column = 0; column < COLUMNS; column++) {
      this.columns[column] = spread(this.columns[column], this.#capacity, to);
    }
    this.last = spread(this.last, this.#capacity, to);
    this.before = spread(this.before, this.#capacity, to);
    this.#moved = new Int32Array(COMPONENTS * to);
    this.#capacity = to;
  }

  /** Nothing is known of the value any more. */
  begin(value) {
    for (let predictor = 0; predictor < PREDICTORS; predictor++) this.columns[predictor][value] = 0;
    this.scales[value] = SCALE_AT_FIRST;
    this.last[value] = LAST_AT_FIRST;
    this.before[value] = BEFORE_AT_FIRST;
  }

  /** What is known of one value is known of another. */
  move(from, to) {
    for (let column = 0; column < COLUMNS; column++) this.columns[column][to] = this.columns[column][from];
    this.last[to] = this.last[from];
    this.before[to] = this.before[from];
  }

  /** Takes in what the values `from` to `to` became. */
  adapt(outlook, next, newest, from, to) {
    const moved = this.#moved;
    for (let v = from; v < to; v++) moved[v] = ((next[v] - newest[v]) << 10) >> 2;
    for (let predictor = 0; predictor < PREDICTORS; predictor++) {
      charge(moved, outlook.drifts[predictor], this.columns[predictor], from, to);
    }
    remember(moved, outlook.bestDrift, this.scales, this.last, this.before, from, to);
  }

  /** Rounds to what a keyframe tells: two steps an octave of cost and scale, nothing of recent errors. */
  round(from, count) {
    for (let column = 0; column < COLUMNS; column++) {
      const numbers = this.columns[column];
      for (let value = from; value < from + count; value++) numbers[value] = middleOf(stepOf(numbers[value]));
    }
    this.forgetRecent(from, count);
  }

  /** Nothing is known of recent errors. */
  forgetRecent(from, count) {
    this.last.fill(LAST_AT_FIRST, from, from + count);
    this.before.fill(BEFORE_AT_FIRST, from, from + count);
  }
}

function charge(moved, drifts, costs, from, to) {
  for (let v = from; v < to; v++) {
    const error = Math.min(SQUARED_MAX, Math.abs((moved[v] - drifts[v]) | 0));
    costs[v] += ((error * error) >> 4) - (costs[v] >> 4);
  }
}

function remember(moved, drifts, scales, last, before, from, to) {
  for (let v = from; v < to; v++) {
    const error = (moved[v] - drifts[v]) | 0;
    scales[v] += (Math.abs(error) - scales[v]) >> 4;
    before[v] = last[v] < 2 ? 0 : last[v] === 2 ? 1 : 2;
    last[v] = error < -LARGE ? 0 : error < -SMALL ? 1 : error <= SMALL ? 2 : error <= LARGE ? 3 : 4;
  }
}

/** Where a number of 0 or more stands on a scale with two steps an octave. */
export function stepOf(number) {
  if (number < 2) return number;
  const exponent = 31 - Math.clz32(number);
  return 2 * exponent + ((number >> (exponent - 1)) & 1);
}

/** The number in the middle of a step, 0 to 61. */
export function middleOf(step) {
  if (step < 2) return step;
  const exponent = step >> 1;
  const least = (2 | (step & 1)) << (exponent - 1);
  return exponent > 1 ? least | (1 << (exponent - 2)) : least;
}
