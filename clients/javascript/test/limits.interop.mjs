import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { EssaimClient } from '../src/essaim.js';

/** A running server that takes ten messages at once from us, who may only watch: ESSAIM_URL is its address. Else all is left out. */
const { ESSAIM_URL } = process.env;
const ROOMS = 14;

describe('limits of a server', { skip: ESSAIM_URL === undefined && 'ESSAIM_URL is not set', timeout: 120_000 }, () => {
  for (const encoding of ['sbe', 'json']) {
    test(`let a page join many rooms at once, in ${encoding}`, async (t) => {
      const client = new EssaimClient(new URL('ws/events', ESSAIM_URL), { WebSocket, encoding });
      t.after(() => client.disconnect());
      const errors = [];
      client.on('error', (error) => errors.push(error.message));
      client.connect();
      const rooms = Array.from({ length: ROOMS }, (_, i) => `room-${i}`);
      const granted = await Promise.all(rooms.map((room) => client.join(room)));
      assert.deepEqual(granted.at(-1).rooms.filter((room) => rooms.includes(room)).sort(), [...rooms].sort());
      assert.deepEqual(errors, []);
    });
  }
});
