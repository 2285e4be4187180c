import { RequestError, askAgainMs } from './request-error.js';
import { selectionOf } from './view.js';

/** A server lets a view change once a second; the rest is for a network that delays one request more than the next. */
const CHANGE_INTERVAL_MS = 1_050;

/**
 * Requests for a view: those under way, and those that wait. As a later one replaces what an earlier one asked for, only
 * the newest waits, and its answer answers all that it replaced. One waits
 *
 *  - for a connection: what a lost one left unanswered is asked again on the next;
 *  - until a second after the last change, as the server lets a view change no more often. Another rate alone is no change
 *    and never waits.
 */
export class ViewRequests {
  #clock;
  #timeoutMs;
  #send;
  /** By id, oldest first: the view, who waits for the answer, and whether it was sent on this connection. */
  #open = new Map();
  #count = 0;
  #granted;
  /** Whether it was, and not only meant for the first connection. */
  #isGranted = false;
  #connected = false;
  /** What the server was last asked to show on this connection; undefined when that was refused. */
  #selection;
  #nextChangeMs = -Infinity;
  #timer;

  /**
   * @param view of the first connection
   * @param send sends a request by its id and view
   */
  constructor(clock, timeoutMs, view, send) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#granted = view;
    this.#send = send;
  }

  /** A connection is tried, and begins with this view: the newest that was asked for and not refused. */
  connecting() {
    const view = this.#newest()?.view ?? this.#granted;
    this.#selection = selectionOf(view);
    return view;
  }

  /** @returns the promise of what is granted */
  add(view) {
    const id = String(++this.#count);
    const promise = new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        this.#settle(id, (waiter) => waiter.reject(new RequestError(0, `no answer within ${this.#timeoutMs} ms`)));
      }, this.#timeoutMs);
      this.#open.set(id, { id, view, sent: false, waiters: [{ resolve, reject, timer }] });
    });
    this.#sendNewest();
    return promise;
  }

  connected() {
    this.#connected = true;
    this.#nextChangeMs = -Infinity;
    for (const request of this.#open.values()) request.sent = false;
    this.#sendNewest();
  }

  /** Asks for what was granted last, where nothing newer is asked for; undefined where nothing was. */
  addAgain() {
    return this.#isGranted && this.#open.size === 0 ? this.add(this.#granted) : undefined;
  }

  lost() {
    this.#connected = false;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  resolve(id, granted) {
    const request = this.#open.get(id);
    if (request === undefined) return;
    this.#granted = request.view;
    this.#isGranted = true;
    this.#settle(id, (waiter) => waiter.resolve(granted));
  }

  /** Says whether somebody waited. */
  reject(id, error) {
    const request = this.#open.get(id);
    if (request === undefined) return false;
    const newest = this.#newest();
    if (request === newest) this.#selection = undefined;
    const againMs = askAgainMs(error);
    if (againMs === undefined) {
      this.#settle(id, (waiter) => waiter.reject(error));
    } else {
      this.#nextChangeMs = this.#clock.now() + againMs;
      request.sent = false;
      if (request !== newest) this.#fold(request, newest);
      this.#sendNewest();
    }
    return true;
  }

  rejectAll(error) {
    for (const id of [...this.#open.keys()]) this.#settle(id, (waiter) => waiter.reject(error));
  }

  #sendNewest() {
    const newest = this.#newest();
    if (!this.#connected || newest === undefined || newest.sent) return;
    const selection = selectionOf(newest.view);
    const waitMs = selection === this.#selection ? 0 : this.#nextChangeMs - this.#clock.now();
    if (waitMs > 0) {
      this.#timer ??= this.#clock.setTimeout(() => {
        this.#timer = undefined;
        this.#sendNewest();
      }, waitMs);
      return;
    }
    for (const request of this.#open.values()) {
      if (!request.sent && request !== newest) this.#fold(request, newest);
    }
    if (selection !== this.#selection) this.#nextChangeMs = this.#clock.now() + CHANGE_INTERVAL_MS;
    this.#selection = selection;
    newest.sent = true;
    this.#send(newest.id, newest.view);
  }

  #newest() {
    let newest;
    for (const request of this.#open.values()) newest = request;
    return newest;
  }

  #fold(request, into) {
    into.waiters.push(...request.waiters);
    this.#open.delete(request.id);
  }

  #settle(id, how) {
    const request = this.#open.get(id);
    // One that a newer replaced ends with that.
    if (request === undefined) return;
    this.#open.delete(id);
    for (const waiter of request.waiters) {
      this.#clock.clearTimeout(waiter.timer);
      how(waiter);
    }
  }
}
