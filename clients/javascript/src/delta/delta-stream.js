import { MalformedMessageError } from '../malformed-message-error.js';
import { DeltaDecoder } from './delta-decoder.js';

/**
 * Follows the frames of the form delta, each of which builds on the one before. Begins with a keyframe, and waits for the
 * next one after whatever could not be read.
 */
export class DeltaStream {
  #decoder = null;
  /** The newest frame's sequence. */
  #newest = 0;
  /** The first sequence to show, while older ones come. */
  #shownFrom = 0;
  #isReplaying = false;

  /** Whether the next frame can be read. */
  get isFollowing() {
    return this.#decoder !== null && this.#decoder.isReady;
  }

  /** Holds the newest frame, while it is following. */
  get decoder() {
    return this.#decoder;
  }

  /** What follows does not build on what came: waits for a keyframe. */
  end() {
    this.#decoder?.abandon();
  }

  /** As DeltaDecoder.begin. */
  begin(sequence, valueBits, agentCount, view, start, length) {
    if (this.#decoder?.valueBits !== valueBits) this.#decoder = new DeltaDecoder(valueBits);
    this.#isReplaying = false;
    this.#decoder.begin(view, start, length, agentCount);
    // A keyframe without history names the first frame that will come.
    this.#newest = this.#decoder.hasFrame ? sequence : (sequence - 1) >>> 0;
  }

  /** Frames before that sequence are not to be shown. */
  replay(sequence) {
    this.#shownFrom = sequence;
    this.#isReplaying = true;
  }

  /** Agents leave, place by place, and others come. */
  change(removed, addedCount) {
    for (let i = 0; i < removed.length; i++) this.#decoder.remove(removed[i]);
    this.#decoder.add(addedCount);
  }

  /**
   * Reads the next frame, as DeltaDecoder.decode.
   *
   * @returns whether it is to be shown
   */
  read(sequence, view, start, length) {
    if (((sequence - this.#newest) | 0) <= 0) {
      this.end();
      throw new MalformedMessageError(`frame ${sequence} after frame ${this.#newest}`);
    }
    this.#decoder.decode(view, start, length);
    this.#newest = sequence;
    if (this.#isReplaying && ((sequence - this.#shownFrom) | 0) < 0) return false;
    this.#isReplaying = false;
    return true;
  }
}
