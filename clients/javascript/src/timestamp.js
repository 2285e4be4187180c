import { MalformedMessageError } from './malformed-message-error.js';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.(\d{1,9}))?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Whole seconds, as in JSON. Years beyond what a Date holds are no time this protocol can mean. */
export function timestampOfMicros(timeMicros) {
  const date = new Date(timeMicros / 1000);
  if (Number.isNaN(date.getTime())) {
    throw new MalformedMessageError(`timeMicros=${timeMicros} is no date`);
  }
  return `${date.toISOString().slice(0, -5)}Z`;
}

/**
 * Microseconds since 1970 of a timestamp, which a Date would cut to milliseconds.
 *
 * @throws RangeError
 */
export function microsOfTimestamp(timestamp) {
  const parts = TIMESTAMP.exec(timestamp);
  const millis = parts === null ? NaN : Date.parse(timestamp.replace(/\.\d+/, ''));
  if (Number.isNaN(millis)) throw new RangeError(`timestamp is "${timestamp}", a time as 2026-11-21T10:00:00Z`);
  return millis * 1000 + Number((parts[1] ?? '').slice(0, 6).padEnd(6, '0'));
}
