import { TOKEN_CHARS_MAX } from './limits.js';

const VISIBLE_ASCII = /^[!-~]+$/;
/** What a subprotocol's name may consist of (RFC 7230). */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const SUBPROTOCOL_PREFIX = 'essaim.token.';

/** Where the token comes from: a text, or a function that is asked anew for each login. */
export class TokenSource {
  #given;
  #newest;

  /** @throws TypeError when a text can be no token; does not repeat it */
  constructor(given) {
    this.#given = given;
    if (!this.isRenewable && given !== undefined) this.#newest = checked(given);
  }

  /** Whether another can be had. */
  get isRenewable() {
    return typeof this.#given === 'function';
  }

  /** The newest that was had; undefined when there is none. */
  get newest() {
    return this.#newest;
  }

  /** Asks the function; resolves to undefined when it has none. */
  async next() {
    const token = await this.#given();
    this.#newest = token == null ? undefined : checked(token);
    return this.#newest;
  }
}

/**
 * How a WebSocket is opened with the token: among the subprotocols, as browsers can set no header there; in the address when it
 * has characters that no subprotocol may have.
 *
 * @param token undefined for none
 */
export function withToken(address, protocols, token) {
  if (token === undefined) return [address, protocols];
  if (NAME.test(token)) return [address, [...protocols, SUBPROTOCOL_PREFIX + token]];
  const url = new URL(address);
  url.searchParams.set('access_token', token);
  return [url.href, protocols];
}

function checked(token) {
  if (typeof token !== 'string') throw new TypeError(`token is a ${typeof token}; it is a text, or a function for one`);
  if (token.length > TOKEN_CHARS_MAX || !VISIBLE_ASCII.test(token)) {
    throw new TypeError(`token has ${token.length} characters; it has 1 to ${TOKEN_CHARS_MAX} of visible ASCII`);
  }
  return token;
}
