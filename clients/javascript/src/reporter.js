/** Tells the server what the client saw, while a connection lasts. */
export class Reporter {
  #clock;
  #intervalMs;
  #report;
  #timer;

  /**
   * @param intervalMs between two reports; 0: none are made
   * @param report makes one and sends it, or leaves it to the next
   */
  constructor(clock, intervalMs, report) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#report = report;
  }

  /** The first report comes after an interval. */
  start() {
    this.stop();
    if (this.#intervalMs > 0) this.#wait();
  }

  stop() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait() {
    this.#timer = this.#clock.setTimeout(() => {
      this.#wait();
      this.#report();
    }, this.#intervalMs);
  }
}
