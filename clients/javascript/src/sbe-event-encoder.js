import { bytesOf, messageOf, putText, putTexts, utf8Of } from './sbe-bytes.js';
import {
  GROUP_HEADER_BYTES,
  HEADER_BYTES,
  INT64_NULL,
  PRIORITIES,
  Template,
  UINT64_NULL,
  UINT8_NULL,
} from './sbe-schema.js';
import { microsOfTimestamp } from './timestamp.js';

const PUBLISH_BLOCK_BYTES = 33;

/** What a client says about events, in binary. */
export const sbeEventEncoder = Object.freeze({
  /** @param wanted checked; see event-interest.js */
  subscribeEvents(id, { rooms = [], types = [], filter, since = '', presence = false, snapshot = false }) {
    const [roomTexts, typeTexts] = [rooms.map(utf8Of), types.map(utf8Of)];
    const rest = [filter === undefined ? '' : JSON.stringify(filter), since, id].map(utf8Of);
    const bytes = 2 * GROUP_HEADER_BYTES + bytesOf([...roomTexts, ...typeTexts, ...rest]);
    const view = messageOf(Template.SUBSCRIBE_EVENTS, 2, bytes);
    view.setUint8(HEADER_BYTES, Number(presence));
    view.setUint8(HEADER_BYTES + 1, Number(snapshot));
    putAll(view, putTexts(view, putTexts(view, HEADER_BYTES + 2, roomTexts), typeTexts), rest);
    return view.buffer;
  },

  subscribeFrequency(id, wanted) {
    const texts = [utf8Of(id)];
    const view = messageOf(Template.SUBSCRIBE_FREQUENCY, 1, bytesOf(texts));
    view.setUint8(HEADER_BYTES, Number(wanted));
    putAll(view, HEADER_BYTES + 1, texts);
    return view.buffer;
  },

  /** @param rooms none: all of them */
  unsubscribe(id, { rooms = [], swarm = false }) {
    const [roomTexts, requestId] = [rooms.map(utf8Of), utf8Of(id)];
    const view = messageOf(Template.UNSUBSCRIBE, 1, GROUP_HEADER_BYTES + bytesOf([...roomTexts, requestId]));
    view.setUint8(HEADER_BYTES, Number(swarm));
    putText(view, putTexts(view, HEADER_BYTES + 1, roomTexts), requestId);
    return view.buffer;
  },

  join: (id, room) => texts(Template.JOIN, [room, id]),

  leave: (id, room) => texts(Template.LEAVE, [room, id]),

  /** @param event checked; see published-event.js */
  publish(id, event) {
    const { type, data, room = '', event_id: eventId = '', priority } = event;
    const rest = [room, type, eventId, id, JSON.stringify(data)].map(utf8Of);
    const view = messageOf(Template.PUBLISH, PUBLISH_BLOCK_BYTES, bytesOf(rest));
    view.setBigUint64(HEADER_BYTES, timeOf(event), true);
    view.setUint8(HEADER_BYTES + 8, priority === undefined ? UINT8_NULL : PRIORITIES.indexOf(priority));
    [event.source_agent_id, event.circle_id, event.project_id].forEach((number, i) => {
      view.setBigInt64(HEADER_BYTES + 9 + 8 * i, number == null ? INT64_NULL : BigInt(number), true);
    });
    putAll(view, HEADER_BYTES + PUBLISH_BLOCK_BYTES, rest);
    return view.buffer;
  },
});

function texts(templateId, list) {
  const encoded = list.map(utf8Of);
  const view = messageOf(templateId, 0, bytesOf(encoded));
  putAll(view, HEADER_BYTES, encoded);
  return view.buffer;
}

function putAll(view, at, encoded) {
  encoded.reduce((next, text) => putText(view, next, text), at);
}

function timeOf({ timestamp, time_us: timeMicros }) {
  if (timestamp === undefined && timeMicros === undefined) return UINT64_NULL;
  return BigInt(timeMicros ?? microsOfTimestamp(timestamp));
}
