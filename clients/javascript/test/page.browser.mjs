import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { MessageWriter } from './support/message-writer.js';

/**
 * The page in Chromium against a running server: ESSAIM_URL is the page's address, CHROMIUM the browser (default
 * /usr/bin/chromium), ESSAIM_SCREENSHOTS a directory for pictures. Without an address everything is left out.
 */
const { ESSAIM_URL, ESSAIM_SCREENSHOTS, CHROMIUM = '/usr/bin/chromium' } = process.env;
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };
const WAIT = { timeout: 20_000 };

describe('the page', { skip: ESSAIM_URL === undefined && 'ESSAIM_URL is not set', timeout: 300_000 }, () => {
  let browser;

  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });

  after(() => browser?.close());

  /** Opens the page once it is prepared, runs the check on it, and asserts that nothing was complained of. */
  async function opened({ query = '', allowed = /^$/, init, prepare, ...context }, check) {
    const tab = await browser.newPage({ viewport: DESKTOP, ...context });
    const complaints = [];
    tab.on('console', (entry) => {
      if (entry.type() === 'error') complaints.push(entry.text());
    });
    tab.on('pageerror', (error) => complaints.push(String(error)));
    tab.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure().errorText}`));
    try {
      if (init !== undefined) await tab.addInitScript(init);
      const prepared = await prepare?.(tab);
      await tab.goto(ESSAIM_URL + query);
      await check(tab, prepared);
      assert.deepEqual(complaints.filter((text) => !allowed.test(text)), []);
    } finally {
      await tab.close();
    }
  }

  for (const encoding of ['sbe', 'json']) {
    for (const colorScheme of ['dark', 'light']) {
      for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
        test(`streams in ${encoding}, ${colorScheme}, on a ${device}`, () =>
          opened({ query: `?encoding=${encoding}`, colorScheme, viewport }, async (tab) => {
            await streaming(tab);
            assert.equal(await tab.locator('#state').getAttribute('data-state'), 'connected');
            await tab.waitForFunction(() => document.getElementById('age').textContent !== '–', null, WAIT);
            await drawn(tab);
            await tab.waitForTimeout(4000);
            const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(wide <= 0, `${wide} px too wide`);
            await picture(tab, `${encoding}-${colorScheme}-${device}`);
          }));
      }
    }
  }

  test('switches the encoding', () =>
    opened({}, async (tab) => {
      await streaming(tab);
      const client = await tab.locator('#client').textContent();
      await tab.waitForTimeout(2500);
      const binary = await number(tab, '#bandwidth');
      await tab.getByLabel('JSON').check();
      await tab.waitForFunction((old) => document.getElementById('client').textContent !== old, client, WAIT);
      await streaming(tab);
      await tab.waitForTimeout(2500);
      const text = await number(tab, '#bandwidth');
      assert.ok(text > 3 * binary, `JSON ${text} KB/s, binary ${binary} KB/s`);
      await tab.getByLabel('Binary').check();
      await streaming(tab);
    }));

  test('asks for another rate, by keyboard', () =>
    opened({}, async (tab) => {
      await streaming(tab);
      await tab.locator('input[name=fps][value="60"]').focus();
      for (let i = 0; i < 3; i++) await tab.keyboard.press('ArrowRight');
      assert.ok(await tab.locator('input[name=fps][value="10"]').isChecked());
      await tab.waitForFunction(
        () => Math.abs(Number(document.getElementById('fps').textContent) - 10) < 2.5,
        null,
        WAIT,
      );
    }));

  test('turns and zooms by keyboard', () =>
    opened({ reducedMotion: 'reduce' }, async (tab) => {
      await streaming(tab);
      const label = tab.locator('.axes .name').first();
      const place = () => label.evaluate((element) => element.style.transform);
      await tab.waitForTimeout(500);
      const home = await place();
      await tab.locator('#canvas').focus();
      for (const key of ['ArrowLeft', 'ArrowUp', '+']) await tab.keyboard.press(key);
      await tab.waitForFunction(
        (old) => document.querySelector('.axes .name').style.transform !== old,
        home,
        WAIT,
      );
      await tab.keyboard.press('0');
      await tab.waitForFunction(
        (old) => document.querySelector('.axes .name').style.transform === old,
        home,
        WAIT,
      );
    }));

  test('pauses when hidden and when told, and resumes', () =>
    opened({}, async (tab) => {
      await streaming(tab);
      await setHidden(tab, true);
      await paused(tab);
      await setHidden(tab, false);
      await streaming(tab);
      await tab.getByRole('button', { name: 'Pause' }).click();
      await paused(tab);
      await setHidden(tab, true);
      await setHidden(tab, false);
      await paused(tab);
      await tab.getByRole('button', { name: 'Pause' }).click();
      await streaming(tab);
    }));

  for (const colorScheme of ['dark', 'light']) {
    for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      test(`says at which rate the stream comes, and why, ${colorScheme}, on a ${device}`, () =>
        opened({ colorScheme, viewport, query: '?fps=30', prepare: tiered }, async (tab, changeTier) => {
          await streaming(tab);
          const line = tab.locator('#tier');
          assert.ok(await line.isHidden());
          for (const [fps, reason, text] of [
            [10, 'overload', '10 fps: the server was too busy'],
            [15, 'restored', '15 fps: on the way back to 30'],
            [30, 'restored', '30 fps: restored'],
            [15, 'slow_client', '15 fps: your connection was too slow'],
          ]) {
            changeTier(60 / fps, reason);
            await tab.getByText(text, { exact: true }).waitFor(WAIT);
            await picture(tab, `tier-${fps}-${reason}-${colorScheme}-${device}`);
          }
          await tab.waitForFunction(
            () => Math.abs(Number(document.getElementById('fps').textContent) - 15) < 4,
            null,
            WAIT,
          );
          assert.deepEqual(await tab.evaluate(lowContrast), []);
          const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${wide} px too wide`);
          await picture(tab, `tier-${colorScheme}-${device}`);
          await tab.getByLabel('20', { exact: true }).check();
          await line.waitFor({ ...WAIT, state: 'hidden' });
        }));
    }
  }

  test('singles a sphere out', () =>
    opened({}, async (tab) => {
      await streaming(tab);
      const first = tab.locator('#legend button').first();
      await first.click();
      assert.equal(await first.getAttribute('aria-pressed'), 'true');
      await picture(tab, 'singled-out');
      await first.click();
      assert.equal(await first.getAttribute('aria-pressed'), 'false');
    }));

  test('says that the server is missing, and comes back', () =>
    opened({ init: breakSockets, allowed: /WebSocket/ }, async (tab) => {
      await tab.getByText('The server cannot be reached').waitFor(WAIT);
      await picture(tab, 'no-server');
      await tab.evaluate(() => (globalThis.socketsBroken = false));
      await streaming(tab);
      assert.ok(await tab.locator('#message').isHidden());
    }));

  test('goes on without WebGL, and says so', () =>
    opened({ init: breakWebGl, allowed: /WebGL/ }, async (tab) => {
      await tab.getByText('WebGL is missing').waitFor(WAIT);
      await streaming(tab);
      await picture(tab, 'no-webgl');
    }));

  test('has readable contrast throughout', async () => {
    for (const colorScheme of ['dark', 'light']) {
      await opened({ colorScheme }, async (tab) => {
        await streaming(tab);
        assert.deepEqual(await tab.evaluate(lowContrast), [], colorScheme);
      });
    }
  });
});

/**
 * Puts itself between the page that is to be opened and its server.
 *
 * @returns what changes the stride of the page's binary stream from its next tick that is due by it, and tells the page
 *   why, as a server does
 */
async function tiered(tab) {
  const writer = new MessageWriter();
  let stride = 1;
  let next = null;
  await tab.routeWebSocket(/\/ws\/swarm/, (page) => {
    const server = page.connectToServer();
    server.onMessage((message) => {
      if (typeof message === 'string' || ![1, 2].includes(message.readUInt16LE(2))) {
        page.send(message);
        return;
      }
      const seq = message.readUInt32LE(8);
      if (next !== null && seq % next.stride === 0) {
        stride = next.stride;
        page.send(Buffer.from(writer.tier({ ...next, seq, fps: 60 / stride })));
        next = null;
      }
      if (seq % stride === 0) page.send(message);
    });
  });
  return (to, reason) => {
    next = { stride: to, reason };
  };
}

/** Resolves when frames advance. */
async function streaming(tab) {
  const tick = () => Number(document.getElementById('tick').textContent.replaceAll(',', ''));
  await tab.waitForFunction(tick, null, WAIT);
  const before = await tab.evaluate(tick);
  await tab.waitForFunction(
    (old) => Number(document.getElementById('tick').textContent.replaceAll(',', '')) > old + 10,
    before,
    WAIT,
  );
}

async function paused(tab) {
  await tab.getByText('Paused').first().waitFor(WAIT);
  assert.equal(await tab.locator('#state').getAttribute('data-state'), 'paused');
  await tab.waitForTimeout(700);
  const tick = () => tab.locator('#tick').textContent();
  const before = await tick();
  await tab.waitForTimeout(1200);
  assert.equal(await tick(), before);
}

/** Chromium's headless tabs are never hidden: say so in its place. */
async function setHidden(tab, hidden) {
  await tab.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

async function number(tab, selector) {
  return Number((await tab.locator(selector).textContent()).replaceAll(',', ''));
}

/** Asserts that the canvas shows agents: many colours, not one. */
async function drawn(tab) {
  const png = await tab.locator('#canvas').screenshot();
  const colours = coloursOf(png);
  assert.ok(colours > 200, `${colours} colours on the canvas`);
}

async function picture(tab, name) {
  if (ESSAIM_SCREENSHOTS === undefined) return;
  mkdirSync(ESSAIM_SCREENSHOTS, { recursive: true });
  await tab.screenshot({ path: path.join(ESSAIM_SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** How many different scanline bytes triples a PNG has: enough to tell a picture from a blank. */
function coloursOf(png) {
  const parts = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const pixels = inflateSync(Buffer.concat(parts));
  const seen = new Set();
  for (let at = 1; at + 3 < pixels.length; at += 3) seen.add(pixels.readUIntBE(at, 3));
  return seen.size;
}

function breakSockets() {
  const Real = globalThis.WebSocket;
  globalThis.socketsBroken = true;
  globalThis.WebSocket = function (url, protocols) {
    // No socket is served there.
    return new Real(globalThis.socketsBroken ? new URL('missing/socket', url) : url, protocols);
  };
}

function breakWebGl() {
  const real = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind.startsWith('webgl') ? null : real.call(this, kind, ...rest);
  };
}

/** The texts of the page with less contrast than WCAG AA asks, 4.5:1 or 3:1 for large ones. */
function lowContrast() {
  const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return paint.getImageData(0, 0, 1, 1).data;
  };
  const luminance = (colour) => {
    const [r, g, b] = [...rgba(colour)].map((c) => (c <= 10.3 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (rgba(backgroundColor)[3] === 255) return backgroundColor;
    }
    return 'white';
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || element.getClientRects().length === 0) continue;
    if (element.tagName === 'NOSCRIPT') continue;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(style.color), luminance(backgroundOf(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (contrast < (large ? 3 : 4.5)) low.push(`${walker.currentNode.data.trim()}: ${contrast.toFixed(2)}`);
  }
  return low;
}
