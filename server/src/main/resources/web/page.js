import { count, figure } from './format.js';
import { Legend } from './legend.js';
import { Plot } from './plots.js';
import { Stream } from './stream.js';
import { TierLine } from './tier.js';

const FIGURES_INTERVAL_MS = 500;
const SAMPLE_INTERVAL_MS = 1000;
const STATES = {
  disconnected: 'Disconnected',
  connecting: 'Connecting',
  connected: 'Connected',
  connect_error: 'No server; trying again',
  reconnect_failed: 'Gave up',
  timeout: 'No answer; trying again',
  paused: 'Paused',
};

const $ = (id) => document.getElementById(id);
const choices = $('choices').elements;
const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

const plots = {
  bandwidth: new Plot($('bandwidth-plot'), [{ property: '--series' }], 20),
  age: new Plot($('age-plot'), [{ property: '--series-second' }, { property: '--series' }], 20),
  skipped: new Plot($('skipped-plot'), [{ property: '--series', bars: true }], 4),
};

/** Null where there is no WebGL: the figures go on without. */
let scene = null;
let lasting = '';
let failing = false;
let pausedByUser = false;
let turning = !reducedMotion.matches;
let epoch;
let roster;
let lastSkipped = 0;
let latest = { sequence: NaN, agentCount: NaN, targetFrequency: NaN };

const tierLine = new TierLine($('tier'));
const legend = new Legend($('legend'), (sphere) => scene?.choose(sphere));
const stream = new Stream({
  state: showState,
  connected: onConnected,
  roster: onRoster,
  frame: onFrame,
  heartbeat: ({ connections }) => write('connections', count(connections)),
  frequency_update: onFrequency,
  tier: (tier) => tierLine.show(tier),
  stream_changed: ({ stream: description }) => onEpoch(description.epoch),
  error: (error) => write('notice', `Error: ${error.message}`),
  close: onClose,
});

function write(id, text) {
  const element = $(id);
  if (element.textContent !== text) element.textContent = text;
}

/** Says it over the stage; nothing to say leaves what holds as long as the page does. */
function message(text) {
  write('message', text || lasting);
  $('message').hidden = $('message').textContent === '';
}

function showState(state) {
  // Each further attempt would be read out, twice.
  if (state === 'connecting' && failing) return;
  failing = state === 'connect_error' || state === 'timeout';
  $('state').dataset.state = state;
  write('state-text', STATES[state]);
  if (state === 'connected') message('');
  if (failing) message('The server cannot be reached. This page tries again by itself.');
}

function onClose({ code, reason, reconnects }) {
  if (!reconnects && code !== 1000) message(`The server ended the connection: ${reason || `code ${code}`}.`);
}

function onConnected(greeting) {
  write('client', greeting.client_id ?? '–');
  write('server', greeting.server ?? '–');
  tierLine.clear();
  if (greeting.fps !== undefined) showGranted(greeting.fps);
  onEpoch(greeting.stream?.epoch);
}

function onEpoch(now) {
  if (now !== epoch) scene?.newWorld();
  epoch = now;
}

function onRoster(now) {
  roster = now;
  legend.show(roster);
  scene?.roster(roster);
}

function onFrame(frame) {
  latest.sequence = frame.sequence;
  latest.agentCount = frame.agentCount;
  latest.targetFrequency = frame.targetFrequency;
  scene?.show(frame);
}

function onFrequency({ frequency, target, harmony }) {
  $('harmony').hidden = false;
  write('mean', frequency.toFixed(2));
  write('target', String(target));
  write('harmony-word', harmony ? 'in harmony' : 'out of harmony');
  $('harmony-word').dataset.harmony = harmony;
}

function showGranted(fps) {
  const asked = Number(choices.fps.value);
  tierLine.clear(fps);
  write('notice', fps === asked ? '' : `The server gives ${fps} frames a second.`);
}

function showFigures() {
  const seen = stream.snapshot();
  write('agents', count(latest.agentCount));
  write('tick', count(latest.sequence));
  write('fps', count(seen?.fps));
  write('bandwidth', figure(seen && seen.bytesPerSecond / 1000));
  write('age', figure(seen?.ageMs.p50));
  write('age99', figure(seen?.ageMs.p99));
  write('skipped', count(seen?.skipped));
  write('round-trip', Number.isFinite(seen?.roundTripMs) ? `${figure(seen.roundTripMs)} ms` : '–');
}

function sample() {
  const seen = stream.snapshot();
  plots.bandwidth.add(seen === undefined ? NaN : seen.bytesPerSecond / 1000);
  plots.age.add(seen?.ageMs.p99, seen?.ageMs.p50);
  plots.skipped.add(seen === undefined ? NaN : Math.max(0, seen.skipped - lastSkipped));
  lastSkipped = seen?.skipped ?? 0;
}

/** Streams while somebody can see it and nobody said to pause. */
function run() {
  if (pausedByUser || document.hidden) {
    stream.stop();
    showState('paused');
    message(pausedByUser ? 'Paused' : '');
  } else if (!stream.running) {
    message('');
    start();
  }
}

function start() {
  lastSkipped = 0;
  failing = false;
  stream.start(choices.encoding.value, Number(choices.fps.value));
}

function applyMotion() {
  if (scene !== null) {
    scene.calm = reducedMotion.matches;
    scene.turning = turning;
  }
  $('turn').setAttribute('aria-pressed', String(turning));
}

function onChoice({ target }) {
  if (!stream.running) return;
  if (target.name === 'encoding') {
    start();
  } else {
    stream.subscribe(Number(target.value)).then(
      (granted) => showGranted(granted.fps),
      (error) => write('notice', `Not granted: ${error.message}`),
    );
  }
}

function onPause() {
  pausedByUser = !pausedByUser;
  $('pause').setAttribute('aria-pressed', String(pausedByUser));
  run();
}

function onTurn() {
  turning = !turning;
  applyMotion();
}

function onMotionPreference() {
  turning = !reducedMotion.matches;
  applyMotion();
}

async function openScene() {
  try {
    const { Scene } = await import('./scene.js');
    scene = new Scene($('canvas'), $('axes'));
    if (roster !== undefined) scene.roster(roster);
    applyMotion();
  } catch (error) {
    console.warn(error);
    $('canvas').hidden = true;
    for (const id of ['turn', 'fit', 'keys']) $(id).hidden = true;
    lasting = 'This browser cannot draw in three dimensions (WebGL is missing). The figures go on.';
  }
}

function restoreChoices() {
  const wanted = new URLSearchParams(location.search);
  for (const name of ['encoding', 'fps']) {
    const input = [...choices[name]].find((radio) => radio.value === wanted.get(name));
    if (input !== undefined) input.checked = true;
  }
}

restoreChoices();
$('choices').addEventListener('change', onChoice);
$('choices').addEventListener('submit', (event) => event.preventDefault());
$('pause').addEventListener('click', onPause);
$('turn').addEventListener('click', onTurn);
$('fit').addEventListener('click', () => scene?.fit());
document.addEventListener('visibilitychange', run);
reducedMotion.addEventListener('change', onMotionPreference);
setInterval(showFigures, FIGURES_INTERVAL_MS);
setInterval(sample, SAMPLE_INTERVAL_MS);
await openScene();
run();
