import { Accuracy } from './accuracy.js';
import { COMPONENTS, History } from './history.js';
import { Models } from './models.js';
import { BLOCK, Outlook } from './outlook.js';

/** Spreads what a checksum depends on over its bits: 2^32 divided by the golden ratio. */
const SPREAD = 0x9e3779b1;

/** What server and client know alike after the same frames, changes of agents and keyframes. */
export class CodecState {
  history = new History();
  accuracy = new Accuracy();
  models = new Models();
  /** Of the newest frame; 0 before the first. */
  targetFrequency = 0;
  #outlook;

  /** @param valueBits 16 or 32: the range of values */
  constructor(valueBits) {
    this.#outlook = new Outlook(valueBits);
    this.#grow();
  }

  clear() {
    this.history.clear();
    this.models.reset();
    this.targetFrequency = 0;
  }

  /** So many agents without a history come, at the end. */
  add(count) {
    const before = this.history.capacity;
    this.history.add(count);
    if (this.history.capacity !== before) this.#grow();
  }

  /** The agent at a place leaves: the last one takes its place, with its history. */
  remove(place) {
    const { history, accuracy } = this;
    history.remove(place);
    for (let component = 0; component < COMPONENTS; component++) {
      const start = history.start(component);
      accuracy.move(start + history.agentCount, start + place);
    }
  }

  /** Takes in the next frame, whose values the reader finds. */
  code(reader) {
    const { history } = this;
    const agents = history.agentCount;
    for (let component = 0; component < COMPONENTS; component++) {
      for (let place = 0; place < agents; place += BLOCK) {
        this.#codeBlock(reader, component, place, Math.min(BLOCK, agents - place));
      }
    }
    history.advance();
  }

  /** Forgets what a keyframe does not tell. */
  settle() {
    const { history } = this;
    for (let component = 0; component < COMPONENTS; component++) {
      this.accuracy.round(history.start(component), history.agentCount);
    }
    this.models.reset();
  }

  /** Of the newest frame: differs from a wrong one's but for one time in 256. Who has no value yet counts as 0. */
  checksum() {
    const { history } = this;
    const agents = history.agentCount;
    const values = history.frame(0);
    let sum = 0;
    for (let component = 0; component < COMPONENTS; component++) {
      const start = history.start(component);
      sum += weighted(values, start, agents, component * agents);
      if (history.youngCount > 0) {
        for (let place = 0; place < agents; place++) {
          // What memory without a meaning added.
          if (history.age(place) <= 0) sum -= weighted(values, start + place, 1, component * agents + place);
        }
      }
    }
    return Math.imul(sum, SPREAD) >>> 24;
  }

  #grow() {
    this.accuracy.grow(this.history.capacity);
    this.#outlook.grow(this.history.capacity);
  }

  #codeBlock(reader, component, place, count) {
    const { history, accuracy } = this;
    const outlook = this.#outlook;
    const from = history.start(component) + place;
    const to = from + count;
    const next = history.next();
    outlook.prepare(history, accuracy, component, place, count);
    reader.read(outlook, next, from, to);
    accuracy.adapt(outlook, next, history.frame(0), from, to);
    if (history.youngCount > 0) {
      for (let i = 0; i < count; i++) {
        if (history.age(place + i) <= 0) accuracy.begin(from + i);
      }
    }
  }
}

/** Modulo 2^32. */
function weighted(values, start, count, before) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = (sum + Math.imul(values[start + i], 2 * (before + i) + 1)) | 0;
  return sum;
}
