/** Arrivals that the window holds; the newest 10 seconds of up to 240 frames a second fit. */
const CAPACITY = 4096;
const AGE_WINDOW_MS = 10_000;
const RATE_WINDOW_MS = 2_000;

/**
 * What a client saw of its stream. The counters run from the client's creation; ages and rates are those of a sliding
 * window. Noting a frame allocates nothing.
 */
export class Statistics {
  frames = 0;
  /** Payload of all messages, before any compression of the connection. */
  bytes = 0;
  /** Frames the server did not send, or that were lost: gaps in the sequence, as the stride has it. */
  skipped = 0;
  /** Frames of an unknown roster; they are never guessed at. */
  discarded = 0;
  malformed = 0;
  reconnects = 0;
  #arrivals = new Float64Array(CAPACITY);
  #ages = new Float64Array(CAPACITY);
  #sizes = new Float64Array(CAPACITY);
  #isFrame = new Uint8Array(CAPACITY);
  #sorted = new Float64Array(CAPACITY);
  #written = 0;
  #startedMs = NaN;
  #clockOffset;
  #sequence = new SequenceGaps();

  constructor(clockOffset) {
    this.#clockOffset = clockOffset;
  }

  /** A connection began; what came before it does not count into its rates. */
  begin(nowMs) {
    this.#startedMs = nowMs;
    this.#written = 0;
  }

  epoch(stride) {
    this.#sequence.reset(stride);
  }

  stride(stride) {
    this.#sequence.stride(stride);
  }

  message(bytes, nowMs) {
    this.bytes += bytes;
    this.#note(bytes, nowMs, NaN, 0);
  }

  frame(sequence, ageMs, bytes, nowMs) {
    this.frames++;
    this.bytes += bytes;
    this.skipped += this.#sequence.skippedBefore(sequence);
    this.#note(bytes, nowMs, ageMs, 1);
  }

  /** All of it as a plain object. Ages are NaN while unknown. */
  snapshot(nowMs) {
    let frames = 0;
    let bytes = 0;
    let ages = 0;
    let newestAge = NaN;
    for (let i = this.#written - 1; i >= Math.max(0, this.#written - CAPACITY); i--) {
      const at = i % CAPACITY;
      const agoMs = nowMs - this.#arrivals[at];
      if (agoMs > AGE_WINDOW_MS) break;
      if (agoMs <= RATE_WINDOW_MS) {
        frames += this.#isFrame[at];
        bytes += this.#sizes[at];
      }
      if (!Number.isNaN(this.#ages[at])) {
        if (ages === 0) newestAge = this.#ages[at];
        this.#sorted[ages++] = this.#ages[at];
      }
    }
    const sorted = this.#sorted.subarray(0, ages).sort();
    const seconds = Math.min(RATE_WINDOW_MS, Math.max(1, nowMs - this.#startedMs)) / 1000;
    return {
      frames: this.frames,
      bytes: this.bytes,
      skipped: this.skipped,
      discarded: this.discarded,
      malformed: this.malformed,
      reconnects: this.reconnects,
      ageMs: {
        last: newestAge,
        p50: percentile(sorted, 0.5),
        p99: percentile(sorted, 0.99),
        max: ages === 0 ? NaN : sorted[ages - 1],
      },
      fps: frames / seconds || 0,
      bytesPerSecond: bytes / seconds || 0,
      clockOffsetMs: this.#clockOffset.offsetMs,
      roundTripMs: this.#clockOffset.roundTripMs,
    };
  }

  #note(bytes, nowMs, ageMs, isFrame) {
    const at = this.#written++ % CAPACITY;
    this.#arrivals[at] = nowMs;
    this.#ages[at] = ageMs;
    this.#sizes[at] = bytes;
    this.#isFrame[at] = isFrame;
  }
}

/**
 * Counts the frames missing between two that came. Sequences are uint32 and wrap. On the first frame after the stride
 * changed the larger of both strides counts, as the change may fall anywhere in the gap.
 */
export class SequenceGaps {
  #last = -1;
  #stride = 1;
  #strideBefore = 0;

  /** A new epoch: its sequences do not compare with those before. */
  reset(stride) {
    this.#last = -1;
    this.#stride = stride;
    this.#strideBefore = 0;
  }

  stride(stride) {
    this.#strideBefore = Math.max(this.#strideBefore, this.#stride);
    this.#stride = stride;
  }

  /** @param sequence of the frame that came; negative when the server numbers none */
  skippedBefore(sequence) {
    if (sequence < 0) return 0;
    const last = this.#last;
    const stride = Math.max(this.#stride, this.#strideBefore);
    this.#last = sequence;
    this.#strideBefore = 0;
    if (last < 0) return 0;
    const delta = (sequence - last) >>> 0;
    // Half the circle or more is a step back, not a gap of two thousand million frames.
    return delta >= 0x80000000 ? 0 : Math.max(0, Math.floor(delta / stride) - 1);
  }
}

function percentile(sorted, share) {
  return sorted.length === 0 ? NaN : sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
