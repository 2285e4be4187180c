/*
 * Sends texts and bytes of many sizes through Node's ws, compressed and not, and wants each back.
 *
 * Usage: node echo.mjs URL
 */
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';
import { once } from 'node:events';

const { WebSocket } = createRequire(new URL('../../../../clients/javascript/', import.meta.url))('ws');
const sizes = [0, 1, 125, 126, 127, 1024, 65_535, 65_536, 1_000_000];
let messages = 0;

for (const perMessageDeflate of [false, true]) {
  const socket = new WebSocket(process.argv[2], { perMessageDeflate });
  await once(socket, 'open');
  assert.equal(socket.extensions, perMessageDeflate ? 'permessage-deflate' : '');
  for (const size of sizes) {
    for (const sent of ['é☃𝄞'.repeat(size / 3).slice(0, size - size % 4), Buffer.alloc(size, 'bytes')]) {
      socket.send(sent);
      const [got, isBinary] = await once(socket, 'message');
      assert.equal(isBinary, typeof sent !== 'string');
      assert.ok(got.equals(Buffer.from(sent)), `${size} ${typeof sent}`);
      messages++;
    }
  }
  const parts = ['first, ', 'then ', 'last'];
  parts.forEach((part, i) => socket.send(part, { fin: i === parts.length - 1 }));
  assert.equal(String((await once(socket, 'message'))[0]), parts.join(''));
  socket.ping('are you there');
  assert.equal(String((await once(socket, 'pong'))[0]), 'are you there');
  socket.close(4321, 'done');
  const [code] = await once(socket, 'close');
  assert.equal(code, 4321);
}
console.log(JSON.stringify({ messages }));
