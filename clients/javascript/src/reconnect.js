/** Codes this client closes with, or tells apart. */
export const CloseCode = Object.freeze({
  NORMAL: 1000,
  /** What browsers report when a connection broke without a close frame. */
  ABNORMAL: 1006,
  /** The server's, when it has no room for this client now. */
  TRY_AGAIN_LATER: 1013,
  SILENT: 4001,
  MALFORMED: 4002,
});

const FINAL_CODES = new Set([1000, 1002, 1003, 1007, 1008, 1009]);
const HINT = /\bretry_after_ms=(\d{1,9})\b/;

/** Whether a connection closed with this code is to be tried again. */
export function mayReconnect(code) {
  return !FINAL_CODES.has(code) && !(code >= 4500 && code <= 4999);
}

/** The server's wish in a close reason, in milliseconds and at most `maxMs`; undefined when there is none. */
export function retryHint(reason, maxMs) {
  const hint = HINT.exec(reason ?? '');
  return hint === null ? undefined : Math.min(Number(hint[1]), maxMs);
}

/**
 * Full jitter above a floor: min + rand(0, min(max, min · 2^n)). The floor spares a server that refuses; the jitter
 * keeps clients that were cut off together from coming back together.
 *
 * @param attempt 0 for the first try after a connection was lost
 */
export function backoffMs(attempt, minMs, maxMs, random) {
  return minMs + random() * Math.min(maxMs, minMs * 2 ** Math.min(attempt, 52));
}
