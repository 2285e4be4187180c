import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClockOffset } from '../src/clock-offset.js';
import { EssaimClient } from '../src/essaim.js';
import { SequenceGaps } from '../src/sequence-gaps.js';
import { Statistics } from '../src/statistics.js';
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

test('a change of stride that names its tick is counted on either side of it', () => {
  const gaps = new SequenceGaps();
  gaps.reset(1);
  skipped(gaps, 97);
  gaps.strideFrom(100, 4);
  assert.deepEqual(skipped(gaps, 98, 100, 104), [0, 1, 0], '99 was due, 101 was not');
  gaps.strideFrom(110, 2);
  assert.deepEqual(skipped(gaps, 114), [3], '108, 110 and 112');
  gaps.strideFrom(116, 1);
  assert.deepEqual(skipped(gaps, 116, 117, 119), [0, 0, 1]);
});

test('several changes of stride between two frames are counted each by its own', () => {
  const gaps = new SequenceGaps();
  gaps.reset(1);
  skipped(gaps, 10);
  gaps.strideFrom(12, 2);
  gaps.strideFrom(16, 4);
  assert.deepEqual(skipped(gaps, 24), [5], '11, 12, 14, 16 and 20');
  for (let from = 30; from < 60; from += 2) gaps.strideFrom(from, from % 4 === 0 ? 1 : 4);
  const [most] = skipped(gaps, 60);
  assert.ok(most >= 0 && most < 36, `${most}`);
  gaps.stride(6);
  assert.deepEqual(skipped(gaps, 66, 72), [0, 0]);
});

test('a change of stride holds from its tick though the sequence wraps, or the tick has passed', () => {
  const gaps = new SequenceGaps();
  gaps.reset(1);
  skipped(gaps, 0xfffffffe);
  gaps.strideFrom(0, 2);
  assert.deepEqual(skipped(gaps, 2), [2], '4294967295 and 0');
  gaps.strideFrom(1, 4);
  assert.deepEqual(skipped(gaps, 4, 8, 16), [0, 0, 1]);
});

test('a change of stride before the first frame is no gap', () => {
  const gaps = new SequenceGaps();
  gaps.reset(1);
  gaps.strideFrom(100, 4);
  assert.deepEqual(skipped(gaps, 100, 104), [0, 0]);
  gaps.strideFrom(200, 1);
  gaps.reset(2);
  assert.deepEqual(skipped(gaps, 300, 302), [0, 0]);
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

test('a report tells what was seen since the last', () => {
  const statistics = new Statistics(new ClockOffset());
  statistics.begin(0);
  statistics.epoch(1);
  for (let i = 0; i < 250; i++) statistics.frame(2 * i, 4 + i / 10_000, 10, i * 20);
  assert.deepEqual(statistics.report(5000), { skipped: 249, age_ms: { p50: 4.012, p99: 4.025 }, fps: 50 });
  statistics.frame(499, -3, 10, 5100);
  statistics.frame(500, 5e6, 10, 5200);
  statistics.message(10, 5300);
  assert.deepEqual(statistics.report(5300), { skipped: 0, age_ms: { p50: 0, p99: 4_000_000 }, fps: 6.67 });
  statistics.frame(501, NaN, 10, 5400);
  assert.deepEqual(statistics.report(6300), { skipped: 0, fps: 1 });
  assert.deepEqual(statistics.report(6300), { skipped: 0, fps: 0 });
  assert.equal(statistics.skipped, 249);
});

test('a report of more frames than the window holds has the ages of the newest', () => {
  const statistics = new Statistics(new ClockOffset());
  statistics.begin(0);
  for (let i = 0; i < 10_000; i++) statistics.frame(i, i, 1, i);
  assert.deepEqual(statistics.report(10_000), { skipped: 0, age_ms: { p50: 9999 - 2048, p99: 9959 }, fps: 1000 });
});

test('a report leaves out what the connection before it cost', () => {
  const statistics = new Statistics(new ClockOffset());
  statistics.begin(0);
  statistics.epoch(1);
  statistics.frame(10, 1, 10, 100);
  statistics.begin(1000);
  statistics.frame(30, 1, 10, 1500);
  statistics.frame(32, 1, 10, 2000);
  assert.equal(statistics.skipped, 20);
  assert.deepEqual(statistics.report(2000), { skipped: 1, age_ms: { p50: 1, p99: 1 }, fps: 2 });
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
