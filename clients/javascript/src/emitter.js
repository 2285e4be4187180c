/**
 * Named events. Listeners run in the order they were added; one that throws is reported as an uncaught error and stops
 * neither the others nor the connection.
 */
export class Emitter {
  #listeners = new Map();

  /** Calls `listener` at each such event, until the function that is returned is called. */
  on(event, listener) {
    if (typeof listener !== 'function') {
      throw new TypeError(`the listener of "${event}" is no function`);
    }
    // Lists are replaced, never changed: emit may be walking one.
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      const left = [...this.#listeners.get(event)];
      left.splice(left.indexOf(listener), 1);
      this.#listeners.set(event, left);
    };
  }

  emit(event, value) {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) return;
    for (let i = 0; i < listeners.length; i++) {
      try {
        listeners[i](value);
      } catch (error) {
        report(error);
      }
    }
  }
}

function report(error) {
  if (typeof globalThis.reportError === 'function') {
    globalThis.reportError(error);
  } else {
    queueMicrotask(() => {
      throw error;
    });
  }
}
