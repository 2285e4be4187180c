/** The server refused a request; `code` is the payload code of its `error` message. */
export class RequestError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
  }
}

/**
 * Requests under way, by id. One that was cut off by a lost connection is asked again on the next; as a later request
 * replaces the view that an earlier one asked for, only the newest is, and its answer answers all.
 */
export class Requests {
  #clock;
  #timeoutMs;
  #pending = new Map();
  #count = 0;

  constructor(clock, timeoutMs) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** @returns the request's `id` and the `promise` of its answer */
  add(request) {
    const id = String(++this.#count);
    const promise = new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        this.reject(id, new RequestError(0, `no answer within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      this.#pending.set(id, { request, waiters: [{ resolve, reject, timer }] });
    });
    return { id, promise };
  }

  /** Folds all that is open into the newest; undefined when nothing is. */
  newest() {
    const ids = [...this.#pending.keys()];
    const id = ids.pop();
    if (id === undefined) return undefined;
    const newest = this.#pending.get(id);
    for (const older of ids) {
      newest.waiters.push(...this.#pending.get(older).waiters);
      this.#pending.delete(older);
    }
    return { id, request: newest.request };
  }

  resolve(id, answer) {
    this.#settle(id, (waiter) => waiter.resolve(answer));
  }

  /** Says whether somebody waited. */
  reject(id, error) {
    return this.#settle(id, (waiter) => waiter.reject(error));
  }

  rejectAll(error) {
    for (const id of [...this.#pending.keys()]) this.reject(id, error);
  }

  #settle(id, how) {
    const pending = this.#pending.get(id);
    if (pending === undefined) return false;
    this.#pending.delete(id);
    for (const waiter of pending.waiters) {
      this.#clock.clearTimeout(waiter.timer);
      how(waiter);
    }
    return true;
  }
}
