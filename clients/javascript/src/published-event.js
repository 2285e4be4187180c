import { EVENT_DATA_BYTES_MAX } from './limits.js';
import { PRIORITIES } from './sbe-schema.js';
import { microsOfTimestamp } from './timestamp.js';
import { utf8Length } from './utf8-length.js';

const IDS = Object.freeze(['source_agent_id', 'circle_id', 'project_id']);
const FIELDS = Object.freeze(['type', 'data', 'room', 'priority', ...IDS, 'event_id', 'timestamp', 'time_us']);
const EVENT_ID = /^[!-~]{1,128}$/;

/**
 * An event as it is handed in, checked, with an id: a repeated one is then the same event. Its data are a copy.
 *
 * @param nowMs for the id that is made where none is given
 * @throws TypeError or RangeError that names the field
 */
export function checkedDraft(given, nowMs) {
  for (const name of Object.keys(given)) {
    if (!FIELDS.includes(name)) throw new TypeError(`${name} is no field of an event; known are ${FIELDS.join(', ')}`);
  }
  const draft = { type: text('type', given.type), data: copyOf(given.data ?? {}) };
  if (given.room !== undefined) draft.room = text('room', given.room);
  if (given.priority !== undefined) draft.priority = priority(given.priority);
  for (const name of IDS) {
    if (given[name] != null) draft[name] = number(name, given[name]);
  }
  draft.event_id = given.event_id === undefined ? eventId(nowMs) : id(given.event_id);
  if (given.timestamp !== undefined) draft.timestamp = timestamp(given.timestamp);
  if (given.time_us !== undefined) draft.time_us = micros(given.time_us);
  return Object.freeze(draft);
}

/** Later ones sort after earlier ones, by the clock of this machine; no two are equal. */
function eventId(nowMs) {
  const random = globalThis.crypto.getRandomValues(new Uint8Array(10));
  const hex = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `evt_${Math.floor(nowMs).toString(16).padStart(12, '0')}${hex}`;
}

function text(name, value) {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} is ${JSON.stringify(value)}, a name`);
  return value;
}

function priority(value) {
  if (!PRIORITIES.includes(value)) throw new RangeError(`priority is "${value}"; known are ${PRIORITIES.join(', ')}`);
  return value;
}

function number(name, value) {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${name} is ${value}, a whole number below 2^53`);
  return value;
}

function id(value) {
  if (typeof value !== 'string' || !EVENT_ID.test(value)) {
    throw new RangeError(`event_id is ${JSON.stringify(value)}, 1 to 128 visible ASCII characters`);
  }
  return value;
}

function timestamp(value) {
  const said = value instanceof Date ? value.toISOString() : value;
  microsOfTimestamp(said);
  return said;
}

function micros(value) {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`time_us is ${value}, microseconds since 1970`);
  return value;
}

function copyOf(data) {
  const json = JSON.stringify(data);
  if (json === undefined) throw new TypeError('data is nothing that JSON has');
  const bytes = utf8Length(json);
  if (bytes > EVENT_DATA_BYTES_MAX) {
    throw new RangeError(`data has ${bytes} bytes of JSON, at most ${EVENT_DATA_BYTES_MAX}`);
  }
  return JSON.parse(json);
}
