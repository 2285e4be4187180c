import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { EssaimClient, EssaimPublisher, PublishResult } from '../src/essaim.js';
import { next } from './support/next.js';

/**
 * The publisher against a running server: ESSAIM_INGEST_URL is its address, ESSAIM_INGEST_TOKEN its --ingest-token. Else
 * all is left out. The server streams what is published in one test after the other.
 */
const { ESSAIM_INGEST_URL, ESSAIM_INGEST_TOKEN } = process.env;
const skip = ESSAIM_INGEST_URL === undefined && 'ESSAIM_INGEST_URL is not set';

describe('a server', { skip, timeout: 240_000 }, () => {
  for (const encoding of ['sbe', 'json']) {
    test(`streams what is published in ${encoding}, from the first state to the last`, async (t) => {
      const viewers = ['sbe', 'json'].map((form) => viewer(t, form));
      await Promise.all(viewers.map((client) => next(client, 'frame', () => true)));
      const { publisher, greeting } = await publishing(t, encoding);
      const state = {
        ids: [7, 4_294_967_295, 3],
        spheres: ['work', 'santé, 集団', 'work'],
        x: Float32Array.of(0.5, -0.25, 3),
        y: [0.00005, -0.00005, 0],
        z: [1.00004, 1.00006, -1],
        frequency: [987.34, 987.36, 999],
      };
      const began = viewers.map((client) => next(client, 'stream_changed'));
      const shown = viewers.map((client) => next(client, 'frame', (frame) => frame.agentCount === 3 && seen(frame)));
      assert.equal(publisher.publish(state), PublishResult.SENT);
      for (const change of await Promise.all(began)) {
        assert.equal(change.reason, `producer ${greeting.client_id} took over`);
      }
      for (const agents of await Promise.all(shown)) {
        assert.deepEqual(agents, [
          [7, 'work', 0.5, 0.0001, 1, 987.3],
          [4_294_967_295, 'santé, 集団', -0.25, -0.0001, 1.0001, 987.4],
          [3, 'work', 3, 0, -1, 999],
        ]);
      }

      const others = viewers.map((client) => next(client, 'frame', (frame) => frame.agentCount === 1 && seen(frame)));
      publisher.publish({ ids: Uint32Array.of(8), spheres: 'rest', x: [1], y: [2] });
      for (const agents of await Promise.all(others)) assert.deepEqual(agents, [[8, 'rest', 1, 2, 0, 999]]);

      const wide = viewers.map((client) => next(client, 'frame', (frame) => frame.x[0] === 1234.5 && seen(frame)));
      publisher.publish({ ids: [8], spheres: 'rest', x: [1234.5], y: [-99.9999] });
      for (const agents of await Promise.all(wide)) assert.deepEqual(agents, [[8, 'rest', 1234.5, -99.9999, 0, 999]]);

      const ended = viewers.map((client) => next(client, 'stream_changed', ({ reason }) => reason.endsWith('stopped') && reason));
      publisher.disconnect();
      for (const reason of await Promise.all(ended)) assert.equal(reason, `producer ${greeting.client_id} stopped`);
      assert.equal(publisher.stats.sent, 3);
    });

    test(`shows the newest of many states that are published in ${encoding}`, async (t) => {
      const client = viewer(t, encoding);
      const { publisher } = await publishing(t, encoding);
      const errors = [];
      publisher.on('error', (error) => errors.push(error));
      const agents = 2_000;
      const ids = Uint32Array.from({ length: agents }, (_, i) => agents - i);
      const shown = next(client, 'frame', ({ agentCount, x }) => agentCount === agents && x[agents - 1] === 0.2 && [...x]);
      for (let i = 1; i <= 100; i++) {
        publisher.publish({ ids, spheres: 'all', x: new Float64Array(agents).fill(i / 500), y: new Float64Array(agents) });
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      assert.ok((await shown).slice(0, agents).every((x) => x === 0.2), 'no frame is of two states');
      assert.deepEqual(errors, []);
      const { sent, replaced } = publisher.stats;
      assert.equal(sent + replaced, 100);
      publisher.disconnect();
    });
  }

  test('streams a frame of a client that is published as it is', async (t) => {
    const client = viewer(t, 'sbe');
    const { publisher } = await publishing(t, 'sbe');
    const began = next(client, 'frame', ({ ids }) => ids[0] === 11);
    publisher.publish({ ids: [11, 12], spheres: ['a', 'b'], x: [1, 2], y: [3, 4] });
    await began;
    const off = client.on('frame', (frame) => {
      off();
      publisher.publish({ ...frame, agentCount: 1, x: frame.x.map((x) => x + 1) });
    });
    assert.deepEqual(await next(client, 'frame', (frame) => frame.agentCount === 1 && seen(frame)), [[11, 'a', 2, 3, 0, 999]]);
    publisher.disconnect();
  });

  test('takes one producer at a time, and the next when that has gone', async (t) => {
    const first = await publishing(t, 'sbe');
    const client = viewer(t, 'json');
    const state = (x) => ({ ids: [1], spheres: 'all', x: [x], y: [0] });
    const led = next(client, 'frame', ({ x, agentCount }) => agentCount === 1 && x[0] === 0.1);
    first.publisher.publish(state(0.1));
    await led;
    const second = await publishing(t, 'json');
    const closed = next(second.publisher, 'close');
    second.publisher.publish(state(0.2));
    const { code, reason, reconnects } = await closed;
    assert.deepEqual([code, reason, reconnects], [1013, `Another producer is streaming: ${first.greeting.client_id}`, true]);
    second.publisher.on('connected', () => second.publisher.publish(state(0.2)));
    const taken = next(client, 'frame', ({ x }) => x[0] === 0.2);
    first.publisher.disconnect();
    await taken;
    second.publisher.disconnect();
  });

  test('refuses a producer without its token', { skip: ESSAIM_INGEST_TOKEN === undefined && 'no token' }, async (t) => {
    const publisher = new EssaimPublisher(address(), { WebSocket, token: 'another' });
    t.after(() => publisher.disconnect());
    const closed = next(publisher, 'close');
    publisher.connect();
    assert.match((await closed).reason, /40[13]/);
  });
});

function address() {
  return new URL('ws/ingest', ESSAIM_INGEST_URL);
}

/** By agent: id, label, x, y, z, frequency; undefined while there are none. */
function seen({ agentCount, ids, spheres, sphereOf, x, y, z, frequency }) {
  if (agentCount === 0) return undefined;
  return Array.from(ids, (id, i) => [id, spheres[sphereOf[i]], x[i], y[i], z[i], frequency[i]]);
}

function viewer(t, encoding) {
  const client = new EssaimClient(new URL('ws/swarm', ESSAIM_INGEST_URL), { WebSocket, encoding });
  t.after(() => client.disconnect());
  client.connect();
  return client;
}

/** A publisher that the server greeted. */
async function publishing(t, encoding) {
  const publisher = new EssaimPublisher(address(), { WebSocket, encoding, token: ESSAIM_INGEST_TOKEN });
  t.after(() => publisher.disconnect());
  const greeted = next(publisher, 'connected');
  publisher.connect();
  return { publisher, greeting: await greeted };
}
