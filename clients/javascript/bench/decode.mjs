// How long a frame of the form delta takes to decode, in Node and in Chromium: ESSAIM_URL=… npm run bench
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { WebSocket } from 'ws';
import { StreamDecoder } from '../src/essaim.js';
import { isDeltaFrame, measure } from './measure.js';

const { ESSAIM_URL = 'http://localhost:8001/', CHROMIUM = '/usr/bin/chromium' } = process.env;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const FRAMES = 600;

const messages = await record();
describe(messages);
report('Node', measure(StreamDecoder, messages));
report('Chromium', await measureInChromium(messages));

/** What a client receives, until so many frames came. */
function record() {
  const url = new URL('ws/swarm?form=delta', ESSAIM_URL);
  url.protocol = url.protocol.replace('http', 'ws');
  return new Promise((resolve, reject) => {
    const messages = [];
    let left = FRAMES;
    const socket = new WebSocket(url, ['essaim.v1.sbe']);
    socket.binaryType = 'arraybuffer';
    socket.onerror = ({ message }) => reject(new Error(`no stream at ${url}: ${message}`));
    socket.onmessage = ({ data }) => {
      messages.push(data);
      if (!isDeltaFrame(data) || --left > 0) return;
      socket.onmessage = null;
      socket.close(1000);
      resolve(messages);
    };
  });
}

async function measureInChromium(messages) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    const tab = await browser.newPage();
    // Any small answer of the server's: a page of its origin, without the page's own streams.
    await tab.goto(new URL('livez', ESSAIM_URL).href);
    const source = await readFile(new URL('measure.js', import.meta.url), 'utf8');
    const texts = messages.map((message) => Buffer.from(message).toString('base64'));
    return await tab.evaluate(
      async ([source, client, texts]) => {
        const { measure } = await import(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
        const { StreamDecoder } = await import(client);
        const messages = texts.map((text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer);
        return measure(StreamDecoder, messages);
      },
      [source, new URL('client/essaim.js', ESSAIM_URL).href, texts],
    );
  } finally {
    await browser.close();
  }
}

function describe(messages) {
  const sequences = [];
  let agents = 0;
  const decoder = new StreamDecoder({
    frame: ({ sequence, agentCount }) => {
      sequences.push(sequence);
      agents = agentCount;
    },
  });
  messages.forEach((message) => decoder.decode(message));
  const frames = messages.filter(isDeltaFrame);
  const bytes = frames.reduce((sum, { byteLength }) => sum + byteLength, 0) / frames.length;
  const ticks = (sequences.at(-1) - sequences[0]) / (sequences.length - 1);
  console.log(`${agents} agents, ${frames.length} frames of ${bytes.toFixed(0)} bytes, one in ${ticks.toFixed(2)} ticks`);
}

function report(where, takenMicros) {
  const [best, median, worst] = [0, takenMicros.length >> 1, takenMicros.length - 1].map((i) => takenMicros[i].toFixed(0));
  console.log(`${where}: a frame takes ${best} µs in the quickest round, ${median} in the median one, ${worst} in the slowest`);
}
