import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { viewOfQuery } from '../../src/view.js';
import { MessageWriter } from './message-writer.js';
import { Swarm, swarmUpdate } from './swarm.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const SERVER = 'essaim-dev/0';

const TEMPLATE_PING = 31;
const TEMPLATE_STATS = 32;

/**
 * Stands in for the server while its client and page are made: /ws/swarm and /ws/frequency in both encodings, and the
 * page with its mappings. On 127.0.0.1 only; no limits, no slow-client policy, and boxes without hysteresis.
 */
export class DevServer {
  #swarm;
  #writer = new MessageWriter();
  #viewers = new Set();
  #watchers = new Set();
  #opened = 0;
  #timers = [];
  #startedMs = Date.now();
  #http;

  /** What viewers said that they saw, in order. */
  reports = [];

  /** Milliseconds that a view holds at least. */
  viewIntervalMs = 1000;

  /** @param threeDirectory that holds build/ and examples/ of three; without it the page says that it cannot draw */
  constructor({ threeDirectory, ...swarm } = {}) {
    this.#swarm = new Swarm(swarm);
    this.mappings = [
      ['/vendor/three/', threeDirectory],
      ['/client/', path.join(ROOT, 'clients/javascript/src')],
      ['/', path.join(ROOT, 'server/src/main/resources/web')],
    ];
  }

  /** @returns the base URL, once it listens */
  async start(port = 0) {
    this.#http = createServer((request, response) => this.#serve(request, response));
    const sockets = new WebSocketServer({
      noServer: true,
      handleProtocols: (offered) =>
        offered.has('essaim.v1.sbe') ? 'essaim.v1.sbe' : offered.has('essaim.v1.json') ? 'essaim.v1.json' : false,
    });
    this.#http.on('upgrade', (request, socket, head) => {
      const url = new URL(request.url, 'ws://localhost');
      if (url.pathname !== '/ws/swarm' && url.pathname !== '/ws/frequency') {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (opened) => this.#onConnection(opened, url));
    });
    await new Promise((resolve) => this.#http.listen(port, '127.0.0.1', resolve));
    this.#every(1000 / this.#swarm.ticksPerSecond, () => this.#tick());
    this.#every(100, () => this.#frequency());
    this.#every(30_000, () => this.#heartbeat());
    return `http://127.0.0.1:${this.#http.address().port}/`;
  }

  stop() {
    this.#timers.forEach(clearInterval);
    for (const viewer of [...this.#viewers, ...this.#watchers]) viewer.socket.terminate();
    this.#http.closeAllConnections();
    return new Promise((resolve) => this.#http.close(resolve));
  }

  /** Closes all sockets, as a draining server does. */
  closeAll(code, reason) {
    for (const viewer of [...this.#viewers, ...this.#watchers]) viewer.socket.close(code, reason);
  }

  /** Changes the rate of all viewers from the next tick on, as the server does of one that is slow. */
  changeTier(stride, reason) {
    const seq = (this.#swarm.tick + 1) >>> 0;
    const tier = { type: 'tier', seq, fps: Math.floor(this.#swarm.ticksPerSecond / stride), stride, reason };
    for (const viewer of this.#viewers) {
      viewer.stride = stride;
      this.#say(viewer, tier, 'tier');
    }
  }

  get connections() {
    return this.#viewers.size + this.#watchers.size;
  }

  /** Late timers are made up for, so that the rate holds on a busy machine. */
  #tick() {
    const due = Math.floor(((Date.now() - this.#startedMs) / 1000) * this.#swarm.ticksPerSecond);
    if (due - this.#swarm.tick > 30) this.#startedMs += ((due - this.#swarm.tick) * 1000) / this.#swarm.ticksPerSecond;
    while (this.#swarm.tick < due && due - this.#swarm.tick <= 30) {
      this.#swarm.step();
      this.#send();
    }
  }

  #send() {
    const swarm = this.#swarm;
    const common = {
      seq: swarm.tick,
      time_us: Math.round((this.#startedMs + (swarm.tick * 1000) / swarm.ticksPerSecond) * 1000),
      target: swarm.target,
      columns: swarm.columns,
    };
    const binary = new Map();
    const text = new Map();
    const once = (made, key, make) => made.get(key) ?? made.set(key, make()).get(key);
    for (const viewer of this.#viewers) {
      if (swarm.tick % viewer.stride !== 0) continue;
      const shown = this.#shown(viewer);
      const key = shown.join();
      const part = { ...swarm, ...common, rosterVersion: viewer.rosterVersion, ...partOf(swarm, shown) };
      if (viewer.sbe) {
        if (key !== viewer.shown) {
          part.rosterVersion = ++viewer.rosterVersion;
          viewer.socket.send(this.#writer.roster({ ...part, version: part.rosterVersion }));
        }
        const versioned = `${viewer.rosterVersion}:${key}`;
        viewer.socket.send(once(binary, versioned, () => this.#writer.frame({ ...part, bits: this.#bits() })));
      } else {
        viewer.socket.send(once(text, key, () => swarmUpdate(part)));
      }
      viewer.shown = key;
    }
  }

  /** The positions of the agents that the viewer wants. */
  #shown({ wanted, view: { box } }) {
    const { columns, components } = this.#swarm;
    if (box === undefined) return wanted;
    return wanted.filter((i) =>
      ['x', 'y', 'z'].every((name, axis) => {
        const value = (columns[name][i] + components[axis].offset) / 10 ** components[axis].decimals;
        return box[axis] <= value && value <= box[axis + 3];
      }),
    );
  }

  #see(viewer, view) {
    const { ids, spheres, sphereOf } = this.#swarm;
    const ranges = view.agents?.split(',').map((range) => range.split('-').map(Number));
    viewer.view = view;
    viewer.stride = this.#stride(view.fps);
    viewer.wanted = [...ids.keys()].filter((i) => {
      const inRange = ([first, last = first]) => first <= ids[i] && ids[i] <= last;
      return (ranges?.some(inRange) ?? true) && (view.spheres?.includes(spheres[sphereOf[i]]) ?? true);
    });
  }

  #onConnection(socket, url) {
    const sbe = socket.protocol === 'essaim.v1.sbe';
    const viewer = { socket, sbe, rosterVersion: 0, shown: undefined, changedMs: -Infinity };
    const { form, ...view } = viewOfQuery(url.search);
    this.#see(viewer, view);
    const group = url.pathname === '/ws/swarm' ? this.#viewers : this.#watchers;
    socket.on('error', () => {});
    socket.on('close', () => group.delete(viewer));
    socket.on('message', (data, binary) => this.#onMessage(viewer, data, binary));
    if (group === this.#viewers) this.#greet(viewer);
    group.add(viewer);
  }

  #greet(viewer) {
    const swarm = this.#swarm;
    const greeting = {
      type: 'connected',
      frequency: swarm.target,
      agent_count: swarm.ids.length,
      client_id: `c-${++this.#opened}`,
      server: SERVER,
      form: viewer.sbe ? 'plain' : 'json',
      fps: Math.floor(swarm.ticksPerSecond / viewer.stride),
      stride: viewer.stride,
      heartbeat_ms: 30_000,
      time_us: Date.now() * 1000,
      stream: {
        id: 0,
        epoch: this.#startedMs * 1000,
        ticks_per_second: swarm.ticksPerSecond,
        value_bits: this.#bits(),
        components: swarm.components,
      },
    };
    this.#say(viewer, greeting, 'connected');
  }

  #onMessage(viewer, data, binary) {
    const request = binary ? readRequest(data) : JSON.parse(data);
    if (request.type === 'ping') {
      const now = new Date();
      this.#say(viewer, { type: 'pong', t: request.t, time_us: now * 1000, timestamp: now.toISOString() }, 'pong');
    } else if (request.type === 'stats') {
      this.reports.push(request);
    } else {
      this.#subscribe(viewer, request);
    }
  }

  #subscribe(viewer, { id, swarm: { form, ...swarm } }) {
    const { fps: before, ...selection } = viewer.view;
    const { fps: asked, ...wanted } = swarm;
    const changes = JSON.stringify(selection) !== JSON.stringify(wanted);
    const leftMs = viewer.changedMs + this.viewIntervalMs - Date.now();
    if (changes && leftMs > 0) {
      const message = `A view changes once a second at most; ask again in ${leftMs} ms`;
      this.#say(viewer, { type: 'error', id, data: { code: 1003, message } }, 'error');
      return;
    }
    if (changes) viewer.changedMs = Date.now();
    this.#see(viewer, swarm);
    const { stride } = viewer;
    const fps = Math.floor(this.#swarm.ticksPerSecond / stride);
    const granted = { ...swarm, fps, stride, form: viewer.sbe ? 'plain' : 'json' };
    this.#say(viewer, { type: 'subscribed', id, swarm: granted }, 'subscribed');
  }

  #frequency() {
    if (this.#swarm.tick < 0) return;
    const frequency = this.#swarm.meanHundredths() / 100;
    const now = new Date();
    const message = {
      type: 'frequency_update',
      frequency,
      target: this.#swarm.target,
      harmony: Math.abs(frequency - this.#swarm.target) <= 10,
      timestamp: now.toISOString(),
      seq: this.#swarm.tick,
      time_us: now * 1000,
    };
    for (const watcher of this.#watchers) this.#say(watcher, message, 'frequencyUpdate');
  }

  #heartbeat() {
    const { connections } = this;
    const message = { type: 'heartbeat', frequency: this.#swarm.target, connections, time_us: Date.now() * 1000 };
    for (const viewer of this.#viewers) this.#say(viewer, message, 'heartbeat');
  }

  #say(viewer, message, writer) {
    viewer.socket.send(viewer.sbe ? this.#writer[writer](message) : JSON.stringify(message));
  }

  #stride(fps) {
    const ticks = this.#swarm.ticksPerSecond;
    return fps <= 0 || fps >= ticks ? 1 : Math.ceil(ticks / fps);
  }

  #bits() {
    return this.#swarm.scale * 1e4 > 32_767 ? 32 : 16;
  }

  #every(ms, task) {
    this.#timers.push(setInterval(task, ms));
  }

  async #serve(request, response) {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/health') {
      const health = { status: 'healthy', source: `generator, ${this.#swarm.ids.length} agents` };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(health));
      return;
    }
    const [prefix, directory] = this.mappings.find(([start]) => pathname.startsWith(start));
    const file = path.join(directory ?? '/nonexistent', path.normalize(`/${pathname.slice(prefix.length) || 'index.html'}`));
    try {
      const body = await readFile(file);
      const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
      const policy = type.startsWith('text/html') ? { 'content-security-policy': policyOf(String(body)) } : {};
      response.writeHead(200, { 'content-type': type, ...policy }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

/** As strict as the page can be served: its own files, and the one inline script by its hash. */
function policyOf(html) {
  const [, inline] = /<script type="importmap">(.*?)<\/script>/s.exec(html);
  const hash = createHash('sha256').update(inline).digest('base64');
  return (
    `default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src 'self'; img-src 'self'; ` +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  );
}

/** The messages that clients send in binary. */
function readRequest(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const templateId = view.getUint16(2, true);
  if (templateId === TEMPLATE_PING) return { type: 'ping', t: view.getFloat64(8, true) };
  if (templateId === TEMPLATE_STATS) {
    const [skipped, p50, p99, fps] = [8, 12, 16, 20].map((at) => view.getUint32(at, true));
    const age_ms = p50 === 0xffffffff ? undefined : { p50: p50 / 1000, p99: p99 / 1000 };
    return { type: 'stats', skipped, age_ms, fps: fps / 100 };
  }
  const swarm = { fps: view.getUint16(8, true) };
  const box = Array.from({ length: 6 }, (_, i) => view.getFloat64(11 + 8 * i, true));
  let at = 8 + view.getUint16(0, true) + 6;
  const text = () => {
    const start = at + 4;
    at = start + view.getUint32(at, true);
    return data.subarray(start, at).toString();
  };
  const spheres = Array.from({ length: view.getUint32(at - 4, true) }, text);
  const agents = text();
  if (agents !== '') swarm.agents = agents;
  if (spheres.length > 0) swarm.spheres = spheres;
  if (!box.every(Number.isNaN)) swarm.box = box;
  return { type: 'subscribe', id: text(), swarm };
}

function partOf({ ids, sphereOf, columns }, shown) {
  const pick = (column) => column.constructor.from(shown, (i) => column[i]);
  return {
    ids: pick(ids),
    sphereOf: pick(sphereOf),
    columns: Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, pick(column)])),
  };
}
