/**
 * Records a server's stream of the form delta, then decodes it again and again; runs in Node and in browsers alike.
 *
 * @param StreamDecoder of the client
 * @param url of `/ws/swarm`
 * @returns microseconds a frame: of the rounds the best, the median and the worst; and what the stream had
 */
export async function measure({ StreamDecoder, WebSocket, url, frames = 600, rounds = 20 }) {
  const messages = await record(WebSocket, url, frames);
  const takenMicros = [];
  let agents = 0;
  for (let round = 0; round < rounds; round++) {
    let shown = 0;
    const decoder = new StreamDecoder({
      frame: (frame) => {
        shown++;
        agents = frame.agentCount;
      },
    });
    const first = messages.findIndex((message) => templateOf(message) === DELTA_FRAME);
    for (let i = 0; i < first; i++) decoder.decode(messages[i]);
    const begunMs = performance.now();
    for (let i = first; i < messages.length; i++) decoder.decode(messages[i]);
    takenMicros.push(((performance.now() - begunMs) * 1000) / (messages.length - first));
    if (shown === 0) throw new Error('no frame was shown');
  }
  takenMicros.sort((a, b) => a - b);
  const bytes = messages.filter((message) => templateOf(message) === DELTA_FRAME).map((message) => message.byteLength);
  return {
    agents,
    frames,
    bytesPerFrame: bytes.reduce((sum, length) => sum + length, 0) / bytes.length,
    bestMicros: takenMicros[0],
    medianMicros: takenMicros[rounds >> 1],
    worstMicros: takenMicros[rounds - 1],
  };
}

const DELTA_FRAME = 4;

function templateOf(message) {
  return new DataView(message).getUint16(2, true);
}

/** The messages of a connection, until so many frames came. */
function record(WebSocket, url, frames) {
  return new Promise((resolve, reject) => {
    const messages = [];
    let left = frames;
    const socket = new WebSocket(url, ['essaim.v1.sbe']);
    socket.binaryType = 'arraybuffer';
    socket.onerror = () => reject(new Error(`no stream at ${url}`));
    socket.onmessage = ({ data }) => {
      messages.push(data);
      if (templateOf(data) !== DELTA_FRAME || --left > 0) return;
      socket.onmessage = null;
      socket.close(1000);
      resolve(messages);
    };
  });
}
