import { Emitter } from './emitter.js';
import { CloseCode, backoffMs, banMs, isUnauthorized, mayReconnect, retryHint } from './reconnect.js';
import { withToken } from './token.js';

/** The client's states. */
export const State = Object.freeze({
  DISCONNECTED: 'disconnected',
  CONNECTING: 'connecting',
  CONNECTED: 'connected',
  /** An attempt failed; another follows. */
  CONNECT_ERROR: 'connect_error',
  /** As many attempts failed as were allowed. */
  RECONNECT_FAILED: 'reconnect_failed',
  /** No WebSocket can be had: events come by polls over HTTP, until one can. */
  POLLING: 'polling',
  /** No answer to an attempt, or nothing from a connection, in the time allowed; another attempt follows. */
  TIMEOUT: 'timeout',
  /** The server does not let this client in, by its token or its page's origin. No attempt follows. */
  UNAUTHORIZED: 'unauthorized',
});

/** As a WebSocket's readyState has it. */
const CLOSING = 2;
/** A server that asks for more patience than this is asked again all the same. */
const RETRY_HINT_MAX_MS = 10 * 60_000;
/** The server awaits this client with another login. */
const COME_BACK = new Set([CloseCode.LOGIN_EXPIRED, CloseCode.PERMISSIONS_CHANGED]);

/**
 * One WebSocket at a time, and the next when it is lost. Events: `open` (the socket), `message` (its data), `state`,
 * `close`, `fault` (why no token was to be had).
 *
 *     disconnected ──connect──► connecting ──open──► connected
 *          ▲                       ▲  │ failed           │ lost
 *          └── disconnect,         │  ▼                  ▼
 *              final close code    └── connect_error, timeout, disconnected ── too often ──► reconnect_failed
 *                                                   └── not let in ──► unauthorized
 */
export class Connection extends Emitter {
  state = State.DISCONNECTED;
  /** Attempts in a row that brought nothing. */
  failures = 0;
  #options;
  #url;
  #tokens;
  #pace;
  #socket = null;
  /** Stands for the attempt while its token is asked for; null when none is. */
  #asking = null;
  #opened = false;
  #openedMs = 0;
  #messages = 0;
  /** Of how many connections in a row the token was refused. */
  #refusals = 0;
  #complaint = '';
  #attempt = 0;
  #heardMs = 0;
  /** Of the attempt, then of silence; at most one runs. */
  #deadline;
  #retry;

  /**
   * @param url called for each attempt
   * @param options the client's, complete
   * @param tokens a TokenSource
   * @param pace milliseconds to the next attempt, called after each that failed; undefined: what is usual
   */
  constructor(url, options, tokens, pace = () => undefined) {
    super();
    this.#url = url;
    this.#tokens = tokens;
    this.#pace = pace;
    this.#options = options;
  }

  connect() {
    if (this.#socket !== null || this.#asking !== null) return;
    this.#attempt = 0;
    this.failures = 0;
    this.#refusals = 0;
    this.#open();
  }

  disconnect() {
    this.#options.clock.clearTimeout(this.#retry);
    this.#retry = undefined;
    const connected = this.#release(CloseCode.NORMAL, '');
    this.#change(State.DISCONNECTED);
    if (connected) this.emit('close', closeEvent(CloseCode.NORMAL, '', false, 0));
  }

  /** Drops a connection that cannot be trusted any more, and tries another. */
  abandon(code, reason) {
    if (this.#socket === null) return;
    if (code === CloseCode.MALFORMED) this.#messages = 0;
    this.#release(code, reason);
    this.#lost(code, reason, State.DISCONNECTED);
  }

  /** Sends when there is a connection, and the server has not begun to end it; says whether it did. */
  send(data) {
    // Browsers write an error to their console about what is sent too late.
    if (!this.#opened || this.#socket.readyState >= CLOSING) return false;
    this.#socket.send(data);
    return true;
  }

  get isOpen() {
    return this.#opened;
  }

  /** Bytes that were sent and have not left this machine's memory for the socket; 0 when there is no connection. */
  get bufferedBytes() {
    return this.#opened ? this.#socket.bufferedAmount : 0;
  }

  /** The subprotocol the server chose; empty when it chose none or there is no connection. */
  get protocol() {
    return this.#opened ? this.#socket.protocol : '';
  }

  #open() {
    const { clock, connectTimeout } = this.#options;
    clock.clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#opened = false;
    this.#messages = 0;
    this.#complaint = '';
    if (this.#tokens.isRenewable) {
      this.#ask();
    } else {
      this.#dial(this.#tokens.newest);
    }
    this.#deadline = clock.setTimeout(() => {
      const reason = `no ${this.#asking === null ? 'answer' : 'token'} within ${connectTimeout} ms`;
      this.#release(CloseCode.NORMAL, '');
      this.#lost(CloseCode.ABNORMAL, reason, State.TIMEOUT);
    }, connectTimeout);
    this.#change(State.CONNECTING);
  }

  async #ask() {
    const asking = (this.#asking = {});
    try {
      const token = await this.#tokens.next();
      if (this.#asking === asking) this.#dial(token);
    } catch (error) {
      if (this.#asking !== asking) return;
      this.#release();
      this.#lost(CloseCode.ABNORMAL, `no token: ${error.message}`, State.CONNECT_ERROR);
      this.emit('fault', error);
    }
  }

  #dial(token) {
    const { protocols, WebSocket } = this.#options;
    const socket = new WebSocket(...withToken(this.#url(), protocols, token));
    this.#asking = null;
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#onOpen(socket);
    socket.onmessage = (event) => this.#onMessage(event);
    socket.onclose = (event) => this.#onClose(event);
    // A close follows. Browsers say nothing here; outside of them it is why the server refused the handshake.
    socket.onerror = ({ message = '' }) => (this.#complaint = message);
  }

  #onOpen(socket) {
    const { clock, silenceTimeout } = this.#options;
    this.#opened = true;
    this.#openedMs = this.#heardMs = clock.now();
    clock.clearTimeout(this.#deadline);
    this.#deadline = clock.setTimeout(() => this.#listen(), silenceTimeout);
    this.#change(State.CONNECTED);
    // A listener of the state may have disconnected again.
    if (this.#socket === socket) this.emit('open', socket);
  }

  #onMessage(event) {
    this.#messages++;
    this.#heardMs = this.#options.clock.now();
    this.emit('message', event.data);
  }

  /** Runs when silence would have ended had nothing come; frames move the deadline, not the timer. */
  #listen() {
    const { clock, silenceTimeout } = this.#options;
    const leftMs = this.#heardMs + silenceTimeout - clock.now();
    if (leftMs > 0) {
      this.#deadline = clock.setTimeout(() => this.#listen(), leftMs);
      return;
    }
    const reason = `nothing came for ${silenceTimeout} ms`;
    this.#release(CloseCode.SILENT, reason);
    this.#lost(CloseCode.SILENT, reason, State.TIMEOUT);
  }

  #onClose({ code, reason }) {
    const opened = this.#opened;
    this.#release();
    this.#lost(code, reason || this.#complaint, opened ? State.DISCONNECTED : State.CONNECT_ERROR);
  }

  /**
   * Lets go of the socket at once: a dead peer's closing handshake can last longer than anybody wants to wait.
   *
   * @returns whether there was one
   */
  #release(code, reason) {
    const { clock } = this.#options;
    clock.clearTimeout(this.#deadline);
    this.#deadline = undefined;
    const socket = this.#socket;
    const wasAsking = this.#asking !== null;
    this.#socket = this.#asking = null;
    this.#opened = false;
    if (socket === null) return wasAsking;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (code !== undefined) socket.close(code, reason);
    return true;
  }

  #lost(code, reason, state) {
    const { clock, maxReconnectAttempts } = this.#options;
    const heard = this.#messages > 0;
    // A server that answers is worth coming back to soon; one that only accepts, is full, or talks nonsense, is not.
    if (heard && code !== CloseCode.TRY_AGAIN_LATER) this.#attempt = 0;
    this.failures = heard ? 0 : this.failures + 1;
    const unauthorized = isUnauthorized(code, reason);
    // Who is not let in hears one error at most: after more the token was good once, and a new one may be again.
    this.#refusals = unauthorized ? (this.#messages > 1 ? 1 : this.#refusals + 1) : 0;
    const again = unauthorized
      ? this.#tokens.isRenewable && this.#refusals <= 1
      : mayReconnect(code) || banMs(reason) !== undefined;
    const paceMs = again ? this.#pace() : undefined;
    const exhausted = again && paceMs === undefined && this.#attempt >= maxReconnectAttempts;
    const delay = paceMs ?? this.#delayMs(code, reason);
    if (again && !exhausted) {
      this.#attempt++;
      this.#retry = clock.setTimeout(() => this.#open(), delay);
    }
    const retrying = this.#retry;
    this.emit('close', closeEvent(code, reason, again && !exhausted, delay));
    // A listener may have connected or disconnected meanwhile; then its word stands.
    if (this.#retry !== retrying || this.#socket !== null) return;
    const final = unauthorized ? State.UNAUTHORIZED : State.DISCONNECTED;
    this.#change(exhausted ? State.RECONNECT_FAILED : again ? state : final);
  }

  #delayMs(code, reason) {
    const { clock, maxReconnectDelay, minReconnectDelay, random } = this.#options;
    const hintMs = banMs(reason) ?? retryHint(reason, RETRY_HINT_MAX_MS);
    if (hintMs !== undefined) return hintMs;
    // A login that lasted is worth another at once; one that ends as soon as it begins is not.
    const lastedMs = clock.now() - this.#openedMs;
    if (COME_BACK.has(code) && lastedMs >= minReconnectDelay) return 0;
    return backoffMs(this.#attempt, minReconnectDelay, maxReconnectDelay, random);
  }

  #change(state) {
    if (this.state === state) return;
    this.state = state;
    this.emit('state', state);
  }
}

function closeEvent(code, reason, reconnects, delayMs) {
  return { code, reason: reason ?? '', reconnects, retryInMs: reconnects ? delayMs : undefined };
}
