/** A few at once, as the shortest of several round trips is nearer the truth than any first one. */
const QUICK_PINGS = 4;
const QUICK_INTERVAL_MS = 250;

/** Pings while a connection lasts: quickly at first, then at an interval. */
export class Pinger {
  #clock;
  #intervalMs;
  #send;
  #timer;
  #sent = 0;

  /** @param send called with our time in milliseconds, for the pong to bring back */
  constructor(clock, intervalMs, send) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#send = send;
  }

  start() {
    this.stop();
    this.#sent = 0;
    this.#ping();
  }

  stop() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #ping() {
    this.#send(this.#clock.now());
    this.#sent++;
    const delayMs = this.#sent < QUICK_PINGS ? QUICK_INTERVAL_MS : this.#intervalMs;
    this.#timer = this.#clock.setTimeout(() => this.#ping(), delayMs);
  }
}
