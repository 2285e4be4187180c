import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { EssaimClient } from '../src/essaim.js';
import { DevServer } from './support/dev-server.js';

async function serving(t, options) {
  const server = new DevServer({ agents: 50, ...options });
  const url = await server.start();
  t.after(() => server.stop());
  return { server, url: (path) => url.replace('http', 'ws') + path };
}

/** The event as a promise; it fails rather than hang. */
function next(client, event, accept = () => true) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} in time`)), 10_000);
    const off = client.on(event, (value) => {
      if (!accept(value)) return;
      clearTimeout(timer);
      off();
      resolve(value);
    });
  });
}

for (const encoding of ['sbe', 'json']) {
  test(`streams over a real socket in ${encoding}`, { timeout: 30_000 }, async (t) => {
    const { server, url } = await serving(t);
    const client = new EssaimClient(url('ws/swarm'), { encoding, WebSocket, minReconnectDelay: 20, fps: 30 });
    t.after(() => client.disconnect());
    // Both at once: they may arrive in one packet.
    const joined = Promise.all([next(client, 'connected'), next(client, 'roster')]);
    client.connect();
    const [greeting, roster] = await joined;
    assert.equal(greeting.stride, 2);
    assert.equal(roster.agentCount, 50);
    await next(client, 'frame', (frame) => frame.sequence % 2 === 0 && frame.agentCount === 50);
    assert.deepEqual(await client.subscribe({ fps: 20 }), {
      fps: 20,
      stride: 3,
      form: encoding === 'sbe' ? 'plain' : 'json',
    });
    await next(client, 'pong');
    for (let i = 0; i < 30; i++) await next(client, 'frame');
    const { fps, ageMs, frames, bytesPerSecond } = client.snapshot();
    assert.ok(frames >= 30 && fps > 5 && bytesPerSecond > 0);
    assert.ok(ageMs.p50 > -50 && ageMs.p50 < 2000, `age ${ageMs.p50} ms`);

    server.closeAll(1012, 'restart retry_after_ms=30');
    const closed = await next(client, 'close');
    assert.deepEqual(closed, { code: 1012, reason: 'restart retry_after_ms=30', reconnects: true, retryInMs: 30 });
    assert.equal((await next(client, 'connected')).stride, 3, 'the view that was granted is asked for again');
    await next(client, 'frame');
    assert.equal(client.stats.reconnects, 1);
  });

  test(`tells the server what it saw, and is told of its rate, in ${encoding}`, { timeout: 30_000 }, async (t) => {
    const { server, url } = await serving(t);
    const client = new EssaimClient(url('ws/swarm'), { encoding, WebSocket, statsIntervalMs: 100 });
    t.after(() => client.disconnect());
    client.connect();
    const withAges = () => server.reports.find(({ age_ms }) => age_ms !== undefined);
    while (withAges() === undefined) await next(client, 'frame');
    const { skipped, age_ms, fps } = withAges();
    assert.ok(Number.isInteger(skipped) && age_ms.p50 <= age_ms.p99 && fps > 0, JSON.stringify(withAges()));
    const told = next(client, 'tier');
    server.changeTier(4, 'slow_client');
    const { seq, ...tier } = await told;
    assert.deepEqual(tier, { type: 'tier', fps: 15, stride: 4, reason: 'slow_client' });
    const before = client.stats.skipped;
    for (let i = 0; i < 5; i++) await next(client, 'frame', ({ sequence }) => sequence >= seq && sequence % 4 === 0);
    assert.equal(client.stats.skipped, before, 'frames that are not due are not missed');
  });

  test(`follows the frequency in ${encoding}`, { timeout: 30_000 }, async (t) => {
    const { url } = await serving(t);
    const client = new EssaimClient(url('ws/frequency'), { encoding, WebSocket });
    t.after(() => client.disconnect());
    client.connect();
    const update = await next(client, 'frequency_update');
    assert.equal(update.target, 999);
    assert.equal(update.harmony, Math.abs(update.frequency - 999) <= 10);
  });
}

test('both encodings show the same swarm at the same tick', { timeout: 30_000 }, async (t) => {
  const { url } = await serving(t, { scale: 1000 });
  const seen = { sbe: new Map(), json: new Map() };
  const clients = ['sbe', 'json'].map((encoding) => {
    const client = new EssaimClient(url('ws/swarm'), { encoding, WebSocket });
    client.on('frame', ({ sequence, x, y, z, frequency, grid }) => {
      seen[encoding].set(sequence, [x, y, z, frequency, grid.x, grid.frequency].map((column) => column.slice()));
    });
    client.connect();
    t.after(() => client.disconnect());
    return client;
  });
  const common = () => [...seen.sbe.keys()].filter((sequence) => seen.json.has(sequence));
  while (common().length < 20) await next(clients[0], 'frame');
  for (const sequence of common()) assert.deepEqual(seen.sbe.get(sequence), seen.json.get(sequence));
});

test('a server that is not there is a connect_error, then another attempt', { timeout: 30_000 }, async (t) => {
  const { server, url } = await serving(t);
  const address = url('ws/swarm');
  await server.stop();
  const client = new EssaimClient(address, { WebSocket, minReconnectDelay: 5, maxReconnectAttempts: 1 });
  t.after(() => client.disconnect());
  const states = [];
  client.on('state', (state) => states.push(state));
  client.connect();
  await next(client, 'state', (state) => state === 'reconnect_failed');
  assert.deepEqual(states, ['connecting', 'connect_error', 'connecting', 'reconnect_failed']);
});

test('an attempt can be given up while it is under way', { timeout: 30_000 }, async (t) => {
  const { server, url } = await serving(t);
  const client = new EssaimClient(url('ws/swarm'), { WebSocket });
  client.connect();
  client.disconnect();
  const other = new WebSocket(url('ws/swarm'), 'essaim.v1.sbe');
  await once(other, 'open');
  other.terminate();
  assert.equal(client.state, 'disconnected');
  assert.ok(server.connections <= 1);
});
