/** An event as the server tells it, the JSON form; what a test varies it says. */
export function eventOf(offset, fields = {}) {
  return {
    type: 'agent.started',
    data: { n: offset },
    source_agent_id: null,
    circle_id: null,
    project_id: null,
    event_id: `evt_${offset}`,
    timestamp: '2026-11-21T10:00:00Z',
    room: 'general',
    priority: 'normal',
    offset,
    seq: 7,
    time_us: 1795255200000000,
    cursor: `c${offset}`,
    ...fields,
  };
}

/** Events of one message, which has their cursor. */
export function batchOf(...offsets) {
  return offsets.map((offset) => eventOf(offset, { cursor: undefined }));
}

/** A fetch whose requests a test answers one by one; `requests` are those that were made. */
export function scriptedFetch() {
  const requests = [];
  const fetch = (address, { method = 'GET', body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const answer = (status, value) => {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        resolve({ ok: status < 300, status, text: async () => text });
      };
      requests.push({
        url: new URL(address),
        method,
        body: body === undefined ? undefined : JSON.parse(body),
        signal,
        ok: (value) => answer(200, value),
        answer,
        fail: () => reject(new TypeError('fetch failed')),
      });
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  return { fetch, requests, newest: () => requests.at(-1) };
}

/** Lets promises that are settled have their effects. */
export async function settled() {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
