import { TokenSource } from './client/token.js';

const KEY = 'essaim.token';

/**
 * The token that the page logs in with. Once the server has let it in it is kept by the tab: it survives a reload, no other tab
 * has it, and it ends with the tab.
 */
export class SessionToken {
  #value = stored((storage) => storage.getItem(KEY)) ?? undefined;

  /** Undefined when there is none. */
  get value() {
    return this.#value;
  }

  /** @throws TypeError when this can be no token; does not repeat it */
  set value(text) {
    this.#value = new TokenSource(text).newest;
  }

  keep() {
    if (this.#value !== undefined) stored((storage) => storage.setItem(KEY, this.#value));
  }

  forget() {
    this.#value = undefined;
    stored((storage) => storage.removeItem(KEY));
  }
}

/** A browser that lets pages store nothing throws: a token is then as good, until the next reload. */
function stored(use) {
  try {
    return use(sessionStorage);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return undefined;
  }
}
