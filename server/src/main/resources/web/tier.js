/** Why the server changed the rate, in words for who watches; a rate that was asked for needs none. */
const REASONS = {
  slow_client: () => 'your connection was too slow',
  overload: () => 'the server was too busy',
  restored: (fps, granted) => (fps < granted ? `on the way back to ${granted}` : 'restored'),
};

/** The line that says at which rate the stream comes now that it is another than was granted, and why. */
export class TierLine {
  #element;
  #granted = Infinity;

  /** @param element that holds the line; without text while there is nothing to say */
  constructor(element) {
    this.#element = element;
  }

  /** What was granted, in frames a second, holds: nothing to say. */
  clear(granted = Infinity) {
    this.#granted = granted;
    this.#write('', '');
  }

  show({ fps, reason }) {
    const words = REASONS[reason];
    if (reason === 'requested') {
      this.clear(fps);
    } else if (words === undefined) {
      this.#write(`${fps} fps`, 'slowed');
    } else {
      const tone = reason === 'restored' && fps >= this.#granted ? 'restored' : 'slowed';
      this.#write(`${fps} fps: ${words(fps, this.#granted)}`, tone);
    }
  }

  #write(text, tone) {
    this.#element.textContent = text;
    this.#element.dataset.tone = tone;
  }
}
