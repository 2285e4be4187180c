import { MessageWriter } from './message-writer.js';

/** One of each message, in both forms; what tests vary. */
export const STREAM = Object.freeze({
  id: 0,
  epoch: 1737021600000000,
  ticks_per_second: 60,
  value_bits: 16,
  components: [
    { name: 'x', decimals: 4, offset: 0 },
    { name: 'y', decimals: 4, offset: 0 },
    { name: 'z', decimals: 4, offset: -20_000 },
    { name: 'frequency', decimals: 1, offset: 0 },
  ],
});

const time_us = 1737021600123456;
const timestamp = '2025-01-16T10:00:00Z';

export const CONNECTED = Object.freeze({
  type: 'connected',
  frequency: 999,
  agent_count: 3,
  client_id: 'c-1',
  server: 'essaim/0.1.0',
  form: 'plain',
  fps: 60,
  stride: 1,
  heartbeat_ms: 30000,
  time_us,
  stream: STREAM,
});

export const ROSTER = Object.freeze({
  version: 7,
  spheres: ['personal', 'santé', '集団'],
  ids: Uint32Array.of(0, 4_000_000_000, 5),
  sphereOf: Uint16Array.of(0, 1, 2),
});

export const FRAME = Object.freeze({
  seq: 12,
  time_us,
  rosterVersion: 7,
  target: 999,
  columns: {
    x: Int32Array.of(5234, -32768, 0),
    y: Int32Array.of(-1234, 32767, 1),
    z: Int32Array.of(8765, 20_000, -1),
    frequency: Int32Array.of(9873, 9990, 0),
  },
});

/** [writer method, JSON form] of each control message. */
export const CONTROL = [
  ['connected', CONNECTED],
  ['heartbeat', { type: 'heartbeat', frequency: 999, connections: 42, time_us }],
  [
    'frequencyUpdate',
    { type: 'frequency_update', frequency: 993.45, target: 999, harmony: true, timestamp, seq: 12, time_us },
  ],
  ['subscribed', { type: 'subscribed', id: '1', swarm: { fps: 30, stride: 2, form: 'plain' } }],
  [
    'subscribed',
    {
      type: 'subscribed',
      id: '2',
      swarm: {
        fps: 60,
        stride: 1,
        form: 'plain',
        agents: '0-99,150',
        spheres: ['personal', 'santé'],
        box: [-1, -0.5, 0, 1, 0.5, 1e-3],
      },
    },
  ],
  ['tier', { type: 'tier', seq: 123, fps: 30, stride: 2, reason: 'slow_client' }],
  ['error', { type: 'error', data: { code: 1001, message: 'ce n’est rien' }, id: '1' }],
  ['pong', { type: 'pong', t: 17.25, time_us, timestamp }],
  [
    'streamChanged',
    { type: 'stream_changed', frequency: 999, agent_count: 3, stride: 1, time_us, reason: 'restart', stream: STREAM },
  ],
];

export function allBinary(writer = new MessageWriter()) {
  return [
    ...CONTROL.map(([method, message]) => writer[method](message)),
    writer.roster(ROSTER),
    writer.frame(FRAME),
    writer.frame({ ...FRAME, bits: 32 }),
  ];
}
