import { seededRandom } from './random.js';

const SPHERES = ['personal', 'social', 'work', 'health', 'creative', 'learning', 'spirit'];

/** A small swarm by the reference generator's rule, on the grid that it announces. */
export class Swarm {
  constructor({ agents = 350, target = 999, seed = 1, ticksPerSecond = 60, scale = 1 } = {}) {
    this.target = target;
    this.ticksPerSecond = ticksPerSecond;
    this.scale = scale;
    this.tick = -1;
    this.spheres = SPHERES;
    this.ids = Uint32Array.from({ length: agents }, (_, i) => i);
    this.sphereOf = Uint16Array.from({ length: agents }, (_, i) => i % SPHERES.length);
    this.columns = Object.fromEntries(['x', 'y', 'z', 'frequency'].map((name) => [name, new Int32Array(agents)]));
    const random = seededRandom(seed);
    this.positions = Array.from({ length: agents }, () => insideUnitSphere(random));
    this.velocities = Array.from({ length: agents }, () => [0, 0, 0]);
    this.components = [4, 4, 4, 1].map((decimals, i) => ({
      name: ['x', 'y', 'z', 'frequency'][i],
      decimals,
      offset: 0,
    }));
  }

  step() {
    const t = ++this.tick / this.ticksPerSecond;
    for (let i = 0; i < this.ids.length; i++) {
      const p = this.positions[i];
      const v = this.velocities[i];
      const pull = [Math.sin(0.5 * t + 0.1 * i), Math.cos(0.3 * t + 0.15 * i), Math.sin(0.4 * t + 0.12 * i)];
      for (let axis = 0; axis < 3; axis++) {
        v[axis] = 0.98 * v[axis] + 0.002 * pull[axis];
        p[axis] += v[axis];
      }
      const length = Math.hypot(...p);
      if (length > 1) for (let axis = 0; axis < 3; axis++) p[axis] /= length;
      this.columns.x[i] = Math.round(p[0] * this.scale * 1e4);
      this.columns.y[i] = Math.round(p[1] * this.scale * 1e4);
      this.columns.z[i] = Math.round(p[2] * this.scale * 1e4);
      this.columns.frequency[i] = Math.round((this.target + 12 * Math.sin(t + i)) * 10);
    }
  }

  /** The mean of the agents' frequencies, in hundredths. */
  meanHundredths() {
    return Math.round((this.columns.frequency.reduce((a, b) => a + b, 0) / this.ids.length) * 10);
  }
}

/** The JSON form of a frame: digits by hand, so that nothing of it passes through the client's arithmetic. */
export function swarmUpdate({ seq, time_us, target, spheres, ids, sphereOf, columns, components }) {
  const agents = Array.from(ids, (id, i) => {
    const number = ({ name, decimals, offset }) => `"${name}":${digits(columns[name][i] + offset, decimals)}`;
    const numbers = components.map(number);
    return `{"id":${id},"sphere":${JSON.stringify(spheres[sphereOf[i]])},${numbers.join(',')}}`;
  });
  const timestamp = `${new Date(time_us / 1000).toISOString().slice(0, 19)}Z`;
  return (
    `{"type":"swarm_update","timestamp":"${timestamp}","frequency":${target},"agent_count":${ids.length},` +
    `"seq":${seq},"time_us":${time_us},"agents":[${agents.join(',')}]}`
  );
}

function digits(integer, decimals) {
  const text = String(Math.abs(integer)).padStart(decimals + 1, '0');
  const sign = integer < 0 ? '-' : '';
  return decimals === 0 ? sign + text : `${sign}${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

function insideUnitSphere(random) {
  for (;;) {
    const p = [2 * random() - 1, 2 * random() - 1, 2 * random() - 1];
    if (Math.hypot(...p) <= 1) return p;
  }
}
