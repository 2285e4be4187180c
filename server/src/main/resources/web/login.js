import { takeToken } from './link.js';
import { LoginForm } from './login-form.js';
import { SessionToken } from './session-token.js';

/** The code of errors that are about who this is. */
const NOT_LET_IN = 1002;
/** The code that a connection is closed with when its login has ended. */
const LOGIN_EXPIRED = 4401;
/** No token helps against it. */
const FOREIGN_PAGE = 'Unauthorized origin';

/** Who the page is to its server: a token out of the address or the form, kept by the tab until it is refused or somebody logs out. */
export class Login {
  #token = new SessionToken();
  #form;
  #logOut;
  #listeners;
  /** What the server said: why the last login ended, and why nobody is let in. */
  #expired = '';
  #refusal = '';

  /**
   * @param form the element that asks for a token
   * @param logOut the button that forgets it
   * @param listeners `token`: there is another to try; `unusable`: the address has one that can be none, and why
   */
  constructor(form, logOut, listeners) {
    this.#form = new LoginForm(form, (text) => this.#try(text, (words) => this.#form.ask(words)));
    this.#logOut = logOut;
    this.#listeners = listeners;
    logOut.addEventListener('click', () => this.#leave());
    addEventListener('hashchange', () => this.#tryAddress());
  }

  /** Undefined when there is none. */
  get token() {
    return this.#token.value;
  }

  /** Whether nothing can be streamed until somebody gives a token. */
  get isAsking() {
    return this.#form.isAsking;
  }

  /** Takes the token of the address, if it has one; it is not to be read there any longer than that. */
  begin() {
    const text = takeToken();
    if (text !== undefined) this.#take(text, this.#listeners.unusable);
  }

  /** @param error of the client */
  told({ code, message }) {
    if (code === NOT_LET_IN) this.#refusal = message;
  }

  /** @param event of the client */
  closed({ code, reason }) {
    if (code === LOGIN_EXPIRED) this.#expired = reason;
  }

  /** The server greets. */
  letIn() {
    this.#expired = this.#refusal = '';
    this.#token.keep();
    this.#logOut.hidden = this.#token.value === undefined;
    this.#form.close();
  }

  /** The server cannot be reached: what is to be said then stands where the form is. */
  away() {
    this.#form.close();
  }

  /** The server lets nobody in. Asks for a token, and says whether it does: it may be the page that is not let in. */
  refused() {
    if (this.#refusal === FOREIGN_PAGE) return false;
    this.#forget();
    this.#form.ask(this.#expired || this.#refusal);
    return true;
  }

  #tryAddress() {
    const text = takeToken();
    if (text !== undefined) this.#try(text, this.#listeners.unusable);
  }

  #try(text, onUnusable) {
    if (!this.#take(text, onUnusable)) return;
    this.#form.wait();
    this.#listeners.token();
  }

  #take(text, onUnusable) {
    try {
      this.#token.value = text;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      onUnusable(error.message);
      return false;
    }
    this.#expired = this.#refusal = '';
    return true;
  }

  #forget() {
    this.#token.forget();
    this.#logOut.hidden = true;
  }

  /** A page that is loaded anew has nothing left of what was seen. */
  #leave() {
    this.#forget();
    location.reload();
  }
}
