import { COMPONENTS_MAX, DECIMALS_MAX, TICKS_PER_SECOND_MAX } from './limits.js';
import { MalformedMessageError } from './malformed-message-error.js';

/** What an agent's numbers are called, in the order of the binary frame. */
export const COMPONENT_NAMES = Object.freeze(['x', 'y', 'z', 'frequency']);

/** The grid of a server that announces none: 4 decimals for positions, 1 for frequency. */
const DEFAULT_COMPONENTS = [4, 4, 4, 1].map((decimals, i) => ({ name: COMPONENT_NAMES[i], decimals, offset: 0 }));

/** The grid that a stream announces: value = (integer + offset) / 10^decimals, by component. */
export class Grid {
  constructor(components = DEFAULT_COMPONENTS) {
    if (!Array.isArray(components) || components.length > COMPONENTS_MAX) {
      throw new MalformedMessageError('stream.components is no list of components');
    }
    this.offsets = new Float64Array(COMPONENT_NAMES.length);
    this.scales = new Float64Array(COMPONENT_NAMES.length);
    COMPONENT_NAMES.forEach((name, i) => {
      const { decimals, offset } = components.find((component) => component?.name === name) ?? {};
      if (!Number.isInteger(decimals) || decimals < 0 || decimals > DECIMALS_MAX) {
        throw new MalformedMessageError(`decimals of ${name}=${decimals}, from 0 to ${DECIMALS_MAX}`);
      }
      if (offset !== (offset | 0)) {
        throw new MalformedMessageError(`offset of ${name}=${offset}, a whole number of 32 bits`);
      }
      this.offsets[i] = offset;
      this.scales[i] = 10 ** decimals;
    });
  }

  /** @param stream the `stream` of a greeting; undefined from a server that announces none */
  static of(stream) {
    if (stream === undefined) return new Grid();
    if (stream === null || typeof stream !== 'object') {
      throw new MalformedMessageError('stream is no object');
    }
    const ticks = stream.ticks_per_second;
    if (!Number.isInteger(ticks) || ticks < 1 || ticks > TICKS_PER_SECOND_MAX) {
      throw new MalformedMessageError(`ticks_per_second=${ticks}, from 1 to ${TICKS_PER_SECOND_MAX}`);
    }
    return new Grid(stream.components);
  }
}

/** Who the agents are, in the frames' order. Replaced, never changed, by the next roster. */
export class Roster {
  constructor(version, spheres, ids, sphereOf) {
    this.type = 'roster';
    this.version = version;
    this.spheres = spheres;
    this.ids = ids;
    this.sphereOf = sphereOf;
  }

  get agentCount() {
    return this.ids.length;
  }
}

export const NO_ROSTER = Object.freeze(new Roster(-1, Object.freeze([]), new Uint32Array(0), new Uint16Array(0)));

/**
 * The whole swarm at one tick, by column. There is one per connection and it is filled again at each tick: it is valid
 * during the `frame` event only. Columns grow and never shrink, so read them up to `agentCount`.
 */
export class Frame {
  sequence = 0;
  timeMicros = 0;
  agentCount = 0;
  targetFrequency = 0;
  rosterVersion = -1;
  ids = NO_ROSTER.ids;
  spheres = NO_ROSTER.spheres;
  sphereOf = NO_ROSTER.sphereOf;
  x = new Float64Array(0);
  y = new Float64Array(0);
  z = new Float64Array(0);
  frequency = new Float64Array(0);
  /** The same numbers as integers of the announced grid. */
  grid = { x: new Int32Array(0), y: new Int32Array(0), z: new Int32Array(0), frequency: new Int32Array(0) };

  /** Makes room for the agents of a tick and names it; the columns hold nothing to rely on until they are filled. */
  begin(sequence, timeMicros, targetFrequency, agentCount) {
    this.sequence = sequence;
    this.timeMicros = timeMicros;
    this.targetFrequency = targetFrequency;
    this.agentCount = agentCount;
    if (agentCount > this.x.length) {
      for (const name of COMPONENT_NAMES) {
        this[name] = new Float64Array(agentCount);
        this.grid[name] = new Int32Array(agentCount);
      }
    }
  }

  names(roster) {
    this.rosterVersion = roster.version;
    this.ids = roster.ids;
    this.spheres = roster.spheres;
    this.sphereOf = roster.sphereOf;
  }
}
