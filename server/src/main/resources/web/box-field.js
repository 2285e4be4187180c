const AXES = ['x', 'y', 'z'];
/** The box that nobody has said anything of, by face, as shares of where agents are: the half beyond the middle of x. */
const AT_FIRST = [0.5, 0, 0, 1, 1, 1];
/** Steps of a slider. */
const STEPS = 200;

/** The box of the view: a switch, and by axis two numbers and the sliders that say the same by hand. */
export class BoxField {
  #switch;
  #rows;
  #onChange;
  /** By face, minima first: its number and its slider. */
  #faces;
  #extent = { min: [-1, -1, -1], max: [1, 1, 1] };

  /**
   * @param rows takes the fields
   * @param onChange called when the box became another
   */
  constructor(onOff, rows, onChange) {
    this.#switch = onOff;
    this.#rows = rows;
    this.#onChange = onChange;
    const pairs = AXES.map((axis) => this.#row(axis));
    this.#faces = [...pairs.map(([from]) => from), ...pairs.map(([, to]) => to)];
    onOff.addEventListener('change', () => this.#onSwitch());
  }

  /** Six numbers, NaN for one that is missing; undefined when the switch is off. */
  get box() {
    return this.#switch.checked ? this.#faces.map(({ number }) => number.valueAsNumber) : undefined;
  }

  set box(box) {
    this.#switch.checked = box !== undefined;
    this.#rows.hidden = box === undefined;
    if (box === undefined) return;
    this.#reach();
    box.forEach((value, face) => {
      this.#faces[face].number.value = String(value);
      this.#faces[face].slider.value = String(value);
    });
    this.#fill();
  }

  /** Where agents were seen: how far the sliders reach. */
  set extent({ min, max }) {
    if (AXES.every((_, axis) => min[axis] === this.#extent.min[axis] && max[axis] === this.#extent.max[axis])) return;
    this.#extent = { min: [...min], max: [...max] };
    const { box } = this;
    if (box !== undefined && box.every(Number.isFinite)) this.box = box;
  }

  #onSwitch() {
    const { min, max } = this.#extent;
    const at = (axis, share) => Number((min[axis] + share * (max[axis] - min[axis])).toPrecision(6));
    const first = AT_FIRST.map((share, face) => at(face % 3, share));
    this.box = this.#switch.checked ? first : undefined;
    this.#onChange();
  }

  #reach() {
    this.#faces.forEach(({ slider }, face) => {
      const [min, max] = [this.#extent.min[face % 3], this.#extent.max[face % 3]];
      Object.assign(slider, { min: String(min), max: String(max), step: String((max - min) / STEPS || 1) });
    });
  }

  #row(axis) {
    const row = document.createElement('div');
    row.className = 'axis-row';
    const name = document.createElement('span');
    name.textContent = axis;
    name.setAttribute('aria-hidden', 'true');
    const sliders = document.createElement('div');
    sliders.className = 'range';
    const faces = ['from', 'to'].map((end) => {
      const number = document.createElement('input');
      Object.assign(number, { type: 'number', step: 'any', inputMode: 'decimal' });
      number.setAttribute('aria-label', `Box, ${axis} ${end}`);
      number.setAttribute('aria-describedby', 'box-error');
      const slider = document.createElement('input');
      slider.type = 'range';
      slider.setAttribute('aria-label', `Box, ${axis} ${end}, slider`);
      return { number, slider };
    });
    faces.forEach((face, end) => {
      const other = faces[1 - end];
      face.slider.addEventListener('input', () => this.#onSlide(face, other, end));
      face.number.addEventListener('change', () => {
        face.slider.value = face.number.value;
        this.#fill();
        this.#onChange();
      });
    });
    sliders.append(...faces.map(({ slider }) => slider));
    row.append(name, faces[0].number, sliders, faces[1].number);
    this.#rows.append(row);
    return faces;
  }

  /** One face does not pass the other. */
  #onSlide(face, other, end) {
    const bound = other.number.valueAsNumber;
    const asked = face.slider.valueAsNumber;
    const value = end === 0 ? Math.min(asked, bound) : Math.max(asked, bound);
    face.number.value = String(Number((Number.isNaN(value) ? asked : value).toPrecision(6)));
    if (value !== asked) face.slider.value = face.number.value;
    this.#fill();
    this.#onChange();
  }

  /** The part of the track between the faces. */
  #fill() {
    for (let axis = 0; axis < 3; axis++) {
      const [from, to] = [this.#faces[axis].slider, this.#faces[axis + 3].slider];
      const share = (slider) => (slider.valueAsNumber - Number(slider.min)) / (Number(slider.max) - Number(slider.min));
      from.parentElement.style.setProperty('--from', `${100 * share(from)}%`);
      from.parentElement.style.setProperty('--to', `${100 * share(to)}%`);
    }
  }
}
