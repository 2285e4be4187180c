import { queryOfInterest } from './event-interest.js';
import { checkReceipt, checkedEvents } from './json-event-codec.js';
import { string, strings } from './json-fields.js';
import { MalformedMessageError } from './malformed-message-error.js';
import { backoffMs } from './reconnect.js';
import { RequestError } from './request-error.js';

const WAIT_SECONDS = 25;
/** A poll that brings nothing and yet ends so soon did not wait. */
const HASTY_MS = 1_000;
/** Published by one request. */
const PUBLISHED_MAX = 100;
const UNAUTHORIZED = 401;
const RETRY_AFTER_MAX_SECONDS = 600;
const TOKENS = Object.freeze(['access_token', 'token']);
/** Statuses that another attempt may not meet. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/** Events over plain HTTP, while no WebSocket can be had: long polls, and publications by POST. */
export class EventPolling {
  #options;
  #address;
  #tokens;
  #subscription;
  #publications;
  #take;
  #fail;
  /** Aborts all of the present run; null while there is none. */
  #run = null;
  /** Aborts the poll that is under way. */
  #poll = null;
  #isPublishing = false;

  /**
   * @param url of the WebSocket
   * @param options the client's, complete
   * @param tokens a TokenSource
   * @param take called with what a poll brought: events, cursor, and what is unrecovered
   * @param fail called with an error that the application should know of
   */
  constructor(url, options, tokens, subscription, publications, { take, fail }) {
    this.#options = options;
    this.#tokens = tokens;
    this.#address = pollAddressOf(url);
    this.#subscription = subscription;
    this.#publications = publications;
    this.#take = take;
    this.#fail = fail;
  }

  get isActive() {
    return this.#run !== null;
  }

  start() {
    const run = new AbortController();
    this.#run = run;
    this.#pollWhile(run);
    this.publish();
  }

  /** What is under way is given up: nothing of it is told any more. */
  stop() {
    this.#run.abort();
    this.#poll.abort();
    this.#run = null;
    this.#subscription.giveBack();
    this.#publications.giveBack();
  }

  /** What is wanted is another now. */
  changed() {
    this.#poll?.abort();
  }

  /** Publishes what waits. */
  publish() {
    if (this.#run !== null && !this.#isPublishing) this.#publishWhile(this.#run);
  }

  async #pollWhile(run) {
    const { clock } = this.#options;
    let attempt = 0;
    while (this.#run === run) {
      const poll = (this.#poll = new AbortController());
      this.#subscription.apply();
      try {
        const { wanted, cursor } = this.#subscription;
        const sinceMs = clock.now();
        const answer = wanted === undefined ? undefined : await this.#ask(wanted, cursor, poll);
        poll.signal.throwIfAborted();
        if (answer !== undefined) this.#take(answer);
        this.#subscription.settle(granted(answer));
        const isIdle = answer !== undefined && answer.events.length === 0 && cursor !== undefined;
        const isHasty = isIdle && clock.now() - sinceMs < HASTY_MS;
        attempt = isHasty ? attempt + 1 : 0;
        if (answer === undefined) await this.#pause(Infinity, poll);
        // Somebody on the way does not let it wait.
        else if (isHasty) await this.#pause(this.#backoffMs(attempt - 1), poll);
      } catch (error) {
        if (this.#run !== run) return;
        if (isRefusal(error) && this.#subscription.refuse(error)) continue;
        this.#subscription.giveBack();
        if (poll.signal.aborted && !poll.isLate) continue;
        // That the server cannot be reached is what the state says.
        if (isRefusal(error) || error instanceof MalformedMessageError) this.#fail(error);
        await this.#pause(Math.max(this.#backoffMs(attempt++), error.retryAfterMs ?? 0), run);
      }
    }
  }

  async #ask(wanted, cursor, poll) {
    const { clock, connectTimeout } = this.#options;
    const address = new URL(this.#address);
    for (const [name, value] of queryOfInterest(wanted)) address.searchParams.set(name, value);
    if (cursor !== undefined) address.searchParams.set('cursor', cursor);
    address.searchParams.set('wait', `${WAIT_SECONDS}s`);
    const deadline = clock.setTimeout(() => {
      poll.isLate = true;
      poll.abort();
    }, WAIT_SECONDS * 1000 + connectTimeout);
    try {
      const answer = await this.#fetch(address, { signal: poll.signal });
      return { ...answer, events: checkedEvents(answer.events, string(answer, 'cursor')) };
    } finally {
      clock.clearTimeout(deadline);
    }
  }

  async #publishWhile(run) {
    this.#isPublishing = true;
    let [attempt, atOnce] = [0, PUBLISHED_MAX];
    for (;;) {
      const list = this.#run === run ? this.#publications.take(atOnce) : [];
      if (list.length === 0) break;
      try {
        const { published } = await this.#post(list, run);
        if (this.#run !== run) break;
        list.forEach(({ id }, i) => this.#publications.published(id, published[i]));
        attempt = 0;
      } catch (error) {
        if (this.#run !== run) break;
        const isRefused = isRefusal(error);
        if (isRefused && list.length === 1) {
          this.#publications.refused(list[0].id, error);
        } else {
          // Of several one is at fault, and nobody knows which.
          this.#publications.giveBack();
          if (isRefused) atOnce = 1;
          else await this.#pause(Math.max(this.#backoffMs(attempt++), error.retryAfterMs ?? 0), run);
        }
      }
    }
    this.#isPublishing = false;
    // Another run may have begun meanwhile.
    if (this.#run !== run) this.publish();
  }

  async #post(list, run) {
    const answer = await this.#fetch(this.#address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(list.map(({ event }) => event)),
      signal: run.signal,
    });
    const { published } = answer;
    if (!Array.isArray(published) || published.length !== list.length) {
      throw new MalformedMessageError('published is no list of a receipt for each event');
    }
    published.forEach(checkReceipt);
    return answer;
  }

  async #fetch(address, options) {
    let response = await this.#fetchAs(this.#tokens.newest, address, options);
    if (response.status === UNAUTHORIZED && this.#tokens.isRenewable) {
      response = await this.#fetchAs(await this.#tokens.next(), address, options);
    }
    const text = await response.text();
    if (!response.ok) throw refusal(response, text);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new MalformedMessageError(`${options.method ?? 'GET'} ${address.pathname} answers no JSON`, { cause });
    }
  }

  #fetchAs(token, address, options) {
    const headers = token === undefined ? options.headers : { ...options.headers, Authorization: `Bearer ${token}` };
    return this.#options.fetch(String(address), { cache: 'no-store', ...options, headers });
  }

  #backoffMs(attempt) {
    const { minReconnectDelay, maxReconnectDelay, random } = this.#options;
    return backoffMs(attempt, minReconnectDelay, maxReconnectDelay, random);
  }

  /** Ends early when the controller aborts. */
  #pause(delayMs, { signal }) {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const timer = delayMs === Infinity ? undefined : clock.setTimeout(resolve, delayMs);
      signal.addEventListener('abort', () => {
        clock.clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Beside the WebSocket, under the same prefix; of its parameters the tokens. */
function pollAddressOf(url) {
  const address = new URL(url);
  address.protocol = address.protocol.replace(/^ws/, 'http');
  const at = address.pathname.lastIndexOf('/ws/');
  address.pathname = `${at < 0 ? '' : address.pathname.slice(0, at)}/api/events`;
  for (const name of [...address.searchParams.keys()]) {
    if (!TOKENS.includes(name)) address.searchParams.delete(name);
  }
  return address;
}

/** Whether another attempt would meet the same. */
function isRefusal(error) {
  return error instanceof RequestError && !PASSING.has(error.status);
}

function granted(answer) {
  if (answer === undefined) return {};
  const { cursor, recovered, unrecovered } = answer;
  if (unrecovered !== undefined) strings(answer, 'unrecovered');
  return { cursor, recovered, unrecovered };
}

function refusal(response, text) {
  const error = new RequestError(0, `HTTP ${response.status}: ${text.trim().slice(0, 500)}`);
  error.status = response.status;
  error.retryAfterMs = 1000 * Math.min(Number(response.headers?.get('Retry-After') ?? 0) || 0, RETRY_AFTER_MAX_SECONDS);
  return error;
}
