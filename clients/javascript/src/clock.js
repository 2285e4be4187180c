/**
 * The time and timers of this machine; tests put their own in its place. Milliseconds since 1970 with fractions, and
 * never backwards: frame ages are differences of it.
 */
export const systemClock = Object.freeze({
  now: () => performance.timeOrigin + performance.now(),
  setTimeout: (task, delayMs) => setTimeout(task, delayMs),
  clearTimeout: (timer) => clearTimeout(timer),
});
