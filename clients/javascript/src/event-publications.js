import { RequestError } from './request-error.js';

/** What may wait for a connection; more is refused, the oldest first. */
const WAITING_MAX = 1_000;
/** Sent and not answered yet: enough to keep a fast server busy, few enough that it never has to refuse. */
const UNDER_WAY_MAX = 100;

/**
 * Events that the application publishes, until the server has taken them: those that wait, and those that are under way.
 * What a lost connection left unanswered is sent again on the next; its event_id makes that harmless.
 */
export class EventPublications {
  #send;
  #waiting = [];
  /** By request id, in the order in which they were sent. */
  #underWay = new Map();
  #count = 0;
  #isConnected = false;

  /** @param send sends a publication by its request id and event */
  constructor(send) {
    this.#send = send;
  }

  get isEmpty() {
    return this.#waiting.length + this.#underWay.size === 0;
  }

  /** @returns the promise of what the server says */
  add(event) {
    const promise = new Promise((resolve, reject) => {
      this.#waiting.push({ id: `p${++this.#count}`, event, resolve, reject });
    });
    this.#sendWaiting();
    this.#refuseOldest();
    return promise;
  }

  connected() {
    this.#isConnected = true;
    this.#sendWaiting();
  }

  lost() {
    this.#isConnected = false;
    this.giveBack();
  }

  /** Up to so many of those that wait, for somebody who brings them to the server otherwise. */
  take(count) {
    const taken = this.#waiting.splice(0, count);
    for (const publication of taken) this.#underWay.set(publication.id, publication);
    return taken;
  }

  /** What is under way did not come through, as far as is known: it waits again, before what came later. */
  giveBack() {
    this.#waiting.unshift(...this.#underWay.values());
    this.#underWay.clear();
    this.#refuseOldest();
  }

  published(id, { offset, event_id: eventId, duplicate }) {
    this.#settle(id, ({ resolve }) => resolve({ offset, eventId, duplicate }));
  }

  /** Says whether it was one of these. */
  refused(id, error) {
    return this.#settle(id, ({ reject }) => reject(error));
  }

  rejectAll(error) {
    this.giveBack();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #settle(id, how) {
    const publication = this.#underWay.get(id);
    if (publication === undefined) return false;
    this.#underWay.delete(id);
    how(publication);
    this.#sendWaiting();
    return true;
  }

  #sendWaiting() {
    while (this.#isConnected && this.#underWay.size < UNDER_WAY_MAX && this.#waiting.length > 0) {
      const [{ id, event }] = this.take(1);
      this.#send(id, event);
    }
  }

  #refuseOldest() {
    while (this.#waiting.length > WAITING_MAX) {
      const { reject } = this.#waiting.shift();
      reject(new RequestError(0, `more than ${WAITING_MAX} publications wait for the server; this was the oldest`));
    }
  }
}
