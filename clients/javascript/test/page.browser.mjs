import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { Frame } from '../src/frame.js';
import { SbeDecoder } from '../src/sbe-decoder.js';
import { lowContrast } from './support/contrast.js';
import { MessageWriter } from './support/message-writer.js';

/**
 * The page in Chromium against a running server: ESSAIM_URL is the page's address, CHROMIUM the browser (default
 * /usr/bin/chromium), ESSAIM_SCREENSHOTS a directory for pictures. Without an address everything is left out.
 */
const { ESSAIM_URL, ESSAIM_SCREENSHOTS, CHROMIUM = '/usr/bin/chromium' } = process.env;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
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
const WAIT = { timeout: 30_000 };
/** Between two times that the page writes its figures. */
const FIGURES_INTERVAL_MS = 500;
/** Until there is something in the plots of a picture. */
const PLOTTED_MS = 4_000;

describe('the page', { skip: ESSAIM_URL === undefined && 'ESSAIM_URL is not set', timeout: 600_000 }, () => {
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

  for (const form of ['delta', 'json']) {
    for (const colorScheme of ['dark', 'light']) {
      for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
        test(`streams in ${form}, ${colorScheme}, on a ${device}`, () =>
          opened({ query: `?form=${form}`, colorScheme, viewport }, async (tab) => {
            await streaming(tab);
            assert.equal(await tab.locator('#state').getAttribute('data-state'), 'connected');
            assert.equal(await tab.locator('#form').textContent(), form);
            await tab.waitForFunction(() => document.getElementById('age').textContent !== '–', null, WAIT);
            await drawn(tab);
            const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(wide <= 0, `${wide} px too wide`);
            assert.deepEqual(await tab.evaluate(clippedSwitches), []);
            await picture(tab, `${form}-${colorScheme}-${device}`);
          }));
      }
    }
  }

  test('switches the form, and says which one it is and what it takes', () =>
    opened({}, async (tab) => {
      await streaming(tab);
      const bytesPerAgent = async () =>
        ((await number(tab, '#bandwidth')) * 1000) / (await number(tab, '#fps')) / (await number(tab, '#agents'));
      assert.ok(await tab.getByLabel('Delta', { exact: true }).isChecked());
      for (const [label, least, most] of [
        ['JSON', 40, 200],
        ['Plain', 8, 14],
        ['Delta', 0.1, 4],
      ]) {
        await tab.getByLabel(label, { exact: true }).check();
        await until(async () => (await tab.locator('#form').textContent()) === label.toLowerCase());
        await streaming(tab);
        await until(async () => {
          const bytes = await bytesPerAgent();
          return bytes > least && bytes < most;
        });
        assert.equal(new URL(tab.url()).searchParams.get('form'), label === 'Delta' ? null : label.toLowerCase());
      }
    }));

  for (const encoding of ['sbe', 'json']) {
    test(`takes a link that says ${encoding}, as links did`, () =>
      opened({ query: `?encoding=${encoding}` }, async (tab) => {
        await streaming(tab);
        assert.equal(await tab.locator('#form').textContent(), encoding === 'json' ? 'json' : 'delta');
      }));
  }

  test('shows in delta what JSON says', () =>
    opened({ query: '?follow=5' }, async (tab) => {
      await streaming(tab);
      assert.equal(await tab.locator('#form').textContent(), 'delta');
      const { compared, cards } = await tab.evaluate(holdAgainstJson);
      assert.ok(compared >= 150, `${compared} ticks`);
      assert.ok(cards >= 10, `${cards} texts`);
    }));

  test('asks for another rate, by keyboard', () =>
    opened({}, async (tab) => {
      await streaming(tab);
      await tab.locator('input[name=fps][value="0"]').focus();
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
      const home = await settled(tab, place);
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
        opened({ colorScheme, viewport, query: '?fps=30&form=plain', prepare: tiered }, async (tab, changeTier) => {
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
            () => Number(document.getElementById('fps').textContent) > 0 && Number(document.getElementById('fps').textContent) < 19,
            null,
            WAIT,
          );
          assert.deepEqual(await tab.evaluate(lowContrast), []);
          const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${wide} px too wide`);
          await picture(tab, `tier-${colorScheme}-${device}`);
          await tab.getByLabel('10', { exact: true }).check();
          await line.waitFor({ ...WAIT, state: 'hidden' });
        }));
    }
  }

  test('shows the spheres that are chosen', () =>
    opened({}, async (tab) => {
      await streaming(tab);
      const first = tab.locator('#legend button').first();
      const label = await first.locator('span').last().textContent();
      await first.click();
      assert.equal(await first.getAttribute('aria-pressed'), 'true');
      assert.ok(tab.url().includes(`spheres=${encodeURIComponent(label)}`), tab.url());
      await until(async () => (await number(tab, '#agents')) === (await number(tab, '#legend small >> nth=0')));
      assert.ok((await tab.locator('#legend button').count()) > 1, 'the others can be had again');
      await picture(tab, 'spheres');
      await first.click();
      assert.equal(await first.getAttribute('aria-pressed'), 'false');
      assert.ok(!tab.url().includes('spheres='), tab.url());
    }));

  test('asks for agents by their ids, and says beside the field what is wrong with them', () =>
    opened({}, async (tab) => {
      await streaming(tab);
      const field = tab.getByLabel('Agents', { exact: true });
      await field.fill('0-4,9-7');
      await field.press('Enter');
      await tab.getByText('agents holds "9-7"').waitFor(WAIT);
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      await picture(tab, 'wrong-agents');
      await field.fill('0-4, 7');
      await field.press('Enter');
      assert.equal(await field.getAttribute('aria-invalid'), 'false');
      assert.equal(await tab.locator('#agents-error').textContent(), '');
      await until(async () => (await number(tab, '#agents')) === 6);
      await tab.getByRole('button', { name: 'Whole swarm' }).click();
      assert.equal(await field.inputValue(), '');
      await tab.waitForFunction(() => Number(document.getElementById('agents').textContent.replace(',', '')) > 6, null, WAIT);
    }));

  for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    test(`asks for a box by hand and by keyboard, on a ${device}`, () =>
      opened({ viewport }, async (tab) => {
        await streaming(tab);
        const all = await number(tab, '#agents');
        await tab.getByLabel('Only a box').check();
        const slider = tab.getByLabel('Box, x from, slider');
        await slider.focus();
        const before = await slider.inputValue();
        for (let i = 0; i < 60; i++) await tab.keyboard.press('ArrowLeft');
        assert.ok(Number(await slider.inputValue()) < Number(before));
        const box = new URL(tab.url()).searchParams.get('box').split(',').map(Number);
        assert.equal(box[0], Number(await tab.getByLabel('Box, x from', { exact: true }).inputValue()));
        await until(async () => (await number(tab, '#agents')) < all);
        assert.deepEqual(await tab.evaluate(lowContrast), []);
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${wide} px too wide`);
        await picture(tab, `box-${device}`);
        const from = tab.getByLabel('Box, x from', { exact: true });
        await from.fill('1000');
        await from.press('Enter');
        await tab.getByText('the minimum comes first').waitFor(WAIT);
        await from.fill('-1000');
        await from.press('Enter');
        await tab.getByText('the minimum comes first').waitFor({ ...WAIT, state: 'hidden' });
      }));
  }

  test('says that a server shows the whole swarm whatever is asked for', () =>
    opened({ query: '?form=json', prepare: restrictsNothing }, async (tab) => {
      await streaming(tab);
      await tab.locator('#legend button').first().click();
      await tab.getByLabel('Agents', { exact: true }).fill('0-9');
      await tab.keyboard.press('Enter');
      await tab.getByText('This server shows the whole swarm, whatever agents and spheres say.').waitFor(WAIT);
      assert.ok((await number(tab, '#agents')) > 10);
      await picture(tab, 'whole-swarm');
    }));

  test('its address carries the whole view', () =>
    opened({ query: '?fps=20&agents=0-199&spheres=work,personal&box=-2,-2,-2,2,2,2&form=json&follow=2' }, async (tab) => {
      const address = tab.url();
      for (let i = 0; i < 2; i++) {
        await streaming(tab);
        assert.ok(await tab.getByLabel('JSON', { exact: true }).isChecked());
        assert.ok(await tab.getByLabel('20', { exact: true }).isChecked());
        assert.equal(await tab.getByLabel('Agents', { exact: true }).inputValue(), '0-199');
        assert.equal(await tab.getByLabel('Box, z to', { exact: true }).inputValue(), '2');
        assert.equal(await tab.locator('#legend [aria-pressed=true]').count(), 2);
        assert.equal(await tab.locator('#agent-id').inputValue(), '2');
        assert.deepEqual(parametersOf(tab.url()), parametersOf(address));
        await tab.reload();
      }
    }));

  test('says what is wrong with its address, and streams all the same', () =>
    opened({ query: '?box=1,2' }, async (tab) => {
      await streaming(tab);
      await tab.getByText('In the link: box is six numbers').waitFor(WAIT);
    }));

  for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    test(`follows an agent, also while it is not in the view, on a ${device}`, () =>
      opened({ viewport }, async (tab) => {
        await streaming(tab);
        await tab.locator('#agent-id').fill('5');
        await tab.keyboard.press('Enter');
        const x = tab.locator('#agent [data-value=x]');
        await tab.waitForFunction(() => document.getElementById('agent').dataset.state === 'here', null, WAIT);
        await tab.waitForFunction(
          (old) => document.querySelector('#agent [data-value=x]').textContent !== old,
          await x.textContent(),
          WAIT,
        );
        assert.match(await tab.locator('#agent [data-value=frequency]').textContent(), /^\d+\.\d$/);
        await tab.waitForFunction(() => / \/s$/.test(document.querySelector('[data-value=speed]').textContent), null, WAIT);
        assert.deepEqual(await tab.evaluate(lowContrast), []);
        await picture(tab, `follow-${device}`);
        const agents = tab.getByLabel('Agents', { exact: true });
        await agents.fill('0-4');
        await agents.press('Enter');
        await until(async () => (await tab.locator('#agent').getAttribute('data-state')) === 'away');
        await agents.fill('');
        await agents.press('Enter');
        await tab.waitForFunction(() => document.getElementById('agent').dataset.state === 'here', null, WAIT);
        await tab.getByRole('button', { name: 'Let the agent go' }).click();
        assert.equal(await tab.locator('#agent').getAttribute('data-state'), 'none');
        assert.ok(!tab.url().includes('follow='));
      }));
  }

  test('follows the agent that is clicked on', () =>
    opened({ reducedMotion: 'reduce' }, async (tab) => {
      await streaming(tab);
      const canvas = tab.locator('#canvas');
      const { width, height } = await canvas.boundingBox();
      const picked = async () => (await tab.locator('#agent').getAttribute('data-state')) === 'here';
      // Where agents are is theirs to say: one of these places is beside one of them.
      for (let i = 0; i < 400 && !(await picked()); i++) {
        const at = (share, steps) => 0.5 + 0.6 * (((share * steps) % 1) - 0.5);
        await canvas.click({ position: { x: width * at(i, 0.618), y: height * at(i, 0.755) } });
      }
      assert.ok(await picked());
      assert.match(await tab.locator('#agent-id').inputValue(), /^\d+$/);
    }));

  test('draws agents between the places of two frames, but none on a way that it did not go', () =>
    opened({}, async (tab) => {
      await streaming(tab);
      const drawn = await tab.evaluate(drawMoves);
      const [, came] = drawn.stays;
      assert.ok(came > 0.45, `who stays moves on: ${drawn.stays}`);
      for (let i = 1; i < drawn.moves.length; i++) assert.ok(drawn.moves[i] > drawn.moves[i - 1], `${drawn.moves}`);
      const [first, ...between] = drawn.moves;
      const last = between.pop();
      assert.ok(Math.abs(first - -0.3) < 0.03 && Math.abs(last - 0) < 0.03, `${drawn.moves}`);
      between.forEach((x, i) => assert.ok(Math.abs(x - (-0.3 + (0.3 * (i + 1)) / 4)) < 0.03, `${drawn.moves}`));
      assert.deepEqual(new Set(drawn.jumps.map((x) => x.toFixed(1))), new Set(['0.9']), `${drawn.jumps}`);
      assert.deepEqual(new Set(drawn.comes.map((x) => x.toFixed(1))), new Set(['-0.5']), `${drawn.comes}`);
    }));

  test('shows where the latest frame has them when that is wanted', () =>
    opened({ query: '?smooth=off' }, async (tab) => {
      await streaming(tab);
      const smooth = tab.getByRole('button', { name: 'Smooth' });
      assert.equal(await smooth.getAttribute('aria-pressed'), 'false');
      await smooth.click();
      assert.equal(await smooth.getAttribute('aria-pressed'), 'true');
      assert.ok(!tab.url().includes('smooth'));
    }));

  test('says why the stream changed, and streams on', () =>
    opened({ query: '?form=plain', prepare: changeable }, async (tab, change) => {
      await streaming(tab);
      await tab.waitForFunction(() => document.getElementById('epoch').textContent !== '–', null, WAIT);
      change('producer c-3 stopped');
      await tab.getByText('producer c-3 stopped').waitFor(WAIT);
      await streaming(tab);
      assert.deepEqual(await tab.evaluate(lowContrast), []);
      await picture(tab, 'stream-changed');
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
      const template = message.readUInt16LE(2);
      // A busy machine has tiers of its own, and may greet with one.
      if (template === 14) return;
      if (template === 11) message.writeUInt16LE(2, 36);
      if (template > 2) {
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

/** Puts itself between; @returns what begins the page's binary stream anew. */
async function changeable(tab) {
  const writer = new MessageWriter();
  let greeting;
  let roster;
  let toPage;
  await tab.routeWebSocket(/\/ws\/swarm/, (page) => {
    toPage = page;
    page.connectToServer().onMessage((message) => {
      const template = message.readUInt16LE(2);
      if (template === 11) greeting = message;
      if (template === 10) roster = message;
      page.send(message);
    });
  });
  return (reason) => {
    const decoder = new SbeDecoder(new Frame());
    const { frequency, agent_count, stride, time_us, stream } = decoder.decode(greeting);
    const changed = { frequency, agent_count, stride, time_us, stream: { ...stream, epoch: stream.epoch + 1 }, reason };
    toPage.send(Buffer.from(writer.streamChanged(changed)));
    toPage.send(roster);
  };
}

/** Puts a server between that streams the whole swarm whatever is asked for, and grants no more than a rate. */
async function restrictsNothing(tab) {
  await tab.routeWebSocket(/\/ws\/swarm/, (page) => {
    const server = page.connectToServer();
    page.onMessage((message) => {
      const { type, id } = JSON.parse(message);
      if (type === 'subscribe') {
        page.send(JSON.stringify({ type: 'subscribed', id, swarm: { fps: 60, stride: 1, form: 'json' } }));
      } else {
        server.send(message);
      }
    });
  });
}

/** Waits until it is so. */
async function until(condition) {
  const deadlineMs = Date.now() + WAIT.timeout;
  while (!(await condition())) {
    assert.ok(Date.now() < deadlineMs, String(condition));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What is read, once it is the same three times in a row. */
async function settled(tab, read) {
  for (let last, same = 0; ; ) {
    const now = await read();
    same = now === last ? same + 1 : 0;
    if (same === 2) return now;
    last = now;
    await tab.waitForTimeout(100);
  }
}

function parametersOf(url) {
  return Object.fromEntries(new URL(url).searchParams);
}

/**
 * Runs in the page: draws agents with the page's own code, and gives where on a canvas, from −1 to 1, a lone one is seen at
 * shares of its way from 0 to 1.
 */
async function drawMoves() {
  const THREE = await import(new URL('vendor/three/build/three.module.min.js', document.baseURI).href);
  const { Agents } = await import(new URL('agents.js', document.baseURI).href);
  const size = 200;
  const renderer = new THREE.WebGLRenderer({ canvas: document.createElement('canvas'), preserveDrawingBuffer: true });
  renderer.setSize(size, size, false);
  renderer.setClearColor('#000000');
  const camera = new THREE.OrthographicCamera(-1, 1, 1, -1, 0.1, 10);
  camera.position.z = 2;
  const extent = { centre: () => 0 };
  const frameOf = (xs) => ({ agentCount: xs.length, x: xs, y: xs.map(() => 0), z: xs.map(() => 0) });
  const shares = [0, 0.25, 0.5, 0.75, 1];
  const pixels = new Uint8Array(4 * size * size);
  const seen = (agents) => {
    const scene = new THREE.Scene();
    scene.add(agents.object);
    return shares.map((share) => {
      agents.share = share;
      renderer.render(scene, camera);
      const gl = renderer.getContext();
      gl.readPixels(0, 0, size, size, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
      let sum = 0;
      let lit = 0;
      for (let i = 0; i < size * size; i++) {
        if (pixels[4 * i] + pixels[4 * i + 1] + pixels[4 * i + 2] < 60) continue;
        sum += i % size;
        lit++;
      }
      return lit === 0 ? NaN : ((sum / lit + 0.5) / size) * 2 - 1;
    });
  };
  const agentsAt = (...frames) => {
    const agents = new Agents();
    agents.resize(400, 8);
    agents.roster(Uint32Array.of(7), Uint16Array.of(0));
    for (const x of frames) agents.place(frameOf([x]), extent, 1);
    return agents;
  };
  const stays = agentsAt(0.2);
  stays.roster(Uint32Array.of(7), Uint16Array.of(1));
  stays.place(frameOf([0.5]), extent, 1);
  const comes = agentsAt(0.2);
  comes.roster(Uint32Array.of(9), Uint16Array.of(0));
  comes.place(frameOf([-0.5]), extent, 1);
  const moves = seen(agentsAt(-0.6, -0.3, 0));
  const stayed = seen(stays);
  return {
    moves,
    stays: [stayed[0], stayed.at(-1)],
    jumps: seen(agentsAt(-0.9, -0.89, 0.9)),
    comes: seen(comes),
  };
}

/**
 * Runs in the page: holds what its client decodes of delta, and what the page itself shows of agent 5, against JSON of the
 * same ticks.
 */
async function holdAgainstJson() {
  const { EssaimClient } = await import(new URL('client/essaim.js', document.baseURI).href);
  const fields = ['x', 'y', 'z', 'frequency'];
  const open = (options) => new EssaimClient(new URL('ws/swarm', document.baseURI), options);
  const clients = [open({ encoding: 'json' }), open({ form: 'delta' })];
  const [json, delta] = [new Map(), new Map()];
  const told = new Set();
  const shown = new Set();
  const card = document.getElementById('agent');
  const keep = (ticks) => (frame) => {
    const { sequence, agentCount, ids, spheres, sphereOf } = frame;
    const agents = Array.from({ length: agentCount }, (_, i) =>
      [ids[i], spheres[sphereOf[i]], ...fields.map((name) => frame[name][i])].join(),
    );
    ticks.set(sequence, agents.sort().join(' '));
  };
  const textOf = (values) => values.join().replaceAll('−', '-');
  const decimals = [4, 4, 4, 1];
  clients[0].on('frame', keep(json));
  clients[0].on('frame', (frame) => {
    const i = frame.ids.indexOf(5);
    told.add(textOf(fields.map((name, c) => frame[name][i].toFixed(decimals[c]))));
    if (json.size < 60) return;
    shown.add(textOf(fields.map((name) => card.querySelector(`[data-value=${name}]`).textContent)));
  });
  clients[1].on('frame', keep(delta));
  clients.forEach((client) => client.connect());
  const both = () => [...delta.keys()].filter((sequence) => json.has(sequence));
  while (both().length < 150 || shown.size < 12) await new Promise((resolve) => setTimeout(resolve, 100));
  // What the page showed last may not have come in JSON yet.
  const newest = Math.max(...delta.keys());
  while (Math.max(...json.keys()) < newest + 10) await new Promise((resolve) => setTimeout(resolve, 100));
  clients.forEach((client) => client.disconnect());
  for (const sequence of both()) {
    if (delta.get(sequence) !== json.get(sequence)) throw new Error(`tick ${sequence}: ${delta.get(sequence)}, JSON ${json.get(sequence)}`);
  }
  const cards = [...shown].filter((text) => told.has(text)).length;
  return { compared: both().length, cards };
}

/** Runs in the page: the switches that do not show all that they offer. */
function clippedSwitches() {
  return [...document.querySelectorAll('.segments')]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map(({ textContent }) => textContent.replace(/\s+/g, ' '));
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
  // Nothing is told of a stream that has ended.
  await tab.waitForFunction(() => document.getElementById('fps').textContent === '–', null, WAIT);
  const tick = () => tab.locator('#tick').textContent();
  const before = await tick();
  await tab.waitForTimeout(FIGURES_INTERVAL_MS + 100);
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
  await tab.waitForTimeout(PLOTTED_MS);
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
