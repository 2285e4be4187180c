import { count } from './format.js';
import { markOf, onPaletteChange } from './palette.js';

/** Entries of the list; what is beyond is told by its number. */
const ENTRIES_MAX = 40;

/** Between two lists with other entries. */
const CREATE_INTERVAL_MS = 250;

/**
 * The spheres with their colours and counts. Each is a switch: those that are on are shown, and all when none is. Spheres
 * that the view leaves out stay, so that they can be had again.
 */
export class Legend {
  #list;
  #labels;
  #onChoose;
  #chosen = new Set();
  #counts = new Map();
  /** By label, its switch and the text of its count. */
  #entries = new Map();
  #beyond = 0;
  #createdMs = -Infinity;
  #timer;

  /**
   * @param labels what the page has heard of
   * @param onChoose called when the choice became another
   */
  constructor(list, labels, onChoose) {
    this.#list = list;
    this.#labels = labels;
    this.#onChoose = onChoose;
    onPaletteChange(() => this.#create());
  }

  /** Labels; undefined for all. */
  get chosen() {
    return this.#chosen.size === 0 ? undefined : this.#labels.all.filter((label) => this.#chosen.has(label));
  }

  set chosen(labels) {
    this.#chosen = new Set(labels);
    this.#chosen.forEach((label) => this.#labels.numberOf(label));
    this.#update();
  }

  show({ spheres, sphereOf }) {
    const counts = new Uint32Array(spheres.length);
    for (const sphere of sphereOf) counts[sphere]++;
    this.#counts = new Map(spheres.map((label, sphere) => [label, counts[sphere]]));
    this.#update();
  }

  /** Entries stay as long as the labels do: a box may bring a roster a frame, and a click takes longer. */
  #update() {
    const { all } = this.#labels;
    const shown = all.slice(0, ENTRIES_MAX);
    const beyond = all.length - shown.length;
    if (
      beyond !== this.#beyond ||
      shown.length !== this.#entries.size ||
      !shown.every((label) => this.#entries.has(label))
    ) {
      this.#createSoon();
    }
    for (const [label, { button, agents }] of this.#entries) {
      button.setAttribute('aria-pressed', String(this.#chosen.has(label)));
      // Of those that are left out nobody knows how many there are.
      const shown = this.#chosen.size === 0 || this.#chosen.has(label);
      const text = count(shown ? this.#counts.get(label) : NaN);
      if (agents.textContent !== text) agents.textContent = text;
    }
  }

  #createSoon() {
    const waitMs = this.#createdMs + CREATE_INTERVAL_MS - performance.now();
    if (waitMs <= 0) {
      this.#create();
    } else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#create(), waitMs);
    }
  }

  #create() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#createdMs = performance.now();
    this.#entries.clear();
    const { all } = this.#labels;
    const items = all.slice(0, ENTRIES_MAX).map((label, number) => this.#entry(label, number));
    this.#beyond = all.length - items.length;
    if (this.#beyond > 0) {
      const more = document.createElement('li');
      more.textContent = `and ${count(this.#beyond)} more`;
      items.push(more);
    }
    this.#list.replaceChildren(...items);
    this.#update();
  }

  #entry(label, number) {
    const { colour, ring } = markOf(number);
    const swatch = document.createElement('span');
    swatch.className = ring ? 'swatch ring' : 'swatch';
    swatch.style.color = colour;
    const name = document.createElement('span');
    name.textContent = label;
    const agents = document.createElement('small');
    const button = document.createElement('button');
    button.type = 'button';
    button.append(swatch, name, agents);
    button.addEventListener('click', () => this.#toggle(label));
    this.#entries.set(label, { button, agents });
    const item = document.createElement('li');
    item.append(button);
    return item;
  }

  #toggle(label) {
    if (!this.#chosen.delete(label)) this.#chosen.add(label);
    // All of them is no choice.
    if (this.#chosen.size === this.#labels.all.length) this.#chosen.clear();
    this.#update();
    this.#onChoose();
  }
}
