import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { EssaimClient, RequestError } from '../src/essaim.js';
import { next } from './support/next.js';
import { Proxy } from './support/proxy.js';
import { runSeed, seededRandom } from './support/random.js';

/** Events of a running server, at whose machine this may publish: ESSAIM_URL is its address. Else all is left out. */
const { ESSAIM_URL } = process.env;
const EXAMPLES = /^```js\n([^]*?)^```$/gm;
const WAIT_MS = 60_000;
const CUTS = 8;
const EVENTS_A_CUT = 50;

/** Rooms of this run, so that it may be run again. */
const RUN = Date.now().toString(36);
let rooms = 0;

describe('events of a server', { skip: ESSAIM_URL === undefined && 'ESSAIM_URL is not set', timeout: 240_000 }, () => {
  for (const encoding of ['sbe', 'json']) {
    test(`come to whom they concern, in ${encoding}`, async (t) => {
      const room = newRoom();
      const [one, other] = [client(t, { encoding }), client(t, { encoding })];
      const filter = { circle_id: 1, 'data.status': ['a', 'b'] };
      const granted = await one.subscribe({ rooms: [room], types: ['agent.*'], filter });
      assert.deepEqual([granted.rooms, granted.types, granted.filter.circle_id], [[room], ['agent.*'], 1]);
      await other.subscribe({ rooms: [room], presence: true });
      const [chosen, all] = [gathered(one), gathered(other)];
      for (const [type, circle_id, status] of [
        ['agent.started', 1, 'a'],
        ['agent.started', 2, 'a'],
        ['agent.started', 1, 'c'],
        ['task.queued', 1, 'b'],
        ['agent.stopped', 1, 'b'],
      ]) {
        await one.publish({ type, circle_id, data: { status }, room });
      }
      await all.until(5);
      await chosen.until(2);
      assert.deepEqual(all.events.map(({ type }) => type).sort(), [
        'agent.started',
        'agent.started',
        'agent.started',
        'agent.stopped',
        'task.queued',
      ]);
      const [first, last] = chosen.events;
      assert.deepEqual([first.type, first.data, last.type], ['agent.started', { status: 'a' }, 'agent.stopped']);
      assert.deepEqual([first.room, first.priority, first.circle_id, first.project_id], [room, 'normal', 1, null]);
      const joined = await one.join(`${room}.more`);
      assert.deepEqual(joined.rooms, [room, `${room}.more`]);
      assert.deepEqual((await one.leave(room)).rooms, [`${room}.more`]);
    });

    test(`are the same event when their id is repeated, and refused by name, in ${encoding}`, async (t) => {
      const publisher = client(t, { encoding });
      const event = { type: 'agent.started', room: newRoom(), event_id: `repeated-${encoding}-${RUN}` };
      const first = await publisher.publish(event);
      assert.deepEqual(await publisher.publish(event), { ...first, duplicate: true });
      assert.equal(first.eventId, event.event_id);
      await assert.rejects(
        publisher.publish({ type: 'published' }),
        (error) => error instanceof RequestError && error.code === 1001 && /type "published"/.test(error.message),
      );
    });

    test(`come once each and in order though the connection is cut again and again, in ${encoding}`, async (t) => {
      const seed = runSeed();
      console.log(`seed ${seed}`);
      const random = seededRandom(seed);
      const room = newRoom();
      const proxy = await Proxy.to(ESSAIM_URL);
      t.after(() => proxy.close());
      const publisher = client(t, { encoding });
      const reader = client(t, { encoding, minReconnectDelay: 20, maxReconnectDelay: 100 }, proxy.url);
      await reader.subscribe({ rooms: [room] });
      const got = gathered(reader);
      let published = 0;
      for (let cut = 0; cut < CUTS; cut++) {
        for (let i = 0; i < EVENTS_A_CUT; i++) {
          // Critical ones leave at once, in the midst of the others' window.
          const priority = random() < 0.1 ? 'critical' : 'normal';
          await publisher.publish({ type: 'agent.counted', data: { n: published++ }, room, priority });
          if (i === Math.floor(random() * EVENTS_A_CUT)) proxy.cut();
        }
        proxy.cut();
      }
      await got.until(published);
      assert.deepEqual(got.events.map(({ data }) => data.n), Array.from({ length: published }, (_, n) => n));
      assert.ok(reader.stats.reconnects > 0);
      assert.deepEqual(got.lost, []);
    });
  }

  test('that were published while there was no connection come once each, in order', async (t) => {
    const room = newRoom();
    const proxy = await Proxy.to(ESSAIM_URL);
    t.after(() => proxy.close());
    const reader = client(t);
    await reader.subscribe({ rooms: [room] });
    const got = gathered(reader);
    const publisher = client(t, { minReconnectDelay: 20, maxReconnectDelay: 100 }, proxy.url);
    await next(publisher, 'connected');
    const receipts = [];
    for (let n = 0; n < 200; n++) {
      if (n % 50 === 25) proxy.cut();
      receipts.push(publisher.publish({ type: 'agent.counted', data: { n }, room }));
      if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const offsets = (await Promise.all(receipts)).map(({ offset }) => offset);
    assert.deepEqual(offsets, [...offsets].sort((a, b) => a - b));
    await got.until(200);
    assert.deepEqual(got.events.map(({ data }) => data.n), Array.from({ length: 200 }, (_, n) => n));
  });

  test('are polled for where no WebSocket can be had, and none is missed on the way there and back', async (t) => {
    const room = newRoom();
    const proxy = await Proxy.to(ESSAIM_URL);
    t.after(() => proxy.close());
    const publisher = client(t);
    const options = { minReconnectDelay: 10, maxReconnectDelay: 20, fallbackAfter: 2, fallbackRetryMs: 200 };
    const reader = client(t, options, proxy.url);
    await reader.subscribe({ rooms: [room] });
    const got = gathered(reader);
    let n = 0;
    const publish = async (count) => {
      for (let i = 0; i < count; i++) await publisher.publish({ type: 'agent.counted', data: { n: n++ }, room });
    };
    await publish(20);
    proxy.refusesUpgrades = true;
    proxy.cut();
    const polling = next(reader, 'state', (state) => state === 'polling');
    await publish(20);
    await polling;
    await publish(20);
    await got.until(60);
    // One that the poller itself publishes.
    const receipt = await reader.publish({ type: 'agent.counted', data: { n: n++ }, room });
    assert.equal(receipt.duplicate, false);
    await publish(20);
    proxy.cut();
    await publish(20);
    const back = next(reader, 'state', (state) => state === 'connected');
    proxy.refusesUpgrades = false;
    await publish(20);
    await back;
    await publish(20);
    await got.until(n);
    assert.deepEqual(got.events.map(({ data }) => data.n), Array.from({ length: n }, (_, i) => i));
    assert.deepEqual(got.lost, []);
    assert.equal(reader.state, 'connected');
  });

  test('and frames come on one connection', async (t) => {
    const room = newRoom();
    const both = client(t, {}, ESSAIM_URL, 'ws/swarm');
    const granted = await both.subscribe({ rooms: [room], agents: '1-3', frequency: true });
    assert.deepEqual([granted.rooms, granted.agents, granted.frequency], [[room], '1-3', true]);
    const frame = next(both, 'frame', ({ ids }) => [...ids]);
    const [event, frequency] = [next(both, 'event'), next(both, 'frequency_update')];
    await both.publish({ type: 'agent.started', room, source_agent_id: 2 });
    assert.equal((await event).source_agent_id, 2);
    assert.deepEqual(await frame, [1, 2, 3]);
    assert.equal((await frequency).target, 999);
  });

  test('and frames come on one connection that began with events, though it is cut', async (t) => {
    const proxy = await Proxy.to(ESSAIM_URL);
    t.after(() => proxy.close());
    const both = client(t, { minReconnectDelay: 20 }, proxy.url);
    await both.subscribe({ agents: '1-3', rooms: [newRoom()] });
    await next(both, 'frame', ({ agentCount }) => agentCount === 3);
    const again = next(both, 'connected');
    proxy.cut();
    await again;
    await next(both, 'frame', ({ agentCount }) => agentCount === 3);
  });

  test('are in the example of the README, as it stands', async (t) => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const [, code] = [...readme.matchAll(EXAMPLES)].find(([, text]) => text.includes('client.publish('));
    const example = code.replaceAll('ws://localhost:8001/', ESSAIM_URL.replace(/^http/, 'ws'));
    const preload = new URL('support/global-websocket.js', import.meta.url).href;
    const cwd = new URL('..', import.meta.url);
    const program = spawn(process.execPath, ['--import', preload, '--input-type=module', '-e', example], { cwd });
    t.after(() => program.kill());
    let [printed, failed] = ['', ''];
    program.stdout.on('data', (data) => (printed += data));
    program.stderr.on('data', (data) => (failed += data));
    const untilMs = Date.now() + WAIT_MS;
    while (!/^published as \d+$/m.test(printed) || !/^general \d+ agent\.started/m.test(printed)) {
      assert.ok(Date.now() < untilMs && program.exitCode === null, printed + failed);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

  test('after a cursor of another day are told, or that they are no more', async (t) => {
    const room = newRoom();
    const publisher = client(t);
    const before = await publisher.subscribe({ rooms: [room] });
    await publisher.publish({ type: 'agent.started', room });
    const later = client(t);
    const event = next(later, 'event');
    const granted = await later.subscribe({ rooms: [room], since: before.cursor });
    assert.deepEqual([granted.recovered, granted.unrecovered], [true, []]);
    assert.equal((await event).room, room);
    await assert.rejects(client(t).subscribe({ rooms: [room], since: '*' }), RequestError);
  });
});

function newRoom() {
  return `js.${RUN}.${++rooms}`;
}

/** A client of the server, or of what stands before it. */
function client(t, options = {}, url = ESSAIM_URL, path = 'ws/events') {
  const made = new EssaimClient(new URL(path, url), { WebSocket, statsIntervalMs: 0, ...options });
  t.after(() => made.disconnect());
  made.connect();
  return made;
}

/** What comes from now on. */
function gathered(from) {
  const events = [];
  const lost = [];
  from.on('event', (event) => events.push(event));
  for (const name of ['gap', 'unrecovered', 'error']) from.on(name, (value) => lost.push({ name, value }));
  const until = async (count) => {
    const untilMs = Date.now() + WAIT_MS;
    while (events.length < count) {
      assert.ok(Date.now() < untilMs, `${events.length} of ${count} events, lost: ${JSON.stringify(lost)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // One too many would come soon.
    await new Promise((resolve) => setTimeout(resolve, 100));
  };
  return { events, lost, until };
}
