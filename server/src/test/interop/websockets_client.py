"""Checks a running Essaim with Python's websockets: REQUIREMENTS A1 to A7, both encodings, ping, subscribe.

Usage: websockets_client.py http://HOST:PORT/ of a server with defaults but a heartbeat below a second and few connections.
With https:// it trusts what SSL_CERT_FILE names.
Prints one line of JSON with what was seen, or ends with 1 and says what is not as documented. Needs websockets 10 and
nothing else; the binary messages are read by struct alone, after protocol/src/main/resources/sbe/essaim.xml.
"""

import asyncio
import http.client
import json
import math
import re
import struct
import sys
import time
import urllib.parse
from datetime import datetime, timezone

import websockets

JSON, SBE = "essaim.v1.json", "essaim.v1.sbe"
PATIENCE_SECONDS = 10
COMPARED_FRAMES = 30
AGENT = re.compile(
    r'\{"id":\d+,"sphere":"[a-z]+","x":-?\d\.\d{4},"y":-?\d\.\d{4},"z":-?\d\.\d{4},"frequency":\d+\.\d\}'
)


def require(holds, what, got):
    if not holds:
        sys.exit(f"{what}, but got {str(got)[:500]}")


def equal(got, wanted, what):
    require(got == wanted, f"{what} is {wanted}", got)


def timestamp(micros):
    return datetime.fromtimestamp(micros // 1_000_000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Reader:
    """Reads one SBE message from front to back."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def fields(self, layout):
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def block(self, layout, length):
        """The known fields of a block, which a later version of the schema may have made longer."""
        start = self.at
        values = self.fields(layout)
        self.at = start + length
        return values

    def text(self):
        (length,) = self.fields("I")
        self.at += length
        return self.data[self.at - length : self.at].decode()

    def group(self, layout, *texts):
        """Entries of a repeating group: fields, then as many texts."""
        length, count = self.fields("HI")
        return [self.block(layout, length) + tuple(self.text() for _ in texts) for _ in range(count)]


class SbeDecoder:
    """Turns the binary messages into what JSON says in their place."""

    def __init__(self):
        self.components, self.version, self.agents = [], None, []

    def decode(self, data):
        reader = Reader(data)
        length, template, schema, _ = reader.fields("HHHH")
        equal(schema, 8001, "the schema's id")
        return {
            1: self.swarm_frame,
            3: self.frequency_update,
            10: self.roster,
            11: self.connected,
            12: self.heartbeat,
            13: self.subscribed,
            16: self.pong,
        }[template](reader, length)

    def connected(self, reader, length):
        frequency, agents, _, bits, form, _, _, fps, stride, _ = reader.block("HIHBBQQHHI", length)
        self.components = reader.group("Bi", "name")
        equal([bits, form], [16, 1], "value bits and form")
        return {"type": "connected", "frequency": frequency, "agent_count": agents, "fps": fps // stride}

    def roster(self, reader, length):
        self.version, _ = reader.block("HH", length)
        labels = [label for (label,) in reader.group("", "label")]
        self.agents = [(agent, labels[sphere]) for agent, sphere in reader.group("IH")]
        return {"type": "roster"}

    def swarm_frame(self, reader, length):
        sequence, micros, roster, _, frequency = reader.block("IQHHH", length)
        equal(roster, self.version, "the frame's roster")
        rows = reader.group("hhhh")
        return {
            "type": "swarm_update",
            "timestamp": timestamp(micros),
            "frequency": frequency,
            "agent_count": len(rows),
            "seq": sequence,
            "time_us": micros,
            "agents": [
                {"id": agent, "sphere": sphere, **self.values(row)}
                for (agent, sphere), row in zip(self.agents, rows)
            ],
        }

    def values(self, row):
        return {
            name: (value + offset) / 10**decimals for value, (decimals, offset, name) in zip(row, self.components)
        }

    def frequency_update(self, reader, length):
        sequence, micros, hundredths, target, harmony = reader.block("IQiHB", length)
        return {
            "type": "frequency_update",
            "frequency": hundredths / 100,
            "target": target,
            "harmony": harmony == 1,
            "timestamp": timestamp(micros),
            "seq": sequence,
            "time_us": micros,
        }

    def heartbeat(self, reader, length):
        micros, connections, frequency = reader.block("QIH", length)
        return {"type": "heartbeat", "frequency": frequency, "connections": connections, "time_us": micros}

    def subscribed(self, reader, length):
        fps, stride, form, *box = reader.block("HHB6d", length)
        swarm = {"fps": fps, "stride": stride, "form": ["json", "plain"][form]}
        require(all(map(math.isnan, box)), "no box that nobody asked for", box)
        equal(reader.group("", "label"), [], "spheres that nobody asked for")
        agents = reader.text()
        if agents:
            swarm["agents"] = agents
        return {"type": "subscribed", "id": reader.text(), "swarm": swarm}

    def pong(self, reader, length):
        micros, echo = reader.block("Qd", length)
        return {"type": "pong", "t": echo, "time_us": micros, "timestamp": timestamp(micros)}


def sbe_subscribe(fps, agents):
    """Subscribe: neither form nor box nor spheres."""
    block = struct.pack("<HHHHHB6d", 51, 30, 8001, 0, fps, 255, *[math.nan] * 6)
    return block + struct.pack("<HII", 0, 0, len(agents)) + agents + struct.pack("<I1s", 1, b"a")


class Client:
    """A connection that reads either encoding into the same messages."""

    def __init__(self, socket):
        self.socket = socket
        self.decoder = SbeDecoder()

    async def read(self):
        self.raw = await asyncio.wait_for(self.socket.recv(), PATIENCE_SECONDS)
        binary = self.socket.subprotocol == SBE
        require(isinstance(self.raw, bytes) == binary, f"messages fit {self.socket.subprotocol}", type(self.raw))
        return self.decoder.decode(self.raw) if binary else json.loads(self.raw)

    async def next(self, *types):
        message = await self.read()
        while message["type"] not in types:
            message = await self.read()
        return message

    async def frames(self):
        """Some frames by their sequence number."""
        frames = [await self.next("swarm_update", "frequency_update") for _ in range(COMPARED_FRAMES)]
        return {frame["seq"]: frame for frame in frames}

    async def texts(self):
        """The same as they came."""
        return {(await self.next("swarm_update"))["seq"]: self.raw for _ in range(COMPARED_FRAMES)}


class Checks:
    def __init__(self, url):
        scheme, self.http = urllib.parse.urlsplit(url)[:2]
        self.tls = scheme == "https"
        self.seen = {"client": "websockets " + websockets.version.version}

    def connect(self, path, *subprotocols, **options):
        scheme = "wss" if self.tls else "ws"
        return websockets.connect(f"{scheme}://{self.http}{path}", subprotocols=subprotocols or None, **options)

    def get(self, path, **headers):
        kind = http.client.HTTPSConnection if self.tls else http.client.HTTPConnection
        connection = kind(self.http, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def health(self):
        response, body = self.get("/health")
        equal(response.status, 200, "the status of /health")
        return json.loads(body)

    def check_health(self):
        health = self.health()
        wanted = ["status", "frequency", "essaim_size", "connections", "max_connections", "source"]
        equal(list(health), wanted, "the fields of /health")
        equal(list(health.values())[:3], ["healthy", 999, 350], "the start of /health")
        self.seen["health"] = health

    async def check_json_stream(self):
        async with self.connect("/ws/swarm") as socket:
            equal(socket.subprotocol, None, "the subprotocol when none is offered")
            client = Client(socket)
            await client.read()
            start = '{"type":"connected","frequency":999,"agent_count":350'
            equal(client.raw[: len(start)], start, "the first message")
            update = await client.next("swarm_update")
            wanted = ["type", "timestamp", "frequency", "agent_count", "seq", "time_us", "agents"]
            equal(list(update), wanted, "the fields of swarm_update")
            equal(len(AGENT.findall(client.raw)), 350, "the number of agents in A2's form")
            equal(update["timestamp"], timestamp(update["time_us"]), "the timestamp")
            await self.check_heartbeat(client)
            await self.check_ping(client, '{"type":"ping","t":12.5}')
            await self.check_subscribe(
                client, '{"type":"subscribe","id":"a","swarm":{"fps":20}}', {"fps": 20, "stride": 3, "form": "json"}
            )
            await self.check_subscribe(
                client,
                '{"type":"subscribe","id":"a","swarm":{"fps":20,"agents":"50-99,0-49"}}',
                {"fps": 20, "stride": 3, "form": "json", "agents": "0-99"},
            )

    async def check_sbe_stream(self):
        async with self.connect("/ws/swarm?form=plain", "unheard.of", SBE) as socket:
            client = Client(socket)
            connected = await client.read()
            equal(list(connected.values()), ["connected", 999, 350, 60], "the first binary message")
            # A heartbeat may come first; a frame may not, as its decoder checks.
            await client.next("roster")
            await self.check_heartbeat(client)
            await self.check_ping(client, struct.pack("<HHHHd", 8, 31, 8001, 0, 12.5))
            await self.check_subscribe(
                client,
                sbe_subscribe(20, b""),
                {"fps": 20, "stride": 3, "form": "plain"},
            )
            await self.check_subscribe(
                client,
                sbe_subscribe(20, b"50-99,0-49"),
                {"fps": 20, "stride": 3, "form": "plain", "agents": "0-99"},
            )

    async def check_heartbeat(self, client):
        heartbeat = await client.next("heartbeat")
        wanted = {"type": "heartbeat", "frequency": 999, "connections": 1, "time_us": heartbeat["time_us"]}
        equal(heartbeat, wanted, "the heartbeat")

    async def check_ping(self, client, ping):
        await client.socket.send(ping)
        pong = await client.next("pong")
        equal(list(pong), ["type", "t", "time_us", "timestamp"], "the fields of pong")
        equal(pong["t"], 12.5, "the echo")
        await asyncio.wait_for(await client.socket.ping(b"frame"), PATIENCE_SECONDS)

    async def check_subscribe(self, client, subscribe, swarm):
        await client.socket.send(subscribe)
        subscribed = await client.next("subscribed")
        equal(subscribed, {"type": "subscribed", "id": "a", "swarm": swarm}, "the answer to subscribe")
        for _ in range(3):
            frame = await client.next("swarm_update")
            equal(frame["seq"] % swarm["stride"], 0, "the rest of the sequence number by the stride")
            ids = [agent["id"] for agent in frame["agents"]]
            equal(ids, list(range(100 if "agents" in swarm else 350)), "the ids of the agents")

    async def check_equal_encodings(self, path):
        """Frames of the same sequence number say the same, to the last bit of every number."""
        async with self.connect(path, JSON) as text, self.connect(path + "?form=plain", SBE) as binary:
            by_json, by_sbe = await asyncio.gather(Client(text).frames(), Client(binary).frames())
        both = by_json.keys() & by_sbe.keys()
        require(len(both) > COMPARED_FRAMES // 2, "most frames come to both", sorted(both))
        for sequence in both:
            equal(by_sbe[sequence], by_json[sequence], f"binary frame {sequence}")
        self.seen[f"equal frames of {path}"] = len(both)

    async def check_compression(self):
        """What comes compressed says what comes uncompressed, to the byte; the library offers compression by default."""
        plain = self.connect("/ws/swarm", compression=None)
        async with plain as text, self.connect("/ws/swarm") as deflated:
            equal([extension.name for extension in deflated.extensions], ["permessage-deflate"], "the extension")
            equal(text.extensions, [], "no extension")
            texts, others = await asyncio.gather(*(Client(socket).texts() for socket in (text, deflated)))
        both = texts.keys() & others.keys()
        require(len(both) > COMPARED_FRAMES / 2, "most frames come to both", sorted(both))
        for seq in both:
            equal(others[seq], texts[seq], f"the text of {seq}")
        self.seen["equal compressed frames"] = len(both)

    async def check_frequency(self):
        async with self.connect("/ws/frequency") as socket:
            client = Client(socket)
            first, second = await client.read(), await client.read()
        wanted = ["type", "frequency", "target", "harmony", "timestamp", "seq", "time_us"]
        equal(list(first), wanted, "the fields of frequency_update")
        equal([first["type"], first["target"], first["harmony"]], ["frequency_update", 999, True], "frequency_update")
        require(re.search(r'"frequency":\d+\.\d\d,', client.raw), "the frequency has two decimals", client.raw)
        equal((second["seq"] - first["seq"]) % 6, 0, "the rest of the distance in ticks, ten a second of sixty")

    async def check_limit(self):
        limit = self.health()["max_connections"]
        sockets = [await self.connect("/ws/frequency") for _ in range(limit)]
        refused = await self.refused("/ws/swarm")
        equal(refused.status_code, 503, "the status over the limit")
        require(refused.headers["Retry-After"].isdigit(), "Retry-After is in seconds", refused.headers)
        self.seen["refused"] = self.refusal()
        equal(self.seen["refused"], [503, "Maximum connections reached"], "the refusal")
        await asyncio.gather(*(socket.close() for socket in sockets))

    async def check_unknown_subprotocol(self):
        refused = await self.refused("/ws/swarm", "graphql-ws")
        equal(refused.status_code, 400, "the status for an unknown subprotocol")

    async def refused(self, path, *subprotocols):
        try:
            await self.connect(path, *subprotocols)
        except websockets.exceptions.InvalidStatusCode as refused:
            return refused
        sys.exit(f"{path} with {subprotocols} is refused, but was accepted")

    def refusal(self):
        """The status line, of which the library shows only the number."""
        response, _ = self.get("/ws/swarm", Connection="Upgrade", Upgrade="websocket")
        return [response.status, response.reason]

    async def nobody_connected(self):
        """A close is over for the client a little before it is for the server, which counts."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while connections := self.health()["connections"]:
            require(time.monotonic() < deadline, "nobody is connected", connections)
            await asyncio.sleep(0.01)

    async def run(self):
        self.check_health()
        for check, *arguments in (
            (self.check_json_stream,),
            (self.check_sbe_stream,),
            (self.check_equal_encodings, "/ws/swarm"),
            (self.check_equal_encodings, "/ws/frequency"),
            (self.check_compression,),
            (self.check_frequency,),
            (self.check_limit,),
            (self.check_unknown_subprotocol,),
        ):
            await self.nobody_connected()
            await check(*arguments)
        print(json.dumps(self.seen))


asyncio.run(Checks(sys.argv[1]).run())
