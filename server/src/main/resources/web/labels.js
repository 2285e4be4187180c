/** The labels of spheres that were heard of, each with a number of its own, so that a colour stays with its sphere. */
export class Labels {
  #numbers = new Map();

  /** All of them, by number. */
  get all() {
    return [...this.#numbers.keys()];
  }

  numberOf(label) {
    let number = this.#numbers.get(label);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(label, number);
    }
    return number;
  }

  /** By agent, the number of its label. */
  ofAgents({ spheres, sphereOf }) {
    const numbers = spheres.map((label) => this.numberOf(label));
    return Uint16Array.from(sphereOf, (sphere) => numbers[sphere]);
  }

  /** Forgets those that are not wanted, once there are more than so many: a producer may name new ones at each tick. */
  forgetBeyond(max, wanted) {
    if (this.#numbers.size > max) this.keep(new Set(wanted));
  }

  /** Forgets all others. */
  keep(labels) {
    this.#numbers.clear();
    labels.forEach((label) => this.numberOf(label));
  }
}
