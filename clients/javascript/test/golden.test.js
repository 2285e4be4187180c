import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { Frame, Grid } from '../src/frame.js';
import { JsonDecoder, jsonEncoder } from '../src/json-codec.js';
import { MalformedMessageError } from '../src/malformed-message-error.js';
import { PublishedState } from '../src/published-state.js';
import { SbeDecoder } from '../src/sbe-decoder.js';
import { sbeEncoder } from '../src/sbe-encoder.js';
import { checkedView } from '../src/view.js';

/**
 * The protocol's golden messages, NAME.bin beside NAME.json, made by the server's encoders and read by every client. A
 * frame refers to a greeting and a roster: those of the directory whose value width and version are the frame's.
 */
const DIRECTORY = new URL('../../../protocol/golden/v0/', import.meta.url);
const CLIENT_MESSAGES = {
  subscribe(encoder, { id, swarm, frequency, type, ...interest }) {
    if (swarm !== undefined) return encoder.subscribe(id, checkedView(swarm));
    return frequency === undefined ? encoder.subscribeEvents(id, interest) : encoder.subscribeFrequency(id, frequency);
  },
  unsubscribe: (encoder, { id, ...what }) => encoder.unsubscribe(id, what),
  join: (encoder, { id = '', room }) => encoder.join(id, room),
  leave: (encoder, { id = '', room }) => encoder.leave(id, room),
  publish: (encoder, { id = '', event }) => encoder.publish(id, event),
  auth: (encoder, { id = '', token }) => encoder.auth(id, token),
  ping: (encoder, { t }) => encoder.ping(t),
  stats: (encoder, { type, ...report }) => encoder.stats(report),
};

const golden = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith('.bin'))
  .map((file) => file.slice(0, -4))
  .map((name) => ({ name, binary: bytes(`${name}.bin`), text: readFileSync(new URL(`${name}.json`, DIRECTORY), 'utf8') }))
  .map((message) => ({ ...message, json: JSON.parse(message.text) }));

const ofType = (type) => golden.filter(({ json }) => json.type === type);

test('there are golden messages of every type', () => {
  for (const type of ['connected', 'roster', 'swarm_update', 'heartbeat', 'frequency_update', 'subscribed', 'tier']) {
    assert.ok(ofType(type).length > 0, type);
  }
});

for (const { name, binary, text, json } of golden) {
  if (json.type in CLIENT_MESSAGES) {
    test(`${name} is what this client says in both encodings`, () => {
      const encode = CLIENT_MESSAGES[json.type];
      sameBytes(json, encode(sbeEncoder, json), binary);
      assert.deepEqual(JSON.parse(encode(jsonEncoder, json)), json);
    });
  } else if (json.type === 'swarm_update') {
    test(`${name} holds the same swarm in both encodings`, () => sameSwarm(name, binary, text));
  } else if (json.type === 'roster') {
    test(`${name} names the same agents in both encodings`, () => {
      const { version, ids, spheres, sphereOf } = new SbeDecoder(new Frame()).decode(binary);
      const agents = Array.from(ids, (id, i) => ({ id, sphere: spheres[sphereOf[i]] }));
      assert.equal(version, json.version);
      assert.deepEqual(agents, json.agents);
    });
  } else {
    test(`${name} is the same message in both encodings`, () => {
      // An answer's form is that of the connection it came on.
      const messages = allOf(new SbeDecoder(new Frame()), binary).map(withoutForm);
      assert.deepEqual(messages, allOf(new JsonDecoder(new Frame()), text).map(withoutForm));
    });
  }
}

const ABOUT_EVENTS = ['batch', 'subscribed', 'unsubscribed', 'published', 'gap', 'presence', 'snapshot', 'authenticated'];

for (const { name, binary, json } of golden.filter(({ json }) => ABOUT_EVENTS.includes(json.type) || 'event_id' in json)) {
  test(`${name} is read though a newer server appended fields, and not when it is cut short`, () => {
    const longer = new Uint8Array(binary.byteLength + 3);
    const blockLength = new DataView(binary).getUint16(0, true);
    longer.set(new Uint8Array(binary, 0, 8 + blockLength));
    longer.set(new Uint8Array(binary, 8 + blockLength), 8 + blockLength + 3);
    new DataView(longer.buffer).setUint16(0, blockLength + 3, true);
    const messages = allOf(new SbeDecoder(new Frame()), binary);
    assert.deepEqual(allOf(new SbeDecoder(new Frame()), longer), messages);
    assert.equal(messages.length, json.type === 'batch' ? json.data.length : 1);
    for (let length = 0; length < binary.byteLength; length++) {
      assert.throws(() => allOf(new SbeDecoder(new Frame()), binary.slice(0, length)), MalformedMessageError);
    }
  });
}

for (const { name, binary, json } of ofType('swarm_update')) {
  test(`${name} and its roster are what a producer says of the same state`, () => {
    const { greeting, roster, bits, version } = namesAndGrid(binary);
    const grid = Grid.of(greeting.json.stream);
    const state = new PublishedState();
    const column = (field) => json.agents.map((agent) => agent[field]);
    const [ids, spheres, x, y, z, frequency] = ['id', 'sphere', 'x', 'y', 'z', 'frequency'].map(column);
    state.take({ ids, spheres, x, y, z, frequency }, grid, 999);
    assert.equal(state.fits16Bits, bits === 16);
    assert.deepEqual(new Uint8Array(sbeEncoder.roster(version, state.names)), new Uint8Array(roster.binary));
    const head = {
      sequence: json.seq,
      timeMicros: json.time_us,
      rosterVersion: version,
      targetFrequency: json.frequency,
    };
    const frame = sbeEncoder.frame(head, state.columns, state.agentCount, bits);
    assert.deepEqual(new Uint8Array(frame), new Uint8Array(binary));
    assert.deepEqual(JSON.parse(jsonEncoder.swarmState(state, grid)), { type: 'swarm_state', agents: json.agents });
  });
}

/** The greeting and the roster that a golden frame refers to. */
function namesAndGrid(binary) {
  const bits = new DataView(binary).getUint16(2, true) === 1 ? 16 : 32;
  const greeting = [...ofType('connected'), ...ofType('stream_changed')].find(({ json }) => json.stream.value_bits === bits);
  assert.ok(greeting, `no greeting announces values of ${bits} bits`);
  const version = new DataView(binary).getUint16(20, true);
  const roster = ofType('roster').find(({ json }) => json.version === version);
  assert.ok(roster, `no roster has version ${version}`);
  return { bits, greeting, version, roster };
}

function sameSwarm(name, binary, text) {
  const { greeting, roster } = namesAndGrid(binary);
  const sbe = new SbeDecoder(new Frame());
  sbe.decode(greeting.binary);
  sbe.decode(roster.binary);
  const json = new JsonDecoder(new Frame());
  json.decode(greeting.text);
  const one = sbe.decode(binary);
  const other = json.decode(text);
  assert.equal(one, sbe.frame, `${name} was discarded`);
  for (const field of ['sequence', 'timeMicros', 'agentCount', 'targetFrequency']) {
    assert.equal(one[field], other[field], field);
  }
  for (const column of ['x', 'y', 'z', 'frequency']) {
    assert.deepEqual(one[column], other[column], column);
    assert.deepEqual(one.grid[column], other.grid[column], `grid ${column}`);
  }
  const names = ({ ids, spheres, sphereOf }) => Array.from(ids, (id, i) => [id, spheres[sphereOf[i]]]);
  assert.deepEqual(names(one), names(other));
}

/** But for the data of an event, which come last: a number may be written in several ways. */
function sameBytes({ type, event }, one, other) {
  if (type === 'publish') {
    const data = (bytes) => new TextDecoder().decode(new Uint8Array(bytes, headBytes(bytes)));
    assert.deepEqual([JSON.parse(data(one)), JSON.parse(data(other))], [event.data, event.data]);
    [one, other] = [one, other].map((bytes) => bytes.slice(0, headBytes(bytes) - 4));
  }
  assert.deepEqual(new Uint8Array(one), new Uint8Array(other));
}

/** Of a Publish: the bytes before its data. */
function headBytes(bytes) {
  const view = new DataView(bytes);
  let at = 8 + view.getUint16(0, true);
  for (let text = 0; text < 4; text++) at += 4 + view.getUint32(at, true);
  return at + 4;
}

/** The message, or those that it holds. */
function allOf(decoder, data) {
  const messages = [decoder.decode(data)];
  while (decoder.hasMore) messages.push(decoder.next());
  return messages;
}

function withoutForm(message) {
  const copy = structuredClone(message);
  delete copy.form;
  if (copy.swarm !== undefined) delete copy.swarm.form;
  return copy;
}

function bytes(file) {
  const buffer = readFileSync(new URL(file, DIRECTORY));
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}
