import { systemClock } from './clock.js';

export const SUBPROTOCOLS = Object.freeze({ sbe: 'essaim.v1.sbe', json: 'essaim.v1.json' });

/** What everything that connects can be told; essaim.d.ts says what each means. */
export const CONNECTION_DEFAULTS = Object.freeze({
  encoding: 'sbe',
  minReconnectDelay: 500,
  maxReconnectDelay: 20_000,
  maxReconnectAttempts: Infinity,
  connectTimeout: 20_000,
  silenceTimeout: 60_000,
  token: undefined,
  random: Math.random,
  clock: systemClock,
});

/**
 * The options with the defaults of those that were not given, and the `protocols` to offer.
 *
 * @throws TypeError that names an option that is unknown or missing
 */
export function completed(given, defaults) {
  const options = { WebSocket: globalThis.WebSocket, ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (!(name in options)) throw new TypeError(`unknown option "${name}"`);
    if (value !== undefined) options[name] = value;
  }
  if (!(options.encoding in SUBPROTOCOLS)) {
    throw new TypeError(`encoding=${options.encoding}, sbe or json`);
  }
  if (typeof options.WebSocket !== 'function') {
    throw new TypeError('no WebSocket here: give one as option, such as that of the package ws');
  }
  options.protocols = [SUBPROTOCOLS[options.encoding]];
  return Object.freeze(options);
}

/** Where to connect: in a page the address may be relative, and http means ws. */
export function addressOf(url) {
  const address = new URL(url, globalThis.location?.href);
  address.protocol = address.protocol.replace(/^http/, 'ws');
  return address;
}
