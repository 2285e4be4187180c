import { chanceOf, learnt } from './models.js';

const LEAST_RANGE = 2 ** 24;
const AHEAD = 4;
const RAW_BITS = 12;
/** 64: a rare bit is 1 once in so many times. */
const RARELY_BITS = 6;

/** Where the registers stand: 32 bits without a sign, as no field of an object holds them without allocating. */
const CODE = 0;
const RANGE = 1;

/**
 * Reads what the server's range coder wrote. Past the end there are zeros, of which no more than four bytes are ever asked
 * for: `isExact` tells whether it was so.
 */
export class RangeDecoder {
  length = 0;
  /** Whether something was read that cannot have been written. */
  isDamaged = false;
  #view = new DataView(new ArrayBuffer(0));
  #registers = new Uint32Array(2);
  #start = 0;
  #next = 0;

  /** Takes the `length` bytes of the view from `start` on. */
  begin(view, start, length) {
    this.#view = view;
    this.#start = start;
    this.#next = 0;
    this.length = length;
    let code = 0;
    for (let i = 0; i < AHEAD; i++) code = (code << 8) | this.#take();
    this.#registers[CODE] = code;
    this.#registers[RANGE] = 0xffffffff;
    this.isDamaged = false;
    this.#checkCode();
  }

  /** Reads a bit that was as likely to be 1 as two entries said, and corrects both. */
  readOfTwo(entries, index, others, otherIndex) {
    const entry = entries[index];
    const other = others[otherIndex];
    const bit = this.#narrow(Math.imul(this.#registers[RANGE] >>> 12, chanceOf(entry, other)) >>> 0);
    entries[index] = learnt(entry, bit);
    others[otherIndex] = learnt(other, bit);
    return bit;
  }

  /** Likewise, of one entry. */
  read(entries, index) {
    const entry = entries[index];
    const bit = this.#narrow(Math.imul(this.#registers[RANGE] >>> 12, chanceOf(entry, entry)) >>> 0);
    entries[index] = learnt(entry, bit);
    return bit;
  }

  /** Reads a bit that is seldom 1. */
  readRare() {
    return this.#narrow(this.#registers[RANGE] >>> RARELY_BITS);
  }

  /** Reads a number of so many bits that were written as they are. */
  readRaw(count) {
    const registers = this.#registers;
    let number = 0;
    for (let left = count; left > 0; ) {
      const now = Math.min(left, RAW_BITS);
      left -= now;
      const part = registers[RANGE] >>> now;
      const bits = Math.min((registers[CODE] / part) >>> 0, (1 << now) - 1);
      registers[CODE] -= Math.imul(bits, part);
      registers[RANGE] = part;
      this.#checkCode();
      number = (number << now) | bits;
      this.#normalise();
    }
    return number;
  }

  /** Whether more was read than there can have been. */
  get isPastEnd() {
    return this.#next - AHEAD > this.length;
  }

  /** Whether all that there was has been read, and nothing more. */
  get isExact() {
    return this.#next >= this.length && !this.isPastEnd;
  }

  /** What lies beyond the range was not written: it is noted, and read as something that was. */
  #checkCode() {
    if (this.#registers[CODE] >= this.#registers[RANGE]) {
      this.#registers[CODE] = this.#registers[RANGE] - 1;
      this.isDamaged = true;
    }
  }

  #narrow(bound) {
    const registers = this.#registers;
    const isOne = registers[CODE] < bound;
    if (isOne) {
      registers[RANGE] = bound;
    } else {
      registers[CODE] -= bound;
      registers[RANGE] -= bound;
    }
    this.#normalise();
    return isOne ? 1 : 0;
  }

  #normalise() {
    const registers = this.#registers;
    while (registers[RANGE] < LEAST_RANGE) {
      registers[RANGE] <<= 8;
      registers[CODE] = (registers[CODE] << 8) | this.#take();
    }
  }

  #take() {
    const at = this.#next++;
    return at < this.length ? this.#view.getUint8(this.#start + at) : 0;
  }
}
