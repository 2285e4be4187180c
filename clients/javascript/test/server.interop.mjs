import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { EssaimClient, RequestError } from '../src/essaim.js';
import { next } from './support/next.js';

/** The client against a running server that streams the generator: ESSAIM_URL is its address. Else all is left out. */
const { ESSAIM_URL } = process.env;

describe('views of a server', { skip: ESSAIM_URL === undefined && 'ESSAIM_URL is not set', timeout: 240_000 }, () => {
  for (const encoding of ['sbe', 'json']) {
    const forms = encoding === 'sbe' ? ['delta', 'plain'] : ['json'];

    test(`are what the frames after the answer show, in ${encoding}`, async (t) => {
      const client = viewer(t, { encoding, fps: 30 });
      client.connect();
      const { form } = await next(client, 'connected');
      assert.ok(forms.includes(form));
      await next(client, 'frame', ({ agentCount }) => agentCount > 7);
      const granted = await client.subscribe({ agents: '3, 1-2', spheres: ['social', 'health'] });
      assert.deepEqual({ ...granted, fps: 0, stride: 0 }, {
        fps: 0,
        stride: 0,
        form,
        agents: '1-3',
        spheres: ['health', 'social'],
      });
      const seen = await next(client, 'frame', namesOf);
      assert.deepEqual(seen, [
        [1, 'social'],
        [3, 'health'],
      ]);
      assert.equal(client.stats.discarded, 0, 'no frame came before its roster');
    });

    test(`are asked for in the address too, and again after a lost connection, in ${encoding}`, async (t) => {
      const client = viewer(t, { encoding, agents: '0-9', spheres: ['work', 'learning'], minReconnectDelay: 20 });
      client.connect();
      assert.deepEqual(await next(client, 'frame', idsOf), [2, 5, 9]);
      await client.subscribe({ agents: '0-3', form: forms.at(-1) });
      assert.deepEqual(await next(client, 'frame', idsOf), [0, 1, 2, 3]);
      const again = next(client, 'connected');
      client.disconnect();
      client.connect();
      await again;
      assert.deepEqual(await next(client, 'frame', idsOf), [0, 1, 2, 3]);
    });

    test(`follow a box that is dragged, in ${encoding}`, async (t) => {
      const client = viewer(t, { encoding });
      client.connect();
      await next(client, 'frame', ({ agentCount }) => agentCount > 7);
      const answers = [];
      for (let i = 1; i <= 120; i++) {
        answers.push(client.subscribe({ box: [-2 + i / 100, -2, -2, 2, 2, 2] }));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const granted = await Promise.all(answers);
      assert.equal(granted.at(-1).box[0], -0.8);
      // One that is inside leaves only when it is well outside.
      const slack = 2.8 / 50 + 1e-9;
      for (let i = 0; i < 10; i++) {
        await next(client, 'frame', ({ agentCount, x }) => {
          assert.ok(x.slice(0, agentCount).every((value) => value >= -0.8 - slack));
          return true;
        });
      }
    });

    test(`that a connection cannot have are refused, in ${encoding}`, async (t) => {
      const client = viewer(t, { encoding });
      client.connect();
      await next(client, 'frame', ({ agentCount }) => agentCount > 7);
      await assert.rejects(
        client.subscribe({ agents: '1', form: encoding === 'sbe' ? 'json' : 'delta' }),
        (error) => error instanceof RequestError && error.code === 1001 && /^form (json|delta) /.test(error.message),
      );
      await next(client, 'frame', ({ agentCount }) => agentCount > 7);
    });
  }

  test('take any label', async (t) => {
    const client = viewer(t, { spheres: ['no one’s, & 100 % 集団'] });
    client.connect();
    assert.equal((await next(client, 'frame', (frame) => [frame.agentCount]))[0], 0);
  });
});

function viewer(t, options) {
  const client = new EssaimClient(new URL('ws/swarm', ESSAIM_URL), { WebSocket, ...options });
  t.after(() => client.disconnect());
  return client;
}

const idsOf = ({ ids }) => [...ids];
const namesOf = ({ ids, spheres, sphereOf }) => Array.from(ids, (id, i) => [id, spheres[sphereOf[i]]]);
