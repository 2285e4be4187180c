import { object } from './json-fields.js';
import { ROOMS_MAX, TYPES_MAX } from './limits.js';

/** Whoever connects here gets events and, until it asks for them, no frames. */
export const EVENTS_PATH = '/ws/events';
const FIELDS = Object.freeze(['rooms', 'types', 'filter', 'since', 'presence', 'snapshot']);
const IDS = Object.freeze(['circle_id', 'project_id', 'source_agent_id']);
const TAKEN = new Set([...FIELDS, ...IDS]);
const DEFAULT_ROOMS = Object.freeze(['general']);
const isYes = (text) => text !== 'false' && text !== '0';
/** Of an address. */
const READ = Object.freeze({
  rooms: (text) => text.split(','),
  types: (text) => text.split(','),
  filter: parsed,
  presence: isYes,
  snapshot: isYes,
});

/** What of a `subscribe` is about events, what about the frequency, and what about the view; undefined where nothing is. */
export function partsOf({ frequency, ...given }) {
  const parts = { frequency, interest: undefined, view: undefined };
  for (const [name, value] of Object.entries(given)) {
    const part = FIELDS.includes(name) ? 'interest' : 'view';
    parts[part] = { ...parts[part], [name]: value };
  }
  if (frequency !== undefined && typeof frequency !== 'boolean') {
    throw new TypeError(`frequency is ${frequency}, true or false`);
  }
  if (parts.interest === undefined && frequency === undefined) parts.view ??= {};
  return parts;
}

/**
 * Which events are wanted, checked as far as a client can: the server says more.
 *
 * @returns a frozen object of `rooms` and those other fields that say something
 * @throws TypeError or RangeError that names the field
 */
export function checkedInterest({ rooms = DEFAULT_ROOMS, types, filter, since, presence = false, snapshot = false }) {
  const interest = { rooms: names('rooms', rooms, ROOMS_MAX) };
  if (types !== undefined) interest.types = names('types', types, TYPES_MAX);
  if (filter !== undefined) interest.filter = structuredClone(asObject(filter));
  if (since !== undefined) {
    if (typeof since !== 'string' || since === '') throw new TypeError('since is a cursor that the server gave');
    interest.since = since;
  }
  if (presence) interest.presence = true;
  if (snapshot) interest.snapshot = true;
  return Object.freeze(interest);
}

export function checkedRoom(room) {
  if (typeof room !== 'string' || room === '') throw new TypeError(`room is ${JSON.stringify(room)}, a name`);
  return room;
}

/** @throws TypeError or RangeError */
export function checkedRooms(rooms) {
  return names('rooms', rooms, ROOMS_MAX);
}

/**
 * Takes what an address asks for out of it: it is asked for by message, so that a lost connection can be resumed.
 *
 * @param url is changed
 * @returns undefined where it asks for no events
 */
export function interestTakenFrom(url) {
  const { searchParams } = url;
  const asked = {};
  for (const name of FIELDS.filter((field) => searchParams.has(field))) {
    const value = searchParams.get(name);
    asked[name] = READ[name]?.(value) ?? value;
  }
  for (const name of IDS.filter((id) => searchParams.has(id))) {
    asked.filter = { ...asked.filter, [name]: Number(searchParams.get(name)) };
  }
  const isAsked = Object.keys(asked).length > 0;
  // Not by searchParams: what else stands there is to be left as it is written.
  if (isAsked) url.search = url.search.slice(1).split('&').filter((pair) => !TAKEN.has(pair.split('=', 1)[0])).join('&');
  return isAsked || url.pathname.endsWith(EVENTS_PATH) ? checkedInterest(asked) : undefined;
}

/** The parameters of a poll for the same. */
export function queryOfInterest({ rooms, types, filter }) {
  const query = new URLSearchParams({ rooms: rooms.join(',') });
  if (types !== undefined) query.set('types', types.join(','));
  if (filter !== undefined) query.set('filter', JSON.stringify(filter));
  return query;
}

function names(field, list, max) {
  if (!Array.isArray(list) || list.length === 0 || !list.every((name) => typeof name === 'string' && name !== '')) {
    throw new TypeError(`${field} holds names, one or more`);
  }
  if (list.length > max) throw new RangeError(`${field} has ${list.length} names, at most ${max}`);
  return Object.freeze([...list]);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`filter of the address is no JSON: ${cause.message}`);
  }
}

function asObject(filter) {
  try {
    return object(filter, 'filter');
  } catch {
    throw new TypeError('filter is no object of fields and the values that they may have');
  }
}
