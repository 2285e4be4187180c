import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { EssaimClient } from '../src/essaim.js';

/**
 * Logins of a running server that lets nobody in without: ESSAIM_URL is its address. Its tokens say themselves what becomes of
 * them: `ann`, `ann:expires=2000` in milliseconds from when it is looked at, `forged`. Else all is left out.
 */
const { ESSAIM_URL } = process.env;
const EXAMPLES = /^```js\n([^]*?)^```$/gm;
const skip = ESSAIM_URL === undefined && 'ESSAIM_URL is not set';

describe('logins of a server', { skip, timeout: 60_000 }, () => {
  for (const encoding of ['sbe', 'json']) {
    const client = (t, token) => {
      const made = new EssaimClient(new URL('ws/swarm', ESSAIM_URL), { encoding, WebSocket, token });
      t.after(() => made.disconnect());
      made.connect();
      return made;
    };

    test(`a token comes with the handshake, in ${encoding}`, async (t) => {
      for (const token of ['ann', 'ann:may=watch']) await heard(client(t, token), 'connected');
    });

    test(`a token is asked for, and the login renewed, in ${encoding}`, async (t) => {
      let asked = 0;
      const watching = client(t, async () => `ann:expires=${2000 + asked++}`);
      const closes = [];
      watching.on('close', (event) => closes.push(event));
      for (let i = 0; i < 4; i++) {
        const { name, expires_at: expiresAt } = await heard(watching, 'authenticated');
        assert.equal(name, 'ann');
        assert.ok(!Number.isNaN(Date.parse(expiresAt)));
      }
      assert.ok(asked >= 4);
      assert.deepEqual(closes, []);
    });

    test(`a login that ended is followed by another, in ${encoding}`, async (t) => {
      const watching = client(t, 'ann:expires=900');
      const { code, reconnects, retryInMs } = await heard(watching, 'close');
      assert.deepEqual([code, reconnects, retryInMs], [4401, true, 0]);
      await heard(watching, 'connected');
    });

    test(`a token that does not hold ends it, in ${encoding}`, async (t) => {
      const watching = client(t, 'forged');
      const [error, { code, reconnects }] = await Promise.all([heard(watching, 'error'), heard(watching, 'close')]);
      assert.deepEqual([error.code, error.message], [1002, 'Invalid token']);
      assert.deepEqual([code, reconnects], [1008, false]);
      assert.equal(watching.state, 'unauthorized');
    });

    test(`one that does not hold is replaced once, in ${encoding}`, async (t) => {
      let asked = 0;
      const watching = client(t, () => (++asked === 1 ? 'forged' : 'ann'));
      await heard(watching, 'connected');
      assert.equal(asked, 2);
    });
  }
});

describe('the example of the README', { skip, timeout: 60_000 }, () => {
  test('logs in as it stands', async (t) => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const [, code] = [...readme.matchAll(EXAMPLES)].find(([, text]) => text.includes('tokenOfMySession'));
    const address = ESSAIM_URL.replace(/^http/, 'ws');
    const session = "const tokenOfMySession = async () => 'ann:expires=60000';\n";
    const example = session + code.replaceAll('ws://localhost:8001/', address);
    const preload = new URL('support/global-websocket.js', import.meta.url).href;
    const cwd = new URL('..', import.meta.url);
    const program = spawn(process.execPath, ['--import', preload, '--input-type=module', '-e', example], { cwd });
    t.after(() => program.kill());
    let printed = '';
    for (const stream of [program.stdout, program.stderr]) stream.on('data', (data) => (printed += data));
    while (!/^logged in as ann until \d{4}-/m.test(printed)) {
      assert.equal(program.exitCode, null, printed);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
});

/** The next such event. A close is told before the state changes. */
function heard(client, event) {
  return new Promise((resolve) => {
    const off = client.on(event, (value) => {
      off();
      setTimeout(() => resolve(value), 0);
    });
  });
}
