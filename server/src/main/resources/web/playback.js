/** Frames further apart than this are not joined: what happened between them is anybody's guess. */
const GAP_MAX_MS = 1500;
/** Of what a frame came later than the quickest, the share that is taken for the clocks' drift. */
const DRIFT = 0.05;

/**
 * When what is shown: each frame one frame's interval after it came, and until then the way to it from the one before. The
 * frames' own times set the pace, so that a frame that the network held up makes nobody hurry; the quickest frames say how
 * far the clocks are apart.
 */
export class Playback {
  #earlierMs = NaN;
  #latestMs = NaN;
  #aheadMs = NaN;

  /**
   * A frame came.
   *
   * @param frameMs its time, by any clock
   * @param nowMs by the clock of `shareAt`
   */
  arrived(frameMs, nowMs) {
    const aheadMs = nowMs - frameMs;
    this.#aheadMs = aheadMs > this.#aheadMs ? this.#aheadMs + DRIFT * (aheadMs - this.#aheadMs) : aheadMs;
    this.#earlierMs = this.#latestMs;
    this.#latestMs = frameMs;
  }

  /** The next frame has nothing to do with those before it. */
  reset() {
    this.#latestMs = this.#aheadMs = NaN;
  }

  /** How far what is shown is on its way from the frame before the latest, 0, to the latest, 1. */
  shareAt(nowMs) {
    const intervalMs = this.#latestMs - this.#earlierMs;
    if (!(intervalMs > 0 && intervalMs <= GAP_MAX_MS)) return 1;
    const shownMs = nowMs - this.#aheadMs - intervalMs;
    return Math.min(1, Math.max(0, (shownMs - this.#earlierMs) / intervalMs));
  }
}
