import { Frame } from './frame.js';
import { JsonDecoder } from './json-codec.js';
import { SbeDecoder } from './sbe-decoder.js';

/**
 * Reads an Essaim stream without a connection: in a worker that is handed a socket's messages, or from a recording. Of one
 * connection, from its greeting on; essaim.d.ts documents it.
 */
export class StreamDecoder {
  #frame = new Frame();
  #sbe = new SbeDecoder(this.#frame);
  #json = new JsonDecoder(this.#frame);
  #onFrame;
  #onMessage;

  constructor({ frame, message = () => {} }) {
    if (typeof frame !== 'function' || typeof message !== 'function') {
      throw new TypeError('frame and message are functions');
    }
    this.#onFrame = frame;
    this.#onMessage = message;
  }

  decode(data) {
    const decoder = typeof data === 'string' ? this.#json : this.#sbe;
    this.#take(decoder, decoder.decode(data));
    while (decoder.hasMore) this.#take(decoder, decoder.next());
  }

  #take(decoder, message) {
    if (message === this.#frame) {
      if (decoder.rosterChanged) this.#onMessage(decoder.roster);
      this.#onFrame(message);
    } else if (message !== null) {
      this.#onMessage(message);
    }
  }
}
