import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Frame } from '../src/frame.js';
import { JsonDecoder } from '../src/json-codec.js';
import { MalformedMessageError } from '../src/malformed-message-error.js';
import { SbeDecoder } from '../src/sbe-decoder.js';

/** Numbers that JSON cannot say are none of the protocol's, whichever the encoding. */
const golden = (file) => readFileSync(new URL(`../../../protocol/golden/v0/${file}`, import.meta.url));

function viewOf(name) {
  const bytes = golden(`${name}.bin`);
  return new DataView(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

const read = (view) => new SbeDecoder(new Frame()).decode(view.buffer);
const named = (field) => (e) => e instanceof MalformedMessageError && e.message.includes(field);

for (const [name, at, field] of [
  ['connected', 18, 'epoch'],
  ['connected', 26, 'timeMicros'],
  ['stream_changed', 17, 'epoch'],
  ['stream_changed', 25, 'timeMicros'],
  ['heartbeat', 8, 'timeMicros'],
  ['frequency_update', 12, 'timeMicros'],
  ['pong', 8, 'timeMicros'],
  ['authenticated', 8, 'expiresMicros'],
  ['event', 8, 'offset'],
  ['event', 16, 'timeMicros'],
  ['published', 8, 'offset'],
  ['gap', 8, 'lost'],
  ['gap', 22, 'first'],
  ['gap', 30, 'last'],
  ['snapshot', 8, 'offset'],
]) {
  test(`${field} of ${name} at ${at} ends below 2^53`, () => {
    const view = viewOf(name);
    for (const tooMuch of [2n ** 53n, 2n ** 63n, 2n ** 64n - 2n]) {
      view.setBigUint64(at, tooMuch, true);
      assert.throws(() => read(view), named(`${field} is 2^53 or more`));
    }
    view.setBigUint64(at, 2n ** 53n - 1n, true);
    assert.notEqual(read(view), null);
  });
}

test('an infinite echo is refused in binary', () => {
  const view = viewOf('pong');
  for (const infinite of [Infinity, -Infinity]) {
    view.setFloat64(16, infinite, true);
    assert.throws(() => read(view), named(`echo=${infinite}, a finite number`));
  }
});

test('a block beyond the message is refused', () => {
  for (const name of ['pong', 'heartbeat', 'gap', 'event', 'unsubscribed']) {
    const view = viewOf(name);
    view.setUint16(0, 65_535, true);
    assert.throws(() => read(view), MalformedMessageError, name);
  }
});

for (const [name, field, number] of [
  ['pong', 't', '1e400'],
  ['pong', 't', '"1"'],
  ['pong', 'time_us', '9007199254740992'],
  ['heartbeat', 'time_us', '-1'],
  ['frequency_update', 'time_us', '1e400'],
  ['connected', 'time_us', '1.5'],
  ['stream_changed', 'time_us', '1e300'],
  ['event', 'time_us', '9007199254740992'],
  ['event', 'source_agent_id', '9007199254740994'],
  ['event', 'circle_id', '-1e400'],
  ['event', 'offset', '9007199254740992'],
  ['gap', 'count', '1e400'],
]) {
  test(`${field} of ${name}=${number} is refused in JSON`, () => {
    const text = golden(`${name}.json`).toString();
    const changed = text.replace(new RegExp(`"${field}":-?[0-9.]+`), `"${field}":${number}`);
    assert.notEqual(changed, text);
    assert.throws(() => new JsonDecoder(new Frame()).decode(changed), named(field));
  });
}

test('a range of offsets below 0 is refused in JSON', () => {
  const text = golden('gap.json').toString().replace('[10,20]', '[-10,20]');
  assert.throws(() => new JsonDecoder(new Frame()).decode(text), named('ranges'));
});

test('a message of a type that is not known may have any time', () => {
  const text = '{"type":"newer","time_us":"soon"}';
  assert.deepEqual(new JsonDecoder(new Frame()).decode(text), { type: 'newer', time_us: 'soon' });
});
