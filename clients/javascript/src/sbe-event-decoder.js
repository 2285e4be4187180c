import { GAP_RANGES_MAX, PRESENCE_NAMES_MAX, ROOMS_MAX, TYPES_MAX } from './limits.js';
import { MalformedMessageError } from './malformed-message-error.js';
import { PRIORITIES, Template } from './sbe-schema.js';
import { timestampOfMicros } from './timestamp.js';

const YES = 1;

/** The messages about events, as objects of the JSON form's shape; null for one of a type that this client does not know. */
export function eventMessage(reader) {
  switch (reader.templateId) {
    case Template.EVENT:
      return event(reader);
    case Template.SUBSCRIBED_EVENTS:
      return subscribedEvents(reader);
    case Template.SUBSCRIBED_FREQUENCY:
      return subscribedFrequency(reader);
    case Template.UNSUBSCRIBED:
      return unsubscribed(reader);
    case Template.PUBLISHED:
      return published(reader);
    case Template.GAP:
      return gap(reader);
    case Template.PRESENCE_UPDATE:
      return presence(reader);
    case Template.SNAPSHOT:
      return snapshot(reader);
    default:
      return null;
  }
}

function event(reader) {
  reader.root(45);
  const timeMicros = reader.uint64(8, 'timeMicros');
  const message = {
    type: '',
    data: null,
    source_agent_id: reader.optionalInt64(21, 'sourceAgentId'),
    circle_id: reader.optionalInt64(29, 'circleId'),
    project_id: reader.optionalInt64(37, 'projectId'),
    event_id: '',
    timestamp: timestampOfMicros(timeMicros),
    room: '',
    priority: PRIORITIES[reader.uint8(20)] ?? 'unknown',
    offset: reader.uint64(0, 'offset'),
    seq: reader.optionalUint32(16),
    time_us: timeMicros,
  };
  message.room = reader.text('room');
  message.type = reader.text('eventType');
  message.event_id = reader.text('eventId');
  const cursor = reader.text('cursor');
  message.data = reader.json('eventData');
  if (cursor !== '') message.cursor = cursor;
  return message;
}

function subscribedEvents(reader) {
  reader.root(1);
  const isResumed = reader.uint8(0) === YES;
  const rooms = new Array(reader.group('rooms', 1, 1, ROOMS_MAX));
  const unrecovered = [];
  for (let i = 0; i < rooms.length; i++) {
    reader.entry();
    const isRecovered = reader.uint8(0) === YES;
    rooms[i] = reader.text('room');
    if (!isRecovered) unrecovered.push(rooms[i]);
  }
  const message = { type: 'subscribed', rooms };
  const types = reader.texts('types', 'pattern', TYPES_MAX);
  if (types.length > 0) message.types = types;
  const filter = reader.text('filter');
  if (filter !== '') message.filter = filterOf(filter);
  message.cursor = reader.text('cursor');
  if (isResumed) {
    message.recovered = unrecovered.length === 0;
    message.unrecovered = unrecovered;
  }
  return answer(reader, message);
}

function subscribedFrequency(reader) {
  reader.root(1);
  return answer(reader, { type: 'subscribed', frequency: reader.uint8(0) === YES });
}

function unsubscribed(reader) {
  reader.root(0);
  return answer(reader, { type: 'unsubscribed', rooms: reader.texts('rooms', 'room', ROOMS_MAX) });
}

function published(reader) {
  reader.root(9);
  const offset = reader.uint64(0, 'offset');
  const duplicate = reader.uint8(8) === YES;
  return answer(reader, { type: 'published', offset, event_id: reader.text('eventId'), duplicate });
}

function gap(reader) {
  reader.root(8);
  const count = reader.uint64(0, 'lost');
  const ranges = new Array(reader.group('ranges', 16, 0, GAP_RANGES_MAX));
  for (let i = 0; i < ranges.length; i++) {
    reader.entry();
    ranges[i] = [reader.uint64(0, 'first'), reader.uint64(8, 'last')];
  }
  return { type: 'gap', room: reader.text('room'), ranges, count };
}

function presence(reader) {
  reader.root(4);
  const members = reader.uint32(0);
  const joined = reader.texts('joined', 'clientId', PRESENCE_NAMES_MAX);
  const left = reader.texts('left', 'clientId', PRESENCE_NAMES_MAX);
  return { type: 'presence', room: reader.text('room'), members, joined, left };
}

function snapshot(reader) {
  reader.root(8);
  const offset = reader.uint64(0, 'offset');
  return { type: 'snapshot', offset, state: reader.json('state') };
}

/** With the id of the request, which comes last. */
function answer(reader, message) {
  const id = reader.text('requestId');
  return id === '' ? message : { ...message, id };
}

function filterOf(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MalformedMessageError('filter is no JSON', { cause });
  }
}
