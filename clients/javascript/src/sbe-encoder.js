import { HEADER_BYTES, SCHEMA_ID, SCHEMA_VERSION, Template, UINT32_NULL } from './sbe-schema.js';

/** What a client says, in binary. */
export const sbeEncoder = Object.freeze({
  subscribe(id, fps) {
    const text = new TextEncoder().encode(id);
    const view = message(Template.SUBSCRIBE, 2, 4 + text.length);
    view.setUint16(HEADER_BYTES, fps, true);
    view.setUint32(HEADER_BYTES + 2, text.length, true);
    new Uint8Array(view.buffer).set(text, HEADER_BYTES + 6);
    return view.buffer;
  },

  ping(t) {
    const view = message(Template.PING, 8, 0);
    view.setFloat64(HEADER_BYTES, t, true);
    return view.buffer;
  },

  /** @param report what Reporter makes, in its ranges; without `age_ms` while no age is known */
  stats({ skipped, age_ms, fps }) {
    const view = message(Template.STATS, 16, 0);
    view.setUint32(HEADER_BYTES, skipped, true);
    view.setUint32(HEADER_BYTES + 4, age_ms === undefined ? UINT32_NULL : Math.round(age_ms.p50 * 1000), true);
    view.setUint32(HEADER_BYTES + 8, age_ms === undefined ? UINT32_NULL : Math.round(age_ms.p99 * 1000), true);
    view.setUint32(HEADER_BYTES + 12, Math.round(fps * 100), true);
    return view.buffer;
  },
});

function message(templateId, blockLength, variableBytes) {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + blockLength + variableBytes));
  view.setUint16(0, blockLength, true);
  view.setUint16(2, templateId, true);
  view.setUint16(4, SCHEMA_ID, true);
  view.setUint16(6, SCHEMA_VERSION, true);
  return view;
}
