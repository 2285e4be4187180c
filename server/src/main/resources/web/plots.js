import uPlot from './vendor/uplot/uPlot.esm.js';
import { figure } from './format.js';
import { onPaletteChange } from './palette.js';

/** Seconds that a plot looks back; one sample a second. */
const SECONDS = 60;
const AGES = Float64Array.from({ length: SECONDS + 1 }, (_, i) => i - SECONDS);

/** One quantity over the last minute, as one line or more. Seconds without a value are gaps. */
export class Plot {
  #element;
  #series;
  #values;
  #plot;

  /**
   * @param series of each line the custom property that holds its colour, and whether it is drawn as `bars`
   * @param atLeast what the scale shows when all values are small
   */
  constructor(element, series, atLeast) {
    this.#element = element;
    this.#series = series;
    this.atLeast = atLeast;
    this.#values = series.map(() => new Array(SECONDS + 1).fill(null));
    this.#create();
    onPaletteChange(() => this.#create());
    new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(element);
  }

  /** Adds the second that has passed: a value for each line, NaN for none. */
  add(...values) {
    this.#values.forEach((line, i) => {
      line.shift();
      line.push(Number.isFinite(values[i]) ? values[i] : null);
    });
    this.#plot.setData([AGES, ...this.#values]);
  }

  #size() {
    return { width: Math.max(1, this.#element.clientWidth), height: Math.max(1, this.#element.clientHeight) };
  }

  #create() {
    this.#plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--soft'),
      font: '11px system-ui, sans-serif',
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    };
    const options = {
      ...this.#size(),
      padding: [8, 14, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, range: [-SECONDS, 0] },
        y: { range: (_, min, max) => [Math.min(0, min ?? 0), Math.max(this.atLeast, (max ?? 0) * 1.08)] },
      },
      axes: [
        { ...axis, size: 24, gap: 6, space: 60, values: (_, ticks) => ticks.map((t) => (t === 0 ? 'now' : `−${-t} s`)) },
        { ...axis, size: 40, gap: 6, space: 20, values: (_, ticks) => ticks.map((v) => figure(v).replace(/\.0$/, '')) },
      ],
      series: [
        {},
        ...this.#series.map(({ property, bars }) => ({
          stroke: colour(property),
          fill: bars ? colour(property) : undefined,
          width: 1.75,
          points: { show: false },
          paths: bars ? uPlot.paths.bars({ size: [0.7, 8] }) : undefined,
        })),
      ],
    };
    this.#plot = new uPlot(options, [AGES, ...this.#values], this.#element);
  }
}
