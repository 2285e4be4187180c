// ws with a prepared frame: framed once per tick, written to each client's socket, as its users do for broadcasts.
import { createServer } from "node:http";
import { Sender, WebSocket, WebSocketServer } from "ws";
import { BACKLOG, LOOPBACK, options, run } from "./peer.mjs";

const BINARY = 2;
/** A client with more than this in its socket's queue is skipped. */
const QUEUED_BYTES_MAX = 64 * 1024;

const settings = options(process.argv.slice(2));
const http = createServer({ noDelay: true });
const sockets = new Map();

new WebSocketServer({ server: http, perMessageDeflate: false }).on("connection", (client, request) => {
  sockets.set(client, request.socket);
  client.on("close", () => sockets.delete(client));
  // A client that breaks the protocol or goes away: ws closes the connection by itself.
  client.on("error", () => sockets.delete(client));
});

http.listen({ host: LOOPBACK, port: settings.port, backlog: BACKLOG }, () =>
  run(http, settings, (message) => {
    const frame = Buffer.concat(Sender.frame(message, { fin: true, opcode: BINARY, rsv1: false, mask: false, readOnly: true }));
    for (const [client, socket] of sockets) {
      if (client.readyState === WebSocket.OPEN && socket.writableLength <= QUEUED_BYTES_MAX) socket.write(frame);
    }
  }),
);
