import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import WebSocket from 'ws';
import { EssaimClient, EssaimPublisher, RequestError } from '../src/essaim.js';
import { ManualClock, scriptedWebSocket } from './support/fakes.js';
import { CONNECTED } from './support/messages.js';

const MINUTE = 60_000;
const REFUSED = { type: 'error', data: { code: 1002, message: 'Invalid token' } };

/** Lets what waits for a promise go on. */
const settled = () => new Promise(setImmediate);

/** A JSON client on a scripted socket and a clock that stands still, and all that it tells. */
function scripted(token, options = {}) {
  const clock = new ManualClock();
  const Scripted = scriptedWebSocket();
  const client = new EssaimClient('ws://host/ws/swarm', {
    encoding: 'json', token, WebSocket: Scripted, clock, random: () => 0, ...options,
  });
  const [states, errors, closes] = [[], [], []];
  client.on('state', (state) => states.push(state));
  client.on('error', (error) => errors.push(error));
  client.on('close', (event) => closes.push(event));
  return { client, clock, Scripted, states, errors, closes };
}

/** Tokens t1, t2, and so on, one for each time it is asked. */
function numbered() {
  let asked = 0;
  return async () => `t${++asked}`;
}

const auths = (socket) => socket.sent.map((text) => JSON.parse(text)).filter(({ type }) => type === 'auth');

/** Opens the newest socket and greets. */
async function greeted({ Scripted }) {
  await settled();
  Scripted.newest.open();
  Scripted.newest.say(CONNECTED);
  return Scripted.newest;
}

function authenticated(socket, clock, lifeMs) {
  const { id } = auths(socket).at(-1);
  const expires_at = lifeMs === undefined ? undefined : new Date(clock.nowMs + lifeMs).toISOString();
  socket.say({ type: 'authenticated', id, name: 'ann', expires_at });
}

test('a text goes out as a subprotocol, beside that of the encoding, and is never said again', async () => {
  const script = scripted('ess_A-z.0~');
  script.client.connect();
  assert.deepEqual(script.Scripted.newest.protocols, ['essaim.v1.json', 'essaim.token.ess_A-z.0~']);
  assert.equal(script.Scripted.newest.url, 'ws://host/ws/swarm');
  assert.deepEqual(auths(await greeted(script)), []);
});

test('what no subprotocol can hold stands in the address, on each connection once', async () => {
  const script = scripted('a/b=');
  script.client.connect();
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(script.Scripted.newest.protocols, ['essaim.v1.json']);
    assert.equal(script.Scripted.newest.url, 'ws://host/ws/swarm?access_token=a%2Fb%3D');
    (await greeted(script)).drop(1012);
    script.clock.advance(500);
  }
});

test('what can be no token is refused and not repeated', async () => {
  for (const token of ['', 'secret x', 'secretß', 'secret'.repeat(1000), 17, { secret: 1 }, null]) {
    const error = thrown(() => scripted(token));
    assert.ok(error instanceof TypeError && /^token (has|is)/.test(error.message), String(error));
    assert.doesNotMatch(error.message, /secret/);
  }
});

test('a function is asked for each connection, and its token said once more to hear when the login ends', async () => {
  const script = scripted(numbered());
  script.client.connect();
  assert.equal(script.client.state, 'connecting');
  assert.equal(script.Scripted.sockets.length, 0);
  script.client.connect();
  const first = await greeted(script);
  assert.deepEqual(first.protocols, ['essaim.v1.json', 'essaim.token.t1']);
  assert.deepEqual(auths(first), [{ type: 'auth', id: 'a1', token: 't1' }]);
  first.drop(1012);
  script.clock.advance(500);
  const second = await greeted(script);
  assert.equal(script.Scripted.sockets.length, 2);
  assert.deepEqual(auths(second), [{ type: 'auth', id: 'a2', token: 't2' }]);
});

test('a function may have no token', async () => {
  const script = scripted(() => undefined);
  script.client.connect();
  const socket = await greeted(script);
  assert.deepEqual(socket.protocols, ['essaim.v1.json']);
  assert.deepEqual(auths(socket), []);
});

test('a login is renewed a minute before it ends, or when half of its time is over', async () => {
  for (const [lifeMs, renewedMs] of [[60 * MINUTE, 59 * MINUTE], [80_000, 40_000], [4_000, 2_000]]) {
    const script = scripted(numbered(), { statsIntervalMs: 0, silenceTimeout: 1e9 });
    const names = [];
    script.client.on('authenticated', ({ name }) => names.push(name));
    script.client.connect();
    const socket = await greeted(script);
    authenticated(socket, script.clock, lifeMs);
    script.clock.advance(renewedMs - 1);
    await settled();
    assert.equal(auths(socket).length, 1);
    script.clock.advance(1);
    await settled();
    assert.deepEqual(auths(socket).at(-1), { type: 'auth', id: 'a2', token: 't2' });
    authenticated(socket, script.clock, lifeMs);
    script.clock.advance(renewedMs);
    await settled();
    assert.equal(auths(socket).length, 3);
    assert.deepEqual(names, ['ann', 'ann']);
    script.client.disconnect();
    assert.equal(script.clock.timers, 0);
  }
});

test('one that never ends is not renewed', async () => {
  const script = scripted(numbered(), { silenceTimeout: 1e9 });
  script.client.connect();
  const socket = await greeted(script);
  authenticated(socket, script.clock);
  script.clock.advance(1e8);
  await settled();
  assert.equal(auths(socket).length, 1);
});

test('where no new token is to be had at once, it is asked for again, and the application hears why', async () => {
  let asked = 0;
  const token = async () => {
    if (++asked === 2) throw new Error('the login service is away');
    return `t${asked}`;
  };
  const script = scripted(token, { silenceTimeout: 1e9 });
  script.client.connect();
  const socket = await greeted(script);
  authenticated(socket, script.clock, 10 * MINUTE);
  script.clock.advance(9 * MINUTE);
  await settled();
  assert.deepEqual(script.errors.map(String), ['Error: the login service is away']);
  script.clock.advance(5_000);
  await settled();
  assert.equal(auths(socket).at(-1).token, 't3');
});

test('a server from before there were logins is left alone', async () => {
  const script = scripted(numbered(), { silenceTimeout: 1e9 });
  script.client.connect();
  const socket = await greeted(script);
  socket.say({ type: 'error', data: { code: 1001, message: 'unknown type "auth"' }, id: 'a1' });
  script.clock.advance(1e8);
  await settled();
  assert.deepEqual(script.errors, []);
  assert.equal(auths(socket).length, 1);
});

test('an attempt whose token cannot be had failed, and another follows', async () => {
  let asked = 0;
  const script = scripted(() => {
    if (++asked === 1) throw new Error('nobody is logged in');
    return 'good';
  });
  script.client.connect();
  await settled();
  assert.equal(script.client.state, 'connect_error');
  assert.deepEqual(script.closes, [
    { code: 1006, reason: 'no token: nobody is logged in', reconnects: true, retryInMs: 500 },
  ]);
  assert.equal(script.errors[0].message, 'nobody is logged in');
  script.clock.advance(500);
  await greeted(script);
  assert.equal(script.client.state, 'connected');
});

test('a token that does not come in time is an attempt that failed; one that comes later opens nothing', async () => {
  const given = [];
  const script = scripted(() => new Promise((resolve) => given.push(resolve)));
  script.client.connect();
  script.clock.advance(20_000);
  assert.equal(script.client.state, 'timeout');
  assert.equal(script.closes[0].reason, 'no token within 20000 ms');
  given[0]('late');
  await settled();
  assert.equal(script.Scripted.sockets.length, 0);
  script.clock.advance(500);
  given[1]('good');
  await greeted(script);
  assert.deepEqual(script.Scripted.newest.protocols.at(-1), 'essaim.token.good');
});

test('disconnect while a token is asked for opens nothing', async () => {
  const script = scripted(numbered());
  script.client.connect();
  script.client.disconnect();
  await settled();
  assert.equal(script.client.state, 'disconnected');
  assert.equal(script.Scripted.sockets.length, 0);
  assert.equal(script.clock.timers, 0);
});

for (const code of [4401, 4403]) {
  test(`after ${code} it comes back at once, unless the login ended as soon as it began`, async () => {
    const script = scripted(numbered());
    script.client.connect();
    const socket = await greeted(script);
    script.clock.advance(10_000);
    socket.drop(code, 'Login expired');
    assert.equal(script.closes.at(-1).retryInMs, 0);
    script.clock.advance(0);
    const next = await greeted(script);
    assert.deepEqual(next.protocols, ['essaim.v1.json', 'essaim.token.t2']);
    next.drop(code, 'Login expired');
    assert.equal(script.closes.at(-1).retryInMs, 500);
  });
}

for (const reason of ['Invalid token', 'Unauthorized origin', 'Login timeout', 'You may not watch']) {
  test(`1008 ${reason} ends it, and the state and one error say so`, async () => {
    for (const isTold of [true, false]) {
      const script = scripted('text');
      script.client.connect();
      script.Scripted.newest.open();
      if (isTold) script.Scripted.newest.say({ ...REFUSED, data: { code: 1002, message: reason } });
      const waiting = assert.rejects(script.client.join('ops'), RequestError);
      script.Scripted.newest.drop(1008, reason);
      await waiting;
      assert.equal(script.client.state, 'unauthorized');
      assert.deepEqual(script.errors.map(({ code, message }) => [code, message]), [[1002, reason]]);
      script.clock.advance(1e6);
      assert.equal(script.Scripted.sockets.length, 1);
    }
  });
}

test('with a function a token that was refused is replaced once, until one was good', async () => {
  const script = scripted(numbered());
  script.client.connect();
  for (let i = 0; i < 2; i++) {
    (await greeted(script)).say({ type: 'heartbeat', frequency: 1, connections: 1 });
    for (let refused = 0; refused < 2; refused++) {
      assert.notEqual(script.client.state, 'unauthorized');
      if (refused === 1) {
        await settled();
        script.Scripted.newest.open();
        script.Scripted.newest.say(REFUSED);
      }
      script.Scripted.newest.drop(1008, 'Invalid token');
      script.clock.advance(500);
    }
    await settled();
    assert.equal(script.client.state, 'unauthorized');
    assert.equal(script.Scripted.sockets.length, 2 * i + 2);
    script.client.connect();
  }
});

test('who is banned comes back when the ban is over, and is not told to be somebody else', async () => {
  const script = scripted('text');
  script.client.connect();
  (await greeted(script)).drop(1008, 'Banned for 300 s: too many messages');
  assert.equal(script.closes[0].retryInMs, 300_000);
  assert.deepEqual(script.errors, []);
  script.clock.advance(300_000);
  assert.equal(script.Scripted.sockets.length, 2);
});

test('who sent too much is not told to be somebody else', async () => {
  const script = scripted('text');
  script.client.connect();
  (await greeted(script)).drop(1008, 'Too many messages');
  assert.deepEqual(script.errors, []);
  assert.equal(script.closes.length, 1);
});

test('polls bring the token as a header, and a new one where it is refused', async () => {
  const requests = [];
  const token = numbered();
  const fetch = async (url, { headers }) => {
    requests.push([url, headers.Authorization]);
    const status = headers.Authorization === 'Bearer t4' ? 200 : 401;
    const body = JSON.stringify({ events: [], cursor: 'c1', recovered: true, unrecovered: [] });
    return { ok: status === 200, status, headers: new Headers(), text: async () => body };
  };
  const script = scripted(token, { fetch, fallbackAfter: 3 });
  script.client.subscribe({ rooms: ['ops'] }).catch(() => {});
  script.client.connect();
  for (let i = 0; i < 3; i++) {
    await settled();
    script.Scripted.newest.drop(1006);
    script.clock.advance(500);
  }
  while (requests.length < 2) await settled();
  assert.equal(script.client.state, 'polling');
  assert.deepEqual(requests.slice(0, 2).map(([, authorization]) => authorization), ['Bearer t3', 'Bearer t4']);
  assert.doesNotMatch(requests[0][0], /t3/);
  script.client.disconnect();
});

test('a poll that is refused for a while waits as long as the server says', async () => {
  let polls = 0;
  const fetch = async () => {
    polls++;
    return { ok: false, status: 429, headers: new Headers({ 'Retry-After': '300' }), text: async () => 'Banned for 300 s' };
  };
  const script = scripted(undefined, { fetch });
  script.client.subscribe({ rooms: ['ops'] }).catch(() => {});
  script.client.connect();
  for (let i = 0; i < 3; i++) {
    script.Scripted.newest.drop(1006);
    script.clock.advance(500);
  }
  await settled();
  assert.equal(polls, 1);
  script.clock.advance(299_000);
  await settled();
  assert.equal(polls, 1);
  script.clock.advance(1_000);
  await settled();
  assert.equal(polls, 2);
  script.client.disconnect();
});

test('a publisher brings a new token to each connection', async () => {
  const clock = new ManualClock();
  const Scripted = scriptedWebSocket();
  const publisher = new EssaimPublisher('ws://host/ws/ingest', { token: numbered(), WebSocket: Scripted, clock, random: () => 0 });
  publisher.connect();
  for (const token of ['t1', 't2']) {
    await settled();
    assert.deepEqual(Scripted.newest.protocols, ['essaim.v1.sbe', `essaim.token.${token}`]);
    Scripted.newest.drop(1006);
    clock.advance(500);
  }
});

test('where the handshake is refused and the reason can be seen, that is final, too', { timeout: 30_000 }, async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', verifyClient: (_, answer) => answer(false, 401) });
  await new Promise((resolve) => server.once('listening', resolve));
  const publisher = new EssaimPublisher(`ws://127.0.0.1:${server.address().port}/ws/ingest`, { token: 'bad', WebSocket });
  t.after(() => {
    publisher.disconnect();
    server.close();
  });
  const error = await new Promise((resolve) => {
    publisher.on('error', resolve);
    publisher.connect();
  });
  assert.equal(error.code, 1002);
  assert.match(error.message, /401/);
  assert.equal(publisher.state, 'unauthorized');
});

function thrown(what) {
  try {
    what();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}
