/*
 * Compares what Node's ws and Chromium make of compressed messages with what comes uncompressed, text by text.
 *
 * Usage: node deflate.mjs http://HOST:PORT/ ROUNDS, of a server that compresses pongs with an echo of 15 digits and none with
 * five. A round is a frame that all clients share and, after it, a pong. Prints one line of JSON, or ends with 1.
 * CHROMIUM is the browser, by default /usr/bin/chromium.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../../clients/javascript/package.json', import.meta.url));
const { WebSocket } = require('ws');
const { chromium } = require('playwright-core');
const FLAGS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'];
const CHUNK = 50;
const PATIENCE_MILLIS = 30_000;

const watcher = readFileSync(new URL('deflate_watcher.js', import.meta.url), 'utf8');
const http = new URL(process.argv[2]);
const rounds = Number(process.argv[3]);
const url = new URL('/ws/swarm', http.href.replace('http', 'ws')).href;
(0, eval)(watcher);

/** Digests of the frames as they come to a client that offers no extension. */
class Uncompressed {
  digests = new Map();

  static async start() {
    const plain = new Uncompressed();
    const socket = await open({ perMessageDeflate: false });
    assert.equal(socket.extensions, '');
    plain.watcher = new DeflateWatcher(socket);
    plain.running = plain.run();
    return plain;
  }

  async run() {
    while (!this.stopped) {
      for (const [sequence, digest] of await this.watcher.next(CHUNK)) this.digests.set(sequence, digest);
    }
  }

  async stop() {
    this.stopped = true;
    await this.running;
  }
}

async function open(options) {
  const socket = new WebSocket(url, options);
  await once(socket, 'open', { signal: AbortSignal.timeout(PATIENCE_MILLIS) });
  return socket;
}

/** Compares chunk by chunk; a frame that one of the two did not get says nothing. */
async function compare(next, plain) {
  let pending = [];
  let compared = 0;
  while (compared < rounds) {
    pending.push(...(await next(CHUNK)));
    const newest = Math.max(-1, ...plain.digests.keys());
    const due = pending.filter(([sequence]) => sequence <= newest);
    pending = pending.filter(([sequence]) => sequence > newest);
    for (const [sequence, digest] of due) {
      if (plain.digests.has(sequence)) {
        assert.equal(digest, plain.digests.get(sequence), `the text of ${sequence}`);
        compared++;
      }
    }
  }
  return compared;
}

async function inNode(plain) {
  // From the first byte on, so that the pings are compressed as well.
  const socket = await open({ perMessageDeflate: { threshold: 0 } });
  const watching = new DeflateWatcher(socket);
  const compared = await compare((count) => watching.next(count), plain);
  return { extensions: socket.extensions, compared, pongs: watching.pongs };
}

async function inChromium(plain) {
  const { CHROMIUM = '/usr/bin/chromium' } = process.env;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    const page = await browser.newPage();
    await page.goto(new URL('/livez', http).href);
    await page.evaluate(watcher);
    await page.evaluate((to) => {
      globalThis.watching = new DeflateWatcher(new WebSocket(to));
    }, url);
    const compared = await compare((count) => page.evaluate((n) => watching.next(n), count), plain);
    const [extensions, pongs] = await page.evaluate(() => [watching.socket.extensions, watching.pongs]);
    return { extensions, compared, pongs };
  } finally {
    await browser.close();
  }
}

const plain = await Uncompressed.start();
const [node, browser] = await Promise.all([inNode(plain), inChromium(plain)]);
await plain.stop();
for (const seen of [node, browser]) {
  assert.match(seen.extensions, /^permessage-deflate/);
  assert.ok(seen.pongs >= rounds, `${seen.pongs} pongs`);
}
console.log(JSON.stringify({ rounds, ws: node, chromium: browser }));
process.exit(0);
