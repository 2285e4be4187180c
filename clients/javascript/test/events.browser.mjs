import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { WebSocket } from 'ws';
import { EssaimClient } from '../src/essaim.js';
import { next } from './support/next.js';
import { Proxy } from './support/proxy.js';

/**
 * Events in Chromium, through a proxy that cuts what passes: ESSAIM_URL is the address of a server at whose machine this may
 * publish, CHROMIUM the browser (default /usr/bin/chromium). Without an address everything is left out.
 */
const { ESSAIM_URL, CHROMIUM = '/usr/bin/chromium' } = process.env;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const WAIT = { timeout: 60_000 };
const CUTS = 3;
const EVENTS_A_CUT = 20;
const ROOM = `browser.${Date.now().toString(36)}`;

describe('events in a browser', { skip: ESSAIM_URL === undefined && 'ESSAIM_URL is not set', timeout: 180_000 }, () => {
  let browser;
  let publisher;

  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    publisher = new EssaimClient(new URL('ws/events', ESSAIM_URL), { WebSocket });
    const connected = next(publisher, 'connected');
    publisher.connect();
    await connected;
  });

  after(async () => {
    publisher?.disconnect();
    await browser?.close();
  });

  /** A page of the proxy's origin. */
  async function opened(t) {
    const proxy = await Proxy.to(ESSAIM_URL);
    t.after(() => proxy.close());
    const tab = await browser.newPage();
    t.after(() => tab.close());
    await tab.goto(`${proxy.url}livez`);
    return { proxy, tab };
  }

  async function publish(room, first, count) {
    for (let n = first; n < first + count; n++) await publisher.publish({ type: 'agent.counted', data: { n }, room });
  }

  test('EventSource gets each once and in order though it is cut again and again', async (t) => {
    const { proxy, tab } = await opened(t);
    const room = `${ROOM}.stream`;
    await tab.evaluate((address) => {
      globalThis.seen = [];
      globalThis.greetings = 0;
      new EventSource(address).onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === 'subscribed') globalThis.greetings++;
        else globalThis.seen.push(message.data.n);
      };
    }, `/api/events/stream?rooms=${room}`);
    await tab.waitForFunction(() => globalThis.greetings === 1, undefined, WAIT);
    for (let cut = 0; cut < CUTS; cut++) {
      await publish(room, cut * EVENTS_A_CUT, EVENTS_A_CUT / 2);
      proxy.cut();
      await publish(room, cut * EVENTS_A_CUT + EVENTS_A_CUT / 2, EVENTS_A_CUT / 2);
    }
    await tab.waitForFunction((count) => globalThis.seen.length >= count, CUTS * EVENTS_A_CUT, WAIT);
    const { seen, greetings } = await tab.evaluate(() => ({ seen: globalThis.seen, greetings: globalThis.greetings }));
    assert.deepEqual(seen, Array.from({ length: CUTS * EVENTS_A_CUT }, (_, n) => n));
    assert.ok(greetings > 1, 'it was cut');
  });

  test('this client polls where no WebSocket can be had, and goes back to one', async (t) => {
    const { proxy, tab } = await opened(t);
    const room = `${ROOM}.poll`;
    await tab.evaluate(async (wanted) => {
      const { EssaimClient } = await import('/client/essaim.js');
      const options = { minReconnectDelay: 10, maxReconnectDelay: 20, fallbackAfter: 2, fallbackRetryMs: 200 };
      const client = new EssaimClient('/ws/events', options);
      globalThis.client = client;
      globalThis.seen = [];
      globalThis.lost = [];
      client.on('event', ({ data }) => globalThis.seen.push(data.n));
      for (const name of ['gap', 'unrecovered', 'error']) client.on(name, (value) => globalThis.lost.push(String(value)));
      client.connect();
      await client.subscribe({ rooms: [wanted] });
    }, room);
    await publish(room, 0, 10);
    proxy.refusesUpgrades = true;
    proxy.cut();
    await publish(room, 10, 10);
    await tab.waitForFunction(() => globalThis.client.state === 'polling', undefined, WAIT);
    await publish(room, 20, 10);
    await tab.waitForFunction(() => globalThis.seen.length >= 30, undefined, WAIT);
    const last = { type: 'agent.counted', data: { n: 30 }, room };
    await tab.evaluate((event) => globalThis.client.publish(event), last);
    proxy.refusesUpgrades = false;
    await publish(room, 31, 10);
    await tab.waitForFunction(() => globalThis.client.state === 'connected', undefined, WAIT);
    await publish(room, 41, 10);
    await tab.waitForFunction(() => globalThis.seen.length >= 51, undefined, WAIT);
    const { seen, lost } = await tab.evaluate(() => ({ seen: globalThis.seen, lost: globalThis.lost }));
    assert.deepEqual(seen, Array.from({ length: 51 }, (_, n) => n));
    assert.deepEqual(lost, []);
  });
});
