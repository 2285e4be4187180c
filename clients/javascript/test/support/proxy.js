import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const UPGRADE = /^upgrade: *websocket\r$/im;
const REFUSAL = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** Between a client and a server, to cut what passes, and to be one that knows no WebSocket. */
export class Proxy {
  /** Whether upgrades are answered by 403. */
  refusesUpgrades = false;
  /** Connections that were let through. */
  passed = 0;
  #server;
  #sockets = new Set();

  /** @param target URL of the server */
  static async to(target) {
    const { hostname, port } = new URL(target);
    const proxy = new Proxy();
    proxy.#server = createServer((socket) => proxy.#serve(socket, hostname, Number(port)));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Where it listens, as an address of http. */
  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/`;
  }

  /** Cuts all that is open, as a network does: nobody says goodbye. */
  cut() {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close() {
    this.#server.close();
    this.cut();
  }

  #serve(socket, host, port) {
    this.#keep(socket);
    socket.once('data', (head) => {
      if (this.refusesUpgrades && UPGRADE.test(head.toString('latin1'))) {
        socket.end(REFUSAL);
        return;
      }
      this.passed++;
      const onward = this.#keep(connect(port, host));
      onward.write(head);
      socket.pipe(onward).pipe(socket);
      socket.on('close', () => onward.destroy());
      onward.on('close', () => socket.destroy());
    });
  }

  #keep(socket) {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A close follows.
    socket.on('error', () => {});
    return socket;
  }
}
