/** How frames are encoded on the wire; what an application gets is the same. */
export type Encoding = 'sbe' | 'json';

export type ClientState =
  | 'disconnected'
  | 'connecting'
  | 'connected'
  | 'connect_error'
  | 'reconnect_failed'
  | 'timeout';

export declare const State: Readonly<{
  DISCONNECTED: 'disconnected';
  CONNECTING: 'connecting';
  CONNECTED: 'connected';
  CONNECT_ERROR: 'connect_error';
  RECONNECT_FAILED: 'reconnect_failed';
  TIMEOUT: 'timeout';
}>;

export interface Clock {
  /** Milliseconds since 1970, with fractions, never backwards. */
  now(): number;
  setTimeout(task: () => void, delayMs: number): unknown;
  clearTimeout(timer: any): void;
}

export interface ClientOptions {
  /** Default `sbe`. */
  encoding?: Encoding;
  /** Frames a second wanted at most; 0 or absent: as many as there are. */
  fps?: number;
  /** The WebSocket class; default the global one. Node before 22 has none: give that of the package `ws`. */
  WebSocket?: new (url: string, protocols: string[]) => any;
  /** Milliseconds; default 500. */
  minReconnectDelay?: number;
  /** Milliseconds; default 20,000. */
  maxReconnectDelay?: number;
  /** Attempts in a row without an answer; default unlimited. */
  maxReconnectAttempts?: number;
  /** Milliseconds; default 20,000. */
  connectTimeout?: number;
  /** Milliseconds without any message after which a connection counts as dead; default 60,000. */
  silenceTimeout?: number;
  /** Milliseconds until an unanswered `subscribe` is rejected; default 30,000. */
  requestTimeout?: number;
  /**
   * Milliseconds between two reports to the server of what came: skipped frames, frame age, frames a second. The first
   * one needs a `pong`. From 100 to 3,600,000; 0 for none. Default 5,000.
   */
  statsIntervalMs?: number;
  /** For the jitter; default `Math.random`. */
  random?: () => number;
  /** Default the system's. */
  clock?: Clock;
}

export type Form = 'json' | 'plain' | 'delta' | 'unknown';

/** `value = (integer + offset) / 10^decimals` */
export interface Component {
  name: string;
  decimals: number;
  offset: number;
}

export interface StreamDescription {
  id: number;
  /** Names this run of the stream: sequences of different epochs do not compare. */
  epoch: number;
  ticks_per_second: number;
  value_bits: number;
  components: Component[];
}

/** The greeting. Servers that predate this client may leave out what is optional here. */
export interface Connected {
  type: 'connected';
  frequency: number;
  agent_count: number;
  client_id?: string;
  server?: string;
  form?: Form;
  fps?: number;
  /** This client gets the ticks whose sequence the stride divides. */
  stride?: number;
  heartbeat_ms?: number;
  time_us?: number;
  stream?: StreamDescription;
}

/** Who the agents of the frames are, in the frames' order. Replaced, never changed, by the next. */
export interface Roster {
  readonly type: 'roster';
  readonly version: number;
  readonly agentCount: number;
  readonly spheres: readonly string[];
  readonly ids: Uint32Array;
  /** By agent, the position of its label in `spheres`. */
  readonly sphereOf: Uint16Array;
}

/**
 * The whole swarm at one tick, by column. There is one per connection, filled again at each tick: **valid during the
 * `frame` event only**; copy what is to be kept. Columns may be longer than `agentCount`.
 */
export interface Frame {
  /** Tick number within the epoch, uint32; −1 from a server that numbers none. */
  readonly sequence: number;
  /** When the tick was due, microseconds since 1970 by the server's clock. */
  readonly timeMicros: number;
  readonly agentCount: number;
  readonly targetFrequency: number;
  readonly rosterVersion: number;
  readonly ids: Uint32Array;
  readonly spheres: readonly string[];
  readonly sphereOf: Uint16Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly frequency: Float64Array;
  /** The same numbers as integers of the announced grid. */
  readonly grid: {
    readonly x: Int32Array;
    readonly y: Int32Array;
    readonly z: Int32Array;
    readonly frequency: Int32Array;
  };
}

export interface Heartbeat {
  type: 'heartbeat';
  frequency: number;
  /** Open sockets of the whole server. */
  connections: number;
  time_us?: number;
}

export interface FrequencyUpdate {
  type: 'frequency_update';
  /** The mean of the agents' frequencies. */
  frequency: number;
  target: number;
  harmony: boolean;
  timestamp: string;
  seq?: number;
  time_us?: number;
}

/** What the server granted. */
export interface Granted {
  fps: number;
  stride: number;
  form: Form;
}

export interface Subscribed {
  type: 'subscribed';
  id: string;
  swarm: Granted;
}

/** The server changed this client's rate. */
export interface Tier {
  type: 'tier';
  /** From this tick on. */
  seq: number;
  fps: number;
  stride: number;
  reason: 'requested' | 'slow_client' | 'overload' | 'restored' | 'unknown';
}

export interface Pong {
  type: 'pong';
  t?: number;
  time_us: number;
  timestamp: string;
}

export interface StreamChanged {
  type: 'stream_changed';
  frequency: number;
  agent_count: number;
  stride: number;
  time_us: number;
  reason: string;
  stream: StreamDescription;
}

export interface Closed {
  /** 4001 and 4002 are this client's own: a silent connection, a malformed message. */
  code: number;
  reason: string;
  reconnects: boolean;
  /** Milliseconds until the next attempt. */
  retryInMs?: number;
}

export interface ClientEvents {
  connected: Connected;
  roster: Roster;
  frame: Frame;
  heartbeat: Heartbeat;
  frequency_update: FrequencyUpdate;
  tier: Tier;
  subscribed: Subscribed;
  stream_changed: StreamChanged;
  pong: Pong;
  /** A message of a type that this client has no event for. */
  message: { type: string; [field: string]: unknown };
  state: ClientState;
  /** A malformed message, or an error of the server's that answers no request. */
  error: MalformedMessageError | RequestError;
  close: Closed;
}

/** All of it since the client's creation, except that ages and rates are of a sliding window of 10 and 2 seconds. */
export interface Snapshot extends Counters {
  /** Milliseconds between a frame's tick and its arrival; NaN until a ping told how the clocks differ. */
  ageMs: { last: number; p50: number; p99: number; max: number };
  fps: number;
  bytesPerSecond: number;
  /** Milliseconds the server's clock is ahead; wrong by half of `roundTripMs` at most. */
  clockOffsetMs: number;
  roundTripMs: number;
}

export interface Counters {
  readonly frames: number;
  /** Payload of all messages, before any compression of the connection. */
  readonly bytes: number;
  /** Frames missing in the sequence, as the stride has it. */
  readonly skipped: number;
  /** Frames of an unknown roster, which are never guessed at. */
  readonly discarded: number;
  readonly malformed: number;
  readonly reconnects: number;
}

/** Bytes or text that are no message of the protocol. */
export declare class MalformedMessageError extends Error {}

/** A request that was refused, or not answered (`code` 0). */
export declare class RequestError extends Error {
  readonly code: number;
}

export declare class EssaimClient {
  /** @param url of `/ws/swarm` or `/ws/frequency`; ws, wss, http, https or, in a page, relative */
  constructor(url: string | URL, options?: ClientOptions);

  readonly state: ClientState;
  /** What the connection speaks. */
  readonly encoding: Encoding;
  readonly stats: Counters;
  /** Of the ticks, those whose sequence it divides come; undefined before the greeting. */
  readonly stride: number | undefined;
  /** Frames a second that the server gives now; undefined before the greeting. */
  readonly fps: number | undefined;
  /** The server's last change of the rate, and its reason; null when there was none since the greeting or the last grant. */
  readonly tier: Tier | null;

  /** Connects, and connects again whenever the connection is lost. While a retry is due: retries now. */
  connect(): void;

  disconnect(): void;

  /** Calls `listener` at each such event, until the function that is returned is called. */
  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): () => void;

  /** Asks for another frame rate, on this connection and those that follow it; rejects with `RequestError`. */
  subscribe(view: { fps?: number }): Promise<Granted>;

  snapshot(): Snapshot;
}
