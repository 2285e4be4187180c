const DELTA_FRAME = 4;

export function isDeltaFrame(message) {
  return new DataView(message).getUint16(2, true) === DELTA_FRAME;
}

/**
 * Decodes a recorded stream of the form delta again and again; runs in Node and in browsers alike.
 *
 * @param StreamDecoder of the client
 * @param messages of a connection: an ArrayBuffer each
 * @returns microseconds that a frame took, by round, the quickest first
 */
export function measure(StreamDecoder, messages, rounds = 20) {
  const first = messages.findIndex(isDeltaFrame);
  const takenMicros = Array.from({ length: rounds }, () => {
    let shown = 0;
    const decoder = new StreamDecoder({ frame: () => shown++ });
    for (let i = 0; i < first; i++) decoder.decode(messages[i]);
    const begunMs = performance.now();
    for (let i = first; i < messages.length; i++) decoder.decode(messages[i]);
    const taken = ((performance.now() - begunMs) * 1000) / (messages.length - first);
    if (shown === 0) throw new Error('no frame was shown');
    return taken;
  });
  return takenMicros.sort((a, b) => a - b);
}
