import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket as NodeWebSocket, WebSocketServer } from 'ws';
import { EssaimPublisher, PublishResult, RequestError } from '../src/essaim.js';
import { Frame } from '../src/frame.js';
import { SbeDecoder } from '../src/sbe-decoder.js';
import { ManualClock, scriptedWebSocket } from './support/fakes.js';
import { MessageWriter } from './support/message-writer.js';
import { CONNECTED } from './support/messages.js';

const writer = new MessageWriter();
const STATE = {
  ids: [7, 4_000_000_000],
  spheres: ['work', 'santé'],
  x: [0.00005, -0.00005],
  y: Float32Array.of(0.5, -0.25),
  z: [-1, 1],
  frequency: [987.34, 987.36],
};

/** A publisher on a scripted socket that greeted it. */
function publishing({ encoding = 'sbe', greeting = CONNECTED, ...options } = {}) {
  const clock = new ManualClock();
  const WebSocket = scriptedWebSocket();
  const address = 'ws://host/ws/ingest';
  const publisher = new EssaimPublisher(address, { encoding, WebSocket, clock, random: () => 0, ...options });
  const greet = () => {
    WebSocket.newest.open();
    WebSocket.newest.say(encoding === 'sbe' ? writer.connected(greeting) : greeting);
  };
  publisher.connect();
  greet();
  const templates = () => WebSocket.newest.sent.map((data) => new DataView(data).getUint16(2, true)).filter((id) => id < 30);
  return { publisher, clock, WebSocket, greet, templates, socket: () => WebSocket.newest };
}

/** What a viewer would make of the binary messages. */
function decoded(messages, greeting = CONNECTED) {
  const decoder = new SbeDecoder(new Frame());
  decoder.decode(writer.connected(greeting));
  for (const message of messages) decoder.decode(message);
  const { ids, spheres, sphereOf, grid } = decoder.frame;
  return { ids: [...ids], spheres: Array.from(sphereOf, (i) => spheres[i]), ...grid };
}

const sentStates = (socket) => socket.sent.filter((data) => new DataView(data).getUint16(2, true) < 30);
const sentTexts = (socket) => socket.sent.map((text) => JSON.parse(text)).filter(({ type }) => type === 'swarm_state');

test('publishes in binary: a roster, then frames on the announced grid', () => {
  const { publisher, templates, socket } = publishing();
  assert.equal(publisher.publish(STATE), PublishResult.SENT);
  assert.equal(publisher.publish({ ...STATE, x: [0.5, 0.25] }), PublishResult.SENT);
  assert.deepEqual(templates(), [10, 1, 1]);
  const { ids, spheres, x, y, z, frequency } = decoded(sentStates(socket()).slice(0, 2));
  assert.deepEqual(ids, STATE.ids);
  assert.deepEqual(spheres, STATE.spheres);
  assert.deepEqual([...x], [1, -1], 'half away from zero');
  assert.deepEqual([...y], [5000, -2500]);
  assert.deepEqual([...z], [10_000, 30_000], 'the grid of z has an offset');
  assert.deepEqual([...frequency], [9873, 9874]);
  publisher.disconnect();
});

test('publishes in JSON with no more decimals than the grid has', () => {
  const { publisher, socket } = publishing({ encoding: 'json' });
  publisher.publish(STATE);
  assert.deepEqual(sentTexts(socket())[0].agents, [
    { id: 7, sphere: 'work', x: 0.0001, y: 0.5, z: -1, frequency: 987.3 },
    { id: 4_000_000_000, sphere: 'santé', x: -0.0001, y: -0.25, z: 1, frequency: 987.4 },
  ]);
  assert.ok(!socket().sent.at(-1).includes('e-'));
});

test('agents without z have 0, and without frequency the target', () => {
  const { publisher, socket } = publishing({ encoding: 'json' });
  publisher.publish({ ids: Uint32Array.of(1), spheres: 'all', x: [1], y: [2] });
  assert.deepEqual(sentTexts(socket())[0].agents, [{ id: 1, sphere: 'all', x: 1, y: 2, z: 0, frequency: 999 }]);
});

test('a frame that came can be published again as it is', () => {
  const { publisher, socket } = publishing();
  const frame = { ...STATE, agentCount: 1, ids: Uint32Array.of(3, 9), spheres: ['a', 'b'], sphereOf: Uint16Array.of(1, 0) };
  publisher.publish(frame);
  const { ids, spheres } = decoded(sentStates(socket()));
  assert.deepEqual([ids, spheres], [[3], ['b']]);
});

test('a roster goes again when the agents change, and on each connection', () => {
  const { publisher, clock, templates, greet, socket } = publishing();
  publisher.publish(STATE);
  publisher.publish({ ...STATE, ids: [7, 8] });
  publisher.publish({ ...STATE, ids: [7, 8] });
  publisher.publish({ ...STATE, ids: [7, 8], spheres: 'one' });
  assert.deepEqual(templates(), [10, 1, 10, 1, 1, 10, 1]);
  assert.deepEqual(decoded(sentStates(socket())).spheres, ['one', 'one']);
  socket().drop();
  assert.equal(publisher.publish(STATE), PublishResult.UNCONNECTED);
  clock.advance(500);
  greet();
  publisher.publish({ ...STATE, ids: [7, 8], spheres: 'one' });
  assert.deepEqual(templates(), [10, 1]);
  const { sent, unconnected, reconnects } = publisher.stats;
  assert.deepEqual({ sent, unconnected, reconnects }, { sent: 5, unconnected: 1, reconnects: 1 });
});

test('values of 32 bits go as such, and all of them in a stream of 32 bits', () => {
  const narrow = publishing();
  narrow.publisher.publish({ ...STATE, x: [3.2767, -3.2768], z: [-2, -2] });
  narrow.publisher.publish({ ...STATE, x: [3.2768, 0], z: [-2, -2] });
  assert.deepEqual(narrow.templates(), [10, 1, 2]);
  const wide = publishing({ greeting: { ...CONNECTED, stream: { ...CONNECTED.stream, value_bits: 32 } } });
  wide.publisher.publish(STATE);
  assert.deepEqual(wide.templates(), [10, 2]);
});

for (const encoding of ['sbe', 'json']) {
  test(`the newest waits while the socket is behind, in ${encoding}`, () => {
    const { publisher, clock, socket } = publishing({ encoding });
    publisher.publish(STATE);
    const before = socket().sent.length;
    socket().bufferedAmount = 10_000;
    const results = [1, 2, 3].map((x) => publisher.publish({ ...STATE, x: [x, x] }));
    assert.deepEqual(results, Array(3).fill(PublishResult.WAITING));
    clock.advance(100);
    assert.equal(socket().sent.length, before);
    assert.equal(publisher.stats.replaced, 2);
    socket().bufferedAmount = 0;
    clock.advance(4);
    assert.equal(socket().sent.length, before + 1);
    const x = encoding === 'sbe' ? decoded(sentStates(socket())).x[0] : sentTexts(socket()).at(-1).agents[0].x * 1e4;
    assert.equal(x, 30_000);
    assert.equal(publisher.stats.sent, 2);
    publisher.disconnect();
    assert.equal(clock.timers, 0);
  });
}

test('a state that waits when the connection is lost is not kept', () => {
  const { publisher, clock, socket, templates, greet } = publishing();
  publisher.publish(STATE);
  socket().bufferedAmount = 10_000;
  publisher.publish(STATE);
  socket().drop();
  clock.advance(500);
  greet();
  assert.deepEqual(templates(), []);
  assert.equal(publisher.stats.unconnected, 1);
});

for (const [what, state, expected] of [
  ['no ids', { ids: undefined }, /ids is missing/],
  ['an id twice', { ids: [7, 7] }, /ids has 7 more than once/],
  ['an id out of range', { ids: [7, -1] }, /ids\[1\] is -1, a whole number from 0 to 4294967295/],
  ['too few labels', { spheres: ['a'] }, /spheres has 1 entries, of 2 agents/],
  ['no labels', { spheres: undefined }, /spheres is missing/],
  ['a label that is none', { spheres: ['a', 7] }, /the sphere of agent 4000000000 is no text/],
  ['a long label', { spheres: 'é'.repeat(128) }, /the sphere of agent 7 is over 255 bytes/],
  ['no x', { x: undefined }, /x is missing/],
  ['too few values', { y: [1] }, /y has 1 values, of 2 agents/],
  ['a value that is no number', { z: [1, '2'] }, /z of agent 4000000000 is no number/],
  ['a value that is not finite', { x: [NaN, 0] }, /x of agent 7 is NaN, from -214748.3648 to 214748.3647/],
  ['a value too large', { frequency: [1, 3e8] }, /frequency of agent 4000000000 is 300000000, from/],
]) {
  test(`a state with ${what} is refused, and the next one goes`, () => {
    const { publisher, templates } = publishing();
    assert.throws(() => publisher.publish({ ...STATE, ...state }), expected);
    publisher.publish(STATE);
    assert.deepEqual(templates(), [10, 1]);
  });
}

test('brings its token, pings every 3 s, and says what the server refuses', () => {
  const { publisher, clock, socket } = publishing({ encoding: 'json', token: 'a=b' });
  const errors = [];
  publisher.on('error', (error) => errors.push(error));
  assert.equal(socket().url, 'ws://host/ws/ingest?access_token=a%3Db');
  clock.advance(750);
  const before = socket().sent.length;
  clock.advance(9_000);
  assert.equal(socket().sent.length, before + 3);
  socket().say({ type: 'error', data: { code: 1003, message: 'Over 250 states a second' } });
  assert.ok(errors[0] instanceof RequestError);
  assert.equal(errors[0].code, 1003);
});

test('while another producer streams it tries again ever more rarely', () => {
  const { publisher, clock, socket, greet } = publishing({ random: () => 1 });
  const delays = [];
  publisher.on('close', ({ retryInMs }) => delays.push(retryInMs));
  for (let i = 0; i < 4; i++) {
    publisher.publish(STATE);
    socket().drop(1013, 'Another producer is streaming: c-12');
    clock.advance(delays.at(-1));
    greet();
  }
  assert.deepEqual(delays, [1000, 1500, 2500, 4500]);
});

test('says why a server refused it before the upgrade', { timeout: 30_000 }, async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', verifyClient: (_, answer) => answer(false, 404) });
  await once(server, 'listening');
  t.after(() => server.close());
  const address = `ws://127.0.0.1:${server.address().port}/ws/ingest`;
  const publisher = new EssaimPublisher(address, { WebSocket: NodeWebSocket });
  const closed = new Promise((resolve) => publisher.on('close', resolve));
  publisher.connect();
  assert.match((await closed).reason, /404/);
  publisher.disconnect();
});

test('publishes over a real socket faster than it is read, and the newest comes', { timeout: 60_000 }, async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'essaim.v1.sbe' });
  await once(server, 'listening');
  const agents = 20_000;
  const decoder = new SbeDecoder(new Frame());
  decoder.decode(writer.connected(CONNECTED));
  let last = -1;
  let frames = 0;
  server.on('connection', (socket) => {
    socket.send(writer.connected(CONNECTED));
    socket.pause();
    setTimeout(() => socket.resume(), 500);
    socket.on('message', (data) => {
      if (data.readUInt16LE(2) >= 30) return;
      if (decoder.decode(data) !== decoder.frame) return;
      frames++;
      last = decoder.frame.grid.x[agents - 1];
    });
  });
  const publisher = new EssaimPublisher(`ws://127.0.0.1:${server.address().port}/`, { WebSocket: NodeWebSocket });
  t.after(() => {
    publisher.disconnect();
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const greeted = new Promise((resolve) => publisher.on('connected', resolve));
  publisher.connect();
  await greeted;
  const ids = Uint32Array.from({ length: agents }, (_, i) => i);
  const y = new Float64Array(agents);
  for (let i = 1; i <= 300; i++) {
    publisher.publish({ ids, spheres: 'all', x: new Float64Array(agents).fill(i / 1e4), y });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (last !== 300) await new Promise((resolve) => setTimeout(resolve, 10));
  const { sent, replaced } = publisher.stats;
  assert.equal(sent + replaced, 300);
  assert.equal(frames, sent, 'each that was sent came');
  assert.ok(replaced > 0, 'a socket that is not read gets behind');
});
