import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClockOffset } from '../src/clock-offset.js';
import { EssaimClient } from '../src/essaim.js';
import { SequenceGaps, Statistics } from '../src/statistics.js';
import { utf8Length } from '../src/utf8-length.js';
import { ManualClock, scriptedWebSocket } from './support/fakes.js';
import { CONNECTED, FRAME, ROSTER, STREAM } from './support/messages.js';
import { swarmUpdate } from './support/swarm.js';

function skipped(gaps, ...sequences) {
  return sequences.map((sequence) => gaps.skippedBefore(sequence));
}

test('gaps are counted by the stride, across the end of uint32', () => {
  const gaps = new SequenceGaps();
  gaps.reset(1);
  assert.deepEqual(skipped(gaps, 5, 6, 9, 0xffffffff - 1), [0, 0, 2, 0], 'half the circle back is no gap');
  gaps.reset(2);
  assert.deepEqual(skipped(gaps, 0xfffffffc, 0xfffffffe, 0, 6), [0, 0, 0, 2]);
});

test('a new epoch counts nothing against the old one', () => {
  const gaps = new SequenceGaps();
  gaps.reset(1);
  skipped(gaps, 1000);
  gaps.reset(1);
  assert.deepEqual(skipped(gaps, 5000, 5001), [0, 0]);
});

test('a change of stride is no gap', () => {
  const gaps = new SequenceGaps();
  gaps.reset(1);
  skipped(gaps, 11);
  gaps.stride(4);
  assert.deepEqual(skipped(gaps, 12, 16), [0, 0]);
  gaps.stride(1);
  assert.deepEqual(skipped(gaps, 19, 20, 22), [0, 0, 1]);
});

test('a repeated or late frame is no gap', () => {
  const gaps = new SequenceGaps();
  gaps.reset(1);
  assert.deepEqual(skipped(gaps, 10, 10, 9), [0, 0, 0]);
});

test('of several pings the shortest round trip is believed', () => {
  const offset = new ClockOffset();
  assert.ok(Number.isNaN(offset.ageMs(0, 0)));
  offset.pong(1000, 1100, 6_050_000 + 20_000);
  assert.equal(offset.offsetMs, 5020);
  offset.pong(2000, 2010, 7_005_000);
  assert.equal(offset.offsetMs, 5000);
  offset.pong(3000, 3500, 9_000_000);
  assert.equal(offset.offsetMs, 5000);
  assert.equal(offset.roundTripMs, 10);
  assert.equal(offset.ageMs(9_000_000, 4012), 12);
  offset.pong(5000, 4000, 0);
  assert.equal(offset.offsetMs, 5000, 'a pong from before its ping says nothing');
});

test('ages are percentiles of the window', () => {
  const statistics = new Statistics(new ClockOffset());
  statistics.begin(0);
  statistics.epoch(1);
  statistics.frame(0, 5000, 10, 0);
  for (let i = 1; i <= 100; i++) statistics.frame(i, i, 10, 12_000 + i);
  const { ageMs, frames, bytes } = statistics.snapshot(12_100);
  assert.deepEqual(ageMs, { last: 100, p50: 50, p99: 99, max: 100 });
  assert.equal(frames, 101);
  assert.equal(bytes, 1010);
});

test('rates are those of the last two seconds', () => {
  const statistics = new Statistics(new ClockOffset());
  statistics.begin(0);
  statistics.epoch(1);
  for (let i = 0; i < 300; i++) statistics.frame(i, 1, 1000, i * 20);
  const { fps, bytesPerSecond, skipped } = statistics.snapshot(299 * 20);
  assert.ok(Math.abs(fps - 50) <= 0.5, `${fps}`);
  assert.ok(Math.abs(bytesPerSecond - 50_000) <= 500);
  assert.equal(skipped, 0);
  assert.equal(statistics.snapshot(60_000).fps, 0);
});

test('a window that overflows keeps the newest', () => {
  const statistics = new Statistics(new ClockOffset());
  statistics.begin(0);
  for (let i = 0; i < 10_000; i++) statistics.frame(i, i, 1, 1);
  const { ageMs } = statistics.snapshot(1);
  assert.equal(ageMs.max, 9999);
  assert.equal(ageMs.p50, 9999 - 2048);
});

test('the client pings quickly, then every 30 s, and dates frames by the server', () => {
  const clock = new ManualClock();
  const WebSocket = scriptedWebSocket();
  const client = new EssaimClient('ws://host/ws/swarm', { encoding: 'json', WebSocket, clock });
  client.connect();
  const socket = WebSocket.newest;
  socket.open();
  clock.advance(60_000 - 1);
  const pings = socket.sent.map((text) => JSON.parse(text)).filter((message) => message.type === 'ping');
  assert.equal(pings.length, 5);
  socket.say(CONNECTED);
  socket.say({ type: 'pong', t: clock.nowMs - 10, time_us: (clock.nowMs - 5 + 3_600_000) * 1000, timestamp: '' });
  const time_us = (clock.nowMs + 3_600_000 - 25) * 1000;
  socket.say(swarmUpdate({ ...ROSTER, ...FRAME, time_us, components: STREAM.components }));
  const { ageMs, clockOffsetMs, roundTripMs } = client.snapshot();
  assert.equal(clockOffsetMs, 3_600_000);
  assert.equal(roundTripMs, 10);
  assert.equal(ageMs.last, 25);
});

test('frames that a lost connection cost are skipped frames, unless the epoch is new', () => {
  const clock = new ManualClock();
  const WebSocket = scriptedWebSocket();
  const client = new EssaimClient('ws://host/ws/swarm', { encoding: 'json', WebSocket, clock });
  const join = (epoch, seq) => {
    client.connect();
    WebSocket.newest.open();
    WebSocket.newest.say({ ...CONNECTED, stream: { ...STREAM, epoch } });
    WebSocket.newest.say(swarmUpdate({ ...ROSTER, ...FRAME, seq, components: STREAM.components }));
    WebSocket.newest.drop();
  };
  join(1, 10);
  join(1, 14);
  assert.equal(client.stats.skipped, 3);
  join(2, 900);
  assert.equal(client.stats.skipped, 3);
  assert.equal(client.stats.reconnects, 2);
});

test('text is measured as the wire carries it', () => {
  for (const text of ['', 'abc', 'santé', '集団', '🐝🐝', 'a\u0080\u07ff\uffff']) {
    assert.equal(utf8Length(text), new TextEncoder().encode(text).length, text);
  }
});
