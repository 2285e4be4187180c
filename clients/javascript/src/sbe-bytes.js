import { GROUP_HEADER_BYTES, HEADER_BYTES, SCHEMA_ID, SCHEMA_VERSION } from './sbe-schema.js';

/** How SBE messages are laid out; each encoder says what is in them. */
const UTF8 = new TextEncoder();
const LENGTH_BYTES = 4;

export const utf8Of = (text) => UTF8.encode(text);

/** Bytes of these texts with their lengths. */
export const bytesOf = (texts) => texts.reduce((bytes, text) => bytes + LENGTH_BYTES + text.length, 0);

/** A message with its header, of which nothing else is written. */
export function messageOf(templateId, blockLength, variableBytes) {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + blockLength + variableBytes));
  view.setUint16(0, blockLength, true);
  view.setUint16(2, templateId, true);
  view.setUint16(4, SCHEMA_ID, true);
  view.setUint16(6, SCHEMA_VERSION, true);
  return view;
}

/** @returns where the entries begin */
export function putGroup(view, at, blockLength, count) {
  view.setUint16(at, blockLength, true);
  view.setUint32(at + 2, count, true);
  return at + GROUP_HEADER_BYTES;
}

/** @returns where the next field begins */
export function putText(view, at, utf8) {
  view.setUint32(at, utf8.length, true);
  new Uint8Array(view.buffer).set(utf8, at + LENGTH_BYTES);
  return at + LENGTH_BYTES + utf8.length;
}

/** A group of which each entry is a text. @returns where the next field begins */
export function putTexts(view, at, texts) {
  let next = putGroup(view, at, 0, texts.length);
  for (const text of texts) next = putText(view, next, text);
  return next;
}
