import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { EssaimClient, EssaimPublisher } from '../src/essaim.js';
import { next } from './support/next.js';
import { seededRandom } from './support/random.js';
import { Reference } from './support/reference.js';

/**
 * The form delta of a running server against its JSON, tick by tick: ESSAIM_DELTA_URL is its address, of one with
 * --source=ingest, best with --fps=240 and a small --send-buffer; ESSAIM_INGEST_TOKEN its --ingest-token. Else all is left out.
 */
const { ESSAIM_DELTA_URL, ESSAIM_INGEST_TOKEN } = process.env;
const skip = ESSAIM_DELTA_URL === undefined && 'ESSAIM_DELTA_URL is not set';

const FRAMES = 10_000;
const PUBLISH_INTERVAL_MS = 8;
const AGENTS = 100;
/** What the buffers between a server and a client that does not read commonly hold; the kernel lets them grow. */
const STALL_BYTES = 400_000;
const LABELS = ['work', 'santé, 集団', 'rest'];

describe('frames of the form delta', { skip, timeout: 120_000 }, () => {
  test('are those of JSON, whoever joins, stalls, changes the view, leaves or comes', async (t) => {
    const reference = new Reference();
    const errors = [];
    const publisher = await publishing(t);
    const swarm = new MovingSwarm();
    publisher.publish(swarm.step());
    const timer = setInterval(() => publisher.publish(swarm.step()), PUBLISH_INTERVAL_MS);
    t.after(() => clearInterval(timer));

    const json = new Viewer(t, { encoding: 'json' }, errors);
    await json.until(() => json.frames > 0);
    json.onFrame = (epoch, frame) => reference.tell(epoch, frame);
    const viewers = ['steady', 'staller', 'joiner', 'changer', 'batcher'].map((name) => {
      const viewer = new Viewer(t, { form: 'delta', ...(name === 'batcher' && { batch: 5 }), minReconnectDelay: 20 }, errors);
      viewer.onFrame = (epoch, frame) => reference.hold(epoch, frame, viewer.wants);
      return viewer;
    });
    const [steady, staller, joiner, changer, batcher] = viewers;
    await Promise.all(viewers.map((viewer) => viewer.until(() => viewer.frames > 100)));
    for (const { form } of viewers) assert.equal(form, 'delta');

    const views = [
      { agents: '0-29' },
      { form: 'delta', spheres: ['work'] },
      { form: 'plain', agents: '10-1000000' },
      { form: 'delta', agents: '5,7-40', spheres: ['rest', 'santé, 集団'] },
      { form: 'delta' },
    ];
    let stalls = 0;
    let stallBytes = STALL_BYTES;
    let stalledAt = staller.stall(steady);
    let skippedBefore = staller.client.stats.skipped;
    for (let round = 0; reference.compared < FRAMES || stalls < 2 || round < 2 * views.length; round++) {
      joiner.reconnect();
      await changer.subscribe(views[round % views.length]);
      await changer.until(() => changer.framesOfView > 50);
      await joiner.until(() => joiner.framesOfConnection > 50);
      if (steady.client.stats.bytes > stalledAt + stallBytes) {
        staller.goOn();
        await staller.until(() => staller.epoch === steady.epoch && staller.sequence > steady.sequence - 10);
        // Who did not fall behind had buffers that held it all, which is no stall yet.
        if (staller.client.stats.skipped > skippedBefore) {
          stalls++;
        } else {
          stallBytes *= 2;
        }
        skippedBefore = staller.client.stats.skipped;
        stalledAt = staller.stall(steady);
      }
      if (round === 6) swarm.widen();
    }
    staller.goOn();
    await steady.until(() => steady.valueBits === 32);

    const skipped = viewers.map(({ client }) => client.stats.skipped);
    console.log(
      `${reference.compared} frames compared, ${reference.without} of ticks that JSON skipped; skipped ${skipped}, ` +
        `${stalls} stalls, ${swarm.changes} changes of the roster, ${joiner.connections} joins`,
    );
    assert.deepEqual(errors, []);
    assert.ok(reference.compared >= FRAMES);
    assert.ok(batcher.frames > 1_000 && swarm.changes > 100 && joiner.connections > 5);
    for (const { client } of viewers) assert.equal(client.stats.malformed, 0);
  });
});

/** A client, and what it was told of its view. */
class Viewer {
  frames = 0;
  framesOfConnection = 0;
  framesOfView = 0;
  connections = 0;
  epoch = undefined;
  sequence = 0;
  valueBits = undefined;
  form = undefined;
  onFrame = () => {};
  #wanted = {};
  #socket = null;

  constructor(t, options, errors) {
    const viewer = this;
    class Socket extends WebSocket {
      constructor(...args) {
        super(...args);
        viewer.#socket = this;
      }
    }
    this.client = new EssaimClient(new URL('ws/swarm', ESSAIM_DELTA_URL), { WebSocket: Socket, statsIntervalMs: 0, ...options });
    t.after(() => this.client.disconnect());
    this.client.on('connected', ({ form, stream }) => {
      this.connections++;
      this.framesOfConnection = 0;
      this.form = form;
      this.#begins(stream);
    });
    this.client.on('stream_changed', ({ stream }) => this.#begins(stream));
    this.client.on('subscribed', ({ swarm }) => {
      this.#wanted = swarm;
      this.framesOfView = 0;
    });
    this.client.on('error', (error) => errors.push(error));
    this.client.on('frame', (frame) => {
      this.frames++;
      this.sequence = frame.sequence;
      this.framesOfConnection++;
      this.framesOfView++;
      try {
        this.onFrame(this.epoch, frame);
      } catch (error) {
        errors.push(error);
      }
    });
    this.client.connect();
  }

  /** By id and label, as the server granted it. */
  get wants() {
    const { agents, spheres } = this.#wanted;
    const ranges = agents?.split(',').map((range) => range.split('-').map(Number));
    return (id, label) =>
      (ranges === undefined || ranges.some(([first, last = first]) => id >= first && id <= last)) &&
      (spheres === undefined || spheres.includes(label));
  }

  subscribe(view) {
    return this.client.subscribe(view);
  }

  reconnect() {
    this.client.disconnect();
    this.framesOfConnection = 0;
    this.client.connect();
  }

  /** Reads no more; returns how many bytes another has been sent. */
  stall(other) {
    this.#socket.pause();
    return other.client.stats.bytes;
  }

  goOn() {
    this.#socket.resume();
  }

  until(condition) {
    return next(this.client, 'frame', condition);
  }

  #begins({ epoch, value_bits: valueBits }) {
    this.epoch = epoch;
    this.valueBits = valueBits;
  }
}

/** Agents that circle or jump about; each tenth step some leave and others come. */
class MovingSwarm {
  changes = 0;
  #random = seededRandom(20);
  #step = 0;
  #next = AGENTS;
  #ids = Array.from({ length: AGENTS }, (_, i) => i);
  #reach = 1;

  /** Values no longer fit 16 bits. */
  widen() {
    this.#reach = 40;
  }

  step() {
    const random = this.#random;
    if (++this.#step % 10 === 0) {
      this.changes++;
      for (let leaving = Math.floor(random() * 4); leaving > 0; leaving--) {
        this.#ids.splice(Math.floor(random() * this.#ids.length), 1);
      }
      while (this.#ids.length < AGENTS - 5 || random() < 0.5) this.#ids.push(this.#next++);
    }
    const ids = Uint32Array.from(this.#ids);
    const at = (id, phase) =>
      this.#reach * (id % 2 === 0 ? 2 * random() - 1 : Math.sin(phase + 0.01 * this.#step + 0.3 * id));
    return {
      ids,
      spheres: LABELS,
      sphereOf: ids.map((id) => id % LABELS.length),
      x: Float64Array.from(ids, (id) => at(id, 0)),
      y: Float64Array.from(ids, (id) => at(id, 1)),
      z: Float64Array.from(ids, (id) => at(id, 2)),
      frequency: Float64Array.from(ids, (id) => 999 + 10 * at(id, 3)),
    };
  }
}

async function publishing(t) {
  const publisher = new EssaimPublisher(new URL('ws/ingest', ESSAIM_DELTA_URL), { WebSocket, token: ESSAIM_INGEST_TOKEN });
  t.after(() => publisher.disconnect());
  const greeted = next(publisher, 'connected');
  publisher.connect();
  await greeted;
  return publisher;
}
