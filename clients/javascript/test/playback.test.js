import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Playback } from '../../../server/src/main/resources/web/playback.js';

/** Our clock is so far ahead of the frames'. */
const AHEAD_MS = 5000;

/** Frames of those times that come so much later than they are due. */
function playing(times, lateMs = () => 0) {
  const playback = new Playback();
  times.forEach((ms, i) => playback.arrived(ms, ms + AHEAD_MS + lateMs(i)));
  return { at: (ms) => playback.shareAt(ms + AHEAD_MS), playback };
}

test('shows each frame a frame later, and the way to it until then', () => {
  const { at } = playing([0, 100]);
  assert.deepEqual([100, 125, 150, 200].map(at), [0, 0.25, 0.5, 1]);
  assert.equal(at(350), 1, 'and no further');
  assert.equal(at(90), 0);
});

test('the first frame is shown at once', () => {
  assert.equal(playing([0]).at(0), 1);
});

test('a frame that came late makes nobody hurry', () => {
  const { at } = playing([0, 100, 200], (i) => (i === 2 ? 40 : 0));
  assert.ok(Math.abs(at(250) - 0.5) < 0.03, `${at(250)}`);
});

test('a quicker connection is believed at once, a slower one little by little', () => {
  const slower = playing(Array.from({ length: 200 }, (_, i) => 10 * i), (i) => (i < 3 ? 0 : 30));
  assert.ok(slower.at(1990 + 30 + 5) < 0.6, 'what was quick once does not hold for ever');
  const quicker = playing([0, 100, 200], (i) => (i === 2 ? -50 : 0));
  assert.equal(quicker.at(150), 0);
  assert.equal(quicker.at(200), 0.5);
});

test('frames far apart are not joined, nor those of another stream', () => {
  assert.equal(playing([0, 2000]).at(2000), 1);
  const { playback } = playing([0, 100]);
  playback.reset();
  playback.arrived(7_000_000, 300);
  assert.equal(playback.shareAt(300), 1);
  playback.arrived(7_000_100, 400);
  assert.equal(playback.shareAt(450), 0.5);
});
