/*
 * Watches one stream, in Node and in a browser alike: evaluated as a script, it leaves DeflateWatcher behind. To every
 * frame it sends a ping, so that what is shared by all clients and what is for this one alone take turns. Every other pong
 * is longer by ten digits.
 */
globalThis.DeflateWatcher = class {
  sent = 0;
  pongs = 0;
  sequence = -1;
  frames = [];
  waiting = [];

  constructor(socket) {
    this.socket = socket;
    socket.onmessage = ({ data }) => this.onText(data);
    socket.onclose = ({ code, reason }) => this.fail(`closed with ${code} ${reason}`);
  }

  onText(text) {
    if (text.startsWith('{"type":"swarm_update",')) {
      this.onFrame(text);
    } else if (text.startsWith('{"type":"pong",')) {
      this.onPong(text);
    } else if (!['connected', 'heartbeat', 'tier'].includes(JSON.parse(text).type)) {
      this.fail(`what is ${text}`);
    }
  }

  onFrame(text) {
    const sequence = Number(/"seq":(\d+),/.exec(text)[1]);
    if (sequence <= this.sequence) this.fail(`${sequence} after ${this.sequence}`);
    this.sequence = sequence;
    this.frames.push(DeflateWatcher.digest(text).then((digest) => [sequence, digest]));
    this.socket.send(`{"type":"ping","t":${this.echo(this.sent++)}}`);
    this.answer();
  }

  onPong(text) {
    const wanted = `{"type":"pong","t":${this.echo(this.pongs++)},"time_us":`;
    if (!text.startsWith(wanted) || !/^\d{16},"timestamp":"[-\dT:]{19}Z"\}$/.test(text.slice(wanted.length))) {
      this.fail(`${text} is not ${wanted}…`);
    }
    this.answer();
  }

  echo(number) {
    return number % 2 === 0 ? number : 1e14 + number;
  }

  fail(reason) {
    this.failure ??= reason;
    this.answer();
  }

  answer() {
    if (this.failure !== undefined || (this.frames.length >= this.wanted && this.pongs >= this.pongsWanted)) {
      this.waiting.splice(0).forEach((done) => done());
    }
  }

  /** So many frames more, as pairs of a sequence and a digest; every ping before them is answered by then. */
  async next(count) {
    this.wanted = count;
    this.pongsWanted = this.sent + count - this.frames.length;
    await new Promise((done) => {
      this.waiting.push(done);
      this.answer();
    });
    if (this.failure !== undefined) throw new Error(this.failure);
    return Promise.all(this.frames.splice(0));
  }

  static async digest(text) {
    const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
};
