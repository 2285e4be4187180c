import { DeltaStream } from './delta/delta-stream.js';
import { COMPONENT_NAMES, Grid, NO_ROSTER, Roster } from './frame.js';
import { AGENTS_MAX, BATCH_MESSAGES_MAX, COMPONENTS_MAX, SPHERES_MAX } from './limits.js';
import { MalformedMessageError } from './malformed-message-error.js';
import { eventMessage } from './sbe-event-decoder.js';
import { SbeReader } from './sbe-reader.js';
import { CODED_BLOCK_BYTES, DATA_LENGTH_BYTES, FORMS, SUBSCRIBED_BLOCK_BYTES, TIER_REASONS, Template } from './sbe-schema.js';
import { timestampOfMicros } from './timestamp.js';

/**
 * Decodes the server's binary messages. Control messages become objects of the JSON form's shape, so that an application
 * sees no difference; frames, plain or delta, fill `frame` and allocate nothing but a view of the message.
 *
 * Holds what the frames of a connection refer to: grid, roster, and what deltas build on.
 */
export class SbeDecoder {
  /** Set when the last message was a frame of an unknown roster, one before the greeting, or a delta without a keyframe. */
  discarded = false;
  /** Never set: in binary the roster is a message. As in JsonDecoder. */
  rosterChanged = false;
  #reader = new SbeReader();
  #grid = null;
  #roster = NO_ROSTER;
  #valueBits = 0;
  #delta = new DeltaStream();
  /** Of a batch: messages that are still to come, where they begin, and how long the block of each is. */
  #left = 0;
  #at = 0;
  #entryLength = 0;

  constructor(frame) {
    this.frame = frame;
  }

  get roster() {
    return this.#roster;
  }

  /** Whether the last message held more of them, each to be had by `next`. */
  get hasMore() {
    return this.#left > 0;
  }

  /**
   * @returns `frame`, filled; a message with `type`; or null for a message of a type this client does not know, one of which
   *   nothing is to be shown, and a frame that is `discarded`
   * @throws MalformedMessageError
   */
  decode(data) {
    this.#left = 0;
    try {
      return this.#begun(data);
    } catch (error) {
      this.#delta.end();
      throw error;
    }
  }

  /** The next message of a batch, as `decode`. Nothing is looked for after one that cannot be read. */
  next() {
    const left = this.#left - 1;
    this.#left = 0;
    try {
      const message = this.#held();
      this.#left = left;
      return message;
    } catch (error) {
      this.#delta.end();
      throw error;
    }
  }

  #begun(data) {
    const reader = this.#reader;
    reader.begin(data);
    if (reader.templateId !== Template.BATCH) return this.#message();
    this.discarded = false;
    reader.root(0);
    const count = reader.group('messages', 0, 1, BATCH_MESSAGES_MAX);
    if (count === 0) return null;
    this.#at = reader.position;
    this.#entryLength = reader.entryLength;
    const message = this.#held();
    this.#left = count - 1;
    return message;
  }

  /** The message that the batch holds next. */
  #held() {
    const reader = this.#reader;
    const length = reader.beginData(this.#at, this.#entryLength, 'message');
    this.#at += this.#entryLength + DATA_LENGTH_BYTES + length;
    if (reader.templateId === Template.BATCH) throw new MalformedMessageError('a batch in a batch');
    return this.#message();
  }

  #message() {
    this.discarded = false;
    const reader = this.#reader;
    switch (reader.templateId) {
      case Template.SWARM_FRAME_16:
        return this.#swarmFrame(2, readInt16Column);
      case Template.SWARM_FRAME_32:
        return this.#swarmFrame(4, readInt32Column);
      case Template.FREQUENCY_UPDATE:
        return frequencyUpdate(reader);
      case Template.DELTA_FRAME:
        return this.#deltaFrame();
      case Template.KEYFRAME:
        return this.#keyframe();
      case Template.REPLAY:
        return this.#replay();
      case Template.ROSTER:
        // Where deltas follow, a keyframe comes between.
        this.#delta.end();
        return (this.#roster = roster(reader));
      case Template.ROSTER_CHANGE:
        return this.#rosterChange();
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
      case Template.AUTHENTICATED:
        return authenticated(reader);
      case Template.STREAM_CHANGED:
        return this.#begins(streamChanged(reader));
      default:
        return eventMessage(reader);
    }
  }

  /** A new epoch: neither the old grid nor the old roster says anything of its frames. */
  #begins(message) {
    this.#grid = Grid.of(message.stream);
    this.#roster = NO_ROSTER;
    this.#valueBits = message.stream.value_bits;
    this.#delta.end();
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
    this.#delta.end();
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

  #keyframe() {
    const reader = this.#reader;
    const delta = this.#delta;
    delta.end();
    reader.root(CODED_BLOCK_BYTES);
    const sequence = reader.uint32(0);
    const rosterVersion = reader.uint16(12);
    const length = reader.data('coded');
    if (this.#grid === null) {
      this.discarded = true;
      return null;
    }
    if (this.#valueBits !== 16 && this.#valueBits !== 32) {
      throw new MalformedMessageError(`valueBits=${this.#valueBits}, 16 or 32`);
    }
    this.#checkRoster('keyframe', sequence, rosterVersion);
    const start = reader.position - length;
    delta.begin(sequence, this.#valueBits, this.#roster.agentCount, reader.view, start, length);
    return null;
  }

  #deltaFrame() {
    const reader = this.#reader;
    const delta = this.#delta;
    reader.root(CODED_BLOCK_BYTES);
    const sequence = reader.uint32(0);
    const timeMicros = reader.uint64(4, 'timeMicros');
    const rosterVersion = reader.uint16(12);
    const length = reader.data('coded');
    if (!delta.isFollowing) {
      this.discarded = true;
      return null;
    }
    this.#checkRoster('frame', sequence, rosterVersion);
    if (!delta.read(sequence, reader.view, reader.position - length, length)) return null;
    const { frame } = this;
    const { decoder } = delta;
    frame.begin(sequence, timeMicros, decoder.targetFrequency, decoder.agentCount);
    frame.names(this.#roster);
    const { scales, offsets } = this.#grid;
    for (let c = 0; c < COMPONENT_NAMES.length; c++) {
      const name = COMPONENT_NAMES[c];
      fillColumn(decoder.values, decoder.start(c), decoder.agentCount, frame.grid[name], frame[name], offsets[c], scales[c]);
    }
    return frame;
  }

  #replay() {
    this.#reader.root(4);
    if (this.#delta.isFollowing) this.#delta.replay(this.#reader.uint32(0));
    return null;
  }

  /** Where nothing is followed, a whole roster comes before a frame can be read. */
  #rosterChange() {
    const { version, removed, added } = rosterChange(this.#reader);
    if (!this.#delta.isFollowing) return null;
    const expected = (this.#roster.version + 1) & 0xffff;
    if (version !== expected) {
      throw new MalformedMessageError(`rosterVersion=${version}, the next one is ${expected}`);
    }
    this.#roster = changed(this.#roster, version, removed, added);
    this.#delta.change(removed, added.ids.length);
    return this.#roster;
  }

  #checkRoster(what, sequence, version) {
    if (version !== this.#roster.version) {
      const newest = this.#roster.version;
      throw new MalformedMessageError(`rosterVersion of ${what} ${sequence}=${version}, the newest is ${newest}`);
    }
  }
}

// Loops rather than one with a branch: each stays monomorphic. The division is the correctly rounded one, so the
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

function fillColumn(from, start, count, grid, values, offset, scale) {
  for (let i = 0; i < count; i++) {
    const gridded = from[start + i];
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
    timestamp: timestampOfMicros(timeMicros),
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
  const { ids, sphereOf } = names(reader, 'agents');
  checkSpheres(sphereOf, spheres);
  return new Roster(version, spheres, ids, sphereOf);
}

function rosterChange(reader) {
  reader.root(4);
  const version = reader.uint16(0);
  const removed = new Uint32Array(reader.group('removed', 4, 0, AGENTS_MAX));
  for (let i = 0; i < removed.length; i++) {
    reader.entry();
    removed[i] = reader.uint32(0);
  }
  return { version, removed, added: names(reader, 'added') };
}

function names(reader, group) {
  const count = reader.group(group, 6, 0, AGENTS_MAX);
  const ids = new Uint32Array(count);
  const sphereOf = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    reader.entry();
    ids[i] = reader.uint32(0);
    sphereOf[i] = reader.uint16(4);
  }
  return { ids, sphereOf };
}

/** What a roster becomes: place by place the last agent takes that of the one that leaves, then others come at the end. */
function changed(roster, version, removed, added) {
  checkSpheres(added.sphereOf, roster.spheres);
  const room = roster.agentCount + added.ids.length;
  const ids = new Uint32Array(room);
  const sphereOf = new Uint16Array(room);
  ids.set(roster.ids);
  sphereOf.set(roster.sphereOf);
  let count = roster.agentCount;
  for (const place of removed) {
    if (place >= count) throw new MalformedMessageError(`removed=${place}, of ${count} agents`);
    count--;
    ids[place] = ids[count];
    sphereOf[place] = sphereOf[count];
  }
  ids.set(added.ids, count);
  sphereOf.set(added.sphereOf, count);
  count += added.ids.length;
  if (count > AGENTS_MAX) throw new MalformedMessageError(`agents=${count}, at most ${AGENTS_MAX}`);
  return new Roster(version, roster.spheres, ids.slice(0, count), sphereOf.slice(0, count));
}

function checkSpheres(sphereOf, spheres) {
  for (const sphere of sphereOf) {
    if (sphere >= spheres.length) throw new MalformedMessageError(`sphere=${sphere}, of ${spheres.length} labels`);
  }
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

function authenticated(reader) {
  reader.root(8);
  const expiresMicros = reader.optionalUint64(0, 'expiresMicros');
  const message = { type: 'authenticated', name: reader.text('name') };
  const id = reader.text('requestId');
  if (id !== '') message.id = id;
  if (expiresMicros !== null) message.expires_at = timestampOfMicros(expiresMicros);
  return message;
}

function pong(reader) {
  reader.root(16);
  const timeMicros = reader.uint64(0, 'timeMicros');
  const echo = reader.float64(8);
  if (Math.abs(echo) === Infinity) throw new MalformedMessageError(`echo=${echo}, a finite number, or NaN for none`);
  const message = { type: 'pong', t: echo, time_us: timeMicros, timestamp: timestampOfMicros(timeMicros) };
  if (Number.isNaN(echo)) delete message.t;
  return message;
}

function positive(value, name) {
  if (value < 1) {
    throw new MalformedMessageError(`${name}=${value}, at least 1`);
  }
  return value;
}
