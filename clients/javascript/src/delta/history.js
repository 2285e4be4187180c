/** Values of an agent: x, y, z, frequency. */
export const COMPONENTS = 4;

/** Frames that are kept; as many as the longest predictor looks at. */
export const DEPTH = 64;

const CAPACITY_AT_FIRST = 16;

/**
 * The latest values of every agent, as far back as a predictor looks. Agents have places, 0 to `agentCount` − 1; a frame
 * holds the values of one component after the other, the component's first at `start`.
 */
export class History {
  /** Agents that there are, and that there is room for. */
  agentCount = 0;
  capacity = CAPACITY_AT_FIRST;
  /** Agents with fewer values than DEPTH. */
  youngCount = 0;
  #frames = Array.from({ length: DEPTH }, () => new Int32Array(COMPONENTS * CAPACITY_AT_FIRST));
  /** By place, how many values are known, at most DEPTH; below 0: the agent comes later. */
  #ages = new Int8Array(CAPACITY_AT_FIRST);
  /** Where the newest frame is; the older ones follow, around the end. */
  #head = 0;

  /** Where a component's values begin in a frame. */
  start(component) {
    return component * this.capacity;
  }

  /** The values of so many frames before the newest, DEPTH − 1 at most. */
  frame(before) {
    return this.#frames[(this.#head + before) & (DEPTH - 1)];
  }

  /**
   * Where the values of the next frame go, a block of values after the other: the memory of the oldest frame, whose values
   * are needed until then. `advance` makes it the newest.
   */
  next() {
    return this.frame(DEPTH - 1);
  }

  /** The next frame is complete: everybody has one value more. */
  advance() {
    this.#head = (this.#head - 1) & (DEPTH - 1);
    if (this.youngCount === 0) return;
    const ages = this.#ages;
    for (let place = 0; place < this.agentCount; place++) {
      if (ages[place] < DEPTH && ++ages[place] === DEPTH) this.youngCount--;
    }
  }

  age(place) {
    return this.#ages[place];
  }

  /** Says it; for one who reads a keyframe. */
  setAge(place, age) {
    this.youngCount += (age < DEPTH ? 1 : 0) - (this.#ages[place] < DEPTH ? 1 : 0);
    this.#ages[place] = age;
  }

  clear() {
    this.agentCount = 0;
    this.youngCount = 0;
  }

  /** Agents without a history come, at the end. */
  add(count) {
    const more = this.agentCount + count;
    if (more > this.capacity) this.#grow(Math.max(more, 2 * this.capacity));
    this.#ages.fill(0, this.agentCount, more);
    this.agentCount = more;
    this.youngCount += count;
  }

  /** The last agent takes the place. */
  remove(place) {
    const last = --this.agentCount;
    const ages = this.#ages;
    this.youngCount -= ages[place] < DEPTH ? 1 : 0;
    ages[place] = ages[last];
    for (const frame of this.#frames) {
      for (let at = 0; at < COMPONENTS * this.capacity; at += this.capacity) frame[at + place] = frame[at + last];
    }
  }

  #grow(to) {
    for (let i = 0; i < DEPTH; i++) this.#frames[i] = spread(this.#frames[i], this.capacity, to);
    const ages = new Int8Array(to);
    ages.set(this.#ages);
    this.#ages = ages;
    this.capacity = to;
  }
}

/** An array that is laid out as a frame, for more agents. */
export function spread(array, from, to) {
  const wider = new Int32Array(COMPONENTS * to);
  for (let component = 0; component < COMPONENTS; component++) {
    wider.set(array.subarray(component * from, (component + 1) * from), component * to);
  }
  return wider;
}
