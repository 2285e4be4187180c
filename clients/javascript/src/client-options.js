import { BATCH_MAX } from './limits.js';
import { CONNECTION_DEFAULTS, completed } from './options.js';

const STATS_INTERVAL_MIN_MS = 100;
const STATS_INTERVAL_MAX_MS = 3_600_000;
const FALLBACK_RETRY_MIN_MS = 100;
const DEFAULTS = Object.freeze({
  ...CONNECTION_DEFAULTS,
  fps: undefined,
  agents: undefined,
  spheres: undefined,
  box: undefined,
  form: undefined,
  batch: undefined,
  requestTimeout: 30_000,
  statsIntervalMs: 5_000,
  fallbackAfter: 3,
  fallbackRetryMs: 30_000,
  fetch: globalThis.fetch === undefined ? undefined : (...request) => globalThis.fetch(...request),
});

/** What was given, checked, and defaults for the rest. */
export function completedClient(given) {
  const options = completed(given, DEFAULTS);
  const { batch, encoding, form, statsIntervalMs, fallbackAfter, fallbackRetryMs } = options;
  if (batch > 1 && (encoding !== 'sbe' || (form ?? 'delta') !== 'delta')) {
    throw new RangeError(`batch=${batch}, in the form delta only, not in ${form ?? encoding}`);
  }
  if (statsIntervalMs !== 0 && !(statsIntervalMs >= STATS_INTERVAL_MIN_MS && statsIntervalMs <= STATS_INTERVAL_MAX_MS)) {
    throw new RangeError(
      `statsIntervalMs=${statsIntervalMs}, 0 or from ${STATS_INTERVAL_MIN_MS} to ${STATS_INTERVAL_MAX_MS}`,
    );
  }
  if (!(Number.isInteger(fallbackAfter) && fallbackAfter >= 0)) {
    throw new RangeError(`fallbackAfter=${fallbackAfter}, a whole number of attempts, 0 for never`);
  }
  if (!(fallbackRetryMs >= FALLBACK_RETRY_MIN_MS)) {
    throw new RangeError(`fallbackRetryMs=${fallbackRetryMs}, at least ${FALLBACK_RETRY_MIN_MS}`);
  }
  return options;
}

/** As an option or as it stands in an address. */
export function checkedBatch(batch) {
  const count = Number(batch);
  if (!(Number.isInteger(count) && count >= 1 && count <= BATCH_MAX)) {
    throw new RangeError(`batch=${batch}, a whole number from 1 to ${BATCH_MAX}`);
  }
  return count;
}
