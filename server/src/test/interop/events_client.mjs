/*
 * Checks the events of a running Essaim with Node's ws: REQUIREMENTS B1 to B3, C1 to C4, D1 to D3, D5, E1 to E3.
 *
 * Usage: node events_client.mjs http://HOST:PORT/ of a server with defaults but room-windows=windowed=30s/3. Publishes over a
 * socket, so it has to run on the server's machine. Prints one line of JSON with what was seen, or ends with 1 and says what is
 * not as documented. ws itself is the one that our client is tested with.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(new URL('../../../../clients/javascript/package.json', import.meta.url));
const { WebSocket } = require('ws');

const PATIENCE_MILLIS = 10_000;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const url = new URL(process.argv[2]);

/** A connection whose messages are read one by one. */
class Client {
  constructor(path, query = {}) {
    this.socket = new WebSocket(`ws://${url.host}${path}?${new URLSearchParams(query)}`);
    this.messages = [];
    this.socket.on('message', (data, binary) => {
      assert.equal(binary, false);
      this.messages.push(JSON.parse(data));
      this.socket.emit('read');
    });
  }

  async read() {
    while (this.messages.length === 0) {
      const waiting = new AbortController();
      await Promise.race([
        once(this.socket, 'read', { signal: waiting.signal }),
        sleep(PATIENCE_MILLIS, undefined, { signal: waiting.signal }).then(() => assert.fail('nothing came')),
      ]);
      waiting.abort();
    }
    return this.messages.shift();
  }

  async has(expected) {
    const message = await this.read();
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(message[name], value, `${name} of ${JSON.stringify(message)}`);
    }
    return message;
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  /** Resolves when what was asked for with the URL is granted: requests are answered in turn. */
  async settle() {
    this.send({ type: 'leave', id: 'settle', room: 'nowhere' });
    const answer = await this.has({ type: 'subscribed' });
    assert.equal((answer.data ?? answer).id, 'settle');
  }

  async close() {
    this.socket.close();
    await once(this.socket, 'close');
  }
}

const publisher = new Client('/ws/events', { rooms: 'publishers' });
await publisher.has({ type: 'connected' });
await publisher.has({ type: 'subscribed', rooms: ['publishers'] });

async function publish(event) {
  publisher.send({ type: 'publish', id: 'p', event });
  return publisher.has({ type: 'published', id: 'p', duplicate: false });
}

async function checkDashboard() {
  const client = new Client('/ws/dashboard', { client_id: 'test-cli', rooms: 'd' });
  const greeting = await client.has({
    type: 'connection.established',
    data: { client_id: 'test-cli', message: 'Connected to Essaim' },
  });
  assert.match(greeting.timestamp, TIMESTAMP);
  await client.settle();
  client.send({ type: 'ping' });
  assert.match((await client.has({ type: 'pong' })).timestamp, TIMESTAMP);
  const ids = { source_agent_id: 1, circle_id: null, project_id: null };
  await publish({ type: 'agent.started', room: 'd', data: { name: 'é' }, source_agent_id: 1 });
  const event = await client.has({ type: 'agent.started', data: { name: 'é' }, ...ids, room: 'd' });
  assert.match(event.event_id, /^evt_/);
  assert.match(event.timestamp, TIMESTAMP);
  client.send({ type: 'nonsense' });
  assert.equal((await client.has({ type: 'error' })).data.code, 1001);
  await client.close();
}

async function checkFilters() {
  const circle = new Client('/ws/dashboard', { rooms: 'f', circle_id: 1 });
  const filter = JSON.stringify({ 'data.n': [1, 3] });
  const types = new Client('/ws/dashboard', { rooms: 'f', types: 'task.*,agent.*.done', filter });
  for (const client of [circle, types]) {
    await client.has({ type: 'connection.established' });
    await client.settle();
  }
  const published = [['agent.started', 1], ['task.queued', 2], ['task.queued', 1], ['agent.job.done', 3]];
  for (const [n, [type, circle_id]] of published.entries()) {
    await publish({ type, room: 'f', circle_id, data: { n } });
  }
  for (const [client, ...numbers] of [[circle, 0, 2], [types, 1, 3]]) {
    for (const n of numbers) {
      await client.has({ data: { n } });
    }
    await client.close();
  }
}

async function checkSimulation() {
  const client = new Client('/ws/simulation', { rooms: 'windowed' });
  await once(client.socket, 'open');
  await client.settle();
  const state = { character_id: 'c1', new_state: 'working', location: 'market' };
  await publish({ type: 'state_change', room: 'windowed', data: state, timestamp: '2025-01-16T12:00:00.123Z' });
  await publish({ type: 'agent.started', room: 'windowed', data: { n: 1 } });
  await publish({ type: 'character_update', room: 'windowed', data: { n: 2 } });
  const batch = await client.has({ type: 'batch' });
  const [change, notification, update] = batch.data;
  assert.equal(typeof batch.timestamp, 'number');
  assert.equal(change.type, 'state_change');
  assert.equal(change.timestamp, 1737028800.123);
  assert.deepEqual(change.data, { ...state, timestamp: 1737028800.123 });
  assert.equal(notification.type, 'event_notification');
  const told = { event_type: 'agent.started', data: { n: 1 }, timestamp: notification.timestamp };
  assert.deepEqual(notification.data, told);
  assert.equal(update.type, 'character_update');
  client.socket.send('{');
  assert.equal((await client.has({ type: 'error' })).data.code, 1001);
  client.send({ type: 'ping' });
  await client.has({ type: 'pong' });
  await client.close();
}

async function checkObservers() {
  const client = new Client('/ws/events', { profile: 'seneca', client_id: 'marcus' });
  const greeting = { type: 'connection_established', client_id: 'marcus', rooms: ['general', 'observers'] };
  assert.match((await client.has(greeting)).server_time, TIMESTAMP);
  await client.has({ type: 'snapshot' });
  for (const [status, animation] of [['active', 'pulse'], ['idle', 'fade']]) {
    const data = { agent_id: 7, old_status: 'busy', new_status: status };
    await publish({ type: 'agent.status_changed', data });
    await client.has({ type: 'agent_status_change', ...data, animation });
  }
  await publish({ type: 'project.created', data: { project_id: 3, status: 'new' } });
  const project = { project_id: 3, status: 'new', change_type: 'created' };
  await client.has({ type: 'project_update', data: project });
  await publish({ type: 'system.alert', data: { severity: 'high', message: 'disk' } });
  await client.has({ type: 'health_update', data: { severity: 'high', message: 'disk' } });
  await publish({ type: 'order.placed', data: { n: 1 } });
  await client.has({ type: 'generic_update', data: { event_type: 'order.placed', data: { n: 1 } } });
  await client.close();
}

async function checkResume() {
  const first = new Client('/ws/events', { rooms: 'r' });
  await first.has({ type: 'connected' });
  await first.has({ type: 'subscribed', rooms: ['r'] });
  await publish({ type: 'a.low', room: 'r', priority: 'low' });
  await publish({ type: 'a.critical', room: 'r', priority: 'critical' });
  await first.has({ type: 'a.low' });
  const { cursor } = await first.has({ type: 'a.critical' });
  await first.close();
  for (let n = 0; n < 100; n++) {
    await publish({ type: 'a.b', room: 'r', data: { n } });
  }
  const second = new Client('/ws/events', { rooms: 'nowhere' });
  await second.has({ type: 'connected' });
  await second.has({ type: 'subscribed' });
  second.send({ type: 'subscribe', id: '1', rooms: ['r'], since: cursor });
  await second.has({ type: 'subscribed', id: '1', rooms: ['r'], recovered: true, unrecovered: [] });
  for (let n = 0; n < 100; n++) {
    await second.has({ type: 'a.b', data: { n } });
  }
  await second.close();
}

const checks = [checkDashboard, checkFilters, checkSimulation, checkObservers, checkResume];
for (const check of checks) {
  await check();
}
await publisher.close();
console.log(JSON.stringify({ client: 'ws', version: require('ws/package.json').version, checks: checks.length }));
