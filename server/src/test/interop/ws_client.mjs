/*
 * Checks a running Essaim with Node's ws: REQUIREMENTS A1 to A7, both encodings, ping, subscribe.
 *
 * Usage: node ws_client.mjs http://HOST:PORT/ of a server with defaults but a heartbeat below a second and few connections.
 * With https:// it trusts what NODE_EXTRA_CA_CERTS names.
 * Prints one line of JSON with what was seen, or ends with 1 and says what is not as documented. The binary messages are
 * read by DataView alone, after protocol/src/main/resources/sbe/essaim.xml, and not by our own client. ws itself is the
 * one that our client is tested with.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(new URL('../../../../clients/javascript/package.json', import.meta.url));
const { WebSocket } = require('ws');

const JSON_PROTOCOL = 'essaim.v1.json';
const SBE_PROTOCOL = 'essaim.v1.sbe';
const SCHEMA = 8001;
const PATIENCE_MILLIS = 10_000;
const COMPARED_FRAMES = 30;
const AGENT =
  /\{"id":\d+,"sphere":"[a-z]+","x":-?\d\.\d{4},"y":-?\d\.\d{4},"z":-?\d\.\d{4},"frequency":\d+\.\d\}/g;

const url = new URL(process.argv[2]);
const timestamp = (micros) => new Date(Math.floor(micros / 1e6) * 1000).toISOString().replace('.000Z', 'Z');

/** Reads one SBE message from front to back. */
class Reader {
  constructor(data) {
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.at = 0;
  }

  /** A letter a field: as in Python's struct, little endian without padding. */
  fields(layout) {
    return [...layout].map((letter) => {
      const [size, read] = {
        B: [1, (at) => this.view.getUint8(at)],
        H: [2, (at) => this.view.getUint16(at, true)],
        h: [2, (at) => this.view.getInt16(at, true)],
        I: [4, (at) => this.view.getUint32(at, true)],
        i: [4, (at) => this.view.getInt32(at, true)],
        Q: [8, (at) => Number(this.view.getBigUint64(at, true))],
        d: [8, (at) => this.view.getFloat64(at, true)],
      }[letter];
      this.at += size;
      return read(this.at - size);
    });
  }

  /** The known fields of a block, which a later version of the schema may have made longer. */
  block(layout, length) {
    const start = this.at;
    const values = this.fields(layout);
    this.at = start + length;
    return values;
  }

  text() {
    const [length] = this.fields('I');
    this.at += length;
    return new TextDecoder('utf-8', { fatal: true }).decode(
      new Uint8Array(this.view.buffer, this.view.byteOffset + this.at - length, length),
    );
  }

  /** Entries of a repeating group: fields, then as many texts. */
  group(layout, texts = 0) {
    const [length, count] = this.fields('HI');
    return Array.from({ length: count }, () => [
      ...this.block(layout, length),
      ...Array.from({ length: texts }, () => this.text()),
    ]);
  }
}

/** Turns the binary messages into what JSON says in their place. */
class SbeDecoder {
  components = [];
  agents = [];

  decode(data) {
    const reader = new Reader(data);
    const [length, template, schema] = reader.fields('HHHH');
    assert.equal(schema, SCHEMA);
    const read = {
      1: this.swarmFrame,
      3: this.frequencyUpdate,
      10: this.roster,
      11: this.connected,
      12: this.heartbeat,
      13: this.subscribed,
      16: this.pong,
    }[template];
    return read.call(this, reader, length);
  }

  connected(reader, length) {
    const [frequency, agents, , bits, form, , , fps, stride] = reader.block('HIHBBQQHHI', length);
    this.components = reader.group('Bi', 1);
    assert.deepEqual([bits, form], [16, 1]);
    return { type: 'connected', frequency, agent_count: agents, fps: fps / stride };
  }

  roster(reader, length) {
    [this.version] = reader.block('HH', length);
    const labels = reader.group('', 1).flat();
    this.agents = reader.group('IH').map(([id, sphere]) => ({ id, sphere: labels[sphere] }));
    return { type: 'roster' };
  }

  swarmFrame(reader, length) {
    const [seq, micros, roster, , frequency] = reader.block('IQHHH', length);
    assert.equal(roster, this.version);
    const rows = reader.group('hhhh');
    return {
      type: 'swarm_update',
      timestamp: timestamp(micros),
      frequency,
      agent_count: rows.length,
      seq,
      time_us: micros,
      agents: rows.map((row, i) => ({ ...this.agents[i], ...this.values(row) })),
    };
  }

  values(row) {
    return Object.fromEntries(
      this.components.map(([decimals, offset, name], i) => [name, (row[i] + offset) / 10 ** decimals]),
    );
  }

  frequencyUpdate(reader, length) {
    const [seq, micros, hundredths, target, harmony] = reader.block('IQiHB', length);
    return {
      type: 'frequency_update',
      frequency: hundredths / 100,
      target,
      harmony: harmony === 1,
      timestamp: timestamp(micros),
      seq,
      time_us: micros,
    };
  }

  heartbeat(reader, length) {
    const [micros, connections, frequency] = reader.block('QIH', length);
    return { type: 'heartbeat', frequency, connections, time_us: micros };
  }

  subscribed(reader, length) {
    const [fps, stride, form, ...box] = reader.block('HHBdddddd', length);
    const swarm = { fps, stride, form: ['json', 'plain'][form] };
    // Nobody asks for a box or spheres here.
    assert.ok(box.every(Number.isNaN));
    assert.deepEqual(reader.group('', 1), []);
    const agents = reader.text();
    if (agents !== '') swarm.agents = agents;
    return { type: 'subscribed', id: reader.text(), swarm };
  }

  pong(reader, length) {
    const [micros, t] = reader.block('Qd', length);
    return { type: 'pong', t, time_us: micros, timestamp: timestamp(micros) };
  }
}

/** A connection that reads either encoding into the same messages. */
class Client {
  static async open(path, ...subprotocols) {
    return Client.over(new WebSocket(new URL(path, url.href.replace('http', 'ws')), subprotocols));
  }

  static async over(socket) {
    const client = new Client(socket);
    await once(client.socket, 'open', { signal: AbortSignal.timeout(PATIENCE_MILLIS) });
    return client;
  }

  constructor(socket) {
    this.socket = socket;
    this.decoder = new SbeDecoder();
    this.waiting = [];
    socket.on('message', (data, binary) => this.waiting.push([data, binary]));
  }

  async read() {
    if (this.waiting.length === 0) {
      await once(this.socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MILLIS) });
    }
    const [data, binary] = this.waiting.shift();
    assert.equal(binary, this.socket.protocol === SBE_PROTOCOL, `a message of ${this.socket.protocol} is binary`);
    this.raw = data.toString();
    return binary ? this.decoder.decode(data) : JSON.parse(this.raw);
  }

  async next(...types) {
    for (;;) {
      const message = await this.read();
      if (types.includes(message.type)) {
        return message;
      }
    }
  }

  /** Some frames by their sequence number. */
  async frames() {
    const frames = new Map();
    while (frames.size < COMPARED_FRAMES) {
      const frame = await this.next('swarm_update', 'frequency_update');
      frames.set(frame.seq, frame);
    }
    return frames;
  }

  /** As they came. */
  async texts() {
    const texts = new Map();
    while (texts.size < COMPARED_FRAMES) {
      const { seq } = await this.next('swarm_update');
      texts.set(seq, this.raw);
    }
    return texts;
  }

  async close() {
    this.socket.close();
    await once(this.socket, 'close');
  }
}

const health = async () => (await fetch(new URL('/health', url))).json();

async function checkHealth() {
  const got = await health();
  assert.deepEqual(Object.keys(got), ['status', 'frequency', 'essaim_size', 'connections', 'max_connections', 'source']);
  assert.deepEqual(Object.values(got).slice(0, 3), ['healthy', 999, 350]);
  return got;
}

async function checkJsonStream() {
  const client = await Client.open('/ws/swarm');
  assert.equal(client.socket.protocol, '');
  await client.read();
  assert.match(client.raw, /^\{"type":"connected","frequency":999,"agent_count":350[,}]/);
  const update = await client.next('swarm_update');
  assert.deepEqual(Object.keys(update), [
    'type',
    'timestamp',
    'frequency',
    'agent_count',
    'seq',
    'time_us',
    'agents',
  ]);
  assert.equal(client.raw.match(AGENT).length, 350, 'agents in the form of A2');
  assert.equal(update.timestamp, timestamp(update.time_us));
  await checkHeartbeat(client);
  await checkPing(client, '{"type":"ping","t":12.5}');
  const subscribe = '{"type":"subscribe","id":"a","swarm":{"fps":20}}';
  await checkSubscribe(client, subscribe, { fps: 20, stride: 3, form: 'json' });
  const view = '{"type":"subscribe","id":"a","swarm":{"fps":20,"agents":"50-99,0-49"}}';
  await checkSubscribe(client, view, { fps: 20, stride: 3, form: 'json', agents: '0-99' });
  await client.close();
}

async function checkSbeStream() {
  const client = await Client.open('/ws/swarm?form=plain', 'unheard.of', SBE_PROTOCOL);
  assert.deepEqual(await client.read(), { type: 'connected', frequency: 999, agent_count: 350, fps: 60 });
  // A heartbeat may come first; a frame may not, as its decoder checks.
  await client.next('roster');
  await checkHeartbeat(client);
  const ping = new DataView(new ArrayBuffer(16));
  [8, 31, SCHEMA, 0].forEach((value, i) => ping.setUint16(2 * i, value, true));
  ping.setFloat64(8, 12.5, true);
  await checkPing(client, ping);
  await checkSubscribe(client, sbeSubscribe(20, ''), { fps: 20, stride: 3, form: 'plain' });
  const granted = { fps: 20, stride: 3, form: 'plain', agents: '0-99' };
  await checkSubscribe(client, sbeSubscribe(20, '50-99,0-49'), granted);
  await client.close();
}

/** Subscribe: neither form nor box nor spheres. */
function sbeSubscribe(fps, agents) {
  const block = 51;
  const view = new DataView(new ArrayBuffer(8 + block + 6 + 4 + agents.length + 5));
  [block, 30, SCHEMA, 0, fps].forEach((value, i) => view.setUint16(2 * i, value, true));
  view.setUint8(10, 255);
  for (let i = 0; i < 6; i++) view.setFloat64(11 + 8 * i, NaN, true);
  view.setUint32(65, agents.length, true);
  new Uint8Array(view.buffer, 69).set(new TextEncoder().encode(agents));
  view.setUint32(69 + agents.length, 1, true);
  view.setUint8(73 + agents.length, 'a'.charCodeAt(0));
  return view;
}

async function checkHeartbeat(client) {
  const heartbeat = await client.next('heartbeat');
  assert.deepEqual(heartbeat, { type: 'heartbeat', frequency: 999, connections: 1, time_us: heartbeat.time_us });
}

async function checkPing(client, ping) {
  client.socket.send(ping);
  const pong = await client.next('pong');
  assert.deepEqual(Object.keys(pong), ['type', 't', 'time_us', 'timestamp']);
  assert.equal(pong.t, 12.5);
  client.socket.ping('frame');
  const [echo] = await once(client.socket, 'pong', { signal: AbortSignal.timeout(PATIENCE_MILLIS) });
  assert.equal(echo.toString(), 'frame');
}

async function checkSubscribe(client, subscribe, swarm) {
  client.socket.send(subscribe);
  assert.deepEqual(await client.next('subscribed'), { type: 'subscribed', id: 'a', swarm });
  for (let i = 0; i < 3; i++) {
    const frame = await client.next('swarm_update');
    assert.equal(frame.seq % swarm.stride, 0);
    assert.deepEqual(
      frame.agents.map((agent) => agent.id),
      Array.from({ length: 'agents' in swarm ? 100 : 350 }, (_, id) => id),
    );
  }
}

/** Frames of the same sequence number say the same, to the last bit of every number. */
async function checkEqualEncodings(path) {
  const clients = await Promise.all([
    Client.open(path, JSON_PROTOCOL),
    Client.open(`${path}?form=plain`, SBE_PROTOCOL),
  ]);
  const [text, binary] = await Promise.all(clients.map((client) => client.frames()));
  const both = [...text.keys()].filter((seq) => binary.has(seq));
  assert.ok(both.length > COMPARED_FRAMES / 2, `most frames come to both: ${both}`);
  both.forEach((seq) => assert.deepEqual(binary.get(seq), text.get(seq)));
  await Promise.all(clients.map((client) => client.close()));
  return both.length;
}

/** What comes compressed says what comes uncompressed, to the byte; ws offers compression by default. */
async function checkCompression() {
  const clients = await Promise.all([
    Client.open('/ws/swarm'),
    Client.over(new WebSocket(new URL('/ws/swarm', url.href.replace('http', 'ws')), { perMessageDeflate: false })),
  ]);
  assert.deepEqual(
    clients.map((client) => client.socket.extensions.split(';')[0]),
    ['permessage-deflate', ''],
  );
  const [deflated, plain] = await Promise.all(clients.map((client) => client.texts()));
  const both = [...deflated.keys()].filter((seq) => plain.has(seq));
  assert.ok(both.length > COMPARED_FRAMES / 2, `most frames come to both: ${both}`);
  both.forEach((seq) => assert.equal(deflated.get(seq), plain.get(seq)));
  await Promise.all(clients.map((client) => client.close()));
  return both.length;
}

async function checkFrequency() {
  const client = await Client.open('/ws/frequency');
  const first = await client.read();
  const second = await client.read();
  assert.deepEqual(Object.keys(first), ['type', 'frequency', 'target', 'harmony', 'timestamp', 'seq', 'time_us']);
  assert.deepEqual([first.type, first.target, first.harmony], ['frequency_update', 999, true]);
  assert.match(client.raw, /"frequency":\d+\.\d\d,/);
  assert.equal((second.seq - first.seq) % 6, 0);
  await client.close();
}

async function checkLimit() {
  const { max_connections: limit } = await health();
  const clients = await Promise.all(Array.from({ length: limit }, () => Client.open('/ws/frequency')));
  const refusal = await refused('/ws/swarm');
  assert.deepEqual([refusal.statusCode, refusal.statusMessage], [503, 'Maximum connections reached']);
  assert.match(refusal.headers['retry-after'], /^\d+$/);
  await Promise.all(clients.map((client) => client.close()));
  return [refusal.statusCode, refusal.statusMessage];
}

async function checkUnknownSubprotocol() {
  assert.equal((await refused('/ws/swarm', 'graphql-ws')).statusCode, 400);
}

async function refused(path, ...subprotocols) {
  const socket = new WebSocket(new URL(path, url.href.replace('http', 'ws')), subprotocols);
  socket.once('open', () => socket.emit('error', new Error(`${path} with ${subprotocols} was not refused`)));
  const [request, response] = await once(socket, 'unexpected-response', {
    signal: AbortSignal.timeout(PATIENCE_MILLIS),
  });
  request.destroy();
  return response;
}

/** A close is over for the client a little before it is for the server, which counts. */
async function nobodyConnected() {
  const deadline = Date.now() + PATIENCE_MILLIS;
  for (let connections; (connections = (await health()).connections) > 0; await sleep(10)) {
    assert.ok(Date.now() < deadline, `${connections} are still connected`);
  }
}

const seen = { client: `ws ${require('ws/package.json').version}` };
for (const [name, check] of Object.entries({
  health: checkHealth,
  json: checkJsonStream,
  sbe: checkSbeStream,
  'equal frames of /ws/swarm': () => checkEqualEncodings('/ws/swarm'),
  'equal frames of /ws/frequency': () => checkEqualEncodings('/ws/frequency'),
  'equal compressed frames': checkCompression,
  frequency: checkFrequency,
  refused: checkLimit,
  'unknown subprotocol': checkUnknownSubprotocol,
})) {
  await nobodyConnected();
  seen[name] = await check();
}
console.log(JSON.stringify(seen));
