import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EssaimClient, RequestError, ViewError, queryWithView, viewOfQuery } from '../src/essaim.js';
import { checkedView } from '../src/view.js';
import { ManualClock, scriptedWebSocket } from './support/fakes.js';
import { CONNECTED } from './support/messages.js';

const VIEW = { fps: 30, agents: '0-99,150', spheres: ['santé, & co', 'work'], box: [-1, -0.5, 0, 1, 0.5, 1e-7], form: 'json' };
const QUERY =
  'fps=30&agents=0-99,150&spheres=sant%C3%A9%2C%20%26%20co,work&box=-1,-0.5,0,1,0.5,1e-7&form=json';

function connected(options = {}) {
  const clock = new ManualClock();
  const WebSocket = scriptedWebSocket();
  const client = new EssaimClient('ws://host/ws/swarm', { encoding: 'json', WebSocket, clock, random: () => 0, ...options });
  client.connect();
  open(WebSocket);
  const asked = () => WebSocket.newest.sent.map((text) => JSON.parse(text)).filter(({ type }) => type === 'subscribe');
  const grant = ({ id, swarm }) =>
    WebSocket.newest.say({ type: 'subscribed', id, swarm: { ...swarm, fps: 60, stride: 1, form: 'json' } });
  const refuse = ({ id }, code, message) => WebSocket.newest.say({ type: 'error', id, data: { code, message } });
  return { client, clock, WebSocket, asked, grant, refuse };
}

function open(WebSocket) {
  WebSocket.newest.open();
  WebSocket.newest.say(CONNECTED);
}

test('a view and its query say the same', () => {
  assert.equal(queryWithView('', VIEW), QUERY);
  assert.deepEqual(viewOfQuery(`?${QUERY}`), VIEW);
  assert.deepEqual(viewOfQuery('spheres=a&spheres=b,c&other=1'), { fps: 0, spheres: ['a', 'b', 'c'] });
  assert.equal(queryWithView('?access_token=a%2Bb&fps=3&agents=7', { fps: 0 }), 'access_token=a%2Bb');
  assert.equal(queryWithView('', { fps: 1000 }), 'fps=240', 'what no stream can be is refused in an address');
});

for (const [field, view, what] of [
  ['fps', { fps: 1.5 }, /fps is 1.5, a whole number from 0 to 65535/],
  ['fps', { fps: '30' }, /fps is 30/],
  ['agents', { agents: '' }, /agents holds ""; it is ids and ranges of ids, as 0-99,150/],
  ['agents', { agents: '1,9-3' }, /agents holds "9-3"/],
  ['agents', { agents: '1-2-3' }, /agents holds "1-2-3"/],
  ['agents', { agents: '4294967296' }, /agents holds id 4294967296, from 0 to 4294967295/],
  ['agents', { agents: Array(1001).fill('1').join() }, /agents has 1001 ranges, at most 1000/],
  ['agents', { agents: [1] }, /agents is no string/],
  ['spheres', { spheres: [] }, /spheres holds labels, one or more/],
  ['spheres', { spheres: 'work' }, /spheres holds labels/],
  ['spheres', { spheres: ['work', ''] }, /spheres holds labels/],
  ['spheres', { spheres: Array.from({ length: 101 }, String) }, /spheres has 101 labels, at most 100/],
  ['spheres', { spheres: ['é'.repeat(128)] }, /at most 255 bytes/],
  ['box', { box: [0, 0, 0, 1, 1] }, /box is six numbers/],
  ['box', { box: [0, 0, 0, 1, 1, NaN] }, /box is six numbers/],
  ['box', { box: [0, 2, 0, 1, 1, 1] }, /box goes from 2 to 1 on axis y/],
  ['form', { form: 'xml' }, /form is "xml"; known are json, plain, delta/],
  ['rate', { rate: 7 }, /rate is no part of a view/],
]) {
  test(`${JSON.stringify(view).slice(0, 60)} is refused by the name of its field`, () => {
    assert.throws(
      () => checkedView(view),
      (error) => error instanceof ViewError && error.field === field && what.test(error.message),
    );
  });
}

test('a query that holds no view is refused by the name of its field', () => {
  for (const query of ['fps=x', 'fps=', 'box=1,2,,4,5,6', 'agents=1&agents=2', 'spheres=%E9']) {
    assert.throws(() => viewOfQuery(query), ViewError, query);
  }
});

test('a view of the options is in the address, and beats that of the address', () => {
  const WebSocket = scriptedWebSocket();
  const options = { WebSocket, clock: new ManualClock(), fps: 30, spheres: ['work', 'santé'], box: [0, 0, 0, 1, 1, 1] };
  new EssaimClient('ws://host/ws/swarm?token=T&fps=5&agents=3', options).connect();
  assert.equal(
    WebSocket.newest.url,
    'ws://host/ws/swarm?token=T&fps=30&agents=3&spheres=work,sant%C3%A9&box=0,0,0,1,1,1',
  );
  assert.throws(() => new EssaimClient('ws://host/', { WebSocket, agents: 'x' }), ViewError);
});

test('subscribe asks for the whole view, gives what was granted, and the next connection begins with it', async () => {
  const { client, WebSocket, asked } = connected({ fps: 10 });
  const promise = client.subscribe({ spheres: ['work'], agents: '5, 1-4' });
  assert.deepEqual(asked(), [{ type: 'subscribe', id: '1', swarm: { fps: 0, spheres: ['work'], agents: '5, 1-4' } }]);
  const granted = { fps: 60, stride: 1, form: 'json', agents: '1-5', spheres: ['work'] };
  WebSocket.newest.say({ type: 'subscribed', id: '1', swarm: granted });
  assert.deepEqual(await promise, granted);
  WebSocket.newest.drop();
  client.connect();
  assert.equal(WebSocket.newest.url, 'ws://host/ws/swarm?agents=5,1-4&spheres=work');
});

test('a view that is dragged changes once a second, the last one wins, and all are answered', async () => {
  const { client, clock, asked, grant } = connected();
  const answers = [];
  let granted = 0;
  for (let i = 0; i < 150; i++) {
    answers.push(client.subscribe({ box: [0, 0, 0, 1 + i, 1, 1] }));
    clock.advance(20);
    if (asked().length > granted) grant(asked()[granted++]);
  }
  clock.advance(2000);
  const sides = asked().map(({ swarm }) => swarm.box[3]);
  assert.deepEqual(sides, [1, 53, 105, 150], 'every 1.05 s the newest of the moment');
  grant(asked().at(-1));
  const boxes = (await Promise.all(answers)).map(({ box }) => box[3]);
  assert.deepEqual([boxes[0], boxes[20], boxes[149]], [1, 53, 150]);
  client.disconnect();
  assert.equal(clock.timers, 0);
});

test('another rate alone is asked for at once', () => {
  const { client, asked } = connected();
  client.subscribe({ agents: '1' }).catch(() => {});
  for (const fps of [10, 20, 30]) client.subscribe({ agents: '1', fps }).catch(() => {});
  assert.deepEqual(asked().map(({ swarm }) => swarm.fps), [0, 10, 20, 30]);
  client.disconnect();
});

test('a view that came too soon is asked for again when the server says', async () => {
  const { client, clock, asked, grant, refuse } = connected();
  const promise = client.subscribe({ agents: '1' });
  refuse(asked()[0], 1003, 'A view changes once a second at most; ask again in 700 ms');
  clock.advance(749);
  assert.equal(asked().length, 1);
  clock.advance(1);
  assert.deepEqual(asked()[1], asked()[0]);
  grant(asked()[1]);
  assert.equal((await promise).agents, '1');
});

test('one that came too soon never overrides a newer one', async () => {
  const { client, clock, asked, grant, refuse } = connected();
  const first = client.subscribe({ agents: '1' });
  clock.advance(1100);
  const second = client.subscribe({ agents: '2' });
  assert.equal(asked().length, 2);
  refuse(asked()[0], 1003, 'A view changes once a second at most; ask again in 10 ms');
  grant(asked()[1]);
  clock.advance(5000);
  assert.equal(asked().length, 2);
  assert.deepEqual([(await first).agents, (await second).agents], ['2', '2']);
});

test('what the server refuses is rejected, and not what the next connection begins with', async () => {
  const { client, clock, WebSocket, asked, grant, refuse } = connected();
  const granted = client.subscribe({ agents: '1' });
  grant(asked()[0]);
  await granted;
  clock.advance(1100);
  const refused = client.subscribe({ agents: '2' });
  refuse(asked()[1], 1003, 'The server has as many views as --max-feeds=64 allows');
  await assert.rejects(refused, (error) => error instanceof RequestError && error.code === 1003);
  clock.advance(5000);
  assert.equal(asked().length, 2);
  WebSocket.newest.drop();
  client.connect();
  assert.equal(WebSocket.newest.url, 'ws://host/ws/swarm?agents=1');
});

test('a view that waits when the connection is lost begins the next one, and is answered there', async () => {
  const { client, WebSocket, asked, grant } = connected();
  const first = client.subscribe({ agents: '1' });
  const second = client.subscribe({ agents: '2' });
  WebSocket.newest.drop();
  client.connect();
  assert.equal(WebSocket.newest.url, 'ws://host/ws/swarm?agents=2');
  open(WebSocket);
  assert.deepEqual(asked(), [{ type: 'subscribe', id: '2', swarm: { fps: 0, agents: '2' } }]);
  grant(asked()[0]);
  assert.deepEqual([(await first).agents, (await second).agents], ['2', '2']);
});
