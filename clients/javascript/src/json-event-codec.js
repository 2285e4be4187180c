import { integer, object, string, strings } from './json-fields.js';
import { BATCH_MESSAGES_MAX } from './limits.js';
import { MalformedMessageError } from './malformed-message-error.js';

const OFFSET_MAX = Number.MAX_SAFE_INTEGER;
const ID_MAX = 2 ** 53;
const IDS = ['source_agent_id', 'circle_id', 'project_id'];

/** Whether the message is an event: its type is that of the event, so that its fields have to tell. */
export function isEvent(message) {
  return message.type !== 'published' && 'event_id' in message && 'offset' in message;
}

/**
 * Checks a message about events; those of other types are left as they are.
 *
 * @throws MalformedMessageError
 */
export function checkEventMessage(message) {
  switch (message.type) {
    case 'subscribed':
      if (message.rooms !== undefined) checkSubscribed(message);
      break;
    case 'unsubscribed':
      strings(message, 'rooms');
      break;
    case 'published':
      checkReceipt(message);
      break;
    case 'gap':
      string(message, 'room');
      integer(message, 'count', 0, OFFSET_MAX);
      checkRanges(message.ranges);
      break;
    case 'presence':
      string(message, 'room');
      integer(message, 'members', 0, 0xffffffff);
      strings(message, 'joined');
      strings(message, 'left');
      break;
    case 'snapshot':
      integer(message, 'offset', 0, OFFSET_MAX);
      object(message.state, 'state');
      break;
    default:
      if (isEvent(message)) checkEvent(message);
  }
}

/** The events of a batch, of which the last has the cursor, as in binary. */
export function eventsOfBatch({ data, cursor }) {
  if (!Array.isArray(data) || data.length > BATCH_MESSAGES_MAX) {
    throw new MalformedMessageError(`data is no list of at most ${BATCH_MESSAGES_MAX}`);
  }
  return checkedEvents(data, cursor);
}

/** @param cursor of the last one; undefined when there is none */
export function checkedEvents(list, cursor) {
  for (const event of list) {
    if (!isEvent(object(event, 'an event'))) throw new MalformedMessageError('an event without event_id or offset');
    checkEvent(event);
  }
  if (cursor !== undefined && list.length > 0) {
    const last = { ...list.at(-1), cursor };
    string(last, 'cursor');
    return [...list.slice(0, -1), last];
  }
  return list;
}

/** What the server says about an event that it took. */
export function checkReceipt(receipt) {
  integer(object(receipt, 'a receipt'), 'offset', 0, OFFSET_MAX);
  string(receipt, 'event_id');
  if (typeof receipt.duplicate !== 'boolean') throw new MalformedMessageError('duplicate is neither true nor false');
}

function checkEvent(event) {
  integer(event, 'offset', 0, OFFSET_MAX);
  if (event.time_us !== undefined) integer(event, 'time_us', 0, OFFSET_MAX);
  for (const name of IDS) if (event[name] != null) integer(event, name, -ID_MAX, ID_MAX);
  for (const name of ['type', 'event_id', 'room', 'priority']) string(event, name);
  if (!('data' in event)) throw new MalformedMessageError('data of an event is missing');
  if (event.cursor !== undefined) string(event, 'cursor');
}

function checkSubscribed(message) {
  strings(message, 'rooms');
  string(message, 'cursor');
  if (message.types !== undefined) strings(message, 'types');
  if (message.filter !== undefined) object(message.filter, 'filter');
  if (message.unrecovered !== undefined) strings(message, 'unrecovered');
}

const isOffset = (value) => Number.isSafeInteger(value) && value >= 0;

function checkRanges(ranges) {
  const isRange = (range) => Array.isArray(range) && range.length === 2 && range.every(isOffset);
  if (!Array.isArray(ranges) || !ranges.every(isRange)) {
    throw new MalformedMessageError('ranges is no list of pairs of offsets');
  }
}

/** What a client says about events, in JSON. */
export const jsonEventEncoder = Object.freeze({
  /** @param wanted checked; see event-interest.js */
  subscribeEvents: (id, wanted) => JSON.stringify({ type: 'subscribe', id, ...wanted }),
  subscribeFrequency: (id, wanted) => JSON.stringify({ type: 'subscribe', id, frequency: wanted }),
  /** @param rooms none: all of them */
  unsubscribe: (id, { rooms = [], swarm = false }) =>
    JSON.stringify({
      type: 'unsubscribe',
      id,
      rooms: rooms.length > 0 ? rooms : undefined,
      swarm: swarm ? true : undefined,
    }),
  join: (id, room) => JSON.stringify({ type: 'join', ...idOf(id), room }),
  leave: (id, room) => JSON.stringify({ type: 'leave', ...idOf(id), room }),
  /** @param event checked; see published-event.js */
  publish: (id, event) => JSON.stringify({ type: 'publish', ...idOf(id), event }),
});

/** Some requests need none; then only a refusal is answered. */
function idOf(id) {
  return id === '' ? {} : { id };
}
