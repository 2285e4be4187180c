import { ClockOffset } from './clock-offset.js';
import { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import { Frame } from './frame.js';
import { JsonDecoder, jsonEncoder } from './json-codec.js';
import { BATCH_MAX } from './limits.js';
import { MalformedMessageError } from './malformed-message-error.js';
import { CONNECTION_DEFAULTS, SUBPROTOCOLS, addressOf, completed } from './options.js';
import { Pinger } from './pinger.js';
import { Rate } from './rate.js';
import { CloseCode } from './reconnect.js';
import { Reporter } from './reporter.js';
import { RequestError } from './request-error.js';
import { SbeDecoder } from './sbe-decoder.js';
import { sbeEncoder } from './sbe-encoder.js';
import { Statistics } from './statistics.js';
import { utf8Length } from './utf8-length.js';
import { checkedView, queryWithView, viewOfQuery } from './view.js';
import { ViewRequests } from './view-requests.js';

const PING_INTERVAL_MS = 30_000;
const STATS_INTERVAL_MIN_MS = 100;
const STATS_INTERVAL_MAX_MS = 3_600_000;
const DEFAULTS = Object.freeze({
  ...CONNECTION_DEFAULTS,
  fps: undefined,
  agents: undefined,
  spheres: undefined,
  box: undefined,
  form: undefined,
  batch: undefined,
  requestTimeout: 30_000,
  statsIntervalMs: 5_000,
});

/** Messages that the application hears of under their own name; others are `message` events. */
const EVENTS = new Set([
  'connected',
  'roster',
  'heartbeat',
  'frequency_update',
  'tier',
  'subscribed',
  'stream_changed',
  'error',
  'pong',
]);

/** A viewer of an Essaim server, in either encoding; essaim.d.ts documents its options and events. */
export class EssaimClient {
  #events = new Emitter();
  #options;
  #url;
  #connection;
  #requests;
  #pinger;
  #reporter;
  #rate = new Rate();
  #clockOffset = new ClockOffset();
  #frame = new Frame();
  #sbe;
  #json;
  #epoch;
  #server = '';
  /** Ticks whose messages come as one. */
  #batch;
  #connections = 0;

  constructor(url, options = {}) {
    this.#options = complete(options);
    this.#url = addressOf(url);
    this.#batch = checkedBatch(this.#options.batch ?? this.#url.searchParams.get('batch') ?? 1);
    this.stats = new Statistics(this.#clockOffset);
    const { clock } = this.#options;
    this.#requests = new ViewRequests(clock, this.#options.requestTimeout, this.#firstView(), (id, view) => {
      this.#connection.send(this.#encoder().subscribe(id, view));
    });
    this.#pinger = new Pinger(clock, PING_INTERVAL_MS, (t) => this.#connection.send(this.#encoder().ping(t)));
    this.#reporter = new Reporter(clock, this.#options.statsIntervalMs, () => this.#report());
    this.#connection = new Connection(() => this.#address(), this.#options);
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

  get stride() {
    return this.#rate.stride;
  }

  get fps() {
    return this.#rate.fps;
  }

  get tier() {
    return this.#rate.tier;
  }

  connect() {
    this.#connection.connect();
  }

  disconnect() {
    this.#requests.rejectAll(new RequestError(0, 'disconnected'));
    this.#connection.disconnect();
  }

  on(event, listener) {
    return this.#events.on(event, listener);
  }

  subscribe(view = {}) {
    return this.#requests.add(checkedView(view));
  }

  snapshot() {
    return this.stats.snapshot(this.#options.clock.now());
  }

  /** Each option stands for its parameter of the address. */
  #firstView() {
    const view = { ...viewOfQuery(this.#url.search) };
    for (const name of ['fps', 'agents', 'spheres', 'box', 'form']) {
      if (this.#options[name] !== undefined) view[name] = this.#options[name];
    }
    return checkedView(view);
  }

  /** It says the view too, so that the next connection begins as this one ended; a server batches differences only. */
  #address() {
    const view = this.#requests.connecting();
    const others = this.#url.search.replace(/(^\?|&)batch=[^&]*/g, '$1');
    const isBatched = this.#batch > 1 && (view.form ?? 'delta') === 'delta';
    this.#url.search = queryWithView(isBatched ? `${others}&batch=${this.#batch}` : others, view);
    return this.#url.href;
  }

  #encoder() {
    return this.#connection.protocol === SUBPROTOCOLS.sbe ? sbeEncoder : jsonEncoder;
  }

  /** Without the server's clock a report would lack what it is for: what was seen is then left to the next. */
  #report() {
    if (Number.isNaN(this.#clockOffset.offsetMs)) return;
    this.#connection.send(this.#encoder().stats(this.stats.report(this.#options.clock.now())));
  }

  #onOpen() {
    // Rosters belong to a connection: the next server may count its versions anew.
    this.#sbe = new SbeDecoder(this.#frame);
    this.#json = new JsonDecoder(this.#frame);
    this.stats.begin(this.#options.clock.now());
    if (this.#connections++ > 0) this.stats.reconnects++;
    this.#requests.connected();
    this.#pinger.start();
  }

  #onMessage(data) {
    const text = typeof data === 'string';
    const decoder = text ? this.#json : this.#sbe;
    // Of several messages in one, the bytes count for the first.
    let bytes = text ? utf8Length(data) : data.byteLength;
    let isFirst = true;
    do {
      let message;
      try {
        message = isFirst ? decoder.decode(data) : decoder.next();
      } catch (error) {
        if (!(error instanceof MalformedMessageError)) throw error;
        this.#onMalformed(error, bytes);
        return;
      }
      this.#take(decoder, message, bytes);
      isFirst = false;
      bytes = 0;
      // A listener may have disconnected.
    } while (decoder.hasMore && this.#connection.isOpen);
  }

  #take(decoder, message, bytes) {
    const nowMs = this.#options.clock.now();
    if (message === this.#frame) {
      if (decoder.rosterChanged) this.#events.emit('roster', decoder.roster);
      const { sequence, timeMicros } = message;
      this.stats.frame(sequence, this.#clockOffset.ageMs(timeMicros, nowMs), bytes, nowMs);
      this.#events.emit('frame', message);
      return;
    }
    this.stats.message(bytes, nowMs);
    if (decoder.discarded) {
      this.stats.discarded++;
    } else if (message !== null) {
      this.#onControl(message, nowMs);
    }
  }

  #onControl(message, nowMs) {
    switch (message.type) {
      case 'connected':
        this.#onGreeting(message);
        break;
      case 'stream_changed':
        this.#epoch = message.stream?.epoch;
        this.#rate.granted(message);
        this.stats.epoch(message.stride ?? 1);
        break;
      case 'tier':
        this.#onTier(message);
        break;
      case 'subscribed':
        this.#rate.granted(message.swarm ?? {});
        this.stats.stride(message.swarm?.stride ?? 1);
        this.#requests.resolve(message.id, message.swarm);
        break;
      case 'pong':
        if (typeof message.t === 'number' && Number.isSafeInteger(message.time_us)) {
          this.#clockOffset.pong(message.t, nowMs, message.time_us);
        }
        break;
      case 'error':
        this.#onRefused(message);
        return;
      default:
    }
    if (EVENTS.has(message.type)) {
      this.#events.emit(message.type, message);
    } else {
      this.#events.emit('message', message);
    }
  }

  #onTier(message) {
    this.#rate.changed(message);
    if (message.seq === undefined) {
      this.stats.stride(this.#rate.stride);
    } else {
      this.stats.strideFrom(message.seq, this.#rate.stride);
    }
  }

  #onGreeting(message) {
    this.#rate.granted(message);
    // A socket that greets is one that streams: only there is something to report.
    this.#reporter.start();
    // Clocks of two servers differ; a reconnect to the same one keeps what its pings told.
    if (this.#server !== '' && message.server !== this.#server) this.#clockOffset.reset();
    this.#server = message.server ?? '';
    const epoch = message.stream?.epoch;
    // Within an epoch the frames that a lost connection cost are skipped frames like any others.
    if (epoch === undefined || epoch !== this.#epoch) {
      this.stats.epoch(message.stride ?? 1);
    } else {
      this.stats.stride(message.stride ?? 1);
    }
    this.#epoch = epoch;
  }

  #onRefused(message) {
    const error = new RequestError(message.data.code, message.data.message);
    if (!this.#requests.reject(message.id, error)) this.#events.emit('error', error);
  }

  #onMalformed(error, bytes) {
    this.stats.bytes += bytes;
    this.stats.malformed++;
    this.#events.emit('error', error);
    this.#connection.abandon(CloseCode.MALFORMED, 'malformed message');
  }

  #onClose(event) {
    this.#pinger.stop();
    this.#reporter.stop();
    this.#requests.lost();
    this.#events.emit('close', event);
    if (!event.reconnects) this.#requests.rejectAll(new RequestError(0, `closed: ${event.code} ${event.reason}`.trim()));
  }
}

function complete(given) {
  const options = completed(given, DEFAULTS);
  const { batch, encoding, form, statsIntervalMs } = options;
  if (batch > 1 && (encoding !== 'sbe' || (form ?? 'delta') !== 'delta')) {
    throw new RangeError(`batch=${batch}, in the form delta only, not in ${form ?? encoding}`);
  }
  if (statsIntervalMs !== 0 && !(statsIntervalMs >= STATS_INTERVAL_MIN_MS && statsIntervalMs <= STATS_INTERVAL_MAX_MS)) {
    throw new RangeError(
      `statsIntervalMs=${statsIntervalMs}, 0 or from ${STATS_INTERVAL_MIN_MS} to ${STATS_INTERVAL_MAX_MS}`,
    );
  }
  return options;
}

/** As an option or as it stands in an address. */
function checkedBatch(batch) {
  const count = Number(batch);
  if (!(Number.isInteger(count) && count >= 1 && count <= BATCH_MAX)) {
    throw new RangeError(`batch=${batch}, a whole number from 1 to ${BATCH_MAX}`);
  }
  return count;
}
