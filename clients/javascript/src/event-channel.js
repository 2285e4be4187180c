import { checkedInterest, checkedRoom, checkedRooms, interestTakenFrom } from './event-interest.js';
import { EventPolling } from './event-polling.js';
import { EventPublications } from './event-publications.js';
import { EventSubscription } from './event-subscription.js';
import { isEvent } from './json-event-codec.js';
import { checkedDraft } from './published-event.js';

/** Beside a connection: the events that its client gets and publishes, on the WebSocket or, while there is none, by polls. */
export class EventChannel {
  #options;
  #emit;
  #subscription;
  #publications;
  #polling;

  /**
   * @param url what it asks for of the events is taken out of it
   * @param options the client's, complete
   * @param tokens a TokenSource
   * @param send sends what it is given a function for: from an encoder to a message
   * @param emit tells the application
   */
  constructor(url, options, tokens, send, emit) {
    this.#options = options;
    this.#emit = emit;
    const { clock, requestTimeout } = options;
    this.#subscription = new EventSubscription(clock, requestTimeout, interestTakenFrom(url), (id, kind, value) => {
      send((encoder) => REQUESTS[kind](encoder, id, value));
    });
    this.#publications = new EventPublications((id, event) => send((encoder) => encoder.publish(id, event)));
    this.#polling = new EventPolling(url, options, tokens, this.#subscription, this.#publications, {
      take: (answer) => this.#onPoll(answer),
      fail: (error) => emit('error', error),
    });
  }

  get cursor() {
    return this.#subscription.cursor;
  }

  get isPolling() {
    return this.#polling.isActive;
  }

  subscribe(interest) {
    return this.#add('subscribe', checkedInterest(interest));
  }

  frequency(wanted) {
    return this.#add('frequency', wanted);
  }

  join(room) {
    return this.#add('join', checkedRoom(room));
  }

  leave(room) {
    return this.#add('leave', checkedRoom(room));
  }

  unsubscribe(rooms) {
    return this.#add('unsubscribe', rooms === undefined ? {} : { rooms: checkedRooms(rooms) });
  }

  publish(event) {
    const promise = this.#publications.add(checkedDraft(event, this.#options.clock.now()));
    this.#polling.publish();
    return promise;
  }

  /** To be called before `connected`. */
  stopPolling() {
    if (this.#polling.isActive) this.#polling.stop();
  }

  connected() {
    this.#subscription.connected();
    this.#publications.connected();
  }

  lost() {
    // One of the attempts that are made while polls stand in.
    if (this.#polling.isActive) return;
    this.#subscription.lost();
    this.#publications.lost();
  }

  /** Whether polls are to take over after so many failures in a row. */
  mayPoll(failures) {
    const { fallbackAfter, fetch } = this.#options;
    const isNeeded = this.#subscription.isWanting || !this.#publications.isEmpty;
    return fetch !== undefined && fallbackAfter > 0 && failures >= fallbackAfter && isNeeded;
  }

  poll() {
    if (!this.#polling.isActive) this.#polling.start();
  }

  end(error) {
    this.stopPolling();
    this.#subscription.rejectAll(error);
    this.#publications.rejectAll(error);
  }

  /** Says whether the message was one of these, and told or taken. */
  take(message) {
    switch (message.type) {
      case 'published':
        this.#publications.published(message.id, message);
        return true;
      case 'subscribed':
      case 'unsubscribed':
        if (message.rooms === undefined && message.frequency === undefined) return false;
        // Without an id it is of rooms that the server gives whoever comes.
        if ((message.id ?? '') !== '') this.#onAnswer(message);
        return true;
      case 'gap':
      case 'presence':
      case 'snapshot':
        if (!this.#subscription.isSilent) this.#emit(message.type, message);
        return true;
      default:
        if (!isEvent(message)) return false;
        if (!this.#subscription.isSilent) this.#onEvent(message);
        return true;
    }
  }

  /** Says whether somebody waited for it. */
  refused(id, error) {
    return this.#subscription.refused(id, error) || this.#publications.refused(id, error);
  }

  #add(kind, value) {
    const promise = this.#subscription.add(kind, value);
    this.#polling.changed();
    return promise;
  }

  #onAnswer(message) {
    this.#subscription.answered(message);
    this.#emit(message.type, message);
    this.#tellUnrecovered(message);
  }

  #onEvent(event) {
    if (event.cursor !== undefined) this.#subscription.cursor = event.cursor;
    this.#emit('event', event);
  }

  #onPoll(answer) {
    this.#tellUnrecovered(answer);
    // Of a poll that brought none, the cursor may have moved all the same.
    this.#subscription.cursor = answer.cursor;
    for (const event of answer.events) this.#onEvent(event);
  }

  #tellUnrecovered({ unrecovered }) {
    if (unrecovered !== undefined && unrecovered.length > 0) this.#emit('unrecovered', { rooms: unrecovered });
  }
}

const REQUESTS = Object.freeze({
  subscribe: (encoder, id, interest) => encoder.subscribeEvents(id, interest),
  frequency: (encoder, id, wanted) => encoder.subscribeFrequency(id, wanted),
  join: (encoder, id, room) => encoder.join(id, room),
  leave: (encoder, id, room) => encoder.leave(id, room),
  unsubscribe: (encoder, id, rooms) => encoder.unsubscribe(id, rooms),
});
