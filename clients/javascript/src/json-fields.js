import { MalformedMessageError } from './malformed-message-error.js';

/** Checks of what stands in a JSON message; each names the field. */
export function integer(holder, name, min, max) {
  const value = holder[name];
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new MalformedMessageError(`${name} is no whole number from ${min} to ${max}`);
  }
  return value;
}

/** A parser makes an infinite number of one with too large an exponent. */
export function finite(holder, name) {
  const value = holder[name];
  if (!Number.isFinite(value)) throw new MalformedMessageError(`${name} is no finite number`);
  return value;
}

export function object(value, name) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new MalformedMessageError(`${name} is no object`);
  }
  return value;
}

export function string(holder, name) {
  if (typeof holder[name] !== 'string') throw new MalformedMessageError(`${name} is no string`);
  return holder[name];
}

export function strings(holder, name) {
  const list = holder[name];
  if (!Array.isArray(list) || !list.every((entry) => typeof entry === 'string')) {
    throw new MalformedMessageError(`${name} is no list of strings`);
  }
  return list;
}
