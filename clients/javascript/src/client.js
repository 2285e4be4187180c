import { checkedBatch, completedClient } from './client-options.js';
import { ClockOffset } from './clock-offset.js';
import { Connection, State } from './connection.js';
import { Emitter } from './emitter.js';
import { EventChannel } from './event-channel.js';
import { EVENTS_PATH, partsOf } from './event-interest.js';
import { Frame } from './frame.js';
import { JsonDecoder, jsonEncoder } from './json-codec.js';
import { isEvent } from './json-event-codec.js';
import { Login } from './login.js';
import { MalformedMessageError } from './malformed-message-error.js';
import { SUBPROTOCOLS, addressOf } from './options.js';
import { Pinger } from './pinger.js';
import { Rate } from './rate.js';
import { AUTHENTICATION_FAILED, CloseCode, isUnauthorized } from './reconnect.js';
import { Reporter } from './reporter.js';
import { RequestError, askAgainMs } from './request-error.js';
import { SbeDecoder } from './sbe-decoder.js';
import { sbeEncoder } from './sbe-encoder.js';
import { Statistics } from './statistics.js';
import { TokenSource } from './token.js';
import { utf8Length } from './utf8-length.js';
import { checkedView, queryWithView, viewOfQuery } from './view.js';
import { ViewRequests } from './view-requests.js';

const PING_INTERVAL_MS = 30_000;

/** States in which there is no connection, and another attempt is under way or follows. */
const TRYING = new Set([State.CONNECTING, State.CONNECT_ERROR, State.TIMEOUT]);

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
  'authenticated',
]);

/** A viewer of an Essaim server, in either encoding; essaim.d.ts documents its options and events. */
export class EssaimClient {
  #events = new Emitter();
  #options;
  #url;
  #connection;
  #requests;
  #channel;
  #login;
  /** Whether the server has said on this connection why it lets nobody in. */
  #isRefusalTold = false;
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
    this.#options = completedClient(options);
    this.#url = addressOf(url);
    this.#batch = checkedBatch(this.#options.batch ?? this.#url.searchParams.get('batch') ?? 1);
    this.stats = new Statistics(this.#clockOffset);
    const { clock } = this.#options;
    const tokens = new TokenSource(this.#options.token);
    const fail = (error) => this.#events.emit('error', error);
    this.#login = new Login(clock, tokens, {
      serverMs: () => clock.now() + (this.#clockOffset.offsetMs || 0),
      send: (id, token) => this.#connection.send(this.#encoder().auth(id, token)),
      fail,
    });
    this.#channel = new EventChannel(
      this.#url,
      this.#options,
      tokens,
      (message) => this.#connection.send(message(this.#encoder())),
      (event, value) => this.#events.emit(event, value),
    );
    this.#requests = new ViewRequests(clock, this.#options.requestTimeout, this.#firstView(), (id, view) => {
      this.#connection.send(this.#encoder().subscribe(id, view));
    });
    this.#pinger = new Pinger(clock, PING_INTERVAL_MS, (t) => this.#connection.send(this.#encoder().ping(t)));
    this.#reporter = new Reporter(clock, this.#options.statsIntervalMs, () => this.#report());
    this.#connection = new Connection(() => this.#address(), this.#options, tokens, () => this.#pace());
    this.#connection.on('fault', fail);
    this.#connection.on('state', (state) => this.#onState(state));
    this.#connection.on('open', () => this.#onOpen());
    this.#connection.on('message', (data) => this.#onMessage(data));
    this.#connection.on('close', (event) => this.#onClose(event));
  }

  get state() {
    return this.#channel.isPolling ? State.POLLING : this.#connection.state;
  }

  /** Resumes after the newest event that was told; undefined before anything was. */
  get cursor() {
    return this.#channel.cursor;
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
    const wasPolling = this.#channel.isPolling;
    const before = this.#connection.state;
    this.#end(new RequestError(0, 'disconnected'));
    this.#connection.disconnect();
    if (wasPolling && before === this.#connection.state) this.#events.emit('state', before);
  }

  on(event, listener) {
    return this.#events.on(event, listener);
  }

  subscribe(wanted = {}) {
    const { view, interest, frequency } = partsOf(wanted);
    const answers = [];
    if (view !== undefined) answers.push(this.#requests.add(checkedView(view)));
    if (interest !== undefined) answers.push(this.#channel.subscribe(interest));
    if (frequency !== undefined) answers.push(this.#channel.frequency(frequency));
    this.#fallBack();
    return Promise.all(answers).then((granted) => Object.assign({}, ...granted));
  }

  join(room) {
    return this.#channel.join(room);
  }

  leave(room) {
    return this.#channel.leave(room);
  }

  unsubscribe(rooms) {
    return this.#channel.unsubscribe(rooms);
  }

  publish(event) {
    const published = this.#channel.publish(event);
    this.#fallBack();
    return published;
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

  /** While polls stand in for it, the WebSocket is tried now and then. */
  #pace() {
    return this.#channel.mayPoll(this.#connection.failures) ? this.#options.fallbackRetryMs : undefined;
  }

  #fallBack() {
    const { state, failures } = this.#connection;
    if (!TRYING.has(state) || this.#channel.isPolling || !this.#channel.mayPoll(failures)) return;
    this.#channel.poll();
    this.#events.emit('state', State.POLLING);
  }

  /** What becomes of the attempts while polls stand in is nobody's concern. */
  #onState(state) {
    if (state === State.CONNECTED) {
      this.#channel.stopPolling();
    } else {
      this.#fallBack();
    }
    if (!this.#channel.isPolling) this.#events.emit('state', state);
  }

  #onOpen() {
    // Rosters belong to a connection: the next server may count its versions anew.
    this.#sbe = new SbeDecoder(this.#frame);
    this.#json = new JsonDecoder(this.#frame);
    this.stats.begin(this.#options.clock.now());
    if (this.#connections++ > 0) this.stats.reconnects++;
    this.#isRefusalTold = false;
    this.#login.connected();
    this.#requests.connected();
    if (this.#url.pathname.endsWith(EVENTS_PATH)) this.#askAgain();
    this.#channel.connected();
    this.#pinger.start();
  }

  /** There the address asks for no frames. */
  #askAgain() {
    this.#requests.addAgain()?.catch((error) => {
      if (error.code !== 0) this.#events.emit('error', error);
    });
  }

  #onMessage(data) {
    const text = typeof data === 'string';
    const decoder = text ? this.#json : this.#sbe;
    // Of several messages in one, the bytes count for the first.
    let bytes = text ? utf8Length(data) : data.byteLength;
    let isFirst = true;
    let message;
    do {
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
      // A listener may have disconnected. Of events it gets the whole batch: only the last one has the cursor.
    } while (decoder.hasMore && (this.#connection.isOpen || (message !== null && isEvent(message))));
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
    if (this.#channel.take(message)) return;
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
      case 'authenticated':
        this.#login.answered(message);
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
    if (this.#login.refused(message.id, error)) return;
    // Of a ping or a report, which come again.
    if ((message.id ?? '') === '' && askAgainMs(error) !== undefined) return;
    if (!this.#requests.reject(message.id, error) && !this.#channel.refused(message.id, error)) {
      this.#isRefusalTold = error.code === AUTHENTICATION_FAILED;
      this.#events.emit('error', error);
    }
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
    this.#login.lost();
    this.#requests.lost();
    this.#channel.lost();
    this.#events.emit('close', event);
    if (!event.reconnects && !this.#isRefusalTold && isUnauthorized(event.code, event.reason)) {
      this.#events.emit('error', new RequestError(AUTHENTICATION_FAILED, event.reason));
    }
    if (!event.reconnects) this.#end(new RequestError(0, `closed: ${event.code} ${event.reason}`.trim()));
  }

  #end(error) {
    this.#requests.rejectAll(error);
    this.#channel.end(error);
  }
}
