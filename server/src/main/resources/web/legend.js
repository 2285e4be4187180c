import { count } from './format.js';
import { markOf, onPaletteChange } from './palette.js';

/** The spheres with their colours and counts; each is a switch that singles its sphere out, which needs no colour sight. */
export class Legend {
  #list;
  #onChoose;
  #chosen = -1;
  #roster = { spheres: [], sphereOf: [] };

  /** @param onChoose gets the sphere's number, or −1 for all */
  constructor(list, onChoose) {
    this.#list = list;
    this.#onChoose = onChoose;
    onPaletteChange(() => this.#draw());
  }

  show(roster) {
    this.#roster = roster;
    this.#chosen = -1;
    this.#onChoose(-1);
    this.#draw();
  }

  #draw() {
    const { spheres, sphereOf } = this.#roster;
    const counts = new Uint32Array(spheres.length);
    for (const sphere of sphereOf) counts[sphere]++;
    this.#list.replaceChildren(...spheres.map((label, sphere) => this.#entry(label, sphere, counts[sphere])));
  }

  #entry(label, sphere, agents) {
    const { colour, ring } = markOf(sphere);
    const swatch = document.createElement('span');
    swatch.className = ring ? 'swatch ring' : 'swatch';
    swatch.style.color = colour;
    const name = document.createElement('span');
    name.textContent = label;
    const number = document.createElement('small');
    number.textContent = count(agents);
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-pressed', String(sphere === this.#chosen));
    button.append(swatch, name, number);
    button.addEventListener('click', () => this.#toggle(sphere));
    const item = document.createElement('li');
    item.append(button);
    return item;
  }

  #toggle(sphere) {
    this.#chosen = this.#chosen === sphere ? -1 : sphere;
    [...this.#list.querySelectorAll('button')].forEach((button, i) => {
      button.setAttribute('aria-pressed', String(i === this.#chosen));
    });
    this.#onChoose(this.#chosen);
  }
}
