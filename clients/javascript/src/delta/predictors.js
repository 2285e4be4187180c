/** How many there are. */
export const PREDICTORS = 7;

/** How many of the latest values each looks at. */
const WINDOWS = [1, 2, 5, 12, 20, 36, 64];

/**
 * What each value before the newest counts for, in 65,536ths, the later ones first: of the polynomial of the predictor's
 * degree through its window, rounded to the nearest.
 */
// prettier-ignore
const TAPS = [
  [],
  [-65536],
  [0, -52429, -39322, 39322],
  [
    27803, -7944, -24493, -26479, -18535, -5296, 8606, 18535, 19859, 7944, -21845,
  ],
  [
    31733, 15637, 3666, -4653, -9793, -12228, -12431, -10875, -8035, -4383, -392, 3463, 6709, 8873, 9482, 8062, 4139,
    -2759, -13107,
  ],
  [
    22886, 17378, 12566, 8411, 4873, 1914, -506, -2425, -3883, -4918, -5568, -5874, -5874, -5607, -5112, -4428, -3594,
    -2648, -1630, -579, 467, 1469, 2386, 3182, 3816, 4250, 4445, 4361, 3961, 3204, 2053, 467, -1591, -4161, -7282,
  ],
  [
    14434, 12609, 10906, 9323, 7854, 6496, 5247, 4101, 3057, 2109, 1254, 489, -189, -786, -1303, -1745, -2115, -2417,
    -2655, -2832, -2952, -3018, -3034, -3003, -2930, -2818, -2670, -2490, -2281, -2048, -1794, -1522, -1236, -940,
    -638, -332, -26, 275, 568, 850, 1117, 1366, 1592, 1793, 1964, 2103, 2204, 2265, 2283, 2253, 2172, 2036, 1843, 1587,
    1265, 875, 412, -127, -747, -1450, -2240, -3121, -4096,
  ],];

const UNROLLED = 4;

/** TAPS, padded with zeros to whole rounds of the loop. */
const PADDED = TAPS.map((taps) => {
  const padded = new Float64Array(Math.ceil(taps.length / UNROLLED) * UNROLLED);
  padded.set(taps);
  return padded;
});

/** As high · 256 + low: what wide values need, whose sums wrap at 32 bits each. */
const HIGH = PADDED.map((taps) => taps.map((tap) => tap >> 8));
const LOW = PADDED.map((taps) => taps.map((tap) => tap & 0xff));

const ROUND = 128;
const SHARE = 1 / 256;

/** The predictor with the longest window that so many values fill. */
export function longestOf(values) {
  let predictor = 0;
  while (predictor + 1 < PREDICTORS && WINDOWS[predictor + 1] <= values) predictor++;
  return predictor;
}

/**
 * The predictors: polynomials through an agent's latest values by least squares, extrapolated by one frame. A prediction is
 * told as drift: how far the value is expected to move from the newest one, in 256ths of a step of the grid.
 *
 *     d(k)  = x(t − 1 − k) − x(t − 1)
 *     high  = sum of (TAPS[p][k − 1] >> 8) · d(k)     over k = 1 .. WINDOWS[p] − 1, modulo 2^32
 *     low   = sum of (TAPS[p][k − 1] & 255) · d(k)    likewise
 *     drift = high + ((low + 128) >> 8), its lowest 30 bits as a signed number
 *
 * Sums are doubles, in which every sum of integers below 2^53 is exact. Of values of 16 bits no sum comes near 2^31, so one
 * sum does for both.
 */
export class Predictors {
  #isWide;
  #sums = new Float64Array(0);
  #lowSums = new Float64Array(0);

  /** @param valueBits 16 or 32: the range of values */
  constructor(valueBits) {
    this.#isWide = valueBits > 16;
  }

  /** Makes room for so many values. */
  grow(values) {
    this.#sums = new Float64Array(values);
    this.#lowSums = new Float64Array(this.#isWide ? values : 0);
  }

  /**
   * Predicts the values `from` to `to` of the next frame.
   *
   * @param drifts filled: by predictor, laid out as a frame
   */
  predict(history, from, to, drifts) {
    drifts[0].fill(0, from, to);
    for (let predictor = 1; predictor < PREDICTORS; predictor++) {
      if (this.#isWide) {
        sum(HIGH[predictor], history, from, to, 0, this.#sums);
        sum(LOW[predictor], history, from, to, ROUND, this.#lowSums);
        joinWide(this.#sums, this.#lowSums, drifts[predictor], from, to);
      } else {
        sum(PADDED[predictor], history, from, to, ROUND, this.#sums);
        join(this.#sums, drifts[predictor], from, to);
      }
    }
  }
}

function sum(taps, history, from, to, first, sums) {
  let all = 0;
  for (let k = 0; k < taps.length; k++) all += taps[k];
  const newest = history.frame(0);
  for (let v = from; v < to; v++) sums[v] = first - all * newest[v];
  for (let k = 0; k < taps.length; k += UNROLLED) {
    const tap0 = taps[k];
    const tap1 = taps[k + 1];
    const tap2 = taps[k + 2];
    const tap3 = taps[k + 3];
    const frame0 = history.frame(k + 1);
    const frame1 = history.frame(k + 2);
    const frame2 = history.frame(k + 3);
    const frame3 = history.frame(k + 4);
    for (let v = from; v < to; v++) {
      sums[v] += tap0 * frame0[v] + tap1 * frame1[v] + tap2 * frame2[v] + tap3 * frame3[v];
    }
  }
}

function join(sums, drifts, from, to) {
  for (let v = from; v < to; v++) drifts[v] = Math.floor(sums[v] * SHARE);
}

/** A double becomes 32 bits modulo 2^32. */
function joinWide(highs, lows, drifts, from, to) {
  for (let v = from; v < to; v++) drifts[v] = (((highs[v] | 0) + ((lows[v] | 0) >> 8)) << 2) >> 2;
}
