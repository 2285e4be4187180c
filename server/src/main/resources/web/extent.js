/** Room that an axis gets when all agents share one coordinate. */
const FLAT = 1e-9;

/** Steps along the longest side at most; many make the box tight, few keep its floor calm. */
const STEPS_MAX = 9;

/**
 * The box that holds the agents, rounded outward to steps a person would choose. It grows when an agent leaves it and
 * shrinks only when asked to, so that the view does not breathe with the swarm.
 */
export class Extent {
  min = [0, 0, 0];
  max = [0, 0, 0];
  /** Between ticks, the same on the three axes. */
  step = 1;
  #known = false;

  /** Takes in a frame; says whether the box changed. */
  include(frame) {
    if (frame.agentCount === 0) return false;
    const columns = [frame.x, frame.y, frame.z];
    const min = columns.map((column) => least(column, frame.agentCount));
    const max = columns.map((column) => -least(column, frame.agentCount, -1));
    return this.#grow(min, max);
  }

  /** Where nothing is known yet, a box of six numbers has to do; says whether it did. */
  suppose(box) {
    if (this.#known) return false;
    this.#grow(box.slice(0, 3), box.slice(3));
    this.#known = false;
    return true;
  }

  #grow(min, max) {
    const inside = (axis) => min[axis] >= this.min[axis] && max[axis] <= this.max[axis];
    if (this.#known && inside(0) && inside(1) && inside(2)) return false;
    for (let axis = 0; axis < 3; axis++) {
      this.min[axis] = this.#known ? Math.min(min[axis], this.min[axis]) : min[axis];
      this.max[axis] = this.#known ? Math.max(max[axis], this.max[axis]) : max[axis];
    }
    this.#known = true;
    this.#round();
    return true;
  }

  /** Forgets what it saw: the next frame says anew. */
  reset() {
    this.#known = false;
  }

  centre(axis) {
    return (this.min[axis] + this.max[axis]) / 2;
  }

  size(axis) {
    return this.max[axis] - this.min[axis];
  }

  /** The longest side; never nothing. */
  get largest() {
    return Math.max(this.size(0), this.size(1), this.size(2), FLAT);
  }

  #round() {
    this.step = niceStep(this.largest / STEPS_MAX);
    for (let axis = 0; axis < 3; axis++) {
      // A hair's breadth beyond a tick is no reason for another step.
      this.min[axis] = Math.floor(this.min[axis] / this.step + 1e-6) * this.step;
      this.max[axis] = Math.ceil(this.max[axis] / this.step - 1e-6) * this.step;
    }
  }
}

function least(column, count, sign = 1) {
  let least = Infinity;
  for (let i = 0; i < count; i++) {
    const value = sign * column[i];
    if (value < least) least = value;
  }
  return least;
}

/** 1, 2 or 5 times a power of ten, at least as large as asked. */
function niceStep(atLeast) {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= atLeast * (1 - 1e-9));
}
