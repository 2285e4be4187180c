/** A clock that stands still until it is told to go on; then its timers run in order of their time. */
export class ManualClock {
  nowMs = 1_737_021_600_000;
  #timers = new Map();
  #count = 0;

  now = () => this.nowMs;

  setTimeout = (task, delayMs) => {
    this.#timers.set(++this.#count, { task, atMs: this.nowMs + delayMs });
    return this.#count;
  };

  clearTimeout = (timer) => {
    this.#timers.delete(timer);
  };

  get timers() {
    return this.#timers.size;
  }

  advance(ms) {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(([, t]) => t.atMs <= untilMs).sort(([, a], [, b]) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers.delete(next[0]);
      this.nowMs = next[1].atMs;
      next[1].task();
    }
    this.nowMs = untilMs;
  }
}

/** A WebSocket class whose sockets do what a test tells them; `sockets` holds all that were made, the newest last. */
export function scriptedWebSocket() {
  return class ScriptedWebSocket {
    static sockets = [];

    static get newest() {
      return this.sockets.at(-1);
    }

    sent = [];
    closed = undefined;
    protocol = '';
    bufferedAmount = 0;
    readyState = 0;

    constructor(url, protocols) {
      this.url = url;
      this.protocols = protocols;
      ScriptedWebSocket.sockets.push(this);
    }

    send(data) {
      this.sent.push(data);
    }

    close(code, reason) {
      this.closed = { code, reason };
    }

    open(protocol = this.protocols[0]) {
      this.protocol = protocol;
      this.readyState = 1;
      this.onopen({});
    }

    say(data) {
      this.onmessage?.({ data: typeof data === 'string' || data instanceof ArrayBuffer ? data : JSON.stringify(data) });
    }

    drop(code = 1006, reason = '') {
      this.onclose({ code, reason });
    }
  };
}
