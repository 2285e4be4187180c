const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A number as read at a glance: three digits or so; an unknown one is a dash. */
export function figure(value) {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return Math.abs(value) < 99.95 ? tenths.format(value) : whole.format(value);
}

export function count(value) {
  return Number.isFinite(value) ? whole.format(value) : '–';
}

/** A tick of an axis: no more digits than its step needs. */
export function tickLabel(value, step) {
  const decimals = Math.max(0, Math.min(9, -Math.floor(Math.log10(step) + 1e-9)));
  return value.toLocaleString('en', { maximumFractionDigits: decimals });
}
