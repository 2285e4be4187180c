import { readFileSync } from 'node:fs';

const DIRECTORY = new URL('../../../../protocol/golden/v0/streams/', import.meta.url);

/** Streams of the form delta that the server's encoder wrote, with the width of their values. */
export const STREAMS = Object.freeze({ two_agents: 16, coming_and_going: 16, wide: 32, batches: 16, joined: 16 });

/** What a client receives: an ArrayBuffer for each message. */
export function messagesOf(name) {
  const bytes = buffer(`${name}.messages`);
  const view = new DataView(bytes);
  const messages = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const length = view.getUint32(at, true);
    messages.push(bytes.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return messages;
}

/** What it shows: `sequence`, `target`, `ids`, and `columns` of integers. */
export function framesOf(name) {
  const numbers = new Int32Array(buffer(`${name}.frames`));
  const frames = [];
  for (let at = 0; at < numbers.length; ) {
    const [sequence, target, agents] = numbers.subarray(at, at + 3);
    at += 3;
    const ids = Uint32Array.from(numbers.subarray(at, at + agents));
    at += agents;
    const columns = ['x', 'y', 'z', 'frequency'].map(() => numbers.slice(at, (at += agents)));
    frames.push({ sequence: sequence >>> 0, target, ids, columns });
  }
  return frames;
}

/** What a frame of the client shows, likewise. */
export function shown({ sequence, targetFrequency, ids, agentCount, grid }) {
  const columns = ['x', 'y', 'z', 'frequency'].map((name) => grid[name].slice(0, agentCount));
  return { sequence, target: targetFrequency, ids: ids.slice(), columns };
}

function buffer(file) {
  const bytes = readFileSync(new URL(file, DIRECTORY));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
