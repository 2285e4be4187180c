import { AgentCard } from './agent-card.js';
import { BoxField } from './box-field.js';
import { ViewError, checkedView, queryWithView } from './client/essaim.js';
import { count, figure } from './format.js';
import { Labels } from './labels.js';
import { Legend } from './legend.js';
import { readLink, writeLink } from './link.js';
import { Login } from './login.js';
import { Plot } from './plots.js';
import { Stream } from './stream.js';
import { TierLine } from './tier.js';
import { ViewForm } from './view-form.js';

/** Labels of spheres that are remembered although nobody has them now. */
const LABELS_KEPT = 100;

/** HTTP: a view that makes no sense, somebody who is banned, or one too many. */
const REFUSALS = [400, 429, 503];

const FIGURES_INTERVAL_MS = 500;
const SAMPLE_INTERVAL_MS = 1000;
const STATES = {
  disconnected: 'Disconnected',
  connecting: 'Connecting',
  connected: 'Connected',
  connect_error: 'No server; trying again',
  reconnect_failed: 'Gave up',
  timeout: 'No answer; trying again',
  unauthorized: 'Not let in',
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
let smooth = true;
let epoch;
let roster;
let empty = false;
let lastSkipped = 0;
/** The last view that was asked for and can be granted. */
let asked = checkedView({});
let latest = { sequence: NaN, agentCount: NaN };

const login = new Login($('login'), $('log-out'), {
  token() {
    stream.stop();
    run();
  },
  unusable: (words) => write('link-error', `In the link: ${words}`),
});
const tierLine = new TierLine($('tier'));
const labels = new Labels();
const legend = new Legend($('legend'), labels, onView);
const boxField = new BoxField($('box-on'), $('box-rows'), onView);
const viewForm = new ViewForm($('rates'), $('agents-wanted'), boxField, {
  agents: $('agents-error'),
  box: $('box-error'),
  spheres: $('spheres-error'),
});
const agentCard = new AgentCard($('agent'), onFollow);
const stream = new Stream({
  state: showState,
  connected: onConnected,
  roster: onRoster,
  frame: onFrame,
  heartbeat: ({ connections }) => write('connections', count(connections)),
  frequency_update: onFrequency,
  tier: (tier) => tierLine.show(tier),
  stream_changed: onStreamChanged,
  error: onError,
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
  if (state === 'unauthorized' && login.refused()) {
    stream.stop();
    message('');
    write('notice', '');
  }
  failing = state === 'connect_error' || state === 'timeout';
  $('state').dataset.state = state;
  write('state-text', STATES[state]);
  if (state === 'connected') message('');
  if (failing) {
    login.away();
    message('The server cannot be reached. This page tries again by itself.');
    explain(asked);
  }
}

/** A browser does not tell a page why an upgrade was refused; the same view over HTTP is refused in words. */
async function explain(view) {
  const query = queryWithView('', { ...view, form: undefined });
  const headers = login.token === undefined ? {} : { authorization: `Bearer ${login.token}` };
  const answer = await fetch(`api/swarm?${query}`, { headers }).catch(() => undefined);
  if (answer === undefined || !REFUSALS.includes(answer.status) || view !== asked || !failing) return;
  const { error } = await answer.json().catch(() => ({}));
  if (error !== undefined) message(`The server says: ${error}. This page tries again by itself.`);
}

function onError(error) {
  login.told(error);
  write('notice', `Error: ${error.message}`);
}

function onClose(event) {
  const { code, reason, reconnects } = event;
  login.closed(event);
  if (!reconnects && code !== 1000) message(`The server ended the connection: ${reason || `code ${code}`}.`);
}

function onConnected(greeting) {
  login.letIn();
  write('client', greeting.client_id ?? '–');
  write('server', greeting.server ?? '–');
  write('form', greeting.form ?? '–');
  tierLine.clear();
  if (greeting.fps !== undefined) showGrantedRate(greeting.fps);
  agentCard.components = greeting.stream?.components;
  onEpoch(greeting.stream?.epoch);
  showSource();
}

function onStreamChanged({ reason, stream: description }) {
  write('news', `${new Date().toLocaleTimeString()}: ${reason}`);
  agentCard.components = description.components;
  onEpoch(description.epoch);
  showSource();
}

function onEpoch(now) {
  if (now !== epoch) {
    scene?.newWorld();
    labels.keep(legend.chosen ?? []);
  }
  epoch = now;
  write('epoch', now === undefined ? '–' : new Date(now / 1000).toLocaleTimeString());
  $('epoch').title = now === undefined ? '' : `epoch ${now}`;
}

/** What is streamed; a server that does not say is not asked again. */
async function showSource() {
  const answer = await fetch('health').catch(() => undefined);
  const { source } = answer?.ok ? await answer.json() : {};
  write('source', source ?? '–');
}

function onRoster(now) {
  roster = now;
  labels.forgetBeyond(LABELS_KEPT, [...(legend.chosen ?? []), ...roster.spheres]);
  const labelOf = labels.ofAgents(roster);
  legend.show(roster);
  scene?.roster(roster, labelOf);
  showChosen();
}

function onFrame(frame) {
  latest.sequence = frame.sequence;
  latest.agentCount = frame.agentCount;
  agentCard.show(frame);
  scene?.show(frame);
  if ((frame.agentCount === 0) !== empty) onEmpty(frame.agentCount === 0);
}

function onEmpty(now) {
  empty = now;
  const { agents, spheres, box } = asked;
  const restricted = [agents, spheres, box].some((condition) => condition !== undefined);
  message(!empty ? '' : restricted ? 'No agent is in this view.' : 'The swarm is empty.');
}

function onFrequency({ frequency, target, harmony }) {
  $('harmony').hidden = false;
  write('mean', frequency.toFixed(2));
  write('target', String(target));
  write('harmony-word', harmony ? 'in harmony' : 'out of harmony');
  $('harmony-word').dataset.harmony = harmony;
}

/** The controls or the legend say another view. */
function onView() {
  write('link-error', '');
  try {
    asked = checkedView({ ...viewForm.view, spheres: legend.chosen });
  } catch (error) {
    if (!(error instanceof ViewError)) throw error;
    viewForm.error = error;
    return;
  }
  viewForm.error = undefined;
  showAsked();
  if (!stream.running) return;
  const view = asked;
  stream.subscribe(view).then(
    (granted) => showGranted(view, granted),
    (error) => write('notice', `Not granted: ${error.message}`),
  );
}

function showAsked() {
  showChosen();
  if (scene !== null) scene.box = asked.box;
  const { agents, spheres, box, fps } = asked;
  $('whole').disabled = fps === 0 && [agents, spheres, box].every((condition) => condition === undefined);
  saveLink();
}

/** At once, by fading the others: a server takes its time, and one that is old shows them all the same. */
function showChosen() {
  scene?.choose(new Set((asked.spheres ?? []).map((label) => labels.numberOf(label))));
}

function showGranted(view, granted) {
  if (view !== asked) return;
  showGrantedRate(granted.fps);
  write('form', granted.form);
  const ignored = ['agents', 'spheres', 'box'].filter((name) => view[name] !== undefined && granted[name] === undefined);
  if (ignored.length > 0) write('notice', `This server shows the whole swarm, whatever ${ignored.join(' and ')} say.`);
}

function showGrantedRate(fps) {
  tierLine.clear(fps);
  write('notice', asked.fps === 0 || fps === asked.fps ? '' : `The server gives ${fps} frames a second.`);
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
  if (scene !== null) boxField.extent = scene.extent;
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
  if (login.isAsking) return;
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
  empty = false;
  stream.start(choices.form.value, asked, login.token);
}

function applyMotion() {
  if (scene !== null) {
    scene.calm = reducedMotion.matches;
    scene.turning = turning;
    scene.smooth = smooth;
  }
  $('turn').setAttribute('aria-pressed', String(turning));
  $('smooth').setAttribute('aria-pressed', String(smooth));
}

function onForm() {
  saveLink();
  if (stream.running) start();
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

function onSmooth() {
  smooth = !smooth;
  applyMotion();
  saveLink();
}

function onMotionPreference() {
  turning = !reducedMotion.matches;
  applyMotion();
}

function onFollow(id) {
  scene?.follow(id);
  saveLink();
}

function onWhole() {
  viewForm.view = {};
  legend.chosen = [];
  onView();
}

async function onCopy() {
  // Only pages of https or of this machine have a clipboard; the address bar says the same.
  const copied = await navigator.clipboard?.writeText(location.href).then(
    () => true,
    () => false,
  );
  write('notice', copied ? 'Copied: the link shows this view.' : 'The address of this page is the link.');
}

function saveLink() {
  writeLink({ form: choices.form.value, view: asked, follow: agentCard.followed, smooth });
}

async function openScene() {
  try {
    const { Scene } = await import('./scene.js');
    scene = new Scene($('canvas'), $('axes'), (id) => agentCard.follow(id));
    if (roster !== undefined) scene.roster(roster, labels.ofAgents(roster));
    applyMotion();
  } catch (error) {
    console.warn(error);
    $('canvas').hidden = true;
    for (const id of ['turn', 'fit', 'smooth', 'keys']) $(id).hidden = true;
    lasting = 'This browser cannot draw in three dimensions (WebGL is missing). The figures go on.';
  }
}

/** Puts into the controls what the address says. */
function restore({ form, view, follow, smooth: wanted, error }) {
  choices.form.value = form;
  viewForm.view = view;
  legend.chosen = view.spheres ?? [];
  asked = checkedView(view);
  smooth = wanted;
  applyMotion();
  agentCard.follow(follow);
  showAsked();
  if (error !== undefined) write('link-error', `In the link: ${error.message}`);
}

for (const radio of choices.form) radio.addEventListener('change', onForm);
$('rates').addEventListener('change', onView);
$('agents-wanted').addEventListener('change', onView);
$('choices').addEventListener('submit', (event) => event.preventDefault());
$('whole').addEventListener('click', onWhole);
$('copy').addEventListener('click', onCopy);
$('pause').addEventListener('click', onPause);
$('turn').addEventListener('click', onTurn);
$('smooth').addEventListener('click', onSmooth);
$('fit').addEventListener('click', () => scene?.fit());
document.addEventListener('visibilitychange', run);
reducedMotion.addEventListener('change', onMotionPreference);
setInterval(showFigures, FIGURES_INTERVAL_MS);
setInterval(sample, SAMPLE_INTERVAL_MS);
login.begin();
await openScene();
restore(readLink());
run();
