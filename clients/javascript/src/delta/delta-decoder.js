import { MalformedMessageError } from '../malformed-message-error.js';
import { Accuracy, COLUMNS, middleOf, stepOf } from './accuracy.js';
import { CodecState } from './codec-state.js';
import { ErrorReader } from './error-reader.js';
import { COMPONENTS, DEPTH } from './history.js';
import { RangeDecoder } from './range-decoder.js';
import { StepModels, wholeAge } from './step-models.js';

const FREQUENCY_BITS = 16;
const AGE_BITS = 7;
const CHECKSUM_BITS = 8;

/**
 * Reads the `coded` of Keyframe and DeltaFrame: frames as what prediction leaves of them. Agents have places, 0 to
 * `agentCount` − 1; each frame's values are in their order. All arithmetic is of integers, the same to the bit as the
 * server's. Allocates nothing in steady state.
 */
export class DeltaDecoder {
  /** Whether deltas can be read: after a keyframe, until something is malformed. */
  isReady = false;
  /** Whether there are values: of a frame, or of a keyframe with one in it. */
  hasFrame = false;
  #valueBits;
  #state;
  #range = new RangeDecoder();
  #reader;

  /** @param valueBits 16 or 32: the range of values */
  constructor(valueBits) {
    this.#valueBits = valueBits;
    this.#state = new CodecState(valueBits);
    this.#reader = new ErrorReader(this.#range, this.#state.models, valueBits);
  }

  get valueBits() {
    return this.#valueBits;
  }

  get agentCount() {
    return this.#state.history.agentCount;
  }

  /** Of the newest frame. */
  get targetFrequency() {
    return this.#state.targetFrequency;
  }

  /** The newest frame's values, valid until the next one: those of a component begin at its `start`, by place. */
  get values() {
    return this.#state.history.frame(0);
  }

  start(component) {
    return this.#state.history.start(component);
  }

  /** The agent at a place, 0 to `agentCount` − 1, leaves: the last one takes its place, with its history. */
  remove(place) {
    this.#state.remove(place);
  }

  /** So many agents without a history come, at the end. */
  add(count) {
    this.#state.add(count);
  }

  /** What follows makes no sense without another keyframe. */
  abandon() {
    this.isReady = false;
  }

  /**
   * Begins with a keyframe.
   *
   * @param view holds its `coded`: `length` bytes from `start` on
   * @param agentCount of the roster before it
   * @throws MalformedMessageError
   */
  begin(view, start, length, agentCount) {
    const state = this.#state;
    const range = this.#range;
    this.isReady = false;
    this.hasFrame = false;
    this.#reader.fault = '';
    state.clear();
    state.add(agentCount);
    range.begin(view, start, length);
    state.targetFrequency = range.readRaw(FREQUENCY_BITS);
    const depth = range.readRaw(AGE_BITS);
    if (depth > DEPTH) throw new MalformedMessageError(`coded: keyframe of ${depth} frames, at most ${DEPTH}`);
    this.#readAges(depth);
    for (let frame = 0; frame < depth; frame++) {
      state.code(this.#reader);
      this.#check();
    }
    this.#readSteps();
    if (depth > 0 && range.readRaw(CHECKSUM_BITS) !== state.checksum()) {
      throw new MalformedMessageError('coded: keyframe with a wrong checksum');
    }
    this.#checkEnd();
    state.models.reset();
    this.hasFrame = depth > 0;
    this.isReady = true;
  }

  /**
   * Reads the next frame.
   *
   * @param view holds its `coded`: `length` bytes from `start` on
   * @throws MalformedMessageError
   */
  decode(view, start, length) {
    if (!this.isReady) throw new MalformedMessageError('a delta before the keyframe that it builds on');
    const state = this.#state;
    this.isReady = false;
    this.#range.begin(view, start, length);
    this.#readEvents();
    state.code(this.#reader);
    this.#check();
    if (this.#range.readRaw(CHECKSUM_BITS) !== state.checksum()) {
      throw new MalformedMessageError('coded: a delta with a wrong checksum, not of this stream or damaged');
    }
    this.#checkEnd();
    this.hasFrame = true;
    this.isReady = true;
  }

  #readAges(depth) {
    const { history } = this.#state;
    const whole = wholeAge();
    for (let place = 0; place < history.agentCount; place++) {
      const age = this.#range.read(whole, 0) === 1 ? depth : this.#range.readRaw(AGE_BITS);
      if (age > depth) {
        throw new MalformedMessageError(`coded: keyframe with an agent of ${age} frames, at most ${depth}`);
      }
      history.setAge(place, age - depth);
    }
  }

  #readSteps() {
    const { history, accuracy } = this.#state;
    const models = new StepModels();
    for (let component = 0; component < COMPONENTS; component++) {
      const start = history.start(component);
      for (let place = 0; place < history.agentCount; place++) {
        if (history.age(place) > 0) this.#readStepsOf(start + place, models);
      }
      this.#check();
      accuracy.forgetRecent(start, history.agentCount);
    }
  }

  #readStepsOf(value, models) {
    const { columns } = this.#state.accuracy;
    for (let column = 0; column < COLUMNS; column++) {
      const step = stepOf(columns[column][value]) + models.read(this.#range, column);
      if (step < 0 || step > Accuracy.stepMax(column)) {
        throw new MalformedMessageError(`coded: keyframe with step ${step}, from 0 to ${Accuracy.stepMax(column)}`);
      }
      columns[column][value] = middleOf(step);
    }
  }

  /** What the server changed between two frames, in the next one. */
  #readEvents() {
    if (this.#range.readRare() === 0) return;
    const isSyncPoint = this.#range.readRaw(1) === 1;
    const isRetuned = this.#range.readRaw(1) === 1;
    if (isSyncPoint) this.#state.settle();
    if (isRetuned) this.#state.targetFrequency = this.#range.readRaw(FREQUENCY_BITS);
  }

  #check() {
    const { fault } = this.#reader;
    if (fault !== '') {
      this.#reader.fault = '';
      throw new MalformedMessageError(`coded: ${fault}`);
    }
    if (this.#range.isDamaged) {
      throw new MalformedMessageError('coded: bytes that no encoder writes');
    }
    if (this.#range.isPastEnd) {
      throw new MalformedMessageError(`coded of ${this.#range.length} bytes ends early`);
    }
  }

  #checkEnd() {
    this.#check();
    if (!this.#range.isExact) {
      throw new MalformedMessageError(`coded of ${this.#range.length} bytes is longer than its content`);
    }
  }
}
