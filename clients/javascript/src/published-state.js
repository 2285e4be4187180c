import { COMPONENT_NAMES } from './frame.js';
import { AGENTS_MAX, AGENT_ID_MAX, LABEL_BYTES_MAX, SPHERES_MAX } from './limits.js';
import { utf8Length } from './utf8-length.js';

const INT16_MIN = -0x8000;
const INT16_MAX = 0x7fff;

/** Who the agents of a state are, in its order. Replaced, never changed, so that the same names are the same object. */
class Names {
  constructor(ids, spheres, sphereOf) {
    this.ids = ids;
    this.spheres = spheres;
    this.sphereOf = sphereOf;
  }
}

/**
 * A producer's state on the grid that the server announced, checked. Both encodings are made of it, so that they say the
 * same. A state that is refused leaves names as they were; the numbers are not to be used until another is taken.
 */
export class PublishedState {
  agentCount = 0;
  names = new Names(new Uint32Array(0), [], new Uint16Array(0));
  /** x, y, z, frequency: integers of the grid, up to `agentCount`. */
  columns = COMPONENT_NAMES.map(() => new Int32Array(0));
  fits16Bits = true;

  /**
   * @param frequency of agents without their own
   * @throws TypeError when a field has not the form that it is to have
   * @throws RangeError when a value is out of range; both name the agent, the field and what it may be
   */
  take(state, grid, frequency) {
    const count = countOf(state);
    const labelOf = labelsOf(state, count);
    if (!this.#hasNames(state.ids, labelOf, count)) this.names = namesOf(state.ids, labelOf, count);
    if (count > this.columns[0].length) this.columns = COMPONENT_NAMES.map(() => new Int32Array(count));
    this.agentCount = count;
    this.fits16Bits = true;
    COMPONENT_NAMES.forEach((name, c) => {
      const otherwise = name === 'z' ? 0 : name === 'frequency' ? frequency : undefined;
      this.#put(name, state[name], otherwise, this.columns[c], grid.scales[c], grid.offsets[c]);
    });
  }

  /** Half away from zero, as the server's own numbers are. */
  #put(name, values, otherwise, column, scale, offset) {
    const { agentCount } = this;
    if (values === undefined && otherwise === undefined) throw new TypeError(`${name} is missing: a number by agent`);
    if (values !== undefined && !(values.length >= agentCount)) {
      throw new TypeError(`${name} has ${values.length} values, of ${agentCount} agents`);
    }
    for (let i = 0; i < agentCount; i++) {
      const value = values === undefined ? otherwise : values[i];
      if (typeof value !== 'number') throw new TypeError(`${name} of agent ${this.names.ids[i]} is no number`);
      const steps = value * scale;
      const integer = (steps < 0 ? Math.ceil(steps - 0.5) : Math.floor(steps + 0.5)) - offset;
      column[i] = integer;
      if (column[i] !== integer) {
        const [least, most] = [(-(2 ** 31) + offset) / scale, (2 ** 31 - 1 + offset) / scale];
        throw new RangeError(`${name} of agent ${this.names.ids[i]} is ${value}, from ${least} to ${most}`);
      }
      if (integer < INT16_MIN || integer > INT16_MAX) this.fits16Bits = false;
    }
  }

  #hasNames(ids, labelOf, count) {
    const { ids: known, spheres, sphereOf } = this.names;
    if (count !== known.length) return false;
    for (let i = 0; i < count; i++) {
      if (ids[i] !== known[i] || labelOf(i) !== spheres[sphereOf[i]]) return false;
    }
    return true;
  }
}

function countOf({ ids, agentCount = ids?.length }) {
  if (!(ids?.length >= 0)) throw new TypeError('ids is missing: an id by agent');
  if (!Number.isInteger(agentCount) || agentCount < 0 || agentCount > ids.length) {
    throw new RangeError(`agentCount is ${agentCount}, from 0 to the ${ids.length} of ids`);
  }
  if (agentCount > AGENTS_MAX) throw new RangeError(`${agentCount} agents, at most ${AGENTS_MAX}`);
  return agentCount;
}

/** What gives an agent's label: one for all, one by agent, or labels and by agent the position of its own. */
function labelsOf({ spheres, sphereOf }, count) {
  if (typeof spheres === 'string') return () => spheres;
  if (!Array.isArray(spheres)) throw new TypeError('spheres is missing: a label for all agents, or one by agent');
  const byAgent = sphereOf ?? spheres;
  if (!(byAgent.length >= count)) {
    throw new TypeError(`${sphereOf ? 'sphereOf' : 'spheres'} has ${byAgent.length} entries, of ${count} agents`);
  }
  return sphereOf === undefined ? (i) => spheres[i] : (i) => spheres[sphereOf[i]];
}

function namesOf(given, labelOf, count) {
  const ids = new Uint32Array(count);
  const sphereOf = new Uint16Array(count);
  const spheres = [];
  const numbers = new Map();
  const seen = new Set();
  for (let i = 0; i < count; i++) {
    const id = given[i];
    if (!Number.isInteger(id) || id < 0 || id > AGENT_ID_MAX) {
      throw new RangeError(`ids[${i}] is ${id}, a whole number from 0 to ${AGENT_ID_MAX}`);
    }
    if (seen.has(id)) throw new RangeError(`ids has ${id} more than once`);
    seen.add(id);
    ids[i] = id;
    const label = labelOf(i);
    let number = numbers.get(label);
    if (number === undefined) {
      checkLabel(label, id);
      number = spheres.length;
      if (number >= SPHERES_MAX) throw new RangeError(`spheres has over ${SPHERES_MAX} labels`);
      spheres.push(label);
      numbers.set(label, number);
    }
    sphereOf[i] = number;
  }
  return new Names(ids, spheres, sphereOf);
}

function checkLabel(label, id) {
  if (typeof label !== 'string') throw new TypeError(`the sphere of agent ${id} is no text`);
  if (utf8Length(label) > LABEL_BYTES_MAX) {
    throw new RangeError(`the sphere of agent ${id} is over ${LABEL_BYTES_MAX} bytes`);
  }
}
