import { HEADER_BYTES, SCHEMA_ID, SCHEMA_VERSION, Template } from './sbe-schema.js';

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
});

function message(templateId, blockLength, variableBytes) {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + blockLength + variableBytes));
  view.setUint16(0, blockLength, true);
  view.setUint16(2, templateId, true);
  view.setUint16(4, SCHEMA_ID, true);
  view.setUint16(6, SCHEMA_VERSION, true);
  return view;
}
