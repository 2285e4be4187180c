// What the peers of Node.js have in common: the command line, the schedule, and the message of each tick. The contract is
// that of the Java ones (../README.md).
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

const SEQUENCE_OFFSET = 8;
const TIME_OFFSET = 12;
const LENGTH_MIN = 20;
const CLOCK_EDGES = 10;

export const LOOPBACK = "127.0.0.1";
/** How many connections may wait to be accepted. The kernel may allow fewer. */
export const BACKLOG = 4096;

/** Ends the process with one line and exit code 2 when the command line has errors. */
export function options(args) {
  const given = new Map();
  for (let i = 0; i < args.length; i += 2) {
    if (!["--port", "--fps", "--payload"].includes(args[i])) misused(`unknown option ${args[i]}`);
    if (i + 1 === args.length) misused(`${args[i]} needs a value`);
    given.set(args[i], args[i + 1]);
  }
  return {
    port: number(given, "--port", 0, 65535),
    framesPerSecond: number(given, "--fps", 1, 1000),
    template: template(value(given, "--payload")),
  };
}

function value(given, option) {
  if (!given.has(option)) misused(`${option} is missing`);
  return given.get(option);
}

function number(given, option, min, max) {
  const text = value(given, option);
  const parsed = Number(text);
  if (!/^[0-9]{1,9}$/.test(text) || parsed < min || parsed > max) {
    misused(`${option} ${text} is not a whole number from ${min} to ${max}`);
  }
  return parsed;
}

function template(path) {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    misused(`--payload ${path} cannot be read: ${error.message}`);
  }
  if (bytes.length < LENGTH_MIN) misused(`--payload ${path} has ${bytes.length} bytes, fewer than ${LENGTH_MIN}`);
  return bytes;
}

function misused(why) {
  console.error(`peers: ${why}`);
  process.exit(2);
}

/** Says that clients can connect to the server of node:http, and from then on gives `send` a message of its own every tick. */
export function run(server, { framesPerSecond, template }, send) {
  const wall = wallClock();
  console.log(`listening ${server.address().port}`);
  const startMillis = performance.now();
  const startMicros = wall.micros + Math.floor((startMillis - wall.millis) * 1000);
  const dueMillis = (tick) => startMillis + (tick * 1000) / framesPerSecond;

  let tick = 0;
  const step = () => {
    if (performance.now() >= dueMillis(tick)) {
      send(message(template, tick, startMicros + Math.floor((tick * 1e6) / framesPerSecond)));
      const newest = Math.floor(((performance.now() - startMillis) * framesPerSecond) / 1000);
      tick = Math.max(tick + 1, newest);
    }
    // Timers have whole milliseconds, and one that fires early comes back here.
    setTimeout(step, Math.ceil(dueMillis(tick) - performance.now()));
  };
  step();
}

/**
 * A moment by `performance.now()` and in microseconds since 1970: that of a change of `Date.now()`. It is seen late and never
 * early, so a stamp may lag and never lies in the future; of several changes the one seen soonest counts, which no pause hit.
 * `performance.timeOrigin` will not do: it is read apart from the origin of `performance.now()`, with a pause between them.
 */
function wallClock() {
  let best;
  for (let edge = 0; edge < CLOCK_EDGES; edge++) {
    const before = Date.now();
    let epochMillis = before;
    while (epochMillis === before) epochMillis = Date.now();
    const seen = { millis: performance.now(), micros: epochMillis * 1000 };
    if (!best || seen.micros - seen.millis * 1000 > best.micros - best.millis * 1000) best = seen;
  }
  return best;
}

function message(template, sequence, timeMicros) {
  const bytes = Buffer.from(template);
  bytes.writeUInt32LE(sequence % 2 ** 32, SEQUENCE_OFFSET);
  bytes.writeBigUInt64LE(BigInt(timeMicros), TIME_OFFSET);
  return bytes;
}
