// Socket.IO with the msgpack parser, whose packets are one binary message; the event "frame" with the message as argument.
import { createServer } from "node:http";
import { Server } from "socket.io";
import parser from "socket.io-msgpack-parser";
import { BACKLOG, LOOPBACK, options, run } from "./peer.mjs";

const settings = options(process.argv.slice(2));
const http = createServer({ noDelay: true });

const io = new Server(http, { parser, transports: ["websocket"], perMessageDeflate: false, serveClient: false });

http.listen({ host: LOOPBACK, port: settings.port, backlog: BACKLOG }, () =>
  // Volatile: a client whose previous message is not written yet is skipped.
  run(http, settings, (message) => io.volatile.emit("frame", message)),
);
