import { COMPONENT_NAMES, Grid, NO_ROSTER, Roster } from './frame.js';
import { checkEventMessage, eventsOfBatch, jsonEventEncoder } from './json-event-codec.js';
import { finite, integer, object } from './json-fields.js';
import { AGENTS_MAX, SPHERES_MAX } from './limits.js';
import { MalformedMessageError } from './malformed-message-error.js';

/** Messages beside frames and events that tell the server's time. */
const TIMED = new Set(['connected', 'frequency_update', 'heartbeat', 'pong', 'stream_changed']);

/**
 * Decodes the server's text messages; frames fill `frame`, as they do in binary.
 *
 * JSON has no roster message, as each frame carries the names: the decoder makes one up, and another whenever the names
 * change or a stream begins, so that an application sees the same events in both encodings. A server that announces no grid gets the
 * default one.
 */
export class JsonDecoder {
  /** Set when the last frame's names differ from those before. */
  rosterChanged = false;
  /** Never set: a text frame names its agents itself. As in SbeDecoder. */
  discarded = false;
  #grid = new Grid();
  #roster = NO_ROSTER;
  /** Whether the roster is of this stream. */
  #rosterHolds = false;
  /** Of a batch: its events, and how many were had. */
  #events = [];
  #had = 0;

  constructor(frame) {
    this.frame = frame;
  }

  get roster() {
    return this.#roster;
  }

  /** Whether the last message held more of them, each to be had by `next`. */
  get hasMore() {
    return this.#had < this.#events.length;
  }

  /** The next event of a batch. */
  next() {
    return this.#events[this.#had++];
  }

  /**
   * @returns `frame`, filled; a message with `type`; or null for an empty batch
   * @throws MalformedMessageError
   */
  decode(text) {
    this.rosterChanged = false;
    this.#events = [];
    this.#had = 0;
    const message = parse(text);
    switch (message.type) {
      case 'swarm_update':
        return this.#swarmUpdate(message);
      case 'connected':
      case 'stream_changed':
        strideOf(message);
        this.#grid = Grid.of(message.stream);
        this.#rosterHolds = false;
        break;
      case 'tier':
        strideOf(message);
        if (message.seq !== undefined) integer(message, 'seq', 0, 0xffffffff);
        if (message.fps !== undefined) integer(message, 'fps', 0, 65_535);
        break;
      case 'subscribed':
        if (message.swarm !== undefined) granted(object(message.swarm, 'swarm'));
        break;
      case 'authenticated':
        checkAuthenticated(message);
        break;
      case 'error':
        object(message.data, 'data');
        break;
      case 'pong':
        if (message.t !== undefined) finite(message, 't');
        break;
      case 'batch':
        this.#events = eventsOfBatch(message);
        return this.hasMore ? this.next() : null;
      default:
    }
    if (TIMED.has(message.type) && message.time_us !== undefined) timeMicrosOf(message);
    checkEventMessage(message);
    return message;
  }

  #swarmUpdate(message) {
    const { agents } = message;
    if (!Array.isArray(agents) || agents.length > AGENTS_MAX) {
      throw new MalformedMessageError(`agents is no list of at most ${AGENTS_MAX}`);
    }
    const { frame } = this;
    frame.begin(sequenceOf(message), timeOf(message), integer(message, 'frequency', 0, 65_535), agents.length);
    this.#names(agents);
    frame.names(this.#roster);
    for (let c = 0; c < COMPONENT_NAMES.length; c++) {
      const name = COMPONENT_NAMES[c];
      fillColumn(agents, name, frame[name], frame.grid[name], this.#grid.scales[c], this.#grid.offsets[c]);
    }
    return frame;
  }

  #names(agents) {
    const { ids, sphereOf, spheres } = this.#roster;
    let same = this.#rosterHolds && agents.length === ids.length;
    for (let i = 0; same && i < agents.length; i++) {
      same = agents[i]?.id === ids[i] && agents[i].sphere === spheres[sphereOf[i]];
    }
    if (!same) {
      this.#roster = rosterOf(agents, (this.#roster.version + 1) & 0xffff);
      this.#rosterHolds = true;
      this.rosterChanged = true;
    }
  }
}

/** What a client says, in JSON. */
export const jsonEncoder = Object.freeze({
  ...jsonEventEncoder,

  /** @param view checked */
  subscribe: (id, view) => JSON.stringify({ type: 'subscribe', id, swarm: view }),
  auth: (id, token) => JSON.stringify({ type: 'auth', id: id === '' ? undefined : id, token }),
  ping: (t) => JSON.stringify({ type: 'ping', t }),
  /** @param state a producer's, with its numbers on the grid: no text has more decimals than that */
  swarmState({ agentCount, names: { ids, spheres, sphereOf }, columns }, { offsets, scales }) {
    const labels = spheres.map((label) => JSON.stringify(label));
    let agents = '';
    for (let i = 0; i < agentCount; i++) {
      agents += `${i > 0 ? ',' : ''}{"id":${ids[i]},"sphere":${labels[sphereOf[i]]}`;
      for (let c = 0; c < columns.length; c++) {
        agents += `,"${COMPONENT_NAMES[c]}":${(columns[c][i] + offsets[c]) / scales[c]}`;
      }
      agents += '}';
    }
    return `{"type":"swarm_state","agents":[${agents}]}`;
  },
  /** As in sbeEncoder. */
  stats: (report) => JSON.stringify({ type: 'stats', ...report }),
});

function parse(text) {
  let message;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new MalformedMessageError('the text is no JSON', { cause });
  }
  if (typeof object(message, 'the message').type !== 'string') {
    throw new MalformedMessageError('type is no string');
  }
  return message;
}

function rosterOf(agents, version) {
  const ids = new Uint32Array(agents.length);
  const sphereOf = new Uint16Array(agents.length);
  const spheres = [];
  const numbers = new Map();
  agents.forEach((agent, i) => {
    ids[i] = integer(object(agent, 'agent'), 'id', 0, 0xffffffff);
    if (typeof agent.sphere !== 'string') {
      throw new MalformedMessageError('sphere is no string');
    }
    let number = numbers.get(agent.sphere);
    if (number === undefined) {
      number = spheres.length;
      if (number >= SPHERES_MAX) throw new MalformedMessageError(`spheres are more than ${SPHERES_MAX}`);
      spheres.push(agent.sphere);
      numbers.set(agent.sphere, number);
    }
    sphereOf[i] = number;
  });
  return new Roster(version, spheres, ids, sphereOf);
}

function fillColumn(agents, name, values, grid, scale, offset) {
  for (let i = 0; i < agents.length; i++) {
    const value = agents[i][name];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new MalformedMessageError(`${name} of an agent is no number`);
    }
    values[i] = value;
    grid[i] = Math.round(value * scale) - offset;
  }
}

const timeMicrosOf = (message) => integer(message, 'time_us', 0, Number.MAX_SAFE_INTEGER);

/** −1 from a server that numbers no frames. */
function sequenceOf(message) {
  return message.seq === undefined ? -1 : integer(message, 'seq', 0, 0xffffffff);
}

function timeOf(message) {
  if (message.time_us !== undefined) {
    return timeMicrosOf(message);
  }
  const millis = Date.parse(message.timestamp);
  if (Number.isNaN(millis)) {
    throw new MalformedMessageError('neither time_us nor timestamp is a time');
  }
  return millis * 1000;
}

function checkAuthenticated({ name, expires_at: expiresAt }) {
  if (typeof name !== 'string') throw new MalformedMessageError('name is no string');
  if (expiresAt != null && Number.isNaN(Date.parse(expiresAt))) throw new MalformedMessageError('expires_at is no time');
}

function granted(swarm) {
  strideOf(swarm);
  const { agents, spheres, box } = swarm;
  if (agents !== undefined && typeof agents !== 'string') throw new MalformedMessageError('agents is no string');
  if (spheres !== undefined && !(Array.isArray(spheres) && spheres.every((label) => typeof label === 'string'))) {
    throw new MalformedMessageError('spheres is no list of labels');
  }
  if (box !== undefined && !(Array.isArray(box) && box.length === 6 && box.every(Number.isFinite))) {
    throw new MalformedMessageError('box is no list of six numbers');
  }
}

function strideOf(holder) {
  if (holder.stride !== undefined) integer(holder, 'stride', 1, 65_535);
}
