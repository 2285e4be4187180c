/** The server refused what was asked, or did not answer; `code` is the payload code of its `error` message, or 0. */
export class RequestError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
  }
}
