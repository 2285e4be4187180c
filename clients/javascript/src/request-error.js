/** The server refused what was asked, or did not answer; `code` is the payload code of its `error` message, or 0. */
export class RequestError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
  }
}

const ASK_AGAIN = /\bask again in (\d{1,6}) ms\b/;
/** For a network that delays one request more than the next. */
const MARGIN_MS = 50;

/** After how long a server that had too many requests takes this one; undefined where it does not say. */
export function askAgainMs({ message }) {
  const soon = ASK_AGAIN.exec(message);
  return soon === null ? undefined : Number(soon[1]) + MARGIN_MS;
}
