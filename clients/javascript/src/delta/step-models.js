import { COLUMNS, STEPS } from './accuracy.js';
import { EVEN_AT_FIRST } from './models.js';

/** Contexts for how large; what is larger stays in the last. */
const SIZES = 16;

/** The context in which it is told whether an agent has been there all the time. */
export function wholeAge() {
  return even(1);
}

/** Likelihoods of the steps that a keyframe's numbers stand above those that its frames have led to. */
export class StepModels {
  #zero = even(COLUMNS);
  #sign = even(COLUMNS);
  #size = even(COLUMNS * SIZES);

  /** What was written, or something at least STEPS from 0 when nothing like it can have been. */
  read(range, column) {
    if (range.read(this.#zero, column) === 0) return 0;
    const isBelow = range.read(this.#sign, column);
    let difference = 1;
    while (difference < STEPS && range.read(this.#size, column * SIZES + Math.min(difference, SIZES) - 1) === 1) {
      difference++;
    }
    return isBelow === 0 ? difference : -difference;
  }
}

function even(count) {
  return new Int32Array(count).fill(EVEN_AT_FIRST);
}
