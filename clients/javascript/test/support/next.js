const WAIT_MS = 30_000;

/** What is made of the next such event for which it is something; it fails rather than hang. */
export function next(client, event, make = (value) => value) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} in time`)), WAIT_MS);
    const off = client.on(event, (value) => {
      const made = make(value);
      if (!made) return;
      clearTimeout(timer);
      off();
      resolve(made);
    });
  });
}
