/** How frames are encoded on the wire; what an application gets is the same. */
export type Encoding = 'sbe' | 'json';

export type ClientState =
  | 'disconnected'
  | 'connecting'
  | 'connected'
  | 'connect_error'
  | 'polling'
  | 'reconnect_failed'
  | 'timeout'
  | 'unauthorized';

export declare const State: Readonly<{
  DISCONNECTED: 'disconnected';
  CONNECTING: 'connecting';
  CONNECTED: 'connected';
  CONNECT_ERROR: 'connect_error';
  /** No WebSocket can be had: events come by polls over HTTP, until one can. Frames do not. */
  POLLING: 'polling';
  RECONNECT_FAILED: 'reconnect_failed';
  TIMEOUT: 'timeout';
  /**
   * The server does not let this client in: its token, the want of one, its permissions, or the origin of its page. An
   * `error` says which; no attempt follows until `connect()`. Browsers learn it from an open socket only.
   */
  UNAUTHORIZED: 'unauthorized';
}>;

export interface Clock {
  /** Milliseconds since 1970, with fractions, never backwards. */
  now(): number;
  setTimeout(task: () => void, delayMs: number): unknown;
  clearTimeout(timer: any): void;
}

/** What everything that connects can be told. */
export interface ConnectionOptions {
  /** Default `sbe`. */
  encoding?: Encoding;
  /**
   * The token to log in with, or a function that is asked for one, or for a promise of one, at each attempt, and, by a viewer,
   * before its login ends; `undefined` or `null` from it is none. It is sent as the subprotocol `essaim.token.TOKEN`, as
   * browsers can set no header of a WebSocket; one with characters that no subprotocol may have stands in the address as
   * `access_token`; polls bring it as `Authorization: Bearer`. After a refused token a function is asked once more.
   *
   * 1 to 4,096 characters of visible ASCII. Use wss.
   */
  token?: string | (() => string | undefined | null | Promise<string | undefined | null>);
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
  /** Milliseconds without any message after which a connection counts as dead; default 60,000, of a publisher 15,000. */
  silenceTimeout?: number;
  /** For the jitter; default `Math.random`. */
  random?: () => number;
  /** Default the system's. */
  clock?: Clock;
}

export type Form = 'json' | 'plain' | 'delta' | 'unknown';

/** minX, minY, minZ, maxX, maxY, maxZ: finite, no minimum above its maximum. Its faces belong to it. */
export type Box = readonly [number, number, number, number, number, number];

/**
 * What a viewer wants to see: the agents that meet every condition that is there. What is left out is not restricted.
 */
export interface View {
  /** Frames a second wanted at most, from 0 to 65,535; 0 or absent: as many as there are. */
  fps?: number;
  /** Ids from 0 to 4,294,967,295 and ranges of them, as `0-99,150`; at most 1,000. */
  agents?: string;
  /** Labels, one of which an agent has; from 1 to 100, of at most 255 bytes of UTF-8. */
  spheres?: readonly string[];
  /** Where an agent is. It leaves only when it is more than 1/50 of the box's side beyond a face. */
  box?: Box;
  /**
   * How frames are encoded: `delta`, what prediction leaves of them, or `plain`, whole, in the encoding `sbe`. What an
   * application gets is the same. Absent: what the server has for the encoding. It refuses one that does not suit it.
   */
  form?: 'json' | 'plain' | 'delta';
}

/** The view of the first connection may stand in the options, or in the address; what stands in both, the option says. */
export interface ClientOptions extends ConnectionOptions, View {
  /**
   * Ticks whose messages come as one, from 1 to 60, in the form `delta` only: fewer packets, and frames that are older by as
   * many ticks. They are events one by one all the same. Default 1.
   */
  batch?: number;
  /** Milliseconds until an unanswered `subscribe`, `join`, `leave` or `unsubscribe` is rejected; default 30,000. */
  requestTimeout?: number;
  /**
   * Attempts in a row that brought nothing, after which events are polled for and published over HTTP, where any are
   * wanted or wait; 0 for never. Default 3.
   */
  fallbackAfter?: number;
  /** Milliseconds between two attempts to open a WebSocket while polls stand in for it; at least 100. Default 30,000. */
  fallbackRetryMs?: number;
  /** For the polls; default the global one. */
  fetch?: (url: string, options?: any) => Promise<any>;
  /**
   * Milliseconds between two reports to the server of what came: skipped frames, frame age, frames a second. The first
   * one needs a `pong`. From 100 to 3,600,000; 0 for none. Default 5,000.
   */
  statsIntervalMs?: number;
}

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

/**
 * Who the agents of the frames are, in the frames' order, which is another in the form `delta` once agents came and went.
 * Replaced, never changed, by the next.
 */
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

/** What the server granted, with ranges ascending and merged, and labels sorted; what is absent is not restricted. */
export interface Granted {
  fps: number;
  stride: number;
  form: Form;
  agents?: string;
  spheres?: string[];
  box?: number[];
}

/** Answers a request for a view, for events or for the frequency: with what it is about. */
export interface Subscribed extends Partial<GrantedEvents> {
  type: 'subscribed';
  id?: string;
  swarm?: Granted;
  frequency?: boolean;
}

export type Priority = 'critical' | 'high' | 'normal' | 'metrics' | 'low';

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Something that happened. Those of a room come in its order, each once. */
export interface SwarmEvent {
  /** Words with dots between them, as `agent.started`. */
  type: string;
  data: Json;
  source_agent_id: number | null;
  circle_id: number | null;
  project_id: number | null;
  event_id: string;
  timestamp: string;
  room: string;
  priority: Priority | 'unknown';
  /** Larger than that of every event before it, in whichever room. Gaps mean nothing: the event `gap` tells of losses. */
  offset: number;
  /** The tick of the swarm at which it happened; null before the first. */
  seq: number | null;
  time_us: number;
  /** Resumes after it; absent within a batch, but for the last. `client.cursor` is the newest. */
  cursor?: string;
}

/** Which events are wanted; it replaces what was wanted before as a whole. */
export interface EventInterest {
  /** From 1 to 100; default `['general']`. */
  rooms?: readonly string[];
  /**
   * Patterns, one of which a type matches: words with dots between them, `*` for any one word or, at the end, for one or
   * more. From 1 to 100; absent: any type.
   */
  types?: readonly string[];
  /**
   * The values that a field may have, one or a list, by field: `circle_id`, `project_id`, `source_agent_id`, `priority`,
   * `event_id`, and `data.NAME` for one of the data.
   */
  filter?: { readonly [field: string]: Json };
  /** A cursor, such as `client.cursor` of another day: begins after it. Absent: from now on. */
  since?: string;
  /** Whether to be told who comes into the rooms and leaves them. */
  presence?: boolean;
  /** Whether to be sent a `snapshot` first, on each connection. */
  snapshot?: boolean;
}

export interface GrantedEvents {
  rooms: string[];
  types?: string[];
  filter?: { [field: string]: Json };
  cursor: string;
  /** Only where `since` was said: whether all could be had that happened since then. */
  recovered?: boolean;
  /** The rooms of which it could not. */
  unrecovered?: string[];
}

/** Events that this client does not get, as it did not read fast enough. */
export interface Gap {
  type: 'gap';
  room: string;
  /** First and last offset, both included; all that is lost lies within. */
  ranges: [number, number][];
  count: number;
}

/** Who came into a room and who left it, since the last of these; of many only how many there are. */
export interface Presence {
  type: 'presence';
  room: string;
  members: number;
  joined: string[];
  left: string[];
}

/** The last known status of each agent, task and project. */
export interface StatusSnapshot {
  type: 'snapshot';
  /** Of the newest event in it. */
  offset: number;
  /** By kind, as `agents`, then by id. */
  state: { [kind: string]: { [id: string]: Json } };
}

/** An event to publish. What is absent the server chooses. */
export interface EventDraft {
  type: string;
  /** Default `{}`; at most 60,000 bytes of JSON. */
  data?: Json;
  /** Default `general`. */
  room?: string;
  priority?: Priority;
  source_agent_id?: number | null;
  circle_id?: number | null;
  project_id?: number | null;
  /** 1 to 128 visible ASCII characters; a repeated one is the same event. Default: the client makes one. */
  event_id?: string;
  /** When it happened, as `2026-11-21T10:00:00Z` with up to six decimals; default: when the server takes it. */
  timestamp?: string | Date;
  /** The same in microseconds since 1970; it counts where both are said. */
  time_us?: number;
}

/** Where a published event stands. */
export interface Receipt {
  offset: number;
  eventId: string;
  /** Whether the server had taken it before. */
  duplicate: boolean;
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

/** The answer to a login by message, such as a renewal. */
export interface Authenticated {
  type: 'authenticated';
  id?: string;
  /** Who is logged in. */
  name: string;
  /** When the login ends unless it is renewed, by the server's clock; absent when it does not. */
  expires_at?: string;
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
  authenticated: Authenticated;
  event: SwarmEvent;
  gap: Gap;
  presence: Presence;
  snapshot: StatusSnapshot;
  /** Of these rooms some events are lost that happened since the cursor: the server keeps them no more. */
  unrecovered: { rooms: string[] };
  unsubscribed: { type: 'unsubscribed'; id?: string; rooms: string[] };
  /** A message of a type that this client has no event for. */
  message: { type: string; [field: string]: unknown };
  state: ClientState;
  /**
   * A malformed message, an error of the server's that answers no request, why the server does not let this client in (code
   * 1002), or what the option `token` threw.
   */
  error: MalformedMessageError | RequestError | Error;
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
  /** Frames of an unknown roster, or that build on what is not known; they are never guessed at. */
  readonly discarded: number;
  readonly malformed: number;
  readonly reconnects: number;
}

/** Bytes or text that are no message of the protocol. */
export declare class MalformedMessageError extends Error {}

/** A view that no server grants; `field` names what is wrong with it. */
export declare class ViewError extends RangeError {
  readonly field: string;
}

/**
 * The view, frozen, with its `fps`.
 *
 * @throws ViewError
 */
export declare function checkedView(view: View): View;

/**
 * The view that a query asks for: of a link, or of `location.search`. Parameters of other names are passed over.
 *
 * @throws ViewError
 */
export declare function viewOfQuery(query: string): View;

/** The query, without a question mark, with the view in place of the one that it asked for. */
export declare function queryWithView(query: string, view: View): string;

/** A request that was refused, or not answered (`code` 0). */
export declare class RequestError extends Error {
  readonly code: number;
}

export declare class EssaimClient {
  /**
   * @param url of `/ws/swarm`, `/ws/events` or `/ws/frequency`; ws, wss, http, https or, in a page, relative
   * @throws ViewError, TypeError or RangeError on an option that is none
   */
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

  /**
   * Asks for another view, on this connection and those that follow it. It replaces the one before as a whole, so name
   * all that is wanted. Call it as often as you like: a server lets a view change once a second, so changes in between wait,
   * the newest alone is sent, and its answer answers those that it replaced. Another rate alone never waits. The frames
   * after the answer show the new view.
   *
   * @returns a promise that rejects with `RequestError` when the server refuses, does not answer, or `disconnect` is called
   * @throws ViewError on what no server grants
   */
  subscribe(view?: View): Promise<Granted>;

  /**
   * Asks for events, on this connection and those that follow it, each of which resumes after the newest event that was
   * told: every event comes once and in its room's order, or `gap` or `unrecovered` tell that it does not. What is said of
   * the view and the frequency is asked for at once.
   *
   * @returns a promise that rejects with `RequestError`, as above
   * @throws TypeError or RangeError that names the field
   */
  subscribe(wanted: EventInterest & Partial<View> & { frequency?: boolean }): Promise<GrantedEvents & Partial<Granted>>;

  /** Asks for `frequency_update`, or for no more of it. */
  subscribe(wanted: { frequency: boolean }): Promise<{ frequency: boolean }>;

  /** Asks for the events of one more room. */
  join(room: string): Promise<GrantedEvents>;

  /** Asks for no more of one room. */
  leave(room: string): Promise<GrantedEvents>;

  /** Asks for no more of these rooms; absent: of all. */
  unsubscribe(rooms?: readonly string[]): Promise<{ rooms: string[] }>;

  /** Resumes after the newest event that was told; undefined before anything was. It may be kept for `since`. */
  readonly cursor: string | undefined;

  /**
   * Publishes an event. Without a connection it waits for one, and is sent again where an answer was lost, which its
   * event_id makes harmless. At most 1,000 wait; then the oldest is rejected.
   *
   * @returns a promise that rejects with `RequestError` when the server refuses, the connection ends for good or
   *   `disconnect` is called
   * @throws TypeError or RangeError that names the field
   */
  publish(event: EventDraft): Promise<Receipt>;

  snapshot(): Snapshot;
}

/** What a StreamDecoder makes of a socket's messages, one by one and in their order. */
export interface StreamListener {
  /** A frame to show; there is one, filled again each time: **valid during the call only**. */
  frame(frame: Frame): void;
  /** Anything else, as ClientEvents has it: by its `type`. */
  message?(message: { type: string }): void;
}

/**
 * Reads an Essaim stream without a connection: in a worker that is handed a socket's messages, or from a recording. One for
 * each connection, from its greeting on. Needs nothing but ECMAScript and TextDecoder.
 */
export declare class StreamDecoder {
  constructor(listener: StreamListener);

  /**
   * Reads one message of a socket, of either encoding, and calls the listener for all that it holds.
   *
   * @throws MalformedMessageError; frames of the form `delta` then wait for the next keyframe
   */
  decode(data: string | ArrayBuffer | ArrayBufferView): void;
}

/** The `token` may be the server's `--ingest-token`. */
export type PublisherOptions = ConnectionOptions;

/** The whole state of a swarm, by column. What is passed may be used again once `publish` returned. */
export interface State {
  /** Whole numbers from 0 to 4,294,967,295, each once; at most 100,000. */
  ids: ArrayLike<number>;
  /** A label for all agents, one by agent, or, with `sphereOf`, labels. At most 255 bytes of UTF-8 each. */
  spheres: string | readonly string[];
  /** By agent, the position of its label in `spheres`. */
  sphereOf?: ArrayLike<number>;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Default 0. */
  z?: ArrayLike<number>;
  /** Default the server's target frequency. */
  frequency?: ArrayLike<number>;
  /** How many of the agents there are; default all of `ids`. So a `Frame` is a state. */
  agentCount?: number;
}

export type PublishResult = 'sent' | 'waiting' | 'unconnected';

export declare const PublishResult: Readonly<{
  SENT: 'sent';
  /** The socket is behind: the state goes once the socket has caught up, unless a newer one replaces it. */
  WAITING: 'waiting';
  /** There is no connection, or no greeting yet: the state is not kept. */
  UNCONNECTED: 'unconnected';
}>;

export interface PublisherEvents {
  /** The greeting: its `stream` says the grid, to which values are rounded. States are taken from now on, unless another producer has the stream: then the first one is answered by close 1013. */
  connected: Connected;
  /**
   * A server that is full of another producer, or refused the token, is tried again, ever more rarely; the latter ends it
   * where the reason can be seen, which it cannot in browsers.
   */
  close: Closed;
  state: ClientState;
  pong: Pong;
  stream_changed: StreamChanged;
  /** A state that the server did not take, a malformed message, a refused login, or what the option `token` threw. */
  error: MalformedMessageError | RequestError | Error;
  /** A message of a type that a publisher has no event for. */
  message: { type: string; [field: string]: unknown };
}

/**
 * A producer of the swarm that a server streams; the server runs with `--source=ingest`. Values are rounded to the grid of
 * the greeting, half away from zero, as the server would; agents are named again only when they change. Pings, so that the
 * server knows that a producer who says nothing is there. Reconnects by itself, as `EssaimClient` does.
 */
export declare class EssaimPublisher {
  /** @param url of `/ws/ingest`; ws, wss, http, https or, in a page, relative */
  constructor(url: string | URL, options?: PublisherOptions);

  readonly state: ClientState;
  /** What the connection speaks. */
  readonly encoding: Encoding;
  /** States since the creation, by what became of them; `bytes` are of their messages, in JSON characters. */
  readonly stats: Readonly<{
    sent: number;
    /** A newer one came before the socket had room. */
    replaced: number;
    /** There was no connection. */
    unconnected: number;
    bytes: number;
    reconnects: number;
  }>;

  /** Connects, and connects again whenever the connection is lost. While a retry is due: retries now. */
  connect(): void;

  disconnect(): void;

  /** Calls `listener` at each such event, until the function that is returned is called. */
  on<E extends keyof PublisherEvents>(event: E, listener: (value: PublisherEvents[E]) => void): () => void;

  /**
   * Publishes the whole state of the swarm; agents that it leaves out are gone. Newest wins: nothing queues.
   *
   * @throws TypeError or RangeError that names the agent, the field and the limit; nothing is sent then, and a state that
   *   waited is gone
   */
  publish(state: State): PublishResult;
}
