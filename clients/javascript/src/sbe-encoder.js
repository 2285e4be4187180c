import { bytesOf, messageOf, putGroup, putText, putTexts, utf8Of } from './sbe-bytes.js';
import { sbeEventEncoder } from './sbe-event-encoder.js';
import {
  FORMS,
  GROUP_HEADER_BYTES,
  HEADER_BYTES,
  SUBSCRIBE_BLOCK_BYTES,
  Template,
  UINT32_NULL,
  UINT8_NULL,
} from './sbe-schema.js';

const FRAME_BLOCK_BYTES = 18;
const ROSTER_BLOCK_BYTES = 4;
const ROSTER_ENTRY_BYTES = 6;

/** What a client says, in binary. */
export const sbeEncoder = Object.freeze({
  ...sbeEventEncoder,

  /** @param view checked */
  subscribe(id, { fps, form, box, spheres = [], agents = '' }) {
    const labels = spheres.map((label) => utf8Of(label));
    const [ids, requestId] = [utf8Of(agents), utf8Of(id)];
    const texts = bytesOf([...labels, ids, requestId]);
    const view = messageOf(Template.SUBSCRIBE, SUBSCRIBE_BLOCK_BYTES, GROUP_HEADER_BYTES + texts);
    view.setUint16(HEADER_BYTES, fps, true);
    view.setUint8(HEADER_BYTES + 2, form === undefined ? UINT8_NULL : FORMS.indexOf(form));
    for (let i = 0; i < 6; i++) view.setFloat64(HEADER_BYTES + 3 + 8 * i, box?.[i] ?? NaN, true);
    const at = putTexts(view, HEADER_BYTES + SUBSCRIBE_BLOCK_BYTES, labels);
    putText(view, putText(view, at, ids), requestId);
    return view.buffer;
  },

  /**
   * Who a producer's agents are.
   *
   * @param spheres labels
   * @param sphereOf by agent, the position of its label
   */
  roster(version, { ids, spheres, sphereOf }) {
    const labels = spheres.map((label) => utf8Of(label));
    const groups = 2 * GROUP_HEADER_BYTES + bytesOf(labels) + ROSTER_ENTRY_BYTES * ids.length;
    const view = messageOf(Template.ROSTER, ROSTER_BLOCK_BYTES, groups);
    view.setUint16(HEADER_BYTES, version, true);
    let at = putTexts(view, HEADER_BYTES + ROSTER_BLOCK_BYTES, labels);
    at = putGroup(view, at, ROSTER_ENTRY_BYTES, ids.length);
    for (let i = 0; i < ids.length; i++, at += ROSTER_ENTRY_BYTES) {
      view.setUint32(at, ids[i], true);
      view.setUint16(at + 4, sphereOf[i], true);
    }
    return view.buffer;
  },

  /**
   * Where a producer's agents are.
   *
   * @param columns integers on the grid: x, y, z, frequency, each of at least `agentCount`
   * @param valueBits 16 or 32, which hold every integer
   */
  frame({ sequence, timeMicros, rosterVersion, targetFrequency }, columns, agentCount, valueBits) {
    const valueBytes = valueBits / 8;
    const entryBytes = columns.length * valueBytes;
    const template = valueBits === 16 ? Template.SWARM_FRAME_16 : Template.SWARM_FRAME_32;
    const view = messageOf(template, FRAME_BLOCK_BYTES, GROUP_HEADER_BYTES + agentCount * entryBytes);
    view.setUint32(HEADER_BYTES, sequence, true);
    view.setBigUint64(HEADER_BYTES + 4, BigInt(timeMicros), true);
    view.setUint16(HEADER_BYTES + 12, rosterVersion, true);
    view.setUint16(HEADER_BYTES + 16, targetFrequency, true);
    const first = putGroup(view, HEADER_BYTES + FRAME_BLOCK_BYTES, entryBytes, agentCount);
    columns.forEach((column, c) => {
      let at = first + c * valueBytes;
      if (valueBits === 16) {
        for (let i = 0; i < agentCount; i++, at += entryBytes) view.setInt16(at, column[i], true);
      } else {
        for (let i = 0; i < agentCount; i++, at += entryBytes) view.setInt32(at, column[i], true);
      }
    });
    return view.buffer;
  },

  auth(id, token) {
    const texts = [utf8Of(token), utf8Of(id)];
    const view = messageOf(Template.AUTH, 0, bytesOf(texts));
    putText(view, putText(view, HEADER_BYTES, texts[0]), texts[1]);
    return view.buffer;
  },

  ping(t) {
    const view = messageOf(Template.PING, 8, 0);
    view.setFloat64(HEADER_BYTES, t, true);
    return view.buffer;
  },

  /** @param report what Reporter makes, in its ranges; without `age_ms` while no age is known */
  stats({ skipped, age_ms, fps }) {
    const view = messageOf(Template.STATS, 16, 0);
    view.setUint32(HEADER_BYTES, skipped, true);
    view.setUint32(HEADER_BYTES + 4, age_ms === undefined ? UINT32_NULL : Math.round(age_ms.p50 * 1000), true);
    view.setUint32(HEADER_BYTES + 8, age_ms === undefined ? UINT32_NULL : Math.round(age_ms.p99 * 1000), true);
    view.setUint32(HEADER_BYTES + 12, Math.round(fps * 100), true);
    return view.buffer;
  },
});
