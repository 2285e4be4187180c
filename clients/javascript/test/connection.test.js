import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EssaimClient, MalformedMessageError, RequestError } from '../src/essaim.js';
import { backoffMs, mayReconnect, retryHint } from '../src/reconnect.js';
import { ManualClock, scriptedWebSocket } from './support/fakes.js';
import { CONNECTED } from './support/messages.js';

/** A JSON client on a scripted socket and a clock that stands still; its jitter is nil unless `random` says otherwise. */
function scripted(options = {}) {
  const clock = new ManualClock();
  const WebSocket = scriptedWebSocket();
  const client = new EssaimClient('ws://host/ws/swarm', { encoding: 'json', WebSocket, clock, random: () => 0, ...options });
  const states = [];
  const closes = [];
  client.on('state', (state) => states.push(state));
  client.on('close', (event) => closes.push(event));
  return { client, clock, WebSocket, states, closes };
}

test('goes through connecting, connected and disconnected', () => {
  const { client, WebSocket, states, closes, clock } = scripted();
  assert.equal(client.state, 'disconnected');
  client.connect();
  client.connect();
  assert.equal(WebSocket.sockets.length, 1, 'connect twice is connect once');
  WebSocket.newest.open();
  client.disconnect();
  assert.deepEqual(states, ['connecting', 'connected', 'disconnected']);
  assert.deepEqual(closes, [{ code: 1000, reason: '', reconnects: false, retryInMs: undefined }]);
  assert.equal(WebSocket.newest.closed.code, 1000);
  assert.equal(clock.timers, 0);
});

test('sends nothing into a connection that the server is ending', () => {
  const { client, WebSocket, clock } = scripted();
  client.connect();
  const socket = WebSocket.newest;
  socket.open();
  const sent = socket.sent.length;
  socket.readyState = 2;
  clock.advance(250);
  assert.equal(socket.sent.length, sent);
  socket.readyState = 1;
  clock.advance(250);
  assert.equal(socket.sent.length, sent + 1);
});

test('an address of a page by https is one of wss', () => {
  for (const [page, address] of [
    ['https://host:8443/ws/swarm', 'wss://host:8443/ws/swarm'],
    ['http://host/ws/swarm', 'ws://host/ws/swarm'],
    ['wss://host/ws/swarm', 'wss://host/ws/swarm'],
  ]) {
    const { WebSocket, clock } = scripted();
    const client = new EssaimClient(page, { WebSocket, clock });
    client.connect();
    assert.equal(WebSocket.newest.url, address);
    client.disconnect();
  }
});

test('offers the subprotocol of its encoding and asks for its rate in the address', () => {
  const { client, WebSocket } = scripted({ encoding: 'sbe', fps: 30 });
  client.connect();
  assert.deepEqual(WebSocket.newest.protocols, ['essaim.v1.sbe']);
  assert.equal(WebSocket.newest.url, 'ws://host/ws/swarm?fps=30');
  WebSocket.newest.open();
  assert.equal(client.encoding, 'sbe');
});

test('backs off from 0.5 s to 20 s with full jitter', () => {
  assert.equal(backoffMs(0, 500, 20_000, () => 0), 500);
  const longest = [0, 1, 2, 3, 4, 5, 6, 60, 5000].map((attempt) => backoffMs(attempt, 500, 20_000, () => 1));
  assert.deepEqual(longest, [1000, 1500, 2500, 4500, 8500, 16_500, 20_500, 20_500, 20_500]);
});

test('tries again with longer and longer delays, and says connect_error', () => {
  const { client, clock, WebSocket, states, closes } = scripted({ random: () => 1 });
  client.connect();
  for (let i = 0; i < 4; i++) {
    WebSocket.newest.drop();
    assert.equal(client.state, 'connect_error');
    clock.advance(closes.at(-1).retryInMs - 1);
    assert.equal(WebSocket.sockets.length, i + 1);
    clock.advance(1);
    assert.equal(WebSocket.sockets.length, i + 2);
  }
  assert.deepEqual(closes.map((event) => event.retryInMs), [1000, 1500, 2500, 4500]);
  WebSocket.newest.open();
  WebSocket.newest.say(CONNECTED);
  WebSocket.newest.drop(1012);
  assert.equal(closes.at(-1).retryInMs, 1000, 'a server that answered is worth coming back to soon');
  assert.equal(states.at(-1), 'disconnected');
});

test('connect while a retry is due retries at once, and only once', () => {
  const { client, clock, WebSocket } = scripted();
  client.connect();
  WebSocket.newest.drop();
  client.connect();
  assert.equal(WebSocket.sockets.length, 2);
  clock.advance(10_000);
  assert.equal(WebSocket.sockets.length, 2);
});

test('gives up after the attempts it was allowed', () => {
  const { client, clock, WebSocket, states } = scripted({ maxReconnectAttempts: 2 });
  client.connect();
  for (let i = 0; i < 3; i++) {
    WebSocket.newest.drop();
    clock.advance(500);
  }
  assert.equal(WebSocket.sockets.length, 3);
  assert.equal(states.at(-1), 'reconnect_failed');
  assert.equal(clock.timers, 0);
});

for (const code of [1000, 1002, 1003, 1007, 1008, 1009, 4500, 4999]) {
  test(`close code ${code} ends it`, () => {
    const { client, clock, WebSocket, closes } = scripted();
    client.connect();
    WebSocket.newest.open();
    WebSocket.newest.drop(code, 'Invalid token');
    clock.advance(60_000);
    assert.equal(WebSocket.sockets.length, 1);
    assert.equal(client.state, code === 1008 ? 'unauthorized' : 'disconnected');
    assert.equal(closes[0].reconnects, false);
  });
}

test('the other codes invite to come again', () => {
  for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 4000, 4008, 4499]) assert.ok(mayReconnect(code), code);
});

test('comes back when the server says', () => {
  const { client, clock, WebSocket } = scripted();
  client.connect();
  WebSocket.newest.open();
  WebSocket.newest.drop(1012, 'draining retry_after_ms=7300');
  clock.advance(7299);
  assert.equal(WebSocket.sockets.length, 1);
  clock.advance(1);
  assert.equal(WebSocket.sockets.length, 2);
  assert.equal(retryHint('retry_after_ms=999999999', 600_000), 600_000);
  assert.equal(retryHint('see retry_after_ms=x', 600_000), undefined);
});

test('an attempt without an answer ends in timeout and is followed by another', () => {
  const { client, clock, WebSocket, states } = scripted();
  client.connect();
  clock.advance(20_000);
  assert.equal(states.at(-1), 'timeout');
  assert.ok(WebSocket.sockets[0].closed);
  clock.advance(500);
  assert.equal(WebSocket.sockets.length, 2);
});

test('any message keeps a connection alive; silence ends it', () => {
  const { client, clock, WebSocket, states, closes } = scripted();
  client.connect();
  WebSocket.newest.open();
  for (let i = 0; i < 10; i++) {
    clock.advance(59_000);
    WebSocket.newest.say({ type: 'heartbeat', frequency: 1, connections: 1 });
  }
  assert.equal(client.state, 'connected');
  clock.advance(59_999);
  assert.equal(client.state, 'connected');
  clock.advance(1);
  assert.equal(states.at(-1), 'timeout');
  assert.equal(closes[0].code, 4001);
});

test('a malformed message closes with 4002 and reconnects, ever more slowly', () => {
  const { client, clock, WebSocket, closes } = scripted({ random: () => 1 });
  const errors = [];
  client.on('error', (error) => errors.push(error));
  client.connect();
  for (let i = 0; i < 3; i++) {
    WebSocket.newest.open();
    WebSocket.newest.say(CONNECTED);
    WebSocket.newest.say('{"type":');
    assert.equal(WebSocket.newest.closed.code, 4002);
    clock.advance(closes.at(-1).retryInMs);
  }
  assert.ok(errors.every((error) => error instanceof MalformedMessageError));
  assert.deepEqual(closes.map((event) => event.retryInMs), [1000, 1500, 2500]);
  assert.equal(client.stats.malformed, 3);
});

test('a listener that throws stops neither the others nor the connection', (t) => {
  const reported = [];
  globalThis.reportError = (error) => reported.push(error);
  t.after(() => delete globalThis.reportError);
  const { client, WebSocket } = scripted();
  const heard = [];
  client.on('heartbeat', () => {
    throw new Error('mine');
  });
  const off = client.on('heartbeat', (message) => heard.push(message));
  client.connect();
  WebSocket.newest.open();
  WebSocket.newest.say({ type: 'heartbeat', frequency: 1, connections: 1 });
  off();
  off();
  WebSocket.newest.say({ type: 'heartbeat', frequency: 1, connections: 1 });
  assert.equal(heard.length, 1);
  assert.equal(reported.length, 2);
  assert.equal(client.state, 'connected');
});

test('disconnecting from within a close listener is the last word', () => {
  const { client, clock, WebSocket } = scripted();
  client.on('close', () => client.disconnect());
  client.connect();
  WebSocket.newest.drop();
  clock.advance(60_000);
  assert.equal(WebSocket.sockets.length, 1);
  assert.equal(client.state, 'disconnected');
});

test('subscribe gives what was granted', async () => {
  const { client, WebSocket } = scripted();
  client.connect();
  WebSocket.newest.open();
  const promise = client.subscribe({ fps: 25 });
  const asked = JSON.parse(WebSocket.newest.sent.at(-1));
  assert.deepEqual(asked, { type: 'subscribe', id: '1', swarm: { fps: 25 } });
  WebSocket.newest.say({ type: 'subscribed', id: '1', swarm: { fps: 20, stride: 3, form: 'json' } });
  assert.deepEqual(await promise, { fps: 20, stride: 3, form: 'json' });
  WebSocket.newest.drop();
  client.connect();
  assert.equal(WebSocket.newest.url, 'ws://host/ws/swarm?fps=25', 'the next connection begins as this one ended');
});

test('subscribe is asked again when the connection was lost before the answer', async () => {
  const { client, WebSocket } = scripted();
  client.connect();
  const first = client.subscribe({ fps: 30 });
  WebSocket.newest.open();
  const second = client.subscribe({ fps: 10 });
  WebSocket.newest.drop();
  client.connect();
  WebSocket.newest.open();
  const asked = WebSocket.newest.sent.map((text) => JSON.parse(text)).filter((message) => message.type === 'subscribe');
  assert.deepEqual(asked, [{ type: 'subscribe', id: '2', swarm: { fps: 10 } }]);
  WebSocket.newest.say({ type: 'subscribed', id: '2', swarm: { fps: 10, stride: 6, form: 'json' } });
  assert.deepEqual(await Promise.all([first, second]).then((all) => all.map((granted) => granted.fps)), [10, 10]);
});

test('subscribe rejects when the server refuses, does not answer, or is left', async () => {
  const { client, clock, WebSocket } = scripted();
  client.connect();
  WebSocket.newest.open();
  const refused = client.subscribe({ fps: 1 });
  WebSocket.newest.say({ type: 'error', data: { code: 1003, message: 'Rate limit exceeded' }, id: '1' });
  await assert.rejects(refused, (error) => error instanceof RequestError && error.code === 1003);
  const unanswered = client.subscribe({ fps: 2 });
  clock.advance(30_000);
  await assert.rejects(unanswered, /no answer within 30000 ms/);
  const left = client.subscribe({ fps: 3 });
  client.disconnect();
  await assert.rejects(left, /disconnected/);
  assert.equal(clock.timers, 0);
});

test('errors that answer no request are events', () => {
  const { client, WebSocket } = scripted();
  const errors = [];
  client.on('error', (error) => errors.push(error));
  client.connect();
  WebSocket.newest.open();
  WebSocket.newest.say({ type: 'error', data: { code: 1004, message: 'Server error' } });
  assert.equal(errors[0].code, 1004);
});

test('options are checked', () => {
  const WebSocket = scriptedWebSocket();
  assert.throws(() => new EssaimClient('ws://host/', { encoding: 'xml', WebSocket }), /encoding=xml/);
  assert.throws(() => new EssaimClient('ws://host/', { frames: 3, WebSocket }), /unknown option "frames"/);
  assert.throws(() => new EssaimClient('ws://host/', { fps: -1, WebSocket }), RangeError);
});
