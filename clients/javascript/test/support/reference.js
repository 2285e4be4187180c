/** Ticks that are remembered; at 240 a second, as many as come while a client does not read. */
const TICKS_MAX = 4_800;

/**
 * What JSON says of each tick, and what of it a client of another form has to be shown. Whichever comes first waits for the
 * other.
 */
export class Reference {
  /** Frames that were held against JSON. */
  compared = 0;
  /** Frames whose tick JSON skipped. */
  without = 0;
  /** By epoch and tick, agents by id; a Map keeps the order in which they came. */
  #ticks = new Map();
  #waiting = new Map();
  #newest = { epoch: 0, sequence: -1 };

  /** A frame of the JSON client. */
  tell(epoch, frame) {
    const key = keyOf(epoch, frame.sequence);
    const agents = new Map(Array.from(frame.ids, (id, i) => [id, agentOf(frame, i)]));
    const tick = { agents, timeMicros: frame.timeMicros, targetFrequency: frame.targetFrequency };
    this.#ticks.set(key, tick);
    this.#newest = { epoch, sequence: frame.sequence };
    if (this.#ticks.size > TICKS_MAX) this.#ticks.delete(this.#ticks.keys().next().value);
    for (const [waiting, checks] of this.#waiting) {
      if (waiting === key) checks.forEach((check) => this.#compare(check, tick));
      else if (this.#isAhead(checks[0])) continue;
      else this.without += checks.length;
      this.#waiting.delete(waiting);
    }
  }

  /**
   * A frame of another client, to be held against it now or once it is told.
   *
   * @param wants says of an agent's id and label whether the client's view has it
   */
  hold(epoch, frame, wants) {
    const agents = new Map();
    for (let i = 0; i < frame.agentCount; i++) agents.set(frame.ids[i], agentOf(frame, i));
    const { sequence, timeMicros, targetFrequency } = frame;
    const check = { epoch, sequence, timeMicros, targetFrequency, agents, wants };
    const key = keyOf(epoch, sequence);
    const tick = this.#ticks.get(key);
    if (tick !== undefined) {
      this.#compare(check, tick);
    } else if (this.#isAhead(check)) {
      this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), check]);
    } else {
      this.without++;
    }
  }

  #isAhead({ epoch, sequence }) {
    return epoch > this.#newest.epoch || (epoch === this.#newest.epoch && sequence > this.#newest.sequence);
  }

  #compare({ epoch, sequence, timeMicros, targetFrequency, agents, wants }, tick) {
    const where = `tick ${sequence} of ${epoch}`;
    if (timeMicros !== tick.timeMicros || targetFrequency !== tick.targetFrequency) throw new Error(`${where}: its time`);
    let wanted = 0;
    for (const [id, told] of tick.agents) {
      if (!wants(id, told.label)) continue;
      wanted++;
      const shown = agents.get(id);
      if (shown === undefined) throw new Error(`${where}: agent ${id} is missing`);
      const same = shown.label === told.label && shown.numbers.every((number, c) => number === told.numbers[c]);
      if (!same) throw new Error(`${where}, agent ${id}: ${JSON.stringify(shown)}, in JSON ${JSON.stringify(told)}`);
    }
    if (agents.size !== wanted) throw new Error(`${where}: ${agents.size} agents, ${wanted} in JSON`);
    this.compared++;
  }
}

function keyOf(epoch, sequence) {
  return `${epoch}:${sequence}`;
}

function agentOf({ spheres, sphereOf, x, y, z, frequency }, i) {
  return { label: spheres[sphereOf[i]], numbers: [x[i], y[i], z[i], frequency[i]] };
}
