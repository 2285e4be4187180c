"""A small server for tests: says what it is told to, and keeps what clients say."""

from __future__ import annotations

import asyncio
import http
import json
import math
import struct
import threading
import time

import websockets
from websockets.version import version

GRID = {"x": 4, "y": 4, "z": 4, "frequency": 1}
FORMS = ("json", "plain", "delta")
PATIENCE_SECONDS = 30


def connected(bits=16, epoch=1, stride=1, server="fake/1", z_offset=0, form="plain"):
    """The greeting in both encodings."""
    components = [{"name": n, "decimals": d, "offset": z_offset if n == "z" else 0} for n, d in GRID.items()]
    text = json.dumps(
        {
            "type": "connected",
            "frequency": 999,
            "agent_count": 2,
            "client_id": "c-1",
            "server": server,
            "form": form,
            "fps": 60,
            "stride": stride,
            "heartbeat_ms": 30000,
            "time_us": now_us(),
            "stream": {"id": 0, "epoch": epoch, "ticks_per_second": 60, "value_bits": bits, "components": components},
        }
    )
    block = struct.pack("<HIHBBQQHHI", 999, 2, 0, bits, FORMS.index(form), epoch, now_us(), 60, stride, 30000)
    binary = header(block, 11) + group_of_components(components) + sbe_text("c-1") + sbe_text(server)
    return text, binary


def stream_changed(bits, epoch, reason, stride=1):
    components = [{"name": n, "decimals": d, "offset": 0} for n, d in GRID.items()]
    block = struct.pack("<HIHBQQHH", 999, 2, 0, bits, epoch, now_us(), 60, stride)
    return header(block, 17) + group_of_components(components) + sbe_text(reason)


def roster(version, ids, label="a"):
    agents = b"".join(struct.pack("<IH", agent, 0) for agent in ids)
    return (
        header(struct.pack("<HH", version, 0), 10)
        + struct.pack("<HI", 0, 1)
        + sbe_text(label)
        + struct.pack("<HI", 6, len(ids))
        + agents
    )


def frame(sequence, version, rows, time_us=None):
    """`rows`: four integers an agent."""
    block = struct.pack("<IQHHH", sequence, now_us() if time_us is None else time_us, version, 0, 999)
    return header(block, 1) + struct.pack("<HI", 8, len(rows)) + b"".join(struct.pack("<4h", *row) for row in rows)


def tier(sequence, fps, stride, reason):
    return header(struct.pack("<IHHB", sequence, fps, stride, reason), 14)


def subscribed(request, fps, stride, agents=""):
    block = struct.pack("<HHB6d", fps, stride, 1, *[float("nan")] * 6)
    return header(block, 13) + struct.pack("<HI", 0, 0) + sbe_text(agents) + sbe_text(request)


def error(code, message, request=""):
    return header(struct.pack("<H", code), 15) + sbe_text(request) + sbe_text(message)


def pong(ping):
    """The answer to a ping of either encoding, None when it is none."""
    if isinstance(ping, bytes):
        if struct.unpack_from("<H", ping, 2)[0] != 31:
            return None
        return header(struct.pack("<Qd", now_us(), struct.unpack_from("<d", ping, 8)[0]), 16)
    message = json.loads(ping)
    if message["type"] != "ping":
        return None
    answer = {"type": "pong", "time_us": now_us(), "timestamp": "2025-01-16T10:00:00Z"}
    if "t" in message:
        answer["t"] = message["t"]
    return json.dumps(answer)


def header(block, template):
    return struct.pack("<4H", len(block), template, 8001, 0) + block


def sbe_text(text):
    encoded = text.encode()
    return struct.pack("<I", len(encoded)) + encoded


def group_of_components(components):
    entries = b"".join(struct.pack("<Bi", c["decimals"], c["offset"]) + sbe_text(c["name"]) for c in components)
    return struct.pack("<HI", 5, len(components)) + entries


def now_us():
    return time.time_ns() // 1000


class Connection:
    """One client's socket; `received` are its messages but pings and statistics, which are answered and left out."""

    def __init__(self, socket, headers, path, bits):
        self.socket = socket
        self.headers = headers
        self.path = path
        self.binary = socket.subprotocol == "essaim.v1.sbe"
        self.received = []
        self.pings = 0
        # Pings beyond these are not answered.
        self.pongs_max = math.inf
        self.stats = 0
        self.arrived = asyncio.Event()
        self.bits = bits

    async def send(self, message):
        await self.socket.send(message)

    async def greet(self, **options):
        text, binary = connected(**options)
        await self.send(binary if self.binary else text)

    async def take(self):
        """The next message."""
        while not self.received:
            self.arrived.clear()
            await asyncio.wait_for(self.arrived.wait(), PATIENCE_SECONDS)
        return self.received.pop(0)

    async def read(self):
        async for message in self.socket:
            answer = pong(message)
            if answer is not None:
                self.pings += 1
                if self.pings <= self.pongs_max:
                    await self.send(answer)
            elif self._is_stats(message):
                self.stats += 1
            else:
                self.received.append(message)
                self.arrived.set()

    def _is_stats(self, message):
        if isinstance(message, bytes):
            return struct.unpack_from("<H", message, 2)[0] == 32
        return json.loads(message)["type"] == "stats"


class FakeServer:
    """Serves on a free port of loopback, on a thread of its own. `script(connection, number)` is run for each connection,
    numbered from 0; the connection is closed when it returns, unless it closes it itself. What it raises fails the test.
    """

    def __init__(self, script, refuse=None):
        self._script = script
        self._refuse = refuse
        self._connections = 0
        self.failures = []
        self.connections = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._started = threading.Event()

    def __enter__(self):
        self._thread.start()
        self._started.wait(PATIENCE_SECONDS)
        return self

    def __exit__(self, kind, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_SECONDS)
        if self.failures and kind is None:
            raise self.failures[0]

    def url(self, path="/ws/swarm"):
        return f"ws://127.0.0.1:{self.port}{path}"

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self):
        self._stop = asyncio.Event()
        options = {"subprotocols": ["essaim.v1.sbe", "essaim.v1.json"], "max_size": 1 << 24, "ping_interval": None}
        if self._refuse is not None:
            options["process_request"] = self._answer_refusing
        server = await websockets.serve(self._handle, "127.0.0.1", 0, **options)
        self.port = list(server.sockets)[0].getsockname()[1]
        self._started.set()
        await self._stop.wait()
        server.close()
        await server.wait_closed()

    async def _answer_refusing(self, first, second):
        refusal = self._refuse(self._connections)
        if refusal is None:
            return None
        self._connections += 1
        status, headers, body = refusal
        if int(version.split(".")[0]) >= 14:
            response = first.respond(status, body.decode())
            for name, value in headers:
                response.headers[name] = value
            return response
        return http.HTTPStatus(status), headers, body

    async def _handle(self, socket, *_):
        request = getattr(socket, "request", None)
        headers = socket.request_headers if request is None else request.headers
        path = socket.path if request is None else request.path
        connection = Connection(socket, headers, path, 16)
        number = self._connections
        self._connections += 1
        self.connections.append(connection)
        reading = asyncio.ensure_future(connection.read())
        saying = asyncio.ensure_future(self._script(connection, number))
        # A script is over when its client has gone.
        await asyncio.wait((reading, saying), return_when=asyncio.FIRST_COMPLETED)
        saying.cancel()
        (failure,) = await asyncio.gather(saying, return_exceptions=True)
        await socket.close()
        await asyncio.gather(reading, return_exceptions=True)
        if isinstance(failure, Exception) and not isinstance(failure, websockets.exceptions.ConnectionClosed):
            self.failures.append(failure)
