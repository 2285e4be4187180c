/**
 * Bytes or text that are no message of the protocol: garbage, truncated, of a foreign schema, or with a count that
 * their size belies. The one error that every decoder of this client throws on bad input.
 */
export class MalformedMessageError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = 'MalformedMessageError';
  }
}
