/**
 * Reads spoiled streams of the form delta for a time: node test/fuzz.mjs [SECONDS [SEED]]
 *
 * Each round spoils one golden stream. What is broken may be read, or throw a MalformedMessageError; any other error, an agent
 * too many, a value that is wider than the stream, and a good stream that is not read afterwards are findings. A round's number
 * and the seed make it again. Ends with 1 when there were findings.
 */
import assert from 'node:assert/strict';
import { MalformedMessageError, StreamDecoder } from '../src/essaim.js';
import { Template } from '../src/sbe-schema.js';
import { STREAMS, framesOf, messagesOf, shown } from './support/golden-streams.js';
import { MessageWriter } from './support/message-writer.js';
import { CONNECTED, STREAM } from './support/messages.js';
import { seededRandom } from './support/random.js';

const SECONDS = 60;
const SLOW_MS = 10_000;
const FINDINGS_MAX = 20;
const LENGTHS = [6, 12, 25, 400];
const CODED_AT = 22;
const CODED_MAX = 300;
const NAMES = Object.keys(STREAMS);
const MESSAGES = new Map(NAMES.map((name) => [name, messagesOf(name)]));
const FRAMES = new Map(NAMES.map((name) => [name, framesOf(name)]));

function greeting(valueBits) {
  return new MessageWriter().connected({ ...CONNECTED, form: 'delta', stream: { ...STREAM, value_bits: valueBits } });
}

/** Ways to spoil a stream, each at one place of it. */
const FAULTS = [flip, flip, cut, recode, recode, drop, repeat, swap, insert];

function flip(stream, at, below) {
  const bytes = new Uint8Array(stream[at].slice(0));
  for (let n = 1 + below(3); n > 0; n--) bytes[below(bytes.length)] ^= 1 << below(8);
  stream[at] = bytes.buffer;
}

function cut(stream, at, below) {
  stream[at] = stream[at].slice(0, below(stream[at].byteLength));
}

/** Other bytes for the codec in a message whose lengths are right. */
function recode(stream, at, below) {
  const message = stream[at];
  if (message.byteLength < CODED_AT + 4) return;
  const template = new DataView(message).getUint16(2, true);
  if (template !== Template.DELTA_FRAME && template !== Template.KEYFRAME) return;
  const coded = new Uint8Array(message, CODED_AT + 4);
  const noise = (length) => Uint8Array.from({ length }, () => below(256));
  const others = [
    () => coded.slice(0, below(coded.length + 1)),
    () => Uint8Array.from([...coded, ...noise(1 + below(8))]),
    () => noise(below(CODED_MAX)),
    () => new Uint8Array(below(CODED_MAX)).fill(below(2) * 255),
    () => Uint8Array.from([...coded.slice(0, 4), ...noise(coded.length)]),
  ];
  const other = others[below(others.length)]();
  const whole = new Uint8Array(CODED_AT + 4 + other.length);
  whole.set(new Uint8Array(message, 0, CODED_AT));
  new DataView(whole.buffer).setUint32(CODED_AT, other.length, true);
  whole.set(other, CODED_AT + 4);
  stream[at] = whole.buffer;
}

function drop(stream, at) {
  if (stream.length > 1) stream.splice(at, 1);
}

function repeat(stream, at) {
  stream.splice(at, 0, stream[at]);
}

function swap(stream, at, below) {
  const other = below(stream.length);
  [stream[at], stream[other]] = [stream[other], stream[at]];
}

/** One of another stream. */
function insert(stream, at, below) {
  const others = MESSAGES.get(NAMES[below(NAMES.length)]);
  stream.splice(at, 0, others[below(others.length)]);
}

function spoiled(below) {
  const name = NAMES[below(NAMES.length)];
  const stream = MESSAGES.get(name).slice(0, LENGTHS[below(LENGTHS.length)]);
  for (let n = 1 + below(3); n > 0; n--) {
    // Near the beginning more often: every later message depends on the first ones.
    const at = Math.min(below(stream.length), below(stream.length));
    FAULTS[below(FAULTS.length)](stream, at, below);
  }
  return { valueBits: below(20) === 0 ? 16 * (1 + below(2)) : STREAMS[name], stream };
}

function check({ sequence, target, ids, columns }, valueBits) {
  assert.ok(Number.isInteger(sequence) && sequence >= 0 && sequence < 2 ** 32, `sequence ${sequence}`);
  assert.ok(Number.isInteger(target) && target >= 0 && target <= 0xffff, `target frequency ${target}`);
  for (const column of columns) {
    assert.ok(column.length <= ids.length);
    for (const value of column) {
      assert.ok(value === (valueBits === 16 ? (value << 16) >> 16 : value | 0), `value ${value} in ${valueBits} bits`);
    }
  }
}

/** How many messages were malformed. Throws what is a finding. */
function round(seed) {
  const random = seededRandom(seed);
  const { valueBits, stream } = spoiled((limit) => Math.floor(random() * limit));
  let bits = valueBits;
  let frames = [];
  const decoder = new StreamDecoder({
    frame: (frame) => frames.push(shown(frame)),
    message: (message) => {
      if (message.stream) bits = message.stream.value_bits;
    },
  });
  let malformed = 0;
  decoder.decode(greeting(valueBits));
  for (const message of stream) {
    try {
      decoder.decode(message);
    } catch (error) {
      if (!(error instanceof MalformedMessageError)) throw error;
      malformed++;
    }
    for (const frame of frames) check(frame, bits);
    frames = [];
  }
  const name = valueBits === 32 ? 'wide' : 'two_agents';
  decoder.decode(greeting(valueBits));
  for (const message of MESSAGES.get(name).slice(0, 8)) decoder.decode(message);
  assert.deepEqual(frames, FRAMES.get(name).slice(0, 6), 'a good stream is not read any more');
  return malformed;
}

const seconds = Number(process.argv[2] ?? SECONDS);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31) >>> 0;
const end = performance.now() + 1000 * seconds;
let rounds = 0;
let broken = 0;
let findings = 0;
console.log(`seed ${seed}, ${seconds} s`);
while (performance.now() < end && findings < FINDINGS_MAX) {
  const begun = performance.now();
  try {
    if (round((Math.imul(seed, 0x9e3779b1) + rounds) >>> 0) > 0) broken++;
    assert.ok(performance.now() - begun < SLOW_MS, `took ${performance.now() - begun} ms`);
  } catch (error) {
    findings++;
    console.log(`seed ${seed}, round ${rounds}: ${error.stack}`);
  }
  rounds++;
}
console.log(`${rounds} rounds, ${broken} with malformed messages, ${findings} findings`);
process.exitCode = findings > 0 ? 1 : 0;
