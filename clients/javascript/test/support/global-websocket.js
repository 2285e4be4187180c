// As in a browser: node --import ./test/support/global-websocket.js
import { WebSocket } from 'ws';

globalThis.WebSocket ??= WebSocket;
