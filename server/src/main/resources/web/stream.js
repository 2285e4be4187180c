import { EssaimClient } from './client/essaim.js';

/** Messages that go on to the page. */
const FORWARDED = ['connected', 'roster', 'frame', 'heartbeat', 'tier', 'stream_changed', 'error', 'close'];

/**
 * The two connections of the page, the swarm's and the frequency's, as one thing that starts and stops; another form is
 * another pair.
 */
export class Stream {
  #listeners;
  #swarm = null;
  #frequency = null;
  #form;

  /** @param listeners by event of the client; `frequency_update`, and `state` of the swarm's connection, too */
  constructor(listeners) {
    this.#listeners = listeners;
  }

  get running() {
    return this.#swarm !== null;
  }

  /**
   * @param form of the frames: delta, plain or json
   * @param view checked
   * @param token undefined for none
   */
  start(form, view, token) {
    this.stop();
    this.#form = form;
    const encoding = form === 'json' ? 'json' : 'sbe';
    this.#swarm = new EssaimClient(new URL('ws/swarm', document.baseURI), { encoding, token, ...view, form });
    this.#frequency = new EssaimClient(new URL('ws/frequency', document.baseURI), { encoding, token });
    for (const event of [...FORWARDED, 'state']) this.#swarm.on(event, this.#listeners[event]);
    this.#frequency.on('frequency_update', this.#listeners.frequency_update);
    // A token that does not hold is shown once: a server counts them.
    this.#swarm.on('connected', () => this.#frequency?.connect());
    this.#swarm.connect();
  }

  stop() {
    this.#swarm?.disconnect();
    this.#frequency?.disconnect();
    this.#swarm = this.#frequency = null;
  }

  /**
   * @param view checked
   * @returns a promise of what was granted
   */
  subscribe(view) {
    return this.#swarm.subscribe({ ...view, form: this.#form });
  }

  /** What the swarm's connection saw; undefined while stopped. */
  snapshot() {
    return this.#swarm?.snapshot();
  }
}
