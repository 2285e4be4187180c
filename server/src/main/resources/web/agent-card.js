const ID_MAX = 0xffffffff;
/** Values that change faster cannot be read. */
const WRITE_INTERVAL_MS = 100;
/** Over which a speed is taken, as a single step is mostly the grid's. */
const SPEED_INTERVAL_MICROS = 200_000;
const NUMBERS = ['x', 'y', 'z', 'frequency'];
const FIELDS = ['sphere', 'x', 'y', 'z', 'frequency', 'speed'];

/** One agent, followed by its id: its values as they come. It stays followed when it leaves the view. */
export class AgentCard {
  #card;
  #input;
  #values;
  #onFollow;
  #id;
  #ids;
  #index = -1;
  #writtenMs = -Infinity;
  #speed = NaN;
  #decimals = { x: 4, y: 4, z: 4, frequency: 1 };
  /** Where it was, and when, at the beginning of the interval that its speed is taken over. */
  #since = { micros: NaN, x: NaN, y: NaN, z: NaN };

  /**
   * @param card holds the form and the values
   * @param onFollow gets an id, or undefined when no agent is followed any more
   */
  constructor(card, onFollow) {
    this.#card = card;
    this.#onFollow = onFollow;
    this.#input = card.querySelector('input');
    this.#values = Object.fromEntries(FIELDS.map((name) => [name, card.querySelector(`[data-value=${name}]`)]));
    card.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#onAsked();
    });
    this.#input.addEventListener('change', () => this.#onAsked());
    card.querySelector('button').addEventListener('click', () => {
      this.follow(undefined);
      this.#input.focus();
    });
  }

  /** @param components of the stream, whose decimals the values are shown with; undefined: as they were */
  set components(components) {
    for (const { name, decimals } of components ?? []) this.#decimals[name] = decimals;
  }

  get followed() {
    return this.#id;
  }

  /** @param id undefined for none */
  follow(id) {
    if (id === this.#id) return;
    this.#id = id;
    this.#ids = undefined;
    this.#input.value = id === undefined ? '' : String(id);
    this.#restart();
    this.#card.dataset.state = id === undefined ? 'none' : 'away';
    this.#onFollow(id);
  }

  show(frame) {
    if (this.#id === undefined) return;
    if (frame.ids !== this.#ids) {
      this.#ids = frame.ids;
      this.#index = frame.ids.indexOf(this.#id);
      const state = this.#index < 0 ? 'away' : 'here';
      if (this.#card.dataset.state !== state) this.#restart();
      this.#card.dataset.state = state;
    }
    if (this.#index < 0) return;
    this.#measure(frame);
    const nowMs = performance.now();
    if (nowMs - this.#writtenMs < WRITE_INTERVAL_MS) return;
    this.#writtenMs = nowMs;
    this.#write(frame);
  }

  #onAsked() {
    const text = this.#input.value.trim();
    const id = Number(text);
    const valid = text === '' || (Number.isInteger(id) && id >= 0 && id <= ID_MAX);
    this.#input.setAttribute('aria-invalid', String(!valid));
    if (valid) this.follow(text === '' ? undefined : id);
  }

  #restart() {
    this.#since.micros = NaN;
    this.#speed = NaN;
    this.#writtenMs = -Infinity;
  }

  #measure({ timeMicros, x, y, z }) {
    const since = this.#since;
    const i = this.#index;
    const micros = timeMicros - since.micros;
    if (micros < SPEED_INTERVAL_MICROS && micros >= 0) return;
    this.#speed = (Math.hypot(x[i] - since.x, y[i] - since.y, z[i] - since.z) / micros) * 1e6;
    since.micros = timeMicros;
    since.x = x[i];
    since.y = y[i];
    since.z = z[i];
  }

  #write(frame) {
    const i = this.#index;
    this.#values.sphere.textContent = frame.spheres[frame.sphereOf[i]];
    for (const name of NUMBERS) this.#values[name].textContent = decimal(frame[name][i], this.#decimals[name]);
    this.#values.speed.textContent = Number.isFinite(this.#speed) ? `${this.#speed.toPrecision(3)} /s` : '–';
  }
}

/** With a minus sign as wide as a digit, so that columns stand still. */
function decimal(value, decimals) {
  return value.toFixed(decimals).replace('-', '−');
}
