import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frame } from '../src/frame.js';
import { JsonDecoder } from '../src/json-codec.js';
import { MalformedMessageError } from '../src/malformed-message-error.js';
import { SbeDecoder } from '../src/sbe-decoder.js';
import { MessageWriter } from './support/message-writer.js';
import { CONNECTED, CONTROL, FRAME, ROSTER, STREAM } from './support/messages.js';
import { seededRandom, runSeed } from './support/random.js';
import { swarmUpdate } from './support/swarm.js';

const writer = new MessageWriter();

function joinedDecoder(w = writer, connected = CONNECTED) {
  const decoder = new SbeDecoder(new Frame());
  decoder.decode(w.connected(connected));
  decoder.decode(w.roster(ROSTER));
  return decoder;
}

for (const [method, message] of CONTROL) {
  test(`${method} is the same message in both encodings`, () => {
    const binary = new SbeDecoder(new Frame()).decode(writer[method](message));
    const text = new JsonDecoder(new Frame()).decode(JSON.stringify(message));
    assert.deepEqual(binary, message);
    assert.deepEqual(text, message);
  });

  test(`${method} is read though a newer server appended fields`, () => {
    assert.deepEqual(new SbeDecoder(new Frame()).decode(new MessageWriter({ extra: 3 })[method](message)), message);
  });
}

for (const bits of [16, 32]) {
  for (const extra of [0, 6]) {
    test(`a frame of ${bits} bits, ${extra} bytes appended, fills the columns`, () => {
      const w = new MessageWriter({ extra });
      const frame = joinedDecoder(w).decode(w.frame({ ...FRAME, bits }));
      assert.equal(frame.sequence, 12);
      assert.equal(frame.timeMicros, 1737021600123456);
      assert.equal(frame.targetFrequency, 999);
      assert.equal(frame.agentCount, 3);
      assert.deepEqual([...frame.x], [0.5234, -3.2768, 0]);
      assert.deepEqual([...frame.z], [-1.1235, 0, -2.0001]);
      assert.deepEqual([...frame.frequency], [987.3, 999, 0]);
      assert.deepEqual(frame.grid.z, FRAME.columns.z);
      assert.deepEqual([...frame.ids], [0, 4_000_000_000, 5]);
      assert.deepEqual(frame.spheres.map(String), ['personal', 'santé', '集団']);
    });
  }
}

test('the agents of a frame start at byte 32', () => {
  assert.equal(new DataView(writer.frame(FRAME)).getInt16(32, true), 5234);
});

test('both encodings give the same doubles, to the bit, whatever the grid', () => {
  const seed = runSeed();
  console.log(`seed ${seed}`);
  const random = seededRandom(seed);
  for (let round = 0; round < 200; round++) {
    const components = STREAM.components.map(({ name }) => ({
      name,
      decimals: Math.floor(random() * 10),
      offset: Math.floor((random() - 0.5) * 2 ** 32),
    }));
    const integers = () => Int32Array.from({ length: 3 }, () => (random() - 0.5) * 2 ** 32);
    const columns = { x: integers(), y: integers(), z: integers(), frequency: integers() };
    const connected = { ...CONNECTED, stream: { ...STREAM, value_bits: 32, components } };
    const json = new JsonDecoder(new Frame());
    json.decode(JSON.stringify(connected));
    const fromText = json.decode(swarmUpdate({ ...ROSTER, ...FRAME, columns, components }));
    const fromBinary = joinedDecoder(writer, connected).decode(writer.frame({ ...FRAME, columns, bits: 32 }));
    for (const name of ['x', 'y', 'z', 'frequency']) {
      assert.deepEqual(fromText[name], fromBinary[name], name);
      assert.deepEqual(fromText.grid[name], fromBinary.grid[name], name);
    }
    assert.equal(fromText.sequence, fromBinary.sequence);
    assert.equal(fromText.timeMicros, fromBinary.timeMicros);
    assert.deepEqual(fromText.spheres, fromBinary.spheres);
    assert.deepEqual(fromText.sphereOf, fromBinary.sphereOf);
  }
});

test('the frame and its columns are reused, and grow with the swarm', () => {
  const decoder = joinedDecoder();
  const first = decoder.decode(writer.frame(FRAME));
  const { x } = first;
  assert.equal(decoder.decode(writer.frame({ ...FRAME, seq: 13 })), first);
  assert.equal(first.x, x);
  const ids = Uint32Array.from({ length: 500 }, (_, i) => i);
  decoder.decode(writer.roster({ version: 8, spheres: ['all'], ids, sphereOf: new Uint16Array(500) }));
  const columns = Object.fromEntries(['x', 'y', 'z', 'frequency'].map((name) => [name, new Int32Array(500).fill(7)]));
  decoder.decode(writer.frame({ ...FRAME, rosterVersion: 8, columns }));
  assert.equal(first.agentCount, 500);
  assert.equal(first.x[499], 0.0007);
});

test('a frame inside a larger buffer is read at its place', () => {
  const bytes = new Uint8Array(writer.frame(FRAME));
  const larger = new Uint8Array(bytes.length + 13).fill(0xff);
  larger.set(bytes, 3);
  const frame = joinedDecoder().decode(larger.subarray(3, 3 + bytes.length));
  assert.equal(frame.x[0], 0.5234);
});

test('frames of an unknown roster, or before the greeting, are discarded', () => {
  const decoder = joinedDecoder();
  assert.equal(decoder.decode(writer.frame({ ...FRAME, rosterVersion: 8 })), null);
  assert.equal(decoder.discarded, true);
  assert.equal(decoder.decode(writer.frame(FRAME)), decoder.frame);
  assert.equal(decoder.discarded, false);
  decoder.decode(writer.streamChanged(CONTROL.at(-1)[1]));
  assert.equal(decoder.decode(writer.frame(FRAME)), null, 'the roster of the epoch before');
  assert.equal(new SbeDecoder(new Frame()).decode(writer.frame(FRAME)), null);
});

test('a message of an unknown template is skipped', () => {
  const bytes = writer.heartbeat(CONTROL[1][1]);
  new DataView(bytes).setUint16(2, 999, true);
  const decoder = new SbeDecoder(new Frame());
  assert.equal(decoder.decode(bytes), null);
  assert.equal(decoder.discarded, false);
});

test('counts larger than the bytes left are refused before memory is taken', () => {
  const frame = writer.frame(FRAME);
  new DataView(frame).setUint32(28, 100_000, true);
  assert.throws(() => joinedDecoder().decode(frame), /agents is truncated/);
  new DataView(frame).setUint32(28, 0xffffffff, true);
  assert.throws(() => joinedDecoder().decode(frame), /agents=4294967295, at most 100000/);
  const roster = writer.roster(ROSTER);
  new DataView(roster).setUint32(14, 65_535, true);
  assert.throws(() => joinedDecoder().decode(roster), MalformedMessageError);
});

test('what is no message is refused by name', () => {
  const decoder = joinedDecoder();
  for (const bytes of [new ArrayBuffer(0), new ArrayBuffer(7), new ArrayBuffer(64)]) {
    assert.throws(() => decoder.decode(bytes), MalformedMessageError);
  }
  const json = new JsonDecoder(new Frame());
  const bad = [
    '',
    'null',
    '[]',
    '7',
    '{}',
    '{"type":7}',
    '{"type":"swarm_update"}',
    '{"type":"swarm_update","frequency":1,"time_us":1,"agents":[null]}',
    '{"type":"swarm_update","frequency":1,"time_us":1,"agents":[{"id":0,"sphere":"a","x":"1","y":0,"z":0,"frequency":0}]}',
    '{"type":"connected","stream":{}}',
    '{"type":"tier","stride":0}',
    '{"type":"error"}',
  ];
  for (const text of bad) assert.throws(() => json.decode(text), MalformedMessageError, text);
});

test('JSON frames of a server that announces no grid and numbers nothing are read', () => {
  const json = new JsonDecoder(new Frame());
  json.decode('{"type":"connected","frequency":999,"agent_count":1}');
  const frame = json.decode(
    '{"type":"swarm_update","timestamp":"2025-01-16T10:00:00Z","frequency":999,"agent_count":1,' +
      '"agents":[{"id":0,"sphere":"personal","x":0.5234,"y":-0.1234,"z":0.8765,"frequency":987.3}]}',
  );
  assert.equal(frame.sequence, -1);
  assert.equal(frame.timeMicros, 1737021600000000);
  assert.deepEqual([frame.grid.x[0], frame.grid.y[0], frame.grid.z[0], frame.grid.frequency[0]], [5234, -1234, 8765, 9873]);
  assert.equal(json.rosterChanged, true);
});

test('JSON rosters are made up once, and again when the names change', () => {
  const json = new JsonDecoder(new Frame());
  const text = swarmUpdate({ ...ROSTER, ...FRAME, components: STREAM.components });
  json.decode(text);
  const { roster } = json;
  json.decode(text);
  assert.equal(json.rosterChanged, false);
  assert.equal(json.roster, roster);
  json.decode(swarmUpdate({ ...ROSTER, ids: [1, 2, 3], ...FRAME, components: STREAM.components }));
  assert.equal(json.rosterChanged, true);
  assert.equal(json.roster.version, roster.version + 1);
});
