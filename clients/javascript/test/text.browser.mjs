import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';

/**
 * Text of others in the page, in Chromium: ESSAIM_URL is the address of a server whose first label is ESSAIM_LABEL, which is
 * markup that would run, CHROMIUM the browser (default /usr/bin/chromium), ESSAIM_SCREENSHOTS a directory for pictures.
 */
const { ESSAIM_URL, ESSAIM_LABEL, ESSAIM_SCREENSHOTS, CHROMIUM = '/usr/bin/chromium' } = process.env;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const WAIT = { timeout: 60_000 };

describe('text of others', { skip: ESSAIM_URL === undefined && 'ESSAIM_URL is not set', timeout: 180_000 }, () => {
  let browser;

  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });

  after(() => browser?.close());

  /** Opens the page and waits for the swarm; what the browser complained of is kept. */
  async function opened(t) {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    t.after(() => tab.close());
    const complaints = [];
    tab.on('console', (entry) => {
      if (entry.type() === 'error') complaints.push(entry.text());
    });
    tab.on('pageerror', (error) => complaints.push(String(error)));
    await tab.addInitScript(() => {
      globalThis.violations = [];
      addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(event.violatedDirective));
    });
    await tab.goto(`${ESSAIM_URL}?follow=0`);
    await tab.waitForFunction(() => document.querySelector('#legend li') !== null, undefined, WAIT);
    await tab.waitForFunction(() => document.querySelector('[data-value=sphere]').textContent !== '–', undefined, WAIT);
    return { tab, complaints };
  }

  test('stays text, and the page works within its policy', async (t) => {
    const { tab, complaints } = await opened(t);
    assert.ok((await tab.locator('#legend').textContent()).includes(ESSAIM_LABEL));
    assert.equal(await tab.locator('[data-value=sphere]').textContent(), ESSAIM_LABEL);
    assert.equal(await tab.locator('img').count(), 0);
    assert.equal(await tab.evaluate(() => globalThis.ran), undefined);
    assert.deepEqual(await tab.evaluate(() => globalThis.violations), []);
    assert.deepEqual(complaints, []);
    if (ESSAIM_SCREENSHOTS !== undefined) {
      mkdirSync(ESSAIM_SCREENSHOTS, { recursive: true });
      await tab.screenshot({ path: path.join(ESSAIM_SCREENSHOTS, 'text.png') });
    }
  });

  test('would not run if somebody made markup of it', async (t) => {
    const { tab } = await opened(t);
    const refused = await tab.evaluate(async (label) => {
      // Past the moment in which the browser lets its driver do anything.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const thrown = [];
      const attempt = (markup) => {
        try {
          markup();
        } catch (error) {
          thrown.push(error.name);
        }
      };
      attempt(() => (document.body.innerHTML = label));
      attempt(() => document.body.insertAdjacentHTML('beforeend', label));
      attempt(() => eval('globalThis.ran = 1'));
      const button = document.createElement('button');
      attempt(() => button.setAttribute('onclick', 'globalThis.ran = 2'));
      button.click();
      return thrown;
    }, ESSAIM_LABEL);
    assert.ok(refused.length >= 3, String(refused));
    assert.equal(await tab.evaluate(() => globalThis.ran), undefined);
    assert.notDeepEqual(await tab.evaluate(() => globalThis.violations), []);
  });

  test('reaches no other server', async (t) => {
    const { tab } = await opened(t);
    const other = ESSAIM_URL.replace('127.0.0.1', 'localhost');
    assert.equal(await tab.evaluate((url) => fetch(url, { mode: 'no-cors' }).then(() => 'sent', () => 'kept'), other), 'kept');
  });
});
