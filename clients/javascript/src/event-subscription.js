import { RequestError, askAgainMs } from './request-error.js';

/** After which a resumption that the server had no room for is tried again. */
const RESUME_AGAIN_MS = 5_000;
const INVALID_MESSAGE = 1001;

/**
 * What of the events is wanted, and the cursor after the newest one that was told. Requests to change it go out one after
 * the other; each connection begins by resuming what the one before had.
 */
export class EventSubscription {
  /** Resumes after the newest event that was told; undefined before anything was. */
  cursor;
  #clock;
  #timeoutMs;
  #send;
  /** As it was granted, or as the address says; undefined: nothing. */
  #wanted;
  #wantsFrequency = false;
  /** Requests that were not sent on this connection, oldest first. */
  #waiting = [];
  /** The one that waits for its answer. */
  #underWay = null;
  /** Those that a poll is to answer. */
  #applied = [];
  #before;
  #count = 0;
  #isConnected = false;
  #again;
  /** Runs while the server takes no request yet. */
  #pause;

  /**
   * @param wanted of the first connection; undefined: nothing
   * @param send sends a request: its id, how it is called, and what it is about
   */
  constructor(clock, timeoutMs, wanted, send) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#send = send;
    this.#want(wanted);
  }

  /** What a poll asks for; undefined where no events are wanted. */
  get wanted() {
    return this.#wanted === undefined || this.#wanted.rooms.length === 0 ? undefined : this.#wanted;
  }

  /** Whether events are wanted, or will be. */
  get isWanting() {
    return this.wanted !== undefined || this.#waiting.some(({ kind }) => kind === 'subscribe' || kind === 'join');
  }

  /** Whether what comes now is not to be told: a server may give a new connection rooms of its own. */
  get isSilent() {
    const kind = this.#underWay?.kind;
    const isNone = this.#wanted?.rooms.length === 0;
    return isNone || kind === 'resume' || (kind === 'subscribe' && this.cursor === undefined);
  }

  /**
   * @param kind subscribe, join, leave, unsubscribe or frequency
   * @returns the promise of what is granted
   */
  add(kind, value) {
    return new Promise((resolve, reject) => {
      const request = { id: this.#nextId(), kind, value, resolve, reject };
      request.timer = this.#clock.setTimeout(() => this.#onTimeout(request), this.#timeoutMs);
      this.#waiting.push(request);
      this.#sendNext();
    });
  }

  connected() {
    this.#isConnected = true;
    const isReplaced = this.cursor === undefined && this.#waiting[0]?.kind === 'subscribe';
    if (this.#wantsFrequency) this.#waiting.unshift(this.#own('frequency', true));
    if (this.#wanted !== undefined && !isReplaced) this.#waiting.unshift(this.#own('resume'));
    this.#sendNext();
  }

  lost() {
    this.#isConnected = false;
    this.#clock.clearTimeout(this.#again);
    this.#clock.clearTimeout(this.#pause);
    this.#pause = undefined;
    const unsent = this.#underWay === null ? this.#waiting : [this.#underWay, ...this.#waiting];
    this.#underWay = null;
    // What nobody waits for any more, or comes from here, is not asked again.
    this.#waiting = unsent.filter(({ timer }) => timer !== undefined);
  }

  /** Takes a `subscribed` or an `unsubscribed`. */
  answered({ type, id, ...granted }) {
    if (type === 'subscribed' && granted.cursor !== undefined) this.cursor = granted.cursor;
    const request = this.#underWay;
    if (request === null || request.id !== id) return;
    this.#underWay = null;
    this.#grant(request, type, granted);
    this.#settle(request, () => request.resolve(granted));
    this.#sendNext();
  }

  /** Says whether it was one of these and somebody waited. */
  refused(id, error) {
    const request = this.#underWay;
    if (request === null || request.id !== id) return false;
    this.#underWay = null;
    const waited = request.timer !== undefined;
    const againMs = askAgainMs(error);
    if (request.kind === 'resume') {
      this.#resumeAgain(error);
    } else if (againMs !== undefined && request.timer !== undefined) {
      // Many at once are more than a server takes: the rest follows as it lets them.
      this.#waiting.unshift(request);
      this.#sendLater(againMs);
    } else {
      this.#settle(request, () => request.reject(error));
    }
    this.#sendNext();
    return waited;
  }

  /** Takes the requests that a poll can satisfy into what is wanted. They are to be settled, or given back. */
  apply() {
    this.#before = { wanted: this.#wanted, cursor: this.cursor };
    this.#applied = this.#waiting.filter(({ kind }) => kind !== 'frequency');
    this.#waiting = this.#waiting.filter(({ kind }) => kind === 'frequency');
    for (const { kind, value } of this.#applied) {
      const rooms = this.#wanted?.rooms ?? [];
      if (kind === 'subscribe') {
        this.#want(value);
      } else if (kind === 'join') {
        this.#wanted = { ...this.#wanted, rooms: [...rooms.filter((room) => room !== value), value] };
      } else {
        const gone = kind === 'leave' ? [value] : value.rooms ?? rooms;
        this.#wanted = { ...this.#wanted, rooms: rooms.filter((room) => !gone.includes(room)) };
      }
    }
  }

  giveBack() {
    this.#waiting.unshift(...this.#applied.filter(({ timer }) => timer !== undefined));
    this.#applied = [];
  }

  /** A poll for what they ask is refused: what was wanted before stays. Says whether there were any. */
  refuse(error) {
    const refused = this.#applied.splice(0);
    if (refused.length > 0) ({ wanted: this.#wanted, cursor: this.cursor } = this.#before);
    for (const request of refused) this.#settle(request, () => request.reject(error));
    return refused.length > 0;
  }

  /** @param answer of the poll */
  settle(answer) {
    const { rooms = [], types, filter } = this.#wanted ?? {};
    for (const request of this.#applied.splice(0)) {
      this.#settle(request, () => request.resolve({ rooms, types, filter, ...answer }));
    }
  }

  rejectAll(error) {
    const requests = [...this.#applied, ...(this.#underWay === null ? [] : [this.#underWay]), ...this.#waiting];
    this.#waiting = [];
    this.#applied = [];
    for (const request of requests) this.#settle(request, () => request.reject(error));
  }

  /** One that nobody waits for. */
  #own(kind, value) {
    return { id: this.#nextId(), kind, value, timer: undefined };
  }

  #nextId() {
    return `e${++this.#count}`;
  }

  #want(interest) {
    if (interest === undefined) return;
    const { since, ...wanted } = interest;
    this.#wanted = wanted;
    if (since !== undefined) this.cursor = since;
  }

  #sendNext() {
    if (!this.#isConnected || this.#underWay !== null || this.#pause !== undefined) return;
    this.#underWay = this.#waiting.shift() ?? null;
    if (this.#underWay === null) return;
    const { id, kind, value } = this.#underWay;
    if (kind === 'resume') {
      this.#sendResume(id);
    } else {
      this.#send(id, kind, value);
    }
  }

  #sendLater(delayMs) {
    this.#pause = this.#clock.setTimeout(() => {
      this.#pause = undefined;
      this.#sendNext();
    }, delayMs);
  }

  #sendResume(id) {
    if (this.wanted === undefined) {
      this.#send(id, 'unsubscribe', {});
    } else {
      this.#send(id, 'subscribe', this.cursor === undefined ? this.wanted : { ...this.wanted, since: this.cursor });
    }
  }

  #resumeAgain({ code }) {
    if (code !== INVALID_MESSAGE) {
      this.#again = this.#clock.setTimeout(() => {
        this.#waiting.unshift(this.#own('resume'));
        this.#sendNext();
      }, RESUME_AGAIN_MS);
    } else if (this.cursor !== undefined) {
      // A cursor that this server cannot read: from now on, then.
      this.cursor = undefined;
      this.#waiting.unshift(this.#own('resume'));
    }
  }

  #grant({ kind, value }, type, granted) {
    if (kind === 'frequency') {
      this.#wantsFrequency = granted.frequency;
    } else if (type === 'unsubscribed') {
      const rooms = this.#wanted?.rooms ?? [];
      this.#wanted = { ...this.#wanted, rooms: rooms.filter((room) => !granted.rooms.includes(room)) };
    } else if (kind === 'subscribe') {
      const { since, ...wanted } = value;
      this.#wanted = { ...wanted, rooms: granted.rooms };
    } else if (kind !== 'resume') {
      const { types, filter } = granted;
      this.#wanted = { ...(this.#wanted ?? { types, filter }), rooms: granted.rooms };
    }
  }

  /** Its answer may come yet, and holds then. */
  #onTimeout(request) {
    this.#waiting = this.#waiting.filter((other) => other !== request);
    this.#settle(request, () => request.reject(new RequestError(0, `no answer within ${this.#timeoutMs} ms`)));
  }

  /** Where somebody waits for it. */
  #settle(request, how) {
    if (request.timer === undefined) return;
    this.#clock.clearTimeout(request.timer);
    request.timer = undefined;
    how();
  }
}
