import { Grid, NO_ROSTER, Roster } from './frame.js';
import { AGENTS_MAX, COMPONENTS_MAX, SPHERES_MAX } from './limits.js';
import { MalformedMessageError } from './malformed-message-error.js';
import { SbeReader } from './sbe-reader.js';
import { FORMS, SUBSCRIBED_BLOCK_BYTES, TIER_REASONS, Template } from './sbe-schema.js';

/**
 * Decodes the server's binary messages. Control messages become objects of the JSON form's shape, so that an application
 * sees no difference; frames fill `frame` and allocate nothing but a view of the message.
 *
 * Holds what the frames of a connection refer to: grid and roster.
 */
export class SbeDecoder {
  /** Set when the last message was a frame of an unknown roster, or one before the greeting. */
  discarded = false;
  /** Never set: in binary the roster is a message. As in JsonDecoder. */
  rosterChanged = false;
  #reader = new SbeReader();
  #grid = null;
  #roster = NO_ROSTER;

  constructor(frame) {
    this.frame = frame;
  }

  get roster() {
    return this.#roster;
  }

  /**
   * @returns `frame`, filled; a message with `type`; or null for a message of a type this client does not know, and for a
   *   frame that is `discarded`
   * @throws MalformedMessageError
   */
  decode(data) {
    this.discarded = false;
    const reader = this.#reader;
    reader.begin(data);
    switch (reader.templateId) {
      case Template.SWARM_FRAME_16:
        return this.#swarmFrame(2, readInt16Column);
      case Template.SWARM_FRAME_32:
        return this.#swarmFrame(4, readInt32Column);
      case Template.FREQUENCY_UPDATE:
        return frequencyUpdate(reader);
      case Template.ROSTER:
        return (this.#roster = roster(reader));
      case Template.CONNECTED:
        return this.#begins(connected(reader));
      case Template.HEARTBEAT:
        return heartbeat(reader);
      case Template.SUBSCRIBED:
        return subscribed(reader);
      case Template.TIER:
        return tier(reader);
      case Template.ERROR_REPLY:
        return errorReply(reader);
      case Template.PONG:
        return pong(reader);
      case Template.STREAM_CHANGED:
        return this.#begins(streamChanged(reader));
      default:
        return null;
    }
  }

  /** A new epoch: neither the old grid nor the old roster says anything of its frames. */
  #begins(message) {
    this.#grid = Grid.of(message.stream);
    this.#roster = NO_ROSTER;
    return message;
  }

  #swarmFrame(valueBytes, readColumn) {
    const reader = this.#reader;
    reader.root(18);
    const { frame } = this;
    const rosterVersion = reader.uint16(12);
    const sequence = reader.uint32(0);
    const timeMicros = reader.uint64(4, 'timeMicros');
    const target = reader.uint16(16);
    const count = reader.group('agents', 4 * valueBytes, 0, AGENTS_MAX);
    if (this.#grid === null || rosterVersion !== this.#roster.version) {
      this.discarded = true;
      return null;
    }
    if (count !== this.#roster.agentCount) {
      throw new MalformedMessageError(`agents=${count}, the roster ${rosterVersion} has ${this.#roster.agentCount}`);
    }
    frame.begin(sequence, timeMicros, target, count);
    frame.names(this.#roster);
    const { scales, offsets } = this.#grid;
    const { view, position, entryLength } = reader;
    readColumn(view, position, entryLength, count, frame.grid.x, frame.x, offsets[0], scales[0]);
    readColumn(view, position + valueBytes, entryLength, count, frame.grid.y, frame.y, offsets[1], scales[1]);
    readColumn(view, position + 2 * valueBytes, entryLength, count, frame.grid.z, frame.z, offsets[2], scales[2]);
    const last = position + 3 * valueBytes;
    readColumn(view, last, entryLength, count, frame.grid.frequency, frame.frequency, offsets[3], scales[3]);
    return frame;
  }
}

// Two loops rather than one with a branch: each stays monomorphic. The division is the correctly rounded one, so the
// double equals the one that a JSON parser makes of the same decimal.

function readInt16Column(view, start, stride, count, grid, values, offset, scale) {
  for (let i = 0, at = start; i < count; i++, at += stride) {
    const gridded = view.getInt16(at, true);
    grid[i] = gridded;
    values[i] = (gridded + offset) / scale;
  }
}

function readInt32Column(view, start, stride, count, grid, values, offset, scale) {
  for (let i = 0, at = start; i < count; i++, at += stride) {
    const gridded = view.getInt32(at, true);
    grid[i] = gridded;
    values[i] = (gridded + offset) / scale;
  }
}

function frequencyUpdate(reader) {
  reader.root(19);
  const timeMicros = reader.uint64(4, 'timeMicros');
  return {
    type: 'frequency_update',
    frequency: reader.int32(12) / 100,
    target: reader.uint16(16),
    harmony: reader.uint8(18) === 1,
    timestamp: timestamp(timeMicros),
    seq: reader.uint32(0),
    time_us: timeMicros,
  };
}

function roster(reader) {
  reader.root(4);
  const version = reader.uint16(0);
  const spheres = new Array(reader.group('spheres', 0, 1, SPHERES_MAX));
  for (let i = 0; i < spheres.length; i++) {
    reader.entry();
    spheres[i] = reader.text('label');
  }
  const count = reader.group('agents', 6, 0, AGENTS_MAX);
  const ids = new Uint32Array(count);
  const sphereOf = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    reader.entry();
    ids[i] = reader.uint32(0);
    sphereOf[i] = reader.uint16(4);
    if (sphereOf[i] >= spheres.length) {
      throw new MalformedMessageError(`sphere=${sphereOf[i]}, of ${spheres.length} labels`);
    }
  }
  return new Roster(version, spheres, ids, sphereOf);
}

function connected(reader) {
  reader.root(34);
  const stride = positive(reader.uint16(28), 'stride');
  const ticksPerSecond = reader.uint16(26);
  const message = {
    type: 'connected',
    frequency: reader.uint16(0),
    agent_count: reader.uint32(2),
    client_id: '',
    server: '',
    form: FORMS[reader.uint8(9)] ?? 'unknown',
    fps: Math.max(1, Math.floor(ticksPerSecond / stride)),
    stride,
    heartbeat_ms: reader.uint32(30),
    time_us: reader.uint64(18, 'timeMicros'),
    stream: {
      id: reader.uint16(6),
      epoch: reader.uint64(10, 'epoch'),
      ticks_per_second: ticksPerSecond,
      value_bits: reader.uint8(8),
      components: [],
    },
  };
  message.stream.components = components(reader);
  message.client_id = reader.text('clientId');
  message.server = reader.text('server');
  return message;
}

function streamChanged(reader) {
  reader.root(29);
  const message = {
    type: 'stream_changed',
    frequency: reader.uint16(0),
    agent_count: reader.uint32(2),
    stride: positive(reader.uint16(27), 'stride'),
    time_us: reader.uint64(17, 'timeMicros'),
    reason: '',
    stream: {
      id: reader.uint16(6),
      epoch: reader.uint64(9, 'epoch'),
      ticks_per_second: reader.uint16(25),
      value_bits: reader.uint8(8),
      components: [],
    },
  };
  message.stream.components = components(reader);
  message.reason = reader.text('reason');
  return message;
}

function components(reader) {
  const list = new Array(reader.group('components', 5, 1, COMPONENTS_MAX));
  for (let i = 0; i < list.length; i++) {
    reader.entry();
    const decimals = reader.uint8(0);
    const offset = reader.int32(1);
    list[i] = { name: reader.text('componentName'), decimals, offset };
  }
  return list;
}

function heartbeat(reader) {
  reader.root(14);
  return {
    type: 'heartbeat',
    frequency: reader.uint16(12),
    connections: reader.uint32(8),
    time_us: reader.uint64(0, 'timeMicros'),
  };
}

function subscribed(reader) {
  reader.root(SUBSCRIBED_BLOCK_BYTES);
  const swarm = {
    fps: reader.uint16(0),
    stride: positive(reader.uint16(2), 'stride'),
    form: FORMS[reader.uint8(4)] ?? 'unknown',
  };
  const box = boxAt(reader, 5);
  const spheres = new Array(reader.group('spheres', 0, 1, SPHERES_MAX));
  for (let i = 0; i < spheres.length; i++) {
    reader.entry();
    spheres[i] = reader.text('label');
  }
  const agents = reader.text('agents');
  if (agents !== '') swarm.agents = agents;
  if (spheres.length > 0) swarm.spheres = spheres;
  if (box !== undefined) swarm.box = box;
  return { type: 'subscribed', id: reader.text('requestId'), swarm };
}

/** Undefined where all six numbers are NaN. */
function boxAt(reader, at) {
  const box = Array.from({ length: 6 }, (_, i) => reader.float64(at + 8 * i));
  if (box.every(Number.isNaN)) return undefined;
  if (!box.every(Number.isFinite)) throw new MalformedMessageError(`box=${box}, six numbers or none`);
  return box;
}

function tier(reader) {
  reader.root(9);
  return {
    type: 'tier',
    seq: reader.uint32(0),
    fps: reader.uint16(4),
    stride: positive(reader.uint16(6), 'stride'),
    reason: TIER_REASONS[reader.uint8(8)] ?? 'unknown',
  };
}

function errorReply(reader) {
  reader.root(2);
  const code = reader.uint16(0);
  const id = reader.text('requestId');
  const data = { code, message: reader.text('message') };
  return id === '' ? { type: 'error', data } : { type: 'error', data, id };
}

function pong(reader) {
  reader.root(16);
  const timeMicros = reader.uint64(0, 'timeMicros');
  const echo = reader.float64(8);
  const message = { type: 'pong', t: echo, time_us: timeMicros, timestamp: timestamp(timeMicros) };
  if (Number.isNaN(echo)) delete message.t;
  return message;
}

function positive(value, name) {
  if (value < 1) {
    throw new MalformedMessageError(`${name}=${value}, at least 1`);
  }
  return value;
}

/** Whole seconds, as in JSON. Years beyond what a Date holds are no time this protocol can mean. */
function timestamp(timeMicros) {
  const date = new Date(timeMicros / 1000);
  if (Number.isNaN(date.getTime())) {
    throw new MalformedMessageError(`timeMicros=${timeMicros} is no date`);
  }
  return `${date.toISOString().slice(0, -5)}Z`;
}
