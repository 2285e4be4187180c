import { SequenceGaps } from './sequence-gaps.js';

/** Arrivals that the window holds; the newest 10 seconds of up to 240 frames a second fit. */
const CAPACITY = 4096;
const AGE_WINDOW_MS = 10_000;
const RATE_WINDOW_MS = 2_000;

/** What a report can hold; what is beyond is told as this. */
const SKIPPED_MAX = 0xffffffff;
const AGE_MAX_MS = 4_000_000;
const FPS_MAX = 1_000;

/**
 * What a client saw of its stream. The counters run from the client's creation; ages and rates are those of a sliding
 * window, or since the last report. Noting a frame allocates nothing.
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
  /** Where the last report ended, or the connection began. */
  #reported = { nowMs: NaN, written: 0, frames: 0, skipped: 0 };
  /** Whether a frame of this connection came. */
  #joined = false;
  #clockOffset;
  #sequence = new SequenceGaps();

  constructor(clockOffset) {
    this.#clockOffset = clockOffset;
  }

  /** A connection began; what came before it does not count into its rates. */
  begin(nowMs) {
    this.#startedMs = nowMs;
    this.#written = 0;
    this.#joined = false;
    this.#endReport(nowMs);
  }

  epoch(stride) {
    this.#sequence.reset(stride);
  }

  stride(stride) {
    this.#sequence.stride(stride);
  }

  /** A stride that holds from a tick on. */
  strideFrom(sequence, stride) {
    this.#sequence.strideFrom(sequence, stride);
  }

  message(bytes, nowMs) {
    this.bytes += bytes;
    this.#note(bytes, nowMs, NaN, 0);
  }

  frame(sequence, ageMs, bytes, nowMs) {
    this.frames++;
    this.bytes += bytes;
    this.skipped += this.#sequence.skippedBefore(sequence);
    if (!this.#joined) {
      // Frames that the connection before this one lost say nothing of this one.
      this.#joined = true;
      this.#reported.skipped = this.skipped;
    }
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

  /**
   * What was seen since the last report, or since the connection began, in the ranges and to the precision of `stats`;
   * without `age_ms` where no age is known. The next report begins here. Of more arrivals than the window holds, ages are
   * of the newest.
   */
  report(nowMs) {
    const { nowMs: sinceMs, written, frames, skipped } = this.#reported;
    let ages = 0;
    for (let i = Math.max(written, this.#written - CAPACITY); i < this.#written; i++) {
      const ageMs = this.#ages[i % CAPACITY];
      if (!Number.isNaN(ageMs)) this.#sorted[ages++] = ageMs;
    }
    const sorted = this.#sorted.subarray(0, ages).sort();
    const age_ms = { p50: reportedMs(percentile(sorted, 0.5)), p99: reportedMs(percentile(sorted, 0.99)) };
    const fps = (this.frames - frames) / (Math.max(1, nowMs - sinceMs) / 1000);
    const report = {
      skipped: Math.min(SKIPPED_MAX, this.skipped - skipped),
      ...(ages > 0 && { age_ms }),
      fps: Math.min(FPS_MAX, Math.round(fps * 100) / 100),
    };
    this.#endReport(nowMs);
    return report;
  }

  #endReport(nowMs) {
    this.#reported = { nowMs, written: this.#written, frames: this.frames, skipped: this.skipped };
  }

  #note(bytes, nowMs, ageMs, isFrame) {
    const at = this.#written++ % CAPACITY;
    this.#arrivals[at] = nowMs;
    this.#ages[at] = ageMs;
    this.#sizes[at] = bytes;
    this.#isFrame[at] = isFrame;
  }
}

/** An age that the clocks' error made negative is told as 0. */
function reportedMs(ageMs) {
  return Math.min(AGE_MAX_MS, Math.max(0, Math.round(ageMs * 1000) / 1000));
}

function percentile(sorted, share) {
  return sorted.length === 0 ? NaN : sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
