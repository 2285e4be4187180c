import {
  AGENT_ID_MAX,
  LABEL_BYTES_MAX,
  TICKS_PER_SECOND_MAX,
  VIEW_RANGES_MAX,
  VIEW_SPHERES_MAX,
} from './limits.js';
import { FORMS } from './sbe-schema.js';
import { utf8Length } from './utf8-length.js';

const FIELDS = Object.freeze(['fps', 'agents', 'spheres', 'box', 'form']);
const FPS_MAX = 65_535;
const RANGE = /^\s*(\d{1,10})(?:-(\d{1,10}))?\s*$/;
const AXES = ['x', 'y', 'z'];

/** A view that no server grants; `field` names what is wrong with it. */
export class ViewError extends RangeError {
  constructor(field, message) {
    super(`${field} ${message}`);
    this.name = 'ViewError';
    this.field = field;
  }
}

/**
 * A view as it was asked for, checked. What is left out is not restricted.
 *
 * @returns a frozen object of `fps`, 0 for as many as there are, and those of the other fields that restrict
 * @throws ViewError
 */
export function checkedView(given) {
  for (const name of Object.keys(given)) {
    if (!FIELDS.includes(name)) throw new ViewError(name, `is no part of a view; known are ${FIELDS.join(', ')}`);
  }
  const { fps = 0, agents, spheres, box, form } = given;
  if (!Number.isInteger(fps) || fps < 0 || fps > FPS_MAX) {
    throw new ViewError('fps', `is ${fps}, a whole number from 0 to ${FPS_MAX}`);
  }
  if (agents !== undefined) checkAgents(agents);
  if (spheres !== undefined) checkSpheres(spheres);
  if (box !== undefined) checkBox(box);
  if (form !== undefined && !FORMS.includes(form)) {
    throw new ViewError('form', `is "${form}"; known are ${FORMS.join(', ')}`);
  }
  const view = { fps };
  if (form !== undefined) view.form = form;
  if (agents !== undefined) view.agents = agents;
  if (spheres !== undefined) view.spheres = Object.freeze([...spheres]);
  if (box !== undefined) view.box = Object.freeze([...box]);
  return Object.freeze(view);
}

/** All of a view but its rate, as a text that equal ones share. */
export function selectionOf({ agents, spheres, box, form }) {
  return JSON.stringify([agents, spheres && [...spheres].sort(), box, form]);
}

/**
 * The view that a query asks for.
 *
 * @param query of an address, with or without its question mark; parameters of other names are passed over
 * @throws ViewError
 */
export function viewOfQuery(query) {
  const view = {};
  for (const [name, raw] of parameters(query)) {
    if (!FIELDS.includes(name)) continue;
    if (name === 'spheres') {
      view.spheres = [...(view.spheres ?? []), ...raw.split(',').map((label) => decoded(name, label))];
      continue;
    }
    if (name in view) throw new ViewError(name, 'is said more than once');
    const text = decoded(name, raw);
    view[name] = name === 'fps' ? number(name, text) : name === 'box' ? text.split(',').map((n) => number(name, n)) : text;
  }
  return checkedView(view);
}

/** The query, without a question mark, with the view in place of the one that it asked for. */
export function queryWithView(query, { fps, agents, spheres, box, form }) {
  const said = parameters(query)
    .filter(([name]) => !FIELDS.includes(name))
    .map(([, , parameter]) => parameter);
  // A server refuses what no stream can be; a subscription may ask for it.
  if (fps > 0) said.push(`fps=${Math.min(fps, TICKS_PER_SECOND_MAX)}`);
  if (agents !== undefined) said.push(`agents=${agents.replace(/\s/g, '')}`);
  if (spheres !== undefined) said.push(`spheres=${spheres.map(encodeURIComponent).join(',')}`);
  if (box !== undefined) said.push(`box=${box.join(',')}`);
  if (form !== undefined) said.push(`form=${form}`);
  return said.join('&');
}

function checkAgents(agents) {
  if (typeof agents !== 'string') throw new ViewError('agents', 'is no string; it is ids and ranges of ids, as 0-99,150');
  const parts = agents.split(',');
  if (parts.length > VIEW_RANGES_MAX) {
    throw new ViewError('agents', `has ${parts.length} ranges, at most ${VIEW_RANGES_MAX}`);
  }
  for (const part of parts) {
    const range = RANGE.exec(part);
    const [first, last] = range === null ? [1, 0] : [Number(range[1]), Number(range[2] ?? range[1])];
    if (first > last) {
      throw new ViewError('agents', `holds "${part.trim().slice(0, 40)}"; it is ids and ranges of ids, as 0-99,150`);
    }
    if (last > AGENT_ID_MAX) throw new ViewError('agents', `holds id ${last}, from 0 to ${AGENT_ID_MAX}`);
  }
}

function checkSpheres(spheres) {
  if (!Array.isArray(spheres) || spheres.length === 0 || !spheres.every((label) => typeof label === 'string' && label !== '')) {
    throw new ViewError('spheres', 'holds labels, one or more; leave it out for all spheres');
  }
  if (spheres.length > VIEW_SPHERES_MAX) {
    throw new ViewError('spheres', `has ${spheres.length} labels, at most ${VIEW_SPHERES_MAX}`);
  }
  const long = spheres.find((label) => utf8Length(label) > LABEL_BYTES_MAX);
  if (long !== undefined) {
    throw new ViewError('spheres', `holds "${long.slice(0, 40)}…", a label of at most ${LABEL_BYTES_MAX} bytes`);
  }
}

function checkBox(box) {
  const numbers = Array.from(box);
  if (numbers.length !== 6 || !numbers.every(Number.isFinite)) {
    throw new ViewError('box', 'is six numbers: minX, minY, minZ, maxX, maxY, maxZ');
  }
  AXES.forEach((axis, i) => {
    if (numbers[i] > numbers[i + 3]) {
      throw new ViewError('box', `goes from ${numbers[i]} to ${numbers[i + 3]} on axis ${axis}; the minimum comes first`);
    }
  });
}

/** [name, raw value, the parameter itself]; a comma that is part of a label is percent-encoded, one that separates is not. */
function parameters(query) {
  return query
    .replace(/^\?/, '')
    .split('&')
    .filter((parameter) => parameter !== '')
    .map((parameter) => {
      const at = parameter.indexOf('=');
      return at < 0 ? [parameter, '', parameter] : [parameter.slice(0, at), parameter.slice(at + 1), parameter];
    });
}

function decoded(name, raw) {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    throw new ViewError(name, `holds "${raw.slice(0, 40)}", which is not percent-encoded UTF-8`);
  }
}

function number(name, text) {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isNaN(value)) throw new ViewError(name, `holds "${text.slice(0, 40)}", which is no number`);
  return value;
}
