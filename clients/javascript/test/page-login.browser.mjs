import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { lowContrast } from './support/contrast.js';

/**
 * The page of a server that lets nobody in without a token, in Chromium: ESSAIM_URL is its address, ESSAIM_TOKENS its file of
 * tokens, which it looks at often, and which has ann with `ann-token` and bob with `bob-token`. A login lasts a few seconds only.
 * CHROMIUM is the browser (default /usr/bin/chromium), ESSAIM_SCREENSHOTS a directory for pictures.
 */
const { ESSAIM_URL, ESSAIM_TOKENS, ESSAIM_SCREENSHOTS, CHROMIUM = '/usr/bin/chromium' } = process.env;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };
const WAIT = { timeout: 60_000 };

describe('the page, logging in', { skip: ESSAIM_URL === undefined && 'ESSAIM_URL is not set', timeout: 400_000 }, () => {
  let browser;

  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });

  after(() => browser?.close());

  /** Opens the page in a browser that knows nothing yet, runs the check, and asserts that nothing was complained of. */
  async function opened({ suffix = '', ...settings }, check) {
    const context = await browser.newContext({ viewport: DESKTOP, ...settings });
    const tab = await context.newPage();
    const complaints = [];
    const addresses = [];
    tab.on('console', (entry) => {
      if (entry.type() === 'error') complaints.push(entry.text());
    });
    tab.on('pageerror', (error) => complaints.push(String(error)));
    tab.on('request', (request) => addresses.push(request.url()));
    tab.on('websocket', (socket) => addresses.push(socket.url()));
    try {
      await tab.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) => console.error(`refused: ${event.violatedDirective}`));
      });
      await tab.goto(ESSAIM_URL + suffix);
      await check(tab, addresses);
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  }

  for (const colorScheme of ['dark', 'light']) {
    for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      test(`asks for a token, tells of one that does not hold, and streams with one that does, ${colorScheme}, on a ${device}`, () =>
        opened({ viewport, colorScheme }, async (tab, addresses) => {
          await asked(tab);
          assert.equal(await tab.locator('#state').textContent().then((text) => text.trim()), 'Not let in');
          assert.ok(await tab.getByLabel('Token').evaluate((field) => field === document.activeElement));
          assert.equal(await words(tab), '');
          assert.deepEqual(await tab.evaluate(outside), []);
          assert.deepEqual(await tab.evaluate(lowContrast), []);
          await picture(tab, `login-${colorScheme}-${device}`);

          await give(tab, 'nobody');
          await tab.getByRole('alert').getByText('Invalid token').waitFor(WAIT);
          assert.equal(await tab.getByLabel('Token').getAttribute('aria-invalid'), 'true');
          assert.equal(await tab.getByLabel('Token').inputValue(), '');
          assert.equal(await kept(tab), null);
          // One without a token, and one with this: servers count those that do not hold.
          assert.equal(sockets(addresses), 2);
          // With the mouse over the button.
          assert.deepEqual(await tab.evaluate(lowContrast), []);
          await picture(tab, `login-refused-${colorScheme}-${device}`);

          await give(tab, 'ann-token');
          await streaming(tab);
          assert.ok(await tab.locator('#login').isHidden());
          assert.equal(await kept(tab), 'ann-token');
          await tab.waitForFunction(() => document.getElementById('target').textContent !== '–', null, WAIT);
          await picture(tab, `logged-in-${colorScheme}-${device}`);
          assertNowhere(addresses, 'token=');
          assertNowhere(addresses, 'ann-token');
        }));
    }
  }

  test('is used by keyboard alone', () =>
    opened({}, async (tab) => {
      await asked(tab);
      await tab.keyboard.type(' bob-token ');
      await tab.keyboard.press('Enter');
      await streaming(tab);
    }));

  test('says of what can be no token why', () =>
    opened({}, async (tab) => {
      await asked(tab);
      await give(tab, 'two words');
      await tab.getByRole('alert').getByText('visible ASCII').waitFor(WAIT);
      assert.ok(!(await tab.locator('body').textContent()).includes('two words'));
      await give(tab, 'ann-token');
      await streaming(tab);
    }));

  test('takes a token out of the address, and keeps the view there', () =>
    opened({ suffix: '?fps=10&follow=5#token=ann%2Dtoken' }, async (tab, addresses) => {
      await streaming(tab);
      const address = new URL(tab.url());
      assert.equal(address.hash, '');
      assert.deepEqual([...address.searchParams], [['fps', '10'], ['follow', '5']]);
      assert.equal(await kept(tab), 'ann-token');
      assertNowhere(addresses.slice(1), 'token=');
      assert.equal(await tab.evaluate(() => history.length), 2);

      // What can be no token changes nothing.
      await tab.evaluate(() => (location.hash = 'token=%20'));
      await tab.getByRole('alert').getByText('In the link: token has 1 characters').waitFor(WAIT);
      assert.equal(new URL(tab.url()).hash, '');
      await streaming(tab);

      await tab.evaluate(() => (location.hash = 'token=nobody'));
      await tab.getByRole('alert').getByText('Invalid token').waitFor(WAIT);
      assert.equal(new URL(tab.url()).hash, '');
    }));

  test('logs in again when it is loaded again, until somebody logs out', () =>
    opened({ suffix: '?fps=10' }, async (tab) => {
      await asked(tab);
      assert.ok(await tab.getByRole('button', { name: 'Log out' }).isHidden());
      await give(tab, 'ann-token');
      await streaming(tab);
      await tab.reload();
      await streaming(tab);
      await tab.getByRole('button', { name: 'Log out' }).click();
      await asked(tab);
      assert.equal(await kept(tab), null);
      assert.equal(await tab.locator('#agents').textContent(), '–');
      assert.equal(new URL(tab.url()).searchParams.get('fps'), '10');
      await tab.reload();
      await asked(tab);
    }));

  test('no other tab has the token', () =>
    opened({ suffix: '#token=ann-token' }, async (tab) => {
      await streaming(tab);
      const other = await tab.context().newPage();
      await other.goto(ESSAIM_URL);
      await asked(other);
    }));

  test('a hidden tab that waits for a token tries nothing', () =>
    opened({}, async (tab, addresses) => {
      await asked(tab);
      const before = sockets(addresses);
      for (const hidden of [true, false]) {
        await tab.evaluate((value) => {
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
          document.dispatchEvent(new Event('visibilitychange'));
        }, hidden);
      }
      await tab.getByLabel('JSON', { exact: true }).check();
      assert.ok(await tab.locator('#login').isVisible());
      assert.equal(sockets(addresses), before);
      await give(tab, 'ann-token');
      await streaming(tab);
      assert.equal(await tab.locator('#form').textContent(), 'json');
    }));

  test('comes back by itself while the token holds, and asks for another when it does not', () =>
    opened({ suffix: '#token=bob-token' }, async (tab, addresses) => {
      await streaming(tab);
      const before = sockets(addresses);
      while (sockets(addresses) < before + 2) await tab.waitForTimeout(50);
      await streaming(tab);
      const entries = readFileSync(ESSAIM_TOKENS, 'utf8').split(/^(?=- name: )/m);
      const others = entries.filter((entry) => !entry.startsWith('- name: bob'));
      assert.equal(others.length, entries.length - 1);
      writeFileSync(`${ESSAIM_TOKENS}.next`, others.join(''), { mode: 0o600 });
      renameSync(`${ESSAIM_TOKENS}.next`, ESSAIM_TOKENS);
      await asked(tab);
      assert.equal(await words(tab), 'Login expired');
      assert.equal(await kept(tab), null);
      assert.ok(await tab.getByRole('button', { name: 'Log out' }).isHidden());
      await picture(tab, 'login-expired');
      await give(tab, 'ann-token');
      await streaming(tab);
    }));
});

function asked(tab) {
  return tab.getByRole('form', { name: 'Log in' }).waitFor(WAIT);
}

async function give(tab, token) {
  await tab.getByLabel('Token').fill(token);
  await tab.getByRole('button', { name: 'Log in' }).click();
}

function words(tab) {
  return tab.locator('#login [role=alert]').textContent();
}

function kept(tab) {
  return tab.evaluate(() => sessionStorage.getItem('essaim.token'));
}

function sockets(addresses) {
  return addresses.filter((address) => address.startsWith('ws')).length;
}

function assertNowhere(addresses, text) {
  assert.ok(addresses.length > 0);
  assert.deepEqual(addresses.filter((address) => address.includes(text)), []);
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

/** What of the form is not to be seen, or cannot be told apart from what is under it. */
function outside() {
  return [...document.querySelectorAll('#login, #login *')]
    .filter((element) => element.textContent !== '' || element.tagName === 'INPUT')
    .filter((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return left < 0 || right > innerWidth || !document.getElementById('login').contains(at);
    })
    .map((element) => element.outerHTML);
}

async function picture(tab, name) {
  if (ESSAIM_SCREENSHOTS === undefined) return;
  mkdirSync(ESSAIM_SCREENSHOTS, { recursive: true });
  await tab.screenshot({ path: path.join(ESSAIM_SCREENSHOTS, `${name}.png`) });
}
