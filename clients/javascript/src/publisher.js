import { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import { Frame, Grid } from './frame.js';
import { JsonDecoder, jsonEncoder } from './json-codec.js';
import { MalformedMessageError } from './malformed-message-error.js';
import { CONNECTION_DEFAULTS, SUBPROTOCOLS, addressOf, completed } from './options.js';
import { Pinger } from './pinger.js';
import { PublishedState } from './published-state.js';
import { AUTHENTICATION_FAILED, CloseCode, isUnauthorized } from './reconnect.js';
import { RequestError } from './request-error.js';
import { SbeDecoder } from './sbe-decoder.js';
import { sbeEncoder } from './sbe-encoder.js';
import { TokenSource } from './token.js';

/** A server gives the stream to another producer after 10 s without a word, unless it was told otherwise. */
const PING_INTERVAL_MS = 3_000;
/** Between two looks at whether the socket has taken what waits for it; it does not say so itself. */
const LOOK_INTERVAL_MS = 4;
/** Five pings without a pong. */
const SILENCE_TIMEOUT_MS = 15_000;
const DEFAULTS = Object.freeze({ ...CONNECTION_DEFAULTS, silenceTimeout: SILENCE_TIMEOUT_MS });
const FORWARDED = new Set(['connected', 'pong', 'stream_changed']);

/** What became of a state that was to be published. */
export const PublishResult = Object.freeze({
  SENT: 'sent',
  /** The socket is behind: it goes when the socket has caught up, unless a newer one replaces it. */
  WAITING: 'waiting',
  /** There is no connection, or the server has not greeted yet: it is not kept. */
  UNCONNECTED: 'unconnected',
});

/** A producer of the swarm that an Essaim server streams, in either encoding; essaim.d.ts documents it. */
export class EssaimPublisher {
  /** States since this publisher's creation, by what became of them. */
  stats = { sent: 0, replaced: 0, unconnected: 0, bytes: 0, reconnects: 0 };
  #events = new Emitter();
  #options;
  #url;
  #connection;
  #pinger;
  #decoder;
  #state = new PublishedState();
  /** Of the greeting; null while there is none. */
  #grid = null;
  #valueBits = 16;
  #targetFrequency = 0;
  /** On this connection: what the last roster named, and its version. */
  #namesSent = null;
  #rosterVersion = 0;
  #sequence = 0;
  #stateBytes = 0;
  #waiting = false;
  #look;
  #connections = 0;

  constructor(url, options = {}) {
    this.#options = completed(options, DEFAULTS);
    this.#url = addressOf(url);
    const { clock, token } = this.#options;
    this.#pinger = new Pinger(clock, PING_INTERVAL_MS, (t) => this.#connection.send(this.#encoder().ping(t)));
    this.#connection = new Connection(() => this.#url.href, this.#options, new TokenSource(token));
    this.#connection.on('fault', (error) => this.#events.emit('error', error));
    this.#connection.on('state', (state) => this.#events.emit('state', state));
    this.#connection.on('open', () => this.#onOpen());
    this.#connection.on('message', (data) => this.#onMessage(data));
    this.#connection.on('close', (event) => this.#onClose(event));
  }

  get state() {
    return this.#connection.state;
  }

  /** What the connection speaks, or would: the server may know only JSON. */
  get encoding() {
    const { protocol } = this.#connection;
    return protocol === '' ? this.#options.encoding : protocol === SUBPROTOCOLS.sbe ? 'sbe' : 'json';
  }

  connect() {
    this.#connection.connect();
  }

  disconnect() {
    this.#connection.disconnect();
  }

  on(event, listener) {
    return this.#events.on(event, listener);
  }

  publish(state) {
    if (this.#grid === null) {
      this.stats.unconnected++;
      return PublishResult.UNCONNECTED;
    }
    if (this.#waiting) this.stats.replaced++;
    this.#waiting = false;
    this.#state.take(state, this.#grid, this.#targetFrequency);
    this.#waiting = true;
    this.#sendWhenTaken();
    return this.#waiting ? PublishResult.WAITING : PublishResult.SENT;
  }

  #encoder() {
    return this.encoding === 'sbe' ? sbeEncoder : jsonEncoder;
  }

  /** Behind is a socket that has a whole state yet to take: another would only grow older there. */
  #sendWhenTaken() {
    if (!this.#waiting || this.#look !== undefined) return;
    const buffered = this.#connection.bufferedBytes;
    if (buffered === 0 || buffered < this.#stateBytes) {
      this.#waiting = false;
      this.#send();
      return;
    }
    this.#look = this.#options.clock.setTimeout(() => {
      this.#look = undefined;
      this.#sendWhenTaken();
    }, LOOK_INTERVAL_MS);
  }

  #send() {
    const state = this.#state;
    this.stats.sent++;
    if (this.encoding === 'json') {
      this.#sendBytes(jsonEncoder.swarmState(state, this.#grid));
      return;
    }
    if (this.#namesSent !== state.names) {
      this.#namesSent = state.names;
      this.#rosterVersion = (this.#rosterVersion + 1) & 0xffff;
      this.#sendBytes(sbeEncoder.roster(this.#rosterVersion, state.names));
    }
    const valueBits = this.#valueBits === 16 && state.fits16Bits ? 16 : 32;
    const head = {
      sequence: this.#sequence++ >>> 0,
      timeMicros: Math.round(this.#options.clock.now() * 1000),
      rosterVersion: this.#rosterVersion,
      targetFrequency: this.#targetFrequency,
    };
    this.#sendBytes(sbeEncoder.frame(head, state.columns, state.agentCount, valueBits));
  }

  #sendBytes(data) {
    // Of a text these are characters: near enough to tell whether a whole one is unsent.
    this.#stateBytes = data.byteLength ?? data.length;
    this.stats.bytes += this.#stateBytes;
    this.#connection.send(data);
  }

  #onOpen() {
    if (this.#connections++ > 0) this.stats.reconnects++;
    // What a server greets with holds for this connection; its frames would too, but a producer gets none.
    this.#decoder = this.encoding === 'sbe' ? new SbeDecoder(new Frame()) : new JsonDecoder(new Frame());
    this.#namesSent = null;
    this.#stateBytes = 0;
    this.#pinger.start();
  }

  #onMessage(data) {
    let message;
    try {
      message = this.#decoder.decode(data);
    } catch (error) {
      if (!(error instanceof MalformedMessageError)) throw error;
      this.#events.emit('error', error);
      this.#connection.abandon(CloseCode.MALFORMED, 'malformed message');
      return;
    }
    if (message === null) return;
    if (message.type === 'error') {
      this.#events.emit('error', new RequestError(message.data.code, message.data.message));
      return;
    }
    if (message.type === 'connected' || message.type === 'stream_changed') {
      this.#grid = Grid.of(message.stream);
      this.#valueBits = message.stream?.value_bits ?? 16;
      this.#targetFrequency = message.frequency;
    }
    this.#events.emit(FORWARDED.has(message.type) ? message.type : 'message', message);
  }

  #onClose(event) {
    this.#pinger.stop();
    this.#options.clock.clearTimeout(this.#look);
    this.#look = undefined;
    // Another server may have another grid.
    this.#grid = null;
    if (this.#waiting) this.stats.unconnected++;
    this.#waiting = false;
    this.#events.emit('close', event);
    if (!event.reconnects && isUnauthorized(event.code, event.reason)) {
      this.#events.emit('error', new RequestError(AUTHENTICATION_FAILED, event.reason));
    }
  }
}
