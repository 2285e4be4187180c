"""Checks the events of a running Essaim with Python's websockets: REQUIREMENTS B1 to B3, C1 to C4, D1 to D3, D5, E1 to E3.

Usage: events_client.py http://HOST:PORT/ of a server with defaults but room-windows=windowed=30s/3. Publishes over a socket, so
it has to run on the server's machine. Prints one line of JSON with what was seen, or ends with 1 and says what is not as
documented. Needs websockets 10 and nothing else.
"""

import asyncio
import json
import re
import sys
import urllib.parse

import websockets

PATIENCE_SECONDS = 10
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def require(holds, what, got):
    if not holds:
        sys.exit(f"{what}, but got {str(got)[:500]}")


def equal(got, wanted, what):
    require(got == wanted, f"{what} is {wanted}", got)


def has(got, **wanted):
    """The message has these fields, whatever else it has."""
    for name, value in wanted.items():
        equal(got.get(name), value, f"{name} of {got}")


class Client:
    def __init__(self, socket):
        self.socket = socket

    async def read(self):
        return json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE_SECONDS))

    async def next(self, kind):
        message = await self.read()
        while message["type"] != kind:
            message = await self.read()
        return message

    async def send(self, **message):
        await self.socket.send(json.dumps(message))

    async def settle(self):
        """Returns when what was asked for with the URL is granted: requests are answered in turn."""
        await self.send(type="leave", id="settle", room="nowhere")
        answer = await self.read()
        has(answer, type="subscribed")
        has(answer.get("data", answer), id="settle")


class Checks:
    def __init__(self, url):
        self.host = urllib.parse.urlsplit(url)[1]
        self.seen = {"client": "websockets " + websockets.version.version}

    def connect(self, path, **query):
        return websockets.connect(f"ws://{self.host}{path}?{urllib.parse.urlencode(query)}")

    async def publish(self, **event):
        await self.publisher.send(type="publish", id="p", event=event)
        answer = await self.publisher.read()
        has(answer, type="published", id="p", duplicate=False)
        return answer

    async def dashboard(self):
        async with self.connect("/ws/dashboard", client_id="test-cli", rooms="d") as socket:
            client = Client(socket)
            greeting = await client.read()
            equal(list(greeting), ["type", "data", "timestamp"], "fields of the greeting")
            has(greeting, type="connection.established")
            has(greeting["data"], client_id="test-cli", message="Connected to Essaim")
            require(TIMESTAMP.fullmatch(greeting["timestamp"]), "a timestamp", greeting)
            await client.settle()
            await client.send(type="ping")
            pong = await client.read()
            has(pong, type="pong")
            require(TIMESTAMP.fullmatch(pong["timestamp"]), "a timestamp", pong)
            await self.publish(type="agent.started", room="d", data={"name": "é"}, source_agent_id=1)
            event = await client.read()
            has(event, type="agent.started", data={"name": "é"}, source_agent_id=1, circle_id=None, project_id=None)
            require(event["event_id"].startswith("evt_"), "an event_id", event)
            require(TIMESTAMP.fullmatch(event["timestamp"]), "a timestamp", event)
            await client.send(type="nonsense")
            error = await client.read()
            has(error, type="error")
            has(error["data"], code=1001)

    async def filters(self):
        one = self.connect("/ws/dashboard", rooms="f", circle_id=1)
        other = self.connect("/ws/dashboard", rooms="f", types="task.*,agent.*.done")
        async with one as first, other as second:
            clients = Client(first), Client(second)
            for client in clients:
                await client.read()
                await client.settle()
            for number, (kind, circle) in enumerate(
                [("agent.started", 1), ("task.queued", 2), ("agent.deep.down.done", 1), ("agent.job.done", 3)]
            ):
                await self.publish(type=kind, room="f", circle_id=circle, data={"n": number})
            equal([(await clients[0].read())["data"]["n"] for _ in range(2)], [0, 2], "events of circle 1")
            equal([(await clients[1].read())["data"]["n"] for _ in range(2)], [1, 3], "events of the types")

    async def simulation(self):
        async with self.connect("/ws/simulation", rooms="windowed") as socket:
            client = Client(socket)
            await client.settle()
            state = {"character_id": "c1", "new_state": "working", "location": "market"}
            await self.publish(
                type="state_change", room="windowed", data=state, timestamp="2025-01-16T12:00:00.123Z"
            )
            await self.publish(type="agent.started", room="windowed", data={"n": 1})
            await self.publish(type="character_update", room="windowed", data={"n": 2})
            batch = await client.read()
            has(batch, type="batch")
            require(isinstance(batch["timestamp"], float), "a float timestamp", batch)
            change, notification, update = batch["data"]
            has(change, type="state_change", timestamp=1737028800.123)
            equal(change["data"], {**state, "timestamp": 1737028800.123}, "the data of state_change")
            has(notification, type="event_notification")
            has(notification["data"], event_type="agent.started", data={"n": 1}, timestamp=notification["timestamp"])
            has(update, type="character_update")
            await socket.send("{")
            error = await client.read()
            equal(list(error), ["type", "data", "timestamp"], "fields of an error")
            has(error["data"], code=1001)
            await client.send(type="ping")
            has(await client.read(), type="pong")

    async def observers(self):
        async with self.connect("/ws/events", profile="seneca", client_id="marcus") as socket:
            client = Client(socket)
            greeting = await client.read()
            has(greeting, type="connection_established", client_id="marcus", rooms=["general", "observers"])
            require(TIMESTAMP.fullmatch(greeting["server_time"]), "a server_time", greeting)
            has(await client.read(), type="snapshot")
            for status, animation in ("active", "pulse"), ("idle", "fade"):
                data = {"agent_id": 7, "old_status": "busy", "new_status": status}
                await self.publish(type="agent.status.changed", data=data)
                message = await client.read()
                has(message, type="agent_status_change", animation=animation, **data)
                require(TIMESTAMP.fullmatch(message["timestamp"]), "a timestamp", message)
            await self.publish(type="project.progress.updated", data={"project_id": 3, "progress": 0.5})
            has(await client.read(), type="project_progress", project_id=3, progress=0.5)
            await self.publish(type="task.assigned", data={"task_id": 4, "agent_id": 7})
            has(await client.read(), type="task_assignment", task_id=4, agent_id=7)
            await self.publish(type="agent.created", data={"agent_id": 8, "status": "new"})
            message = await client.read()
            has(message, type="agent_update", data={"agent_id": 8, "status": "new", "change_type": "created"})
            await self.publish(type="system.alert", data={"severity": "high", "message": "disk"})
            message = await client.read()
            has(message, type="health_update", data={"severity": "high", "message": "disk"})
            await self.publish(type="order.placed", data={"n": 1})
            message = await client.read()
            has(message, type="generic_update", data={"event_type": "order.placed", "data": {"n": 1}})
            await client.send(type="leave", id="1", room="observers")
            has(await client.read(), type="subscribed", id="1", rooms=["general"])
            await self.publish(type="system.alert", data={"severity": "low", "message": "quiet"})
            await client.send(type="join", id="2", room="lounge")
            has(await client.read(), type="subscribed", id="2", rooms=["general", "lounge"])
        async with self.connect("/ws/events", profile="seneca") as socket:
            client = Client(socket)
            await client.read()
            agents = (await client.read())["state"]["agents"]
            has(agents["7"], status="idle", type="agent.status_changed")
            has(agents["8"], status="new")

    async def priorities(self):
        async with self.connect("/ws/events", rooms="windowed") as socket:
            client = Client(socket)
            await client.next("subscribed")
            await self.publish(type="a.low", room="windowed", priority="low")
            await self.publish(type="a.critical", room="windowed", priority="critical")
            equal([(await client.read())["type"] for _ in range(2)], ["a.low", "a.critical"], "the order")

    async def resume(self):
        async with self.connect("/ws/events", rooms="r") as socket:
            client = Client(socket)
            await client.next("subscribed")
            await self.publish(type="a.b", room="r", data={"n": 0})
            cursor = (await client.read())["cursor"]
        for number in range(1, 101):
            await self.publish(type="a.b", room="r", data={"n": number})
        async with self.connect("/ws/events", rooms="r", since=cursor) as socket:
            client = Client(socket)
            has(await client.next("subscribed"), recovered=True, unrecovered=[])
            numbers = [(await client.read())["data"]["n"] for _ in range(100)]
            equal(numbers, list(range(1, 101)), "what was missed")

    async def run(self):
        async with self.connect("/ws/events", rooms="publishers") as socket:
            self.publisher = Client(socket)
            await self.publisher.next("subscribed")
            checks = self.dashboard, self.filters, self.simulation, self.observers, self.priorities, self.resume
            for check in checks:
                await check()
            self.seen["checks"] = len(checks)
        print(json.dumps(self.seen))


asyncio.run(Checks(sys.argv[1]).run())
