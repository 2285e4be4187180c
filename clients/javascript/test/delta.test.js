import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EssaimClient, MalformedMessageError, StreamDecoder } from '../src/essaim.js';
import { Template } from '../src/sbe-schema.js';
import { ManualClock, scriptedWebSocket } from './support/fakes.js';
import { STREAMS, framesOf, messagesOf, shown } from './support/golden-streams.js';
import { MessageWriter } from './support/message-writer.js';
import { CONNECTED, STREAM } from './support/messages.js';
import { runSeed, seededRandom } from './support/random.js';

const ROUNDS = 150;
/** Longer than any wait for another attempt. */
const RETRY_MS = 20_000;
const NAMES = Object.keys(STREAMS);

function greeting(name) {
  const stream = { ...STREAM, value_bits: STREAMS[name] };
  return new MessageWriter().connected({ ...CONNECTED, form: 'delta', stream });
}

const templateOf = (message) => new DataView(message).getUint16(2, true);

/** A connected client, and what it said. */
function viewer(options = {}) {
  const clock = new ManualClock();
  const WebSocket = scriptedWebSocket();
  const seen = { frames: [], rosters: [], errors: [] };
  const client = new EssaimClient('ws://delta/ws/swarm', { WebSocket, clock, random: () => 0, ...options });
  client.on('frame', (frame) => seen.frames.push(shown(frame)));
  client.on('roster', (roster) => seen.rosters.push(roster));
  client.on('error', (error) => seen.errors.push(error));
  client.connect();
  WebSocket.newest.open();
  return { client, clock, WebSocket, seen, say: (message) => WebSocket.newest.say(message) };
}

for (const name of NAMES) {
  test(`a client shows the golden stream ${name}`, () => {
    const { client, seen, say } = viewer();
    const messages = messagesOf(name);
    say(greeting(name));
    messages.forEach(say);
    assert.deepEqual(seen.errors, []);
    assert.deepEqual(seen.frames, framesOf(name));
    assert.deepEqual(seen.rosters.at(-1).ids, seen.frames.at(-1).ids);
    const { frames, skipped, discarded, bytes } = client.stats;
    assert.deepEqual({ frames, skipped, discarded }, { frames: seen.frames.length, skipped: 0, discarded: 0 });
    assert.equal(bytes, [greeting(name), ...messages].reduce((sum, { byteLength }) => sum + byteLength, 0));
    client.disconnect();
  });

  test(`a decoder without a connection shows the golden stream ${name}, of bytes anywhere in memory`, () => {
    const frames = [];
    const rosters = [];
    const decoder = new StreamDecoder({
      frame: (frame) => frames.push(shown(frame)),
      message: (message) => message.type === 'roster' && rosters.push(message),
    });
    for (const message of [greeting(name), ...messagesOf(name)]) {
      const memory = new Uint8Array(message.byteLength + 20).fill(0xff);
      memory.set(new Uint8Array(message), 7);
      decoder.decode(memory.subarray(7, 7 + message.byteLength));
    }
    assert.deepEqual(frames, framesOf(name));
    assert.ok(rosters.length > 0);
  });
}

test('values are those of the announced grid', () => {
  const values = [];
  const decoder = new StreamDecoder({ frame: ({ grid, z }) => values.push([grid.z[1], z[1]]) });
  [greeting('two_agents'), ...messagesOf('two_agents')].forEach((message) => decoder.decode(message));
  for (const [gridded, value] of values) assert.equal(value, (gridded - 20_000) / 10_000);
});

test('frames that only bring the decoder up to date are neither shown nor counted', () => {
  const { client, seen, say } = viewer();
  say(greeting('joined'));
  messagesOf('joined').forEach(say);
  assert.equal(seen.frames[0].sequence, 150);
  assert.equal(client.stats.frames, 50);
  assert.equal(client.stats.skipped, 0);
  client.disconnect();
});

test('frames that a client fell behind by are skipped ones, and those that are replayed none', () => {
  const { client, seen, say } = viewer();
  const [roster, keyframe, replay, ...rest] = messagesOf('joined');
  assert.equal(templateOf(replay), Template.REPLAY);
  say(greeting('joined'));
  [roster, keyframe, ...rest.slice(0, 20)].forEach(say);
  const before = seen.frames.at(-1).sequence;
  [roster, keyframe, replay, ...rest].forEach(say);
  assert.equal(client.stats.skipped, 150 - before - 1);
  assert.deepEqual(seen.frames.slice(-50), framesOf('joined'));
  client.disconnect();
});

test('sequences wrap', () => {
  const { client, seen, say } = viewer();
  say(greeting('two_agents'));
  for (const message of messagesOf('two_agents')) {
    const moved = message.slice(0);
    const view = new DataView(moved);
    if (templateOf(moved) !== Template.ROSTER) view.setUint32(8, view.getUint32(8, true) - 3, true);
    say(moved);
  }
  assert.deepEqual(seen.frames.map(({ sequence }) => sequence), [4294967293, 4294967294, 4294967295, 0, 1, 2]);
  assert.equal(client.stats.skipped, 0);
  client.disconnect();
});

test('a new epoch, of wider values, begins with its own roster and keyframe', () => {
  const { client, seen, say } = viewer();
  say(greeting('coming_and_going'));
  messagesOf('coming_and_going').forEach(say);
  const of = seen.frames.length;
  const stream = { ...STREAM, epoch: STREAM.epoch + 1, value_bits: 32 };
  say(new MessageWriter().streamChanged({ ...CONNECTED, stream, reason: 'values need 32 bits' }));
  // One of the past builds on what is gone.
  say(messagesOf('coming_and_going').at(-1));
  assert.equal(client.stats.discarded, 1);
  messagesOf('wide').forEach(say);
  assert.deepEqual(seen.frames.slice(of), framesOf('wide'));
  assert.deepEqual(seen.errors, []);
  client.disconnect();
});

test('another form on the same connection goes on where deltas ended', () => {
  const { client, seen, say } = viewer();
  say(greeting('two_agents'));
  messagesOf('two_agents').forEach(say);
  const writer = new MessageWriter();
  const column = Int32Array.of(1, 2);
  say(writer.roster({ version: 1, spheres: ['a'], ids: [100, 101], sphereOf: [0, 0] }));
  say(writer.frame({ seq: 6, time_us: 1, rosterVersion: 1, target: 999, columns: { x: column, y: column, z: column, frequency: column } }));
  assert.deepEqual(seen.frames.at(-1).columns[0], column);
  say(messagesOf('two_agents').at(-1));
  assert.equal(client.stats.discarded, 1);
  assert.deepEqual(seen.errors, []);
  client.disconnect();
});

test('a listener that disconnects hears no more of a batch', () => {
  const { client, seen, say } = viewer();
  client.on('frame', () => client.disconnect());
  say(greeting('batches'));
  messagesOf('batches').forEach(say);
  assert.equal(seen.frames.length, 1);
});

const WRONG = {
  'a frame of another roster': [/^rosterVersion of frame/, (message) => new DataView(message).setUint16(20, 9, true)],
  'a keyframe of another roster': [/^rosterVersion of keyframe/, (message) => new DataView(message).setUint16(20, 9, true), Template.KEYFRAME],
  'a change to a roster that is not the next': [/^rosterVersion=9/, (message) => new DataView(message).setUint16(8, 9, true), Template.ROSTER_CHANGE],
  'a removed agent that is not there': [/^removed=/, (message) => new DataView(message).setUint32(18, 1000, true), Template.ROSTER_CHANGE],
  'an added agent of no label': [
    /^sphere=65535/,
    (message) => new DataView(message).setUint16(message.byteLength - 2, 65_535, true),
    Template.ROSTER_CHANGE,
  ],
  'a frame before the newest': [/^frame 0 after frame/, (message) => new DataView(message).setUint32(8, 0, true)],
  'a frame with a wrong bit': [/^coded/, (message) => (new Uint8Array(message)[30] ^= 4)],
};

for (const [what, [error, spoil, template = Template.DELTA_FRAME]] of Object.entries(WRONG)) {
  test(`${what} is one malformed message, and the next connection is clean`, () => {
    const { client, WebSocket, clock, seen, say } = viewer();
    const messages = messagesOf('coming_and_going');
    say(greeting('coming_and_going'));
    let spoilt = false;
    messages.forEach((message, i) => {
      // Not the first frame: it has none before it. An entry is added in the second change of the stream.
      const suits = templateOf(message) === template && (i > 40 || template === Template.KEYFRAME);
      if (spoilt || !suits) return say(message);
      spoilt = true;
      const wrong = message.slice(0);
      spoil(wrong);
      say(wrong);
    });
    assert.equal(seen.errors.length, 1);
    assert.ok(seen.errors[0] instanceof MalformedMessageError);
    assert.match(seen.errors[0].message, error);
    assert.equal(WebSocket.newest.closed.code, 4002);
    assert.equal(client.stats.malformed, 1);
    clock.advance(RETRY_MS);
    WebSocket.newest.open();
    seen.frames.length = 0;
    [greeting('coming_and_going'), ...messages].forEach((message) => say(message));
    assert.deepEqual(seen.frames, framesOf('coming_and_going'));
    client.disconnect();
  });
}

test('a batch in a batch is malformed', () => {
  const { client, seen, say } = viewer();
  say(greeting('batches'));
  const [roster, keyframe, batch] = messagesOf('batches');
  const nested = new Uint8Array(14 + 4 + batch.byteLength);
  nested.set(new Uint8Array(batch, 0, 14));
  const view = new DataView(nested.buffer);
  view.setUint32(10, 1, true);
  view.setUint32(14, batch.byteLength, true);
  nested.set(new Uint8Array(batch), 18);
  [roster, keyframe, nested.buffer].forEach(say);
  assert.deepEqual(seen.errors.map(({ message }) => message), ['a batch in a batch']);
  client.disconnect();
});

test('after what cannot be read frames wait for a keyframe', () => {
  const frames = [];
  const decoder = new StreamDecoder({ frame: (frame) => frames.push(frame.sequence) });
  const [roster, keyframe, ...rest] = messagesOf('two_agents');
  [greeting('two_agents'), roster, keyframe, rest[0]].forEach((message) => decoder.decode(message));
  // One is lost: what comes does not build on what is known.
  assert.throws(() => decoder.decode(rest[2]), MalformedMessageError);
  decoder.decode(rest[3]);
  assert.deepEqual(frames, [0]);
  [roster, keyframe, ...rest].forEach((message) => decoder.decode(message));
  assert.deepEqual(frames, [0, 0, 1, 2, 3, 4, 5]);
});

/** What happens to a stream's messages on the way; each spoils one place of them or more. */
const MUTATIONS = {
  truncated: (messages, at, random) => [messages[at].slice(0, Math.floor(random() * messages[at].byteLength))],
  flipped: (messages, at, random) => {
    const bytes = new Uint8Array(messages[at].slice(0));
    bytes[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8);
    return [bytes.buffer];
  },
  garbled: (messages, at, random) => {
    const bytes = new Uint8Array(messages[at].slice(0));
    for (let i = Math.floor(random() * bytes.length); i < bytes.length; i++) bytes[i] = Math.floor(random() * 256);
    return [bytes.buffer];
  },
  lengthened: (messages, at, random) => {
    const bytes = new Uint8Array(messages[at].byteLength + 1 + Math.floor(random() * 8));
    bytes.set(new Uint8Array(messages[at]));
    return [bytes.buffer];
  },
  swapped: (messages, at) => [messages[Math.min(at + 1, messages.length - 1)], messages[at]],
  lost: () => [],
  twice: (messages, at) => [messages[at], messages[at]],
  foreign: (messages, at, random) => {
    const others = messagesOf(NAMES[Math.floor(random() * NAMES.length)]);
    return [others[Math.floor(random() * others.length)], messages[at]];
  },
};

for (const [what, mutate] of Object.entries(MUTATIONS)) {
  test(`${what} messages are read or refused, and all is well after a keyframe`, { timeout: 60_000 }, () => {
    const seed = runSeed();
    console.log(`seed ${seed} (ESSAIM_SEED=${seed} runs it again)`);
    const random = seededRandom(seed);
    const streams = NAMES.map((name) => ({ name, messages: messagesOf(name).slice(0, 40) }));
    const expected = new Map(NAMES.map((name) => [name, framesOf(name)]));
    let refused = 0;
    const frames = [];
    const decoder = new StreamDecoder({ frame: (frame) => frames.push(shown(frame)) });
    for (let round = 0; round < ROUNDS; round++) {
      const { name, messages } = streams[Math.floor(random() * streams.length)];
      const start = Math.floor(random() * messages.length);
      decoder.decode(greeting(name));
      let errors = 0;
      const take = (message) => {
        try {
          decoder.decode(message);
        } catch (error) {
          assert.ok(error instanceof MalformedMessageError, String(error));
          errors++;
        }
      };
      messages.slice(0, start).forEach(take);
      assert.equal(errors, 0);
      for (const message of mutate(messages, start, random)) take(message);
      messages.slice(start + 1).forEach(take);
      refused += errors > 0 ? 1 : 0;
      frames.length = 0;
      decoder.decode(greeting(name));
      messages.forEach((message) => decoder.decode(message));
      assert.deepEqual(frames, expected.get(name).slice(0, frames.length));
      assert.ok(frames.length > 0 || name === 'joined');
    }
    // Who reads by this schema passes over what a newer one appends.
    assert.equal(refused > 0, what !== 'lengthened');
  });
}

test('the address and the options say how many ticks come as one, where that can be', async () => {
  const { client, WebSocket, clock, say } = viewer({ form: 'delta', batch: 5 });
  assert.equal(WebSocket.newest.url, 'ws://delta/ws/swarm?batch=5&form=delta');
  say(greeting('two_agents'));
  const granted = client.subscribe({ form: 'plain' });
  say(new MessageWriter().subscribed({ id: '1', swarm: { fps: 60, stride: 1, form: 'plain' } }));
  await granted;
  WebSocket.newest.drop();
  clock.advance(RETRY_MS);
  assert.equal(WebSocket.newest.url, 'ws://delta/ws/swarm?form=plain');
  client.disconnect();

  const options = { WebSocket, clock };
  const linked = new EssaimClient('ws://delta/ws/swarm?a=1&batch=7&b=2', options);
  linked.connect();
  assert.equal(WebSocket.newest.url, 'ws://delta/ws/swarm?a=1&b=2&batch=7');
  linked.disconnect();
  for (const batch of [0, 61, 1.5, 'x']) {
    assert.throws(() => new EssaimClient('ws://delta/', { ...options, batch }), /batch=.*, a whole number from 1 to 60/);
  }
  assert.throws(() => new EssaimClient('ws://delta/', { ...options, batch: 2, encoding: 'json' }), /form delta only, not in json/);
  assert.throws(() => new EssaimClient('ws://delta/', { ...options, batch: 2, form: 'plain' }), /form delta only, not in plain/);
});
