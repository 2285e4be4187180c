// Draws the lines of the report with uPlot, which stands before this in the page. Text gets into the page as text only.

const HEIGHT = 320;
const FONT = '12px system-ui, sans-serif';
const SVG = 'http://www.w3.org/2000/svg';
/** With the colour, so that no line is told apart by colour alone. */
const DASHES = [[], [9, 4], [2, 3], [12, 3, 2, 3], [5, 3], [14, 4, 6, 4], [3, 2, 3, 6]];
const REFERENCE_DASH = [1, 5];
/** At most this many ticks on an axis that shows parts of a decade, too. */
const TICKS_MAX = 8;
const LABEL_WIDTH = 64;

const root = document.documentElement;

function style(name) {
  return getComputedStyle(root).getPropertyValue(name).trim();
}

/** Numbers 1, 2, 5, 10 … that enclose both; `parts` of [1, 2, 5] or [1]. */
function steps(min, max, parts) {
  const all = [];
  for (let exponent = Math.floor(Math.log10(min)) - 1; exponent <= Math.ceil(Math.log10(max)) + 1; exponent++) {
    // Not part * 10 ** exponent, which is inexact below 1.
    all.push(...parts.map((part) => Number(`${part}e${exponent}`)));
  }
  const first = all.findLastIndex((value) => value <= min);
  const last = all.findIndex((value) => value >= max);
  return all.slice(first, last + 1);
}

/** As many of them as can be read. */
function ticks(min, max) {
  const fine = steps(min, max, [1, 2, 5]);
  return fine.length <= TICKS_MAX ? fine : steps(min, max, [1]);
}

function readable(value) {
  return value.toLocaleString('en', { maximumFractionDigits: 9 });
}

/** 20K, 1M: what fits beside an axis. */
function short(value) {
  return value < 10_000 ? readable(value) : value.toLocaleString('en', { notation: 'compact' });
}

/** 1 is 0 %, 10 is 90 %, 100 is 99 %: each tick is a nine more. */
function nines(value) {
  const exponent = Math.round(Math.log10(value));
  return exponent <= 1 ? `${exponent * 90} %` : `${(100 - 10 ** (2 - exponent)).toFixed(Math.max(0, exponent - 2))} %`;
}

class Drawing {
  #plot;
  #element;
  #data;
  #width = 0;
  #uplot;

  constructor(plot) {
    this.#plot = { ...plot, lines: plot.lines.filter(({ points }) => points.length > 0) };
    this.#element = document.querySelector(`#${plot.id} .plot`);
    if (this.#plot.lines.length === 0) {
      this.#element.querySelector('.undrawn').textContent = 'There is no value to draw.';
      return;
    }
    this.#data = uPlot.join(
      this.#plot.lines.map(({ points }) => {
        const unique = new Map(points.map(({ x, y }) => [x, y]));
        const sorted = [...unique].sort(([a], [b]) => a - b);
        return [sorted.map(([x]) => x), sorted.map(([, y]) => y)];
      }),
    );
    this.draw();
    new ResizeObserver(() => this.#element.clientWidth !== this.#width && this.draw()).observe(this.#element);
  }

  draw() {
    if (this.#data === undefined) return;
    this.#width = this.#element.clientWidth;
    this.#uplot?.destroy();
    this.#element.replaceChildren();
    const colours = style('--series').split(' ');
    let measured = 0;
    const looks = this.#plot.lines.map(({ reference }) => {
      if (reference) return { stroke: style('--soft'), dash: REFERENCE_DASH, width: 2 };
      const look = { stroke: colours[measured % colours.length], dash: DASHES[measured % DASHES.length], width: 2 };
      measured++;
      return look;
    });
    this.#uplot = new uPlot(this.#options(looks), this.#data, this.#element);
    this.#element.append(this.#legend(looks));
  }

  #options(looks) {
    const { axis, xTitle, yTitle, limit, lines } = this.#plot;
    const xs = lines.flatMap(({ points }) => points.map(({ x }) => x));
    const measured = lines.filter(({ reference }) => !reference);
    const ys = measured.flatMap(({ points }) => points.map(({ y }) => y)).concat(limit?.value ?? []);
    const [xMin, xMax] = [Math.min(...xs), Math.max(...xs)];
    const xTicks = axis === 'NINES' ? steps(1, xMax, [1]) : this.#sizes(xs);
    const yTicks = ticks(Math.min(...ys), Math.max(...ys));
    const common = {
      stroke: style('--soft'),
      font: FONT,
      labelFont: FONT,
      grid: { stroke: style('--line'), width: 1 },
      ticks: { show: false },
      filter: (_, splits) => splits,
    };
    return {
      width: this.#width,
      height: HEIGHT,
      padding: [10, 22, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, distr: 3, range: axis === 'NINES' ? [1, xMax * 1.05] : [xMin / 1.1, xMax * 1.1] },
        y: { distr: 3, range: [yTicks[0], Math.max(yTicks.at(-1), 1.6 * (limit?.value ?? 0))] },
      },
      axes: [
        {
          ...common,
          label: xTitle,
          size: 28,
          labelSize: 22,
          splits: () => xTicks.filter((tick) => tick <= xMax * 1.05),
          values: (_, values) => (axis === 'NINES' ? this.#thinned(values.map(nines)) : values.map(readable)),
        },
        { ...common, label: yTitle, size: 58, labelSize: 20, splits: () => yTicks, values: (_, v) => v.map(short) },
      ],
      series: [
        {},
        ...looks.map((look, i) => ({
          ...look,
          spanGaps: true,
          points: { show: axis === 'LOG' && !lines[i].reference, size: 7, fill: look.stroke },
        })),
      ],
      hooks: { draw: limit === null ? [] : [(uplot) => drawLimit(uplot, limit)] },
    };
  }

  /** Labels that have room; grid lines stay. */
  #thinned(labels) {
    const every = Math.ceil((labels.length * LABEL_WIDTH) / Math.max(LABEL_WIDTH, this.#width - 80));
    return labels.map((label, i) => (i % every === 0 ? label : ''));
  }

  /** The sizes that were measured; where they stand too close to be read, some of them. */
  #sizes(xs) {
    const sorted = [...new Set(xs)].sort((a, b) => a - b);
    const room = (LABEL_WIDTH / Math.max(LABEL_WIDTH, this.#width - 80)) * Math.log(sorted.at(-1) / sorted[0]);
    return sorted.filter(
      ((last) => (x) => {
        if (last !== null && Math.log(x / last) < room) return false;
        last = x;
        return true;
      })(null),
    );
  }

  #legend(looks) {
    const legend = document.createElement('ul');
    legend.className = 'legend';
    this.#plot.lines.forEach(({ name }, i) => legend.append(legendItem(name, looks[i])));
    if (this.#plot.limit !== null) {
      legend.append(legendItem(`limit, ${this.#plot.limit.name}`, limitLook()));
    }
    return legend;
  }
}

function limitLook() {
  return { stroke: style('--warn'), dash: [6, 6], width: 2 };
}

function legendItem(name, { stroke, dash, width }) {
  const item = document.createElement('li');
  const sample = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'line');
  const attributes = { x1: 0, x2: 34, y1: 5, y2: 5, stroke, 'stroke-width': width, 'stroke-dasharray': dash.join(' ') };
  for (const [key, value] of Object.entries({ width: 34, height: 10, 'aria-hidden': true })) sample.setAttribute(key, value);
  for (const [key, value] of Object.entries(attributes)) line.setAttribute(key, value);
  sample.append(line);
  item.append(sample, document.createTextNode(name));
  return item;
}

function drawLimit({ ctx, bbox, valToPos }, { value, name }) {
  const y = Math.round(valToPos(value, 'y', true));
  const { stroke, dash, width } = limitLook();
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.fillStyle = stroke;
  ctx.lineWidth = width * devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  // A line may run through the name.
  ctx.setLineDash([]);
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.strokeStyle = style('--ground');
  ctx.strokeText(name, bbox.left + 6 * devicePixelRatio, y - 4 * devicePixelRatio);
  ctx.fillText(name, bbox.left + 6 * devicePixelRatio, y - 4 * devicePixelRatio);
  ctx.restore();
}

const drawings = JSON.parse(document.getElementById('data').textContent).map((plot) => new Drawing(plot));
const drawAll = () => drawings.forEach((drawing) => drawing.draw());

matchMedia('(prefers-color-scheme: light)').addEventListener('change', drawAll);
addEventListener('beforeprint', () => {
  root.dataset.print = '';
  drawAll();
});
addEventListener('afterprint', () => {
  delete root.dataset.print;
  drawAll();
});
