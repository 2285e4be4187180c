import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chromium } from 'playwright-core';

/**
 * Logins in Chromium, where a WebSocket has no headers: ESSAIM_URL is the address of a server as login.interop.mjs needs it,
 * CHROMIUM the browser (default /usr/bin/chromium). Without an address everything is left out.
 */
const { ESSAIM_URL, CHROMIUM = '/usr/bin/chromium' } = process.env;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

describe('logins in a browser', { skip: ESSAIM_URL === undefined && 'ESSAIM_URL is not set', timeout: 120_000 }, () => {
  test('the token comes as a subprotocol, is asked for, and what is refused is told', async (t) => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    t.after(() => browser.close());
    const tab = await browser.newPage();
    await tab.goto(`${ESSAIM_URL}livez`);
    const told = await tab.evaluate(async () => {
      const { EssaimClient } = await import('/client/essaim.js');
      const heard = (client, event) => new Promise((resolve) => client.on(event, resolve));
      const client = new EssaimClient('/ws/swarm', { token: async () => 'ann' });
      const [authenticated, frame] = [heard(client, 'authenticated'), heard(client, 'frame')];
      client.connect();
      const { name } = await authenticated;
      const { agentCount } = await frame;
      client.disconnect();
      const refused = new EssaimClient('/ws/swarm', { token: 'forged' });
      const [error, closed] = [heard(refused, 'error'), heard(refused, 'close')];
      refused.connect();
      const { code, message } = await error;
      const { reconnects } = await closed;
      await new Promise((resolve) => setTimeout(resolve, 0));
      return { name, hasAgents: agentCount > 0, code, message, reconnects, state: refused.state };
    });
    assert.deepEqual(told, {
      name: 'ann',
      hasAgents: true,
      code: 1002,
      message: 'Invalid token',
      reconnects: false,
      state: 'unauthorized',
    });
  });
});
