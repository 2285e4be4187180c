import { TEXT_BYTES_MAX } from './limits.js';
import { MalformedMessageError } from './malformed-message-error.js';
import { DATA_LENGTH_BYTES, GROUP_HEADER_BYTES, HEADER_BYTES, INT64_NULL, SCHEMA_ID, UINT32_NULL } from './sbe-schema.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const TWO_TO_32 = 2 ** 32;

/**
 * A cursor over one SBE message. Fixed fields are read relative to the block that `block` entered; blocks may be longer
 * than this client knows, as newer servers append fields. Every count and length is checked against the bytes that are
 * left before it is used. Reused from message to message.
 *
 *     0           8                    8 + blockLength
 *     | header    | root block …       | groups, each: header 6 | entries …    | texts, each: length 4 | UTF-8 |
 */
export class SbeReader {
  templateId = 0;
  #view = new DataView(new ArrayBuffer(0));
  /** Where the message ends: before the view does in a message that holds others. */
  #end = 0;
  #blockLength = 0;
  #block = 0;
  #next = 0;
  #entryLength = 0;

  /** The bytes of the message; with the position after the last block, what decodes columns in place. */
  get view() {
    return this.#view;
  }

  get position() {
    return this.#next;
  }

  get entryLength() {
    return this.#entryLength;
  }

  /** @param data the message, an ArrayBuffer or a view of one */
  begin(data) {
    this.#view = ArrayBuffer.isView(data)
      ? new DataView(data.buffer, data.byteOffset, data.byteLength)
      : new DataView(data);
    this.#beginWithin(0, this.#view.byteLength);
  }

  /**
   * Takes a message that the present one holds as data of an entry.
   *
   * @param entry where the entry begins
   * @param entryLength of its block
   * @returns how many bytes the message has
   */
  beginData(entry, entryLength, name) {
    this.#next = entry;
    this.#end = this.#view.byteLength;
    this.#enter(entryLength, 0, name);
    const length = this.data(name);
    this.#beginWithin(this.#next - length, length);
    return length;
  }

  /** Enters the root block, of which this client reads `known` bytes. */
  root(known) {
    this.#enter(this.#blockLength, known, 'root');
  }

  /**
   * Reads a group's header and gives its number of entries; each is then entered by `entry`.
   *
   * @param known bytes of an entry's block that this client reads
   * @param texts variable-length fields of an entry, of at least 4 bytes each
   */
  group(name, known, texts, countMax) {
    this.#need(GROUP_HEADER_BYTES, name);
    this.#entryLength = this.#view.getUint16(this.#next, true);
    const count = this.#view.getUint32(this.#next + 2, true);
    this.#next += GROUP_HEADER_BYTES;
    if (count > countMax) {
      throw new MalformedMessageError(`${name}=${count}, at most ${countMax}`);
    }
    if (count > 0 && this.#entryLength < known) {
      throw new MalformedMessageError(`blockLength of ${name}=${this.#entryLength}, at least ${known}`);
    }
    this.#need(count * (this.#entryLength + 4 * texts), name);
    return count;
  }

  entry() {
    this.#enter(this.#entryLength, 0, 'entry');
  }

  text(name) {
    this.#need(4, name);
    const length = this.#view.getUint32(this.#next, true);
    if (length > TEXT_BYTES_MAX) {
      throw new MalformedMessageError(`length of ${name}=${length}, at most ${TEXT_BYTES_MAX}`);
    }
    this.#next += 4;
    this.#need(length, name);
    const bytes = new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#next, length);
    this.#next += length;
    return utf8(bytes, name);
  }

  /** A group of texts, such as labels or rooms. */
  texts(group, name, countMax) {
    const list = new Array(this.group(group, 0, 1, countMax));
    for (let i = 0; i < list.length; i++) {
      this.entry();
      list[i] = this.text(name);
    }
    return list;
  }

  /** Data that is one value of JSON. */
  json(name) {
    const length = this.data(name);
    const bytes = new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#next - length, length);
    try {
      return JSON.parse(utf8(bytes, name));
    } catch (cause) {
      if (cause instanceof MalformedMessageError) throw cause;
      throw new MalformedMessageError(`${name} is no JSON`, { cause });
    }
  }

  /** Passes over bytes, and gives how many: they end at the position. */
  data(name) {
    this.#need(4, name);
    const length = this.#view.getUint32(this.#next, true);
    this.#next += DATA_LENGTH_BYTES;
    this.#need(length, name);
    this.#next += length;
    return length;
  }

  uint8(at) {
    return this.#view.getUint8(this.#block + at);
  }

  uint16(at) {
    return this.#view.getUint16(this.#block + at, true);
  }

  uint32(at) {
    return this.#view.getUint32(this.#block + at, true);
  }

  int32(at) {
    return this.#view.getInt32(this.#block + at, true);
  }

  float64(at) {
    return this.#view.getFloat64(this.#block + at, true);
  }

  /** A uint64 as a number; those of the protocol stay below 2^53, hence exact. */
  uint64(at, name) {
    const value = this.uint32(at + 4) * TWO_TO_32 + this.uint32(at);
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new MalformedMessageError(`${name} is 2^53 or more`);
    }
    return value;
  }

  /** A uint32 that may have no value: then null. */
  optionalUint32(at) {
    const value = this.uint32(at);
    return value === UINT32_NULL ? null : value;
  }

  /** A uint64 that may have no value: then null. */
  optionalUint64(at, name) {
    const isNull = this.uint32(at) === UINT32_NULL && this.uint32(at + 4) === UINT32_NULL;
    return isNull ? null : this.uint64(at, name);
  }

  /** An int64 that may have no value: then null. Those of the protocol are exact as numbers. */
  optionalInt64(at, name) {
    const value = this.#view.getBigInt64(this.#block + at, true);
    if (value === INT64_NULL) return null;
    const number = Number(value);
    if (Math.abs(number) > 2 ** 53) throw new MalformedMessageError(`${name} is beyond 2^53`);
    return number;
  }

  #beginWithin(start, length) {
    this.#next = start;
    this.#end = start + length;
    this.#need(HEADER_BYTES, 'header');
    const schemaId = this.#view.getUint16(start + 4, true);
    if (schemaId !== SCHEMA_ID) {
      throw new MalformedMessageError(`schemaId=${schemaId}, not ${SCHEMA_ID}`);
    }
    this.#blockLength = this.#view.getUint16(start, true);
    this.templateId = this.#view.getUint16(start + 2, true);
    this.#next = start + HEADER_BYTES;
  }

  #enter(length, known, name) {
    if (length < known) {
      throw new MalformedMessageError(`blockLength of ${name}=${length}, at least ${known}`);
    }
    this.#need(length, name);
    this.#block = this.#next;
    this.#next += length;
  }

  #need(bytes, name) {
    if (bytes > this.#end - this.#next) {
      throw new MalformedMessageError(`${name} is truncated: ${bytes} bytes, ${this.#end - this.#next} left`);
    }
  }
}

function utf8(bytes, name) {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new MalformedMessageError(`${name} is no UTF-8`, { cause });
  }
}
