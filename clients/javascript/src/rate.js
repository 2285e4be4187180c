/** The rate that the server gives, and why it changed last; from the greeting and what followed it. */
export class Rate {
  /** Of the ticks, those that it divides come; undefined before the greeting. */
  stride;
  /** Frames a second; undefined before the greeting, or where the server told none. */
  fps;
  /** The last change of the server's own; null when there was none since the greeting or the last subscription. */
  tier = null;

  /** What was granted: by a greeting, an answer to `subscribe`, or the beginning of another stream. */
  granted({ stride = 1, fps, stream }) {
    this.stride = stride;
    this.fps = fps ?? (stream && Math.max(1, Math.floor(stream.ticks_per_second / stride)));
    this.tier = null;
  }

  changed(tier) {
    this.stride = tier.stride ?? 1;
    this.fps = tier.fps;
    this.tier = tier;
  }
}
