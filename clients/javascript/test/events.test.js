import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EssaimClient, RequestError } from '../src/essaim.js';
import { batchOf, eventOf, scriptedFetch, settled } from './support/events.js';
import { ManualClock, scriptedWebSocket } from './support/fakes.js';
import { CONNECTED } from './support/messages.js';

/** A JSON client on a scripted socket and a scripted fetch, and all that it tells. */
function scripted({ url = 'ws://host/ws/swarm', ...options } = {}) {
  const clock = new ManualClock();
  const WebSocket = scriptedWebSocket();
  const http = scriptedFetch();
  const client = new EssaimClient(url, {
    encoding: 'json',
    WebSocket,
    clock,
    fetch: http.fetch,
    random: () => 0,
    ...options,
  });
  const told = [];
  for (const name of ['event', 'gap', 'presence', 'snapshot', 'unrecovered', 'error']) {
    client.on(name, (value) => told.push(name === 'event' ? value.offset : name === 'error' ? value.message : value));
  }
  const states = [];
  client.on('state', (state) => states.push(state));
  const said = () => WebSocket.newest.sent.map((text) => JSON.parse(text)).filter(({ type }) => type !== 'ping');
  const grant = (asked, more = {}) =>
    WebSocket.newest.say({ type: 'subscribed', id: asked.id, rooms: asked.rooms, cursor: 'c0', ...more });
  return { client, clock, WebSocket, http, told, states, said, grant };
}

function open({ WebSocket }) {
  WebSocket.newest.open();
  WebSocket.newest.say(CONNECTED);
}

/** Connected and subscribed to the room general. */
async function subscribed(options) {
  const script = scripted(options);
  const granted = script.client.subscribe({ rooms: ['general'], types: ['agent.*'] });
  script.client.connect();
  open(script);
  script.grant(script.said()[0]);
  await granted;
  return script;
}

/** Likewise, and since then so many attempts failed as make it poll. */
async function polling(options) {
  const script = await subscribed(options);
  const { client, WebSocket, clock } = script;
  WebSocket.newest.say(eventOf(5));
  WebSocket.newest.drop();
  for (let i = 0; i < 3; i++) {
    clock.advance(500);
    WebSocket.newest.drop();
  }
  assert.equal(client.state, 'polling');
  return script;
}

test('asks for events and tells what was granted', async () => {
  const script = scripted();
  const { client, said, WebSocket, told } = script;
  const wanted = {
    rooms: ['general', 'ops'],
    types: ['agent.*'],
    filter: { circle_id: 1, 'data.status': ['a', 'b'] },
    since: 'CURSOR',
    presence: true,
    snapshot: true,
  };
  const granted = client.subscribe(wanted);
  client.connect();
  open(script);
  assert.deepEqual(said(), [{ type: 'subscribe', id: 'e1', ...wanted }]);
  const answer = { rooms: wanted.rooms, types: wanted.types, filter: wanted.filter, cursor: 'c1', recovered: false };
  WebSocket.newest.say({ type: 'subscribed', id: 'e1', ...answer, unrecovered: ['ops'] });
  assert.deepEqual(await granted, { ...answer, unrecovered: ['ops'] });
  assert.equal(client.cursor, 'c1');
  const gap = { type: 'gap', room: 'ops', ranges: [[3, 4]], count: 2 };
  const presence = { type: 'presence', room: 'ops', members: 2, joined: ['c-2'], left: [] };
  const snapshot = { type: 'snapshot', offset: 9, state: { agents: {} } };
  for (const message of [snapshot, eventOf(10), gap, presence]) WebSocket.newest.say(message);
  assert.deepEqual(told, [{ rooms: ['ops'] }, snapshot, 10, gap, presence]);
  assert.equal(client.cursor, 'c10');
});

test('a view, events and the frequency are asked for at once, and by one promise', async () => {
  const script = scripted();
  const { client, said, WebSocket } = script;
  client.connect();
  open(script);
  const granted = client.subscribe({ fps: 30, rooms: ['ops'], frequency: true });
  WebSocket.newest.say({ type: 'subscribed', id: '1', swarm: { fps: 30, stride: 2, form: 'json' } });
  WebSocket.newest.say({ type: 'subscribed', id: 'e1', rooms: ['ops'], cursor: 'c1' });
  WebSocket.newest.say({ type: 'subscribed', id: 'e2', frequency: true });
  assert.deepEqual(await granted, { fps: 30, stride: 2, form: 'json', rooms: ['ops'], cursor: 'c1', frequency: true });
  assert.deepEqual(said(), [
    { type: 'subscribe', id: '1', swarm: { fps: 30 } },
    { type: 'subscribe', id: 'e1', rooms: ['ops'] },
    { type: 'subscribe', id: 'e2', frequency: true },
  ]);
});

test('resumes after the newest event, and tells once what comes again before the answer', async () => {
  const script = await subscribed();
  const { client, clock, WebSocket, said, told, grant } = script;
  WebSocket.newest.say({ type: 'batch', data: batchOf(1, 2), cursor: 'c2' });
  assert.deepEqual([told, client.cursor], [[1, 2], 'c2']);
  WebSocket.newest.drop();
  clock.advance(500);
  open(script);
  const [asked] = said();
  assert.deepEqual(asked, { type: 'subscribe', id: 'e2', rooms: ['general'], types: ['agent.*'], since: 'c2' });
  WebSocket.newest.say(eventOf(3));
  grant(asked, { cursor: 'c2', recovered: true, unrecovered: [] });
  for (const offset of [3, 4]) WebSocket.newest.say(eventOf(offset));
  assert.deepEqual(told, [1, 2, 3, 4]);
});

test('says which rooms could not be had when it resumed', async () => {
  const script = await subscribed();
  const { clock, WebSocket, said, told, grant } = script;
  WebSocket.newest.drop();
  clock.advance(500);
  open(script);
  grant(said()[0], { cursor: 'c90', recovered: false, unrecovered: ['general'] });
  assert.deepEqual(told, [{ rooms: ['general'] }]);
});

test('events of the address are asked for by message, and resumed', async () => {
  const url = 'ws://host/ws/events?token=a%2Cb&rooms=ops,general&circle_id=3&spheres=a%2Cb,c';
  const script = scripted({ url });
  const { client, WebSocket, said } = script;
  client.connect();
  open(script);
  assert.equal(WebSocket.newest.url, 'ws://host/ws/events?token=a%2Cb&spheres=a%2Cb,c');
  assert.deepEqual(said(), [{ type: 'subscribe', id: 'e1', rooms: ['ops', 'general'], filter: { circle_id: 3 } }]);
});

test('a connection to /ws/events is in the room general', () => {
  const script = scripted({ url: 'ws://host/ws/events' });
  script.client.connect();
  open(script);
  assert.deepEqual(script.said(), [{ type: 'subscribe', id: 'e1', rooms: ['general'] }]);
});

test('frames that were asked for on /ws/events are asked for again on the next connection', async () => {
  const script = scripted({ url: 'ws://host/ws/events' });
  const { client, clock, WebSocket, said } = script;
  client.connect();
  open(script);
  const granted = client.subscribe({ fps: 30 });
  const swarm = { fps: 30, stride: 2, form: 'json' };
  WebSocket.newest.say({ type: 'subscribed', id: '1', swarm });
  await granted;
  WebSocket.newest.drop();
  clock.advance(500);
  open(script);
  assert.deepEqual(said()[0], { type: 'subscribe', id: '2', swarm: { fps: 30 } });
  client.disconnect();
  await settled();
  assert.deepEqual([script.told, clock.timers], [[], 0]);
});

test('rooms are joined and left one after the other, and the next connection has what is left', async () => {
  const script = await subscribed();
  const { client, clock, WebSocket, said } = script;
  const joined = client.join('ops');
  const left = client.leave('general');
  assert.deepEqual(said().at(-1), { type: 'join', id: 'e2', room: 'ops' });
  WebSocket.newest.say({ type: 'subscribed', id: 'e2', rooms: ['general', 'ops'], cursor: 'c1' });
  assert.deepEqual((await joined).rooms, ['general', 'ops']);
  assert.deepEqual(said().at(-1), { type: 'leave', id: 'e3', room: 'general' });
  WebSocket.newest.say({ type: 'subscribed', id: 'e3', rooms: ['ops'], cursor: 'c1' });
  assert.deepEqual((await left).rooms, ['ops']);
  WebSocket.newest.drop();
  clock.advance(500);
  open(script);
  assert.deepEqual(said(), [{ type: 'subscribe', id: 'e4', types: ['agent.*'], rooms: ['ops'], since: 'c1' }]);
  WebSocket.newest.say({ type: 'subscribed', id: 'e4', rooms: ['ops'], cursor: 'c1', recovered: true, unrecovered: [] });
  const none = client.unsubscribe();
  assert.deepEqual(said().at(-1), { type: 'unsubscribe', id: 'e5' });
  WebSocket.newest.say({ type: 'unsubscribed', id: 'e5', rooms: ['ops'] });
  assert.deepEqual(await none, { rooms: ['ops'] });
});

test('what the server refuses is rejected, and what was granted before stays', async () => {
  const script = await subscribed();
  const { client, clock, WebSocket, said } = script;
  const refused = client.subscribe({ rooms: ['secret'] });
  WebSocket.newest.say({ type: 'error', id: 'e2', data: { code: 1002, message: 'Not permitted' } });
  await assert.rejects(refused, (error) => error instanceof RequestError && error.code === 1002);
  WebSocket.newest.drop();
  clock.advance(500);
  open(script);
  assert.deepEqual(said()[0].rooms, ['general']);
});

test('a resumption for which there is no room is tried again, one with a cursor that is none goes on from now', async () => {
  const script = await subscribed();
  const { clock, WebSocket, said, told } = script;
  WebSocket.newest.drop();
  clock.advance(500);
  open(script);
  WebSocket.newest.say({ type: 'error', id: 'e2', data: { code: 1003, message: 'The room general is full' } });
  clock.advance(5000);
  assert.deepEqual(said().at(-1).since, 'c0');
  WebSocket.newest.say({ type: 'error', id: 'e3', data: { code: 1001, message: 'since is no cursor' } });
  assert.equal(said().at(-1).id, 'e4');
  assert.equal(said().at(-1).since, undefined);
  assert.deepEqual(told, ['The room general is full', 'since is no cursor']);
});

test('a request that nobody answers is rejected, and so is one that waits when all ends', async () => {
  const { client, clock } = await subscribed();
  const unanswered = client.join('ops');
  clock.advance(30_000);
  await assert.rejects(unanswered, /no answer within 30000 ms/);
  const waiting = client.join('lab');
  const unpublished = client.publish({ type: 'a' });
  client.disconnect();
  await assert.rejects(waiting, /disconnected/);
  await assert.rejects(unpublished, /disconnected/);
  assert.equal(clock.timers, 0);
});

for (const [what, ask, message] of [
  ['no room', (client) => client.subscribe({ rooms: [] }), /rooms holds names, one or more/],
  ['too many rooms', (client) => client.subscribe({ rooms: Array(101).fill('a') }), /rooms has 101 names, at most 100/],
  ['types of another kind', (client) => client.subscribe({ types: 'agent.*' }), /types holds names/],
  ['a filter of another kind', (client) => client.subscribe({ filter: [1] }), /filter is no object/],
  ['an empty cursor', (client) => client.subscribe({ since: '' }), /since is a cursor/],
  ['what is no part', (client) => client.subscribe({ room: 'a' }), /room is no part of a view/],
  ['no name of a room', (client) => client.join(''), /room is "", a name/],
  ['an event without type', (client) => client.publish({ data: {} }), /type is undefined, a name/],
  ['an unknown field', (client) => client.publish({ type: 'a', agent: 1 }), /agent is no field of an event/],
  ['no priority', (client) => client.publish({ type: 'a', priority: 'urgent' }), /priority is "urgent"; known are/],
  ['no id', (client) => client.publish({ type: 'a', circle_id: 1.5 }), /circle_id is 1.5, a whole number/],
  ['no time', (client) => client.publish({ type: 'a', timestamp: 'now' }), /timestamp is "now", a time/],
  ['no microseconds', (client) => client.publish({ type: 'a', time_us: 0.5 }), /time_us is 0.5, microseconds/],
  ['no event id', (client) => client.publish({ type: 'a', event_id: 'a b' }), /event_id is "a b"/],
  ['too large data', (client) => client.publish({ type: 'a', data: 'x'.repeat(60_000) }), /60002 bytes of JSON, at most/],
  ['no JSON', (client) => client.publish({ type: 'a', data: () => {} }), /data is nothing that JSON has/],
]) {
  test(`${what} is refused by name before anything is sent`, () => {
    assert.throws(() => ask(scripted().client), message);
  });
}

test('publishes, and tells where the event stands', async () => {
  const script = scripted();
  const { client, WebSocket, said } = script;
  client.connect();
  open(script);
  const data = { n: 1 };
  const rest = { type: 'agent.started', room: 'ops', priority: 'high', circle_id: 2, event_id: 'mine' };
  const published = client.publish({ ...rest, data });
  data.n = 2;
  const event = { ...rest, data: { n: 1 } };
  assert.deepEqual(said(), [{ type: 'publish', id: 'p1', event }]);
  WebSocket.newest.say({ type: 'published', id: 'p1', offset: 124, event_id: 'mine', duplicate: false });
  assert.deepEqual(await published, { offset: 124, eventId: 'mine', duplicate: false });
  const refused = client.publish({ type: 'agent.started' });
  WebSocket.newest.say({ type: 'error', id: 'p2', data: { code: 1003, message: 'The queue of events is full' } });
  await assert.rejects(refused, (error) => error.code === 1003);
});

test('what is published without a connection goes out in order on the next, with the same ids on each', async () => {
  const script = scripted();
  const { client, clock, WebSocket, said } = script;
  const answers = [1, 2, 3].map((n) => client.publish({ type: 'a', data: n }));
  client.connect();
  open(script);
  const first = said();
  assert.deepEqual(first.map(({ event }) => event.data), [1, 2, 3]);
  assert.equal(new Set(first.map(({ event }) => event.event_id)).size, 3);
  WebSocket.newest.say({ type: 'published', id: 'p1', offset: 1, event_id: first[0].event.event_id, duplicate: false });
  WebSocket.newest.drop();
  answers.push(client.publish({ type: 'a', data: 4 }));
  clock.advance(500);
  open(script);
  assert.deepEqual(said().slice(0, 2), first.slice(1));
  assert.deepEqual(said().map(({ event }) => event.data), [2, 3, 4]);
  said().forEach(({ id, event }, i) => {
    WebSocket.newest.say({ type: 'published', id, offset: 2 + i, event_id: event.event_id, duplicate: i < 1 });
  });
  assert.deepEqual((await Promise.all(answers)).map(({ offset, duplicate }) => [offset, duplicate]), [
    [1, false],
    [2, true],
    [3, false],
    [4, false],
  ]);
});

test('of more than a thousand that wait the oldest is refused', async () => {
  const { client, clock } = scripted();
  const answers = Array.from({ length: 1001 }, (_, n) => client.publish({ type: 'a', data: n }));
  await assert.rejects(answers[0], /more than 1000 publications wait for the server; this was the oldest/);
  for (const answer of answers.slice(1)) answer.catch(() => {});
  client.disconnect();
  assert.equal(clock.timers, 0);
});

test('no more than a hundred are under way', () => {
  const script = scripted();
  const { client, WebSocket, said } = script;
  client.connect();
  open(script);
  for (let n = 0; n < 150; n++) client.publish({ type: 'a' }).catch(() => {});
  assert.equal(said().length, 100);
  WebSocket.newest.say({ type: 'published', id: 'p7', offset: 1, event_id: 'x', duplicate: false });
  assert.equal(said().length, 101);
});

test('polls where no WebSocket can be had, and goes on by the cursor when there is one', async () => {
  const script = await polling();
  const { client, clock, WebSocket, http, told, states, said } = script;
  const failed = ['connecting', 'connect_error'];
  assert.deepEqual(states, ['connecting', 'connected', 'disconnected', ...failed, ...failed, 'connecting', 'polling']);
  const [poll] = http.requests;
  assert.equal(poll.url.href, 'http://host/api/events?rooms=general&types=agent.*&cursor=c5&wait=25s');
  poll.ok({ events: batchOf(6, 7), cursor: 'c7', recovered: true, unrecovered: [] });
  await settled();
  assert.deepEqual([told, client.cursor], [[5, 6, 7], 'c7']);
  assert.equal(http.newest().url.searchParams.get('cursor'), 'c7');
  const attempts = WebSocket.sockets.length;
  clock.advance(29_999);
  assert.equal(WebSocket.sockets.length, attempts);
  clock.advance(1);
  WebSocket.newest.drop();
  clock.advance(30_000);
  assert.equal(WebSocket.sockets.length, attempts + 2, 'every 30 s the WebSocket is tried');
  assert.equal(states.at(-1), 'polling');
  open(script);
  assert.ok(http.newest().signal.aborted);
  assert.deepEqual([states.at(-1), said()[0].since], ['connected', 'c7']);
  script.grant(said()[0], { cursor: 'c7', recovered: true, unrecovered: [] });
  WebSocket.newest.say(eventOf(8));
  assert.deepEqual(told, [5, 6, 7, 8]);
  client.disconnect();
  assert.equal(clock.timers, 0);
});

test('publishes by POST while it polls, and what was not answered goes out on the WebSocket', async () => {
  const script = await polling();
  const { client, http, clock, said } = script;
  const posts = () => http.requests.filter(({ method }) => method === 'POST');
  const first = client.publish({ type: 'a', event_id: 'e-1' });
  assert.deepEqual(posts()[0].body, [{ type: 'a', data: {}, event_id: 'e-1' }]);
  posts()[0].ok({ published: [{ offset: 9, event_id: 'e-1', duplicate: false }] });
  assert.deepEqual(await first, { offset: 9, eventId: 'e-1', duplicate: false });
  await settled();
  const second = client.publish({ type: 'b', event_id: 'e-2' });
  posts()[1].answer(503, 'busy');
  await settled();
  clock.advance(500);
  await settled();
  assert.deepEqual(posts()[2].body, posts()[1].body, 'a server that is busy is asked again');
  clock.advance(30_000);
  open(script);
  const publication = said().find(({ type }) => type === 'publish');
  assert.equal(publication.event.event_id, 'e-2');
  script.WebSocket.newest.say({ type: 'published', id: publication.id, offset: 10, event_id: 'e-2', duplicate: true });
  assert.equal((await second).duplicate, true);
});

test('of several that are posted only the one at fault is refused', async () => {
  const script = await polling();
  const { client, http } = script;
  const answers = ['a', 'error', 'b'].map((type) => client.publish({ type }).catch(({ message }) => message));
  const posts = () => http.requests.filter(({ method }) => method === 'POST');
  // The first went by itself, the others wait for its answer.
  const receipt = (offset) => ({ published: [{ offset, event_id: `${offset}`, duplicate: false }] });
  posts()[0].ok(receipt(1));
  await settled();
  assert.equal(posts()[1].body.length, 2);
  posts()[1].answer(400, 'event 1: type "error" is the name of another message');
  await settled();
  posts()[2].answer(400, 'type "error" is the name of another message');
  await settled();
  posts()[3].ok(receipt(2));
  assert.deepEqual((await Promise.all(answers)).map((answer) => answer.offset ?? answer), [
    1,
    'HTTP 400: type "error" is the name of another message',
    2,
  ]);
});

test('another subscription is polled for at once', async () => {
  const script = await polling();
  const { client, http } = script;
  const granted = client.subscribe({ rooms: ['ops'] });
  await settled();
  assert.ok(http.requests[0].signal.aborted);
  assert.equal(http.newest().url.search, '?rooms=ops&cursor=c5&wait=25s');
  http.newest().ok({ events: [], cursor: 'c6', recovered: true, unrecovered: [] });
  assert.deepEqual((await granted).rooms, ['ops']);
});

test('a subscription that a poll is refused is rejected, and what was polled for before goes on', async () => {
  const { client, http } = await polling();
  const refused = client.subscribe({ rooms: ['ops'], filter: { nothing: 1 } });
  await settled();
  http.newest().answer(400, 'filter.nothing is no field');
  await assert.rejects(refused, /HTTP 400: filter.nothing is no field/);
  await settled();
  assert.equal(http.newest().url.search, '?rooms=general&types=agent.*&cursor=c5&wait=25s');
});

test('a poll that fails is made again later and later, and says so only where it is refused', async () => {
  const { clock, http, told } = await polling();
  http.newest().fail();
  await settled();
  clock.advance(500);
  await settled();
  http.newest().answer(503, 'starting');
  await settled();
  clock.advance(500);
  await settled();
  assert.deepEqual(told, [5]);
  http.newest().answer(401, 'A token, please');
  await settled();
  assert.equal(http.requests.length, 3);
  clock.advance(500);
  await settled();
  assert.equal(http.requests.length, 4);
  assert.deepEqual(told, [5, 'HTTP 401: A token, please']);
});

test('a client that wants no events never polls', async () => {
  const { client, clock, WebSocket, http, states } = scripted();
  client.connect();
  for (let i = 0; i < 10; i++) {
    WebSocket.newest.drop();
    clock.advance(500);
  }
  assert.deepEqual([states.includes('polling'), http.requests.length], [false, 0]);
  client.subscribe({ rooms: ['general'] }).catch(() => {});
  assert.equal(client.state, 'polling');
  client.disconnect();
  await settled();
  assert.deepEqual([client.state, states.at(-1), clock.timers], ['disconnected', 'disconnected', 0]);
});

test('options of the fallback that cannot be are refused by name', () => {
  assert.throws(() => scripted({ fallbackAfter: -1 }), /fallbackAfter=-1/);
  assert.throws(() => scripted({ fallbackRetryMs: 5 }), /fallbackRetryMs=5/);
});

test('rooms that are joined faster than the server takes requests are joined as it lets them', async () => {
  const script = await subscribed();
  const { client, clock, WebSocket, said, told } = script;
  const rooms = Array.from({ length: 12 }, (_, i) => `room-${i}`);
  let joined = 0;
  const all = rooms.map((room) => client.join(room).then(() => joined++));
  const answerNewest = async () => {
    const asked = said().at(-1);
    WebSocket.newest.say({ type: 'subscribed', id: asked.id, rooms: ['general', ...rooms.slice(0, joined + 1)], cursor: 'c1' });
    await settled();
  };
  for (let i = 0; i < 9; i++) await answerNewest();
  const refused = said().at(-1);
  assert.equal(refused.room, 'room-9');
  const error = { code: 1003, message: 'Rate limit exceeded; ask again in 600 ms' };
  WebSocket.newest.say({ type: 'error', id: refused.id, data: error });
  WebSocket.newest.say({ type: 'error', data: error }); // of a ping
  await settled();
  const sent = said().length;
  clock.advance(649);
  assert.equal(said().length, sent, 'nothing is asked before its time');
  clock.advance(1);
  assert.deepEqual(said().at(-1), refused, 'the same request again');
  for (let i = 0; i < 3; i++) await answerNewest();
  await Promise.all(all);
  assert.deepEqual(told, [], 'the application hears of no error');
});

test('a request that waits for its time is asked on the next connection at once', async () => {
  const script = await subscribed();
  const { client, clock, WebSocket, said } = script;
  client.join('room-1');
  const error = { code: 1003, message: 'Rate limit exceeded; ask again in 60000 ms' };
  WebSocket.newest.say({ type: 'error', id: said().at(-1).id, data: error });
  WebSocket.newest.drop();
  clock.advance(500);
  open(script);
  script.grant(said()[0]);
  assert.equal(said().at(-1).room, 'room-1');
});
