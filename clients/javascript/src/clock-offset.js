const SAMPLES = 8;
const SAMPLE_AGE_MAX_MS = 10 * 60_000;

/**
 * How far the server's clock is ahead of ours, from pings. Of the recent round trips the shortest is believed: it had the
 * least room for a difference between the two ways.
 */
export class ClockOffset {
  /** Milliseconds to add to our time; NaN until a pong came. */
  offsetMs = NaN;
  /** Of the sample that is believed; the offset is wrong by half of it at most. */
  roundTripMs = NaN;
  #samples = [];

  /** Notes a pong: sent and received by our clock, in milliseconds, and the server's time between the two. */
  pong(sentMs, receivedMs, serverMicros) {
    const roundTripMs = receivedMs - sentMs;
    if (!(roundTripMs >= 0)) return;
    this.#samples.push({
      receivedMs,
      roundTripMs,
      offsetMs: serverMicros / 1000 - (sentMs + receivedMs) / 2,
    });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.#samples = this.#samples.filter((sample) => receivedMs - sample.receivedMs <= SAMPLE_AGE_MAX_MS);
    const best = this.#samples.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a));
    this.offsetMs = best.offsetMs;
    this.roundTripMs = best.roundTripMs;
  }

  /** How old what the server dated is now, in milliseconds; NaN until a pong came. */
  ageMs(serverMicros, nowMs) {
    return nowMs + this.offsetMs - serverMicros / 1000;
  }

  /** Forgets what another server said. */
  reset() {
    this.#samples = [];
    this.offsetMs = NaN;
    this.roundTripMs = NaN;
  }
}
