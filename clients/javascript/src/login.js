const RATE_LIMITED = 1003;
const INVALID_MESSAGE = 1001;
/** A login is renewed that long before it ends, or when half of its time is over. */
const LEAD_MS = 60_000;
const LEAST_MS = 500;
const AGAIN_MS = 5_000;

/**
 * Renews the login of a connection before it ends, where new tokens can be had. As only the answer to an `auth` says when that
 * is, each connection begins with one. Without it the server closes with 4401 in the end, and the next connection logs in.
 */
export class Login {
  #clock;
  #tokens;
  #serverMs;
  #send;
  #fail;
  #count = 0;
  /** The id of the `auth` that waits for its answer. */
  #underWay;
  #timer;

  /**
   * @param serverMs the server's time, as well as it is known
   * @param send sends an auth by its id and token
   * @param fail called with why no token was to be had
   */
  constructor(clock, tokens, { serverMs, send, fail }) {
    this.#clock = clock;
    this.#tokens = tokens;
    this.#serverMs = serverMs;
    this.#send = send;
    this.#fail = fail;
  }

  connected() {
    if (this.#tokens.isRenewable && this.#tokens.newest !== undefined) this.#say(this.#tokens.newest);
  }

  lost() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#underWay = undefined;
  }

  /** Takes an `authenticated`. */
  answered({ id, expires_at: expiresAt }) {
    if (id !== this.#underWay || id === undefined) return;
    this.#underWay = undefined;
    if (expiresAt === undefined || expiresAt === null) return;
    const leftMs = Date.parse(expiresAt) - this.#serverMs();
    // An end that is over already is that of another clock.
    this.#renewIn(leftMs > 0 ? Math.max(LEAST_MS, leftMs / 2, leftMs - LEAD_MS) : AGAIN_MS);
  }

  /** Says whether it was one of these, of which the application need not hear. */
  refused(id, { code }) {
    if (id !== this.#underWay || id === undefined) return false;
    this.#underWay = undefined;
    if (code === RATE_LIMITED) this.#renewIn(AGAIN_MS);
    // A server from before there were logins.
    return code === RATE_LIMITED || code === INVALID_MESSAGE;
  }

  #renewIn(delayMs) {
    const timer = this.#clock.setTimeout(() => this.#renew(timer), Math.min(delayMs, 2 ** 31 - 1));
    this.#timer = timer;
  }

  /** @param timer another, or none, has its place when this is of no more use */
  async #renew(timer) {
    try {
      const token = await this.#tokens.next();
      if (this.#timer === timer && token !== undefined) this.#say(token);
    } catch (error) {
      if (this.#timer !== timer) return;
      this.#renewIn(AGAIN_MS);
      this.#fail(error);
    }
  }

  #say(token) {
    this.#underWay = `a${++this.#count}`;
    this.#send(this.#underWay, token);
  }
}
