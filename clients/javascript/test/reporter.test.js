import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EssaimClient } from '../src/essaim.js';
import { ManualClock, scriptedWebSocket } from './support/fakes.js';
import { MessageWriter } from './support/message-writer.js';
import { CONNECTED, FRAME, ROSTER, STREAM } from './support/messages.js';
import { swarmUpdate } from './support/swarm.js';

const AHEAD_MS = 3_600_000;

/** A client that joined a stream of a scripted socket, and whose pings are answered when told. */
function joined(options = {}) {
  const clock = new ManualClock();
  const WebSocket = scriptedWebSocket();
  const client = new EssaimClient('ws://host/ws/swarm', { encoding: 'json', WebSocket, clock, ...options });
  const reports = () =>
    WebSocket.newest.sent
      .filter((data) => typeof data === 'string')
      .map((text) => JSON.parse(text))
      .filter(({ type }) => type === 'stats');
  const answer = () =>
    WebSocket.newest.say({ type: 'pong', t: clock.nowMs, time_us: (clock.nowMs + AHEAD_MS) * 1000, timestamp: '' });
  const frame = (seq, ageMs) => {
    const time_us = (clock.nowMs + AHEAD_MS - ageMs) * 1000;
    WebSocket.newest.say(swarmUpdate({ ...ROSTER, ...FRAME, seq, time_us, components: STREAM.components }));
  };
  client.connect();
  WebSocket.newest.open();
  WebSocket.newest.say(CONNECTED);
  return { client, clock, WebSocket, reports, answer, frame };
}

test('reports every five seconds what came, once it knows how the clocks differ', () => {
  const { clock, reports, answer, frame } = joined();
  frame(1, 4);
  clock.advance(5_000);
  assert.deepEqual(reports(), []);
  answer();
  frame(2, 4);
  frame(5, 9);
  clock.advance(4_999);
  assert.deepEqual(reports(), []);
  clock.advance(1);
  assert.deepEqual(reports(), [{ type: 'stats', skipped: 2, age_ms: { p50: 4, p99: 9 }, fps: 0.3 }]);
  clock.advance(5_000);
  assert.deepEqual(reports()[1], { type: 'stats', skipped: 0, fps: 0 });
});

test('reports in binary', () => {
  const writer = new MessageWriter();
  const { clock, WebSocket } = joinedInBinary(writer);
  WebSocket.newest.say(writer.pong({ t: clock.nowMs, time_us: clock.nowMs * 1000 }));
  WebSocket.newest.say(writer.frame({ ...FRAME, seq: 12, time_us: (clock.nowMs - 7) * 1000 }));
  WebSocket.newest.say(writer.frame({ ...FRAME, seq: 14, time_us: (clock.nowMs - 7) * 1000 }));
  clock.advance(5_000);
  const views = WebSocket.newest.sent.map((data) => new DataView(data));
  const [report] = views.filter((view) => view.getUint16(2, true) === 32);
  assert.deepEqual([8, 12, 16, 20].map((at) => report.getUint32(at, true)), [1, 7_000, 7_000, 40]);
});

function joinedInBinary(writer) {
  const clock = new ManualClock();
  const WebSocket = scriptedWebSocket();
  const client = new EssaimClient('ws://host/ws/swarm', { WebSocket, clock });
  client.connect();
  WebSocket.newest.open();
  WebSocket.newest.say(writer.connected(CONNECTED));
  WebSocket.newest.say(writer.roster(ROSTER));
  return { clock, WebSocket };
}

test('reports at another interval, or not at all', () => {
  const often = joined({ statsIntervalMs: 500 });
  often.answer();
  often.clock.advance(2_000);
  assert.equal(often.reports().length, 4);
  const never = joined({ statsIntervalMs: 0 });
  never.answer();
  never.clock.advance(60_000 - 1);
  assert.deepEqual(never.reports(), []);
  for (const statsIntervalMs of [-1, 99, 3_600_001, NaN, '5 s']) {
    assert.throws(() => joined({ statsIntervalMs }), /statsIntervalMs=.*, 0 or from 100 to 3600000/);
  }
});

test('reports to no one once disconnected, and anew on the next connection', () => {
  const { client, clock, WebSocket, reports, answer } = joined();
  answer();
  WebSocket.newest.drop();
  client.connect();
  WebSocket.newest.open();
  clock.advance(20_000);
  assert.deepEqual(reports(), [], 'a socket without a greeting streams nothing');
  WebSocket.newest.say(CONNECTED);
  clock.advance(5_000);
  assert.equal(reports().length, 1);
  client.disconnect();
  assert.equal(clock.timers, 0);
});

test('tells the rate it gets, and why', () => {
  const { client, WebSocket, frame } = joined();
  const tiers = [];
  client.on('tier', (tier) => tiers.push(tier));
  assert.deepEqual([client.stride, client.fps, client.tier], [1, 60, null]);
  frame(95, 1);
  const slower = { type: 'tier', seq: 100, fps: 15, stride: 4, reason: 'slow_client' };
  WebSocket.newest.say(slower);
  assert.deepEqual(tiers, [slower]);
  assert.deepEqual([client.stride, client.fps, client.tier], [4, 15, slower]);
  for (const seq of [100, 104, 112]) frame(seq, 1);
  assert.equal(client.stats.skipped, 4 + 1, '96 to 99 at the old rate, 108 at the new one');
  WebSocket.newest.say({ type: 'subscribed', id: '1', swarm: { fps: 30, stride: 2, form: 'json' } });
  assert.deepEqual([client.stride, client.fps, client.tier], [2, 30, null]);
  WebSocket.newest.say({ ...slower, stride: 6, fps: 10 });
  WebSocket.newest.say({ type: 'stream_changed', frequency: 1, agent_count: 1, stride: 2, time_us: 1, reason: '', stream: STREAM });
  assert.deepEqual([client.stride, client.fps, client.tier], [2, 30, null]);
});
