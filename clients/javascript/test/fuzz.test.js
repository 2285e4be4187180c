import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EssaimClient, MalformedMessageError } from '../src/essaim.js';
import { ManualClock, scriptedWebSocket } from './support/fakes.js';
import { MessageWriter } from './support/message-writer.js';
import { CONNECTED, CONTROL, FRAME, ROSTER, STREAM, allBinary } from './support/messages.js';
import { runSeed, seededRandom } from './support/random.js';
import { swarmUpdate } from './support/swarm.js';

const ROUNDS = 20_000;
const TRICKY = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

/** A client that is told mutated messages; each must be read, or be answered with 4002 and one MalformedMessageError. */
function fuzz(encoding, messages, mutate) {
  const seed = runSeed();
  console.log(`seed ${seed} (ESSAIM_SEED=${seed} runs it again)`);
  const random = seededRandom(seed);
  const clock = new ManualClock();
  const WebSocket = scriptedWebSocket();
  const errors = [];
  const client = new EssaimClient('ws://fuzz/ws/swarm', { encoding, WebSocket, clock, random });
  client.on('error', (error) => errors.push(error));
  client.on('frame', (frame) => assert.ok(frame.agentCount <= frame.x.length));
  const join = () => {
    client.connect();
    WebSocket.newest.open();
    WebSocket.newest.say(messages[0]);
    if (encoding === 'sbe') WebSocket.newest.say(new MessageWriter().roster(ROSTER));
  };
  join();
  for (let round = 0; round < ROUNDS; round++) {
    errors.length = 0;
    const socket = WebSocket.newest;
    socket.say(mutate(messages[Math.floor(random() * messages.length)], random));
    if (socket.closed !== undefined) {
      assert.equal(socket.closed.code, 4002);
      assert.equal(errors.length, 1);
      assert.ok(errors[0] instanceof MalformedMessageError, String(errors[0]));
      WebSocket.sockets.length = 0;
      join();
    }
  }
  client.disconnect();
  assert.equal(clock.timers, 0);
}

function mutateBytes(message, random) {
  let bytes = new Uint8Array(message.slice(0));
  for (let n = Math.floor(random() * 4); n >= 0; n--) {
    const at = Math.floor(random() * bytes.length);
    switch (Math.floor(random() * 4)) {
      case 0:
        bytes[at] = TRICKY[Math.floor(random() * TRICKY.length)];
        break;
      case 1:
        bytes[at] ^= 1 << Math.floor(random() * 8);
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      default:
        bytes = Uint8Array.from([...bytes, ...bytes.slice(at)]);
    }
  }
  return bytes.buffer;
}

function mutateText(message, random) {
  const pieces = ['null', '-1', '1e999', '""', '[]', '{}', ',', '"', '}', '9007199254740993', 'true', '\ud800'];
  let text = message;
  for (let n = Math.floor(random() * 3); n >= 0; n--) {
    const at = Math.floor(random() * text.length);
    if (random() < 0.6) {
      // A value in place of another keeps the text JSON, and reaches what comes after the parser.
      const values = [...text.matchAll(/:("[^"]*"|-?[\d.]+|true|false|\[[^\[\]]*\]|\{[^{}]*\})/g)];
      if (values.length === 0) continue;
      const value = values[Math.floor(random() * values.length)];
      const piece = pieces[Math.floor(random() * pieces.length)];
      text = text.slice(0, value.index + 1) + piece + text.slice(value.index + value[0].length);
    } else if (random() < 0.5) {
      text = text.slice(0, at) + pieces[Math.floor(random() * pieces.length)] + text.slice(at);
    } else {
      text = text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 8));
    }
  }
  return text;
}

const golden = (file) => readFileSync(new URL(`../../../protocol/golden/v0/${file}`, import.meta.url));
const ABOUT_EVENTS = [
  'event',
  'event_minimal',
  'event_batch',
  'subscribed_events_unrecovered',
  'unsubscribed',
  'published',
  'gap',
  'presence',
  'snapshot',
];

test('mutated binary messages are read or refused', { timeout: 60_000 }, () => {
  const events = ABOUT_EVENTS.map((name) => new Uint8Array(golden(`${name}.bin`)).buffer);
  fuzz('sbe', [...allBinary(), ...events], mutateBytes);
});

test('mutated texts are read or refused', { timeout: 60_000 }, () => {
  const frame = swarmUpdate({ ...ROSTER, ...FRAME, components: STREAM.components });
  const control = CONTROL.map(([, message]) => JSON.stringify(message));
  const events = ABOUT_EVENTS.map((name) => golden(`${name}.json`).toString());
  fuzz('json', [JSON.stringify(CONNECTED), frame, frame, ...control, ...events], mutateText);
});
