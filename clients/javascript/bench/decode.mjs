// How long a frame of the form delta takes to decode, in Node and in Chromium: ESSAIM_URL=… node bench/decode.mjs
import { chromium } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { StreamDecoder } from '../src/essaim.js';
import { measure } from './measure.js';

const { ESSAIM_URL = 'http://localhost:8001/', CHROMIUM = '/usr/bin/chromium' } = process.env;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const url = new URL('ws/swarm?form=delta', ESSAIM_URL);
url.protocol = url.protocol.replace('http', 'ws');

report('Node', await measure({ StreamDecoder, WebSocket, url: url.href }));

const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  const tab = await browser.newPage();
  // Any small answer of the server's: a page of its origin, without the page's own streams.
  await tab.goto(new URL('livez', ESSAIM_URL).href);
  const source = await readFile(new URL('measure.js', import.meta.url), 'utf8');
  const taken = await tab.evaluate(
    async ([source, client, url]) => {
      const { measure } = await import(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
      const { StreamDecoder } = await import(client);
      return measure({ StreamDecoder, WebSocket, url });
    },
    [source, new URL('client/essaim.js', ESSAIM_URL).href, url.href],
  );
  report('Chromium', taken);
} finally {
  await browser.close();
}

function report(where, { agents, frames, bytesPerFrame, bestMicros, medianMicros, worstMicros }) {
  const micros = (value) => `${value.toFixed(0)} µs`;
  console.log(
    `${where}: ${agents} agents, ${frames} frames of ${bytesPerFrame.toFixed(1)} bytes; a frame takes ` +
      `${micros(medianMicros)} (best round ${micros(bestMicros)}, worst ${micros(worstMicros)})`,
  );
}
