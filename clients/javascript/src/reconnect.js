/** The payload code of an `error` message of the server's. */
export const AUTHENTICATION_FAILED = 1002;

/** Codes this client closes with, or tells apart. */
export const CloseCode = Object.freeze({
  NORMAL: 1000,
  /** What browsers report when a connection broke without a close frame. */
  ABNORMAL: 1006,
  /** The server's, when it has no room for this client now. */
  TRY_AGAIN_LATER: 1013,
  POLICY_VIOLATION: 1008,
  SILENT: 4001,
  MALFORMED: 4002,
  /** The server's: come back with a new token. */
  LOGIN_EXPIRED: 4401,
  /** The server's: come back, with what the new token permits. */
  PERMISSIONS_CHANGED: 4403,
});

const FINAL_CODES = new Set([1000, 1002, 1003, 1007, 1008, 1009]);
const BAN = /^Banned for (\d{1,9}) s\b/;
/** Closes by 1008 that are for what the client did, not for who it is. */
const FOR_ITS_MESSAGES = /^(Banned for|Too many) /;
/** As the package `ws` tells why the handshake failed; browsers do not. A 403 may be of a proxy that knows no WebSocket. */
const UNAUTHORIZED_STATUS = /^Unexpected server response: 401\b/;
const HINT = /\bretry_after_ms=(\d{1,9})\b/;

/** Whether a connection closed with this code is to be tried again. */
export function mayReconnect(code) {
  return !FINAL_CODES.has(code) && !(code >= 4500 && code <= 4999);
}

/** Whether the server does not let this client in: its token, the want of one, its permissions, or its page's origin. */
export function isUnauthorized(code, reason) {
  if (code === CloseCode.POLICY_VIOLATION) return !FOR_ITS_MESSAGES.test(reason ?? '');
  return code === CloseCode.ABNORMAL && UNAUTHORIZED_STATUS.test(reason ?? '');
}

/** For how long the server has banned this client, in milliseconds; undefined when it has not. */
export function banMs(reason) {
  const ban = BAN.exec(reason ?? '');
  return ban === null ? undefined : Number(ban[1]) * 1000;
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
