/** Changes of stride that can be told apart between two frames; more are treated as if nobody said from when they hold. */
const CHANGES_MAX = 8;

/**
 * Counts the frames missing between two that came. Sequences are uint32 and wrap. A change of stride either names the tick
 * from which it holds, and each side of it is counted by its own stride; or nobody says, and the largest stride that may
 * have held counts for the gap that the change falls into.
 */
export class SequenceGaps {
  #last = -1;
  #stride = 1;
  /** The largest stride that may have held since the last frame. */
  #widest = 1;
  /** Changes whose tick no frame has reached yet, in order. */
  #changes = [];

  /** A new epoch: its sequences do not compare with those before. */
  reset(stride) {
    this.#last = -1;
    this.#stride = this.#widest = stride;
    this.#changes.length = 0;
  }

  /** Another stride, from some tick after the last frame. */
  stride(stride) {
    this.#widest = Math.max(this.#widest, stride, ...this.#changes.map((change) => change.stride));
    this.#stride = stride;
    this.#changes.length = 0;
  }

  /** Another stride, from the tick `from` on. */
  strideFrom(from, stride) {
    if (this.#changes.length < CHANGES_MAX) {
      this.#changes.push({ from, stride });
    } else {
      this.stride(stride);
    }
  }

  /** @param sequence of the frame that came; negative when the server numbers none */
  skippedBefore(sequence) {
    if (sequence < 0) return 0;
    const last = this.#last;
    let due = 0;
    // In ticks after the last frame; 0 while the stride is the last frame's.
    let begun = 0;
    while (this.#changes.length > 0 && ticks(this.#changes[0].from, sequence) >= 0) {
      const { from, stride } = this.#changes.shift();
      const begins = Math.max(1, ticks(last, from));
      due += Math.floor((begun === 0 ? begins - 1 : begins - begun) / this.#widest);
      begun = begins;
      this.#stride = this.#widest = stride;
    }
    const gap = ticks(last, sequence);
    due += begun === 0 ? Math.floor(gap / this.#widest) : Math.floor((gap - begun) / this.#widest) + 1;
    this.#last = sequence;
    this.#widest = this.#stride;
    // Half the circle or more is a step back, not a gap of two thousand million frames.
    return last < 0 || gap <= 0 ? 0 : Math.max(0, due - 1);
  }
}

/** From one sequence to another; negative when the other is before it. */
function ticks(from, to) {
  return (to - from) | 0;
}
