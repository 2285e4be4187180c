/** The controls of the view, but for the spheres, which are the legend's: rate, agents, box; and what is wrong with them. */
export class ViewForm {
  #rates;
  #agents;
  #box;
  #errors;

  /**
   * @param rates the element that holds the rates' radio buttons
   * @param agents the text field
   * @param box a BoxField
   * @param errors by a view's field, the element that says what is wrong with it
   */
  constructor(rates, agents, box, errors) {
    this.#rates = rates;
    this.#agents = agents;
    this.#box = box;
    this.#errors = errors;
  }

  /** As the controls have it, unchecked. */
  get view() {
    const agents = this.#agents.value.trim();
    const fps = Number(this.#rates.querySelector('input:checked').value);
    return { fps, agents: agents === '' ? undefined : agents, box: this.#box.box };
  }

  set view({ fps = 0, agents = '', box }) {
    const rates = [...this.#rates.querySelectorAll('input')];
    const rate = rates.find(({ value }) => Number(value) === fps) ?? this.#addRate(fps);
    rate.checked = true;
    this.#agents.value = agents;
    this.#box.box = box;
  }

  /** Shows what is wrong by the field, and that the others are right; undefined: all are. */
  set error(error) {
    for (const [field, element] of Object.entries(this.#errors)) {
      element.textContent = error?.field === field ? error.message : '';
    }
    this.#agents.setAttribute('aria-invalid', String(error?.field === 'agents'));
  }

  /** A link may ask for a rate that the page does not offer. */
  #addRate(fps) {
    const label = this.#rates.lastElementChild.cloneNode(true);
    const input = label.querySelector('input');
    input.value = String(fps);
    label.querySelector('span').textContent = String(fps);
    this.#rates.append(label);
    return input;
  }
}
