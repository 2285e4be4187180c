/** What a server tells programs that bring no token: how to. To people the form says it. */
const FOR_PROGRAMS = /^Log in first\b/;

/** The form that asks for a token, over the stage. */
export class LoginForm {
  #form;
  #field;
  #button;
  #words;
  #isTrying = false;

  /**
   * @param form the element, with the field, the button, and where words are told
   * @param onToken called with what was typed
   */
  constructor(form, onToken) {
    this.#form = form;
    this.#field = form.querySelector('input');
    this.#button = form.querySelector('button');
    this.#words = form.querySelector('[role=alert]');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.#isTrying) onToken(this.#field.value.trim());
    });
  }

  /** Whether it waits for somebody to type. */
  get isAsking() {
    return !this.#form.hidden && !this.#isTrying;
  }

  /** @param words why a token is asked for, in the server's words */
  ask(words) {
    const told = FOR_PROGRAMS.test(words) ? '' : words;
    this.#trying(false);
    this.#form.hidden = false;
    this.#field.value = '';
    this.#field.setAttribute('aria-invalid', String(told !== ''));
    this.#words.textContent = told;
    // Who is at work elsewhere in the page is not torn away.
    const { activeElement } = document;
    if (activeElement === document.body || this.#form.contains(activeElement)) this.#field.focus();
  }

  /** A token is on its way to the server. */
  wait() {
    this.#trying(true);
    this.#words.textContent = '';
  }

  close() {
    this.#trying(false);
    this.#form.hidden = true;
    this.#field.value = '';
  }

  #trying(now) {
    this.#isTrying = now;
    this.#button.textContent = now ? 'Logging in…' : 'Log in';
  }
}
