/**
 * The server's side of the protocol for tests, written from the schema apart from the client's reader: each message takes
 * the JSON form's fields and gives its bytes. `extra` appends bytes to the root block and to each entry, as a newer server
 * may.
 */
export class MessageWriter {
  constructor({ extra = 0 } = {}) {
    this.extra = extra;
    this.bytes = [];
  }

  frame({ seq, time_us, rosterVersion, target, bits = 16, columns }) {
    const count = columns.x.length;
    this.#begin(bits === 16 ? 1 : 2, 18);
    this.#u32(seq).#u64(time_us).#u16(rosterVersion).#u16(0).#u16(target).#pad();
    this.#group((4 * bits) / 8, count);
    const put = bits === 16 ? (v) => this.#u16(v & 0xffff) : (v) => this.#u32(v >>> 0);
    for (let i = 0; i < count; i++) {
      put(columns.x[i]);
      put(columns.y[i]);
      put(columns.z[i]);
      put(columns.frequency[i]);
      this.#pad();
    }
    return this.#done();
  }

  frequencyUpdate(m) {
    this.#begin(3, 19);
    this.#u32(m.seq).#u64(m.time_us).#u32(Math.round(m.frequency * 100) >>> 0).#u16(m.target).#u8(m.harmony ? 1 : 0);
    return this.#pad().#done();
  }

  roster({ version, spheres, ids, sphereOf }) {
    this.#begin(10, 4).#u16(version).#u16(0).#pad();
    this.#group(0, spheres.length);
    for (const label of spheres) this.#pad().#text(label);
    this.#group(6, ids.length);
    for (let i = 0; i < ids.length; i++) this.#u32(ids[i]).#u16(sphereOf[i]).#pad();
    return this.#done();
  }

  connected(m) {
    this.#begin(11, 34).#u16(m.frequency).#u32(m.agent_count).#u16(m.stream.id).#u8(m.stream.value_bits);
    this.#u8(formNumber(m.form)).#u64(m.stream.epoch).#u64(m.time_us);
    this.#u16(m.stream.ticks_per_second).#u16(m.stride).#u32(m.heartbeat_ms).#pad();
    return this.#components(m.stream.components).#text(m.client_id).#text(m.server).#done();
  }

  heartbeat(m) {
    return this.#begin(12, 14).#u64(m.time_us).#u32(m.connections).#u16(m.frequency).#pad().#done();
  }

  subscribed(m) {
    const { fps, stride, form, box = Array(6).fill(NaN), spheres = [], agents = '' } = m.swarm;
    this.#begin(13, 53).#u16(fps).#u16(stride).#u8(formNumber(form));
    for (const number of box) this.#f64(number);
    this.#pad().#group(0, spheres.length);
    for (const label of spheres) this.#pad().#text(label);
    return this.#text(agents).#text(m.id).#done();
  }

  tier(m) {
    const reason = ['requested', 'slow_client', 'overload', 'restored'].indexOf(m.reason);
    return this.#begin(14, 9).#u32(m.seq).#u16(m.fps).#u16(m.stride).#u8(reason).#pad().#done();
  }

  error(m) {
    return this.#begin(15, 2).#u16(m.data.code).#pad().#text(m.id ?? '').#text(m.data.message).#done();
  }

  pong(m) {
    return this.#begin(16, 16).#u64(m.time_us).#f64(m.t ?? NaN).#pad().#done();
  }

  streamChanged(m) {
    this.#begin(17, 29).#u16(m.frequency).#u32(m.agent_count).#u16(m.stream.id).#u8(m.stream.value_bits);
    this.#u64(m.stream.epoch).#u64(m.time_us).#u16(m.stream.ticks_per_second).#u16(m.stride).#pad();
    return this.#components(m.stream.components).#text(m.reason).#done();
  }

  #components(components) {
    this.#group(5, components.length);
    for (const { name, decimals, offset } of components) this.#u8(decimals).#u32(offset >>> 0).#pad().#text(name);
    return this;
  }

  #begin(templateId, blockLength) {
    this.bytes = [];
    return this.#u16(blockLength + this.extra).#u16(templateId).#u16(8001).#u16(this.extra > 0 ? 1 : 0);
  }

  #group(blockLength, count) {
    return this.#u16(blockLength + this.extra).#u32(count);
  }

  #text(text) {
    const utf8 = new TextEncoder().encode(text);
    this.#u32(utf8.length);
    for (const byte of utf8) this.bytes.push(byte);
    return this;
  }

  #pad() {
    for (let i = 0; i < this.extra; i++) this.bytes.push(0xee);
    return this;
  }

  #u8(v) {
    this.bytes.push(v & 0xff);
    return this;
  }

  #u16(v) {
    return this.#u8(v).#u8(v >>> 8);
  }

  #u32(v) {
    return this.#u16(v & 0xffff).#u16(v >>> 16);
  }

  #u64(v) {
    return this.#u32(v % 2 ** 32 >>> 0).#u32(Math.floor(v / 2 ** 32));
  }

  #f64(v) {
    for (const byte of new Uint8Array(new Float64Array([v]).buffer)) this.bytes.push(byte);
    return this;
  }

  #done() {
    return new Uint8Array(this.bytes).buffer;
  }
}

function formNumber(form) {
  return ['json', 'plain', 'delta'].indexOf(form);
}
