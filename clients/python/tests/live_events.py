"""The event stream against a real server that may be published to from here: ESSAIM_URL is ws://HOST:PORT. Run by the server's
tests.
"""

import asyncio
import contextlib
import os
import random
import time
import unittest
from unittest import mock
from urllib.parse import urlsplit

import essaim
from essaim import transport

URL = os.environ["ESSAIM_URL"]
PATIENCE_SECONDS = 60
CUTS = 8
EVENTS_A_CUT = 50
RUN = f"{time.time_ns():x}"
ENCODINGS = ("sbe", "json")


class Proxy:
    """Between a client and the server, to cut what passes."""

    def __init__(self):
        self._writers = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_):
        self._server.close()
        self.cut()

    def url(self, path):
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}{path}"

    def cut(self):
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader, writer):
        target = urlsplit(URL)
        onward_reader, onward_writer = await asyncio.open_connection(target.hostname, target.port)
        self._writers |= {writer, onward_writer}
        try:
            await asyncio.gather(self._pipe(reader, onward_writer), self._pipe(onward_reader, writer))
        finally:
            self._writers -= {writer, onward_writer}

    async def _pipe(self, reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.transport.abort()


def room_of(test, encoding):
    return f"py.{RUN}.{test.id().rsplit('.', 1)[-1]}.{encoding}"


async def some(stream, count):
    return [await asyncio.wait_for(stream.__anext__(), PATIENCE_SECONDS) for _ in range(count)]


def quick_reconnects():
    return mock.patch.object(transport.Reconnect, "delay_seconds", lambda self, hint: 0.02)


class LiveEventsTest(unittest.TestCase):
    def test_events_come_to_whom_they_concern(self):
        for encoding in ENCODINGS:
            with self.subTest(encoding):
                room = room_of(self, encoding)
                chosen = {"circle_id": 1, "data.status": ["a", "b"]}

                async def run():
                    path = URL + "/ws/events"
                    wanted = {"rooms": [room], "types": ["agent.*"], "filter": chosen, "encoding": encoding}
                    async with essaim.events(path, **wanted) as stream:
                        self.assertEqual((stream.granted.rooms, stream.granted.types), ((room,), ("agent.*",)))
                        for kind, circle, status in (
                            ("agent.started", 1, "a"),
                            ("agent.started", 2, "a"),
                            ("agent.started", 1, "c"),
                            ("task.queued", 1, "b"),
                            ("agent.stopped", 1, "b"),
                        ):
                            await stream.publish(kind, {"status": status}, room=room, circle_id=circle)
                        first, last = await some(stream, 2)
                        self.assertEqual((first.type, first.data, first.room), ("agent.started", {"status": "a"}, room))
                        self.assertEqual((first.priority, first.circle_id, first.project_id), ("normal", 1, None))
                        self.assertEqual(last.type, "agent.stopped")
                        more = await stream.subscribe([room, room + ".more"])
                        self.assertEqual(more.rooms, (room, room + ".more"))
                        await stream.publish("task.queued", room=room + ".more", priority="critical")
                        (event,) = await some(stream, 1)
                        self.assertEqual((event.type, event.priority), ("task.queued", "critical"))

                asyncio.run(run())

    def test_a_repeated_id_is_the_same_event_and_what_is_none_is_refused_by_name(self):
        for encoding in ENCODINGS:
            with self.subTest(encoding):
                room = room_of(self, encoding)

                async def run():
                    async with essaim.events(URL + "/ws/events", rooms=(), encoding=encoding) as stream:
                        first = await stream.publish("agent.started", room=room, event_id=f"{room}-1")
                        again = await stream.publish("agent.started", room=room, event_id=f"{room}-1")
                        self.assertEqual((first.offset, first.duplicate), (again.offset, False))
                        self.assertTrue(again.duplicate)
                        with self.assertRaisesRegex(essaim.ServerError, '1001: .*type "published"'):
                            await stream.publish("published", room=room)

                asyncio.run(run())

    def test_events_come_once_each_and_in_order_though_the_connection_is_cut_again_and_again(self):
        seed = int(os.environ.get("ESSAIM_SEED", random.randrange(2**31)))
        print(f"seed {seed}")
        for encoding in ENCODINGS:
            with self.subTest(encoding, seed=seed):
                rng = random.Random(seed)
                room, told = room_of(self, encoding), []

                async def publish(proxy, publisher):
                    number = 0
                    for _ in range(CUTS):
                        at = rng.randrange(EVENTS_A_CUT)
                        for index in range(EVENTS_A_CUT):
                            priority = "critical" if rng.random() < 0.1 else None
                            await publisher.publish("agent.counted", {"n": number}, room=room, priority=priority)
                            number += 1
                            if index == at:
                                proxy.cut()

                async def run():
                    async with Proxy() as proxy:
                        path = proxy.url("/ws/events")
                        publisher = essaim.events(URL + "/ws/events", rooms=(), encoding=encoding)
                        reader = essaim.events(path, rooms=[room], encoding=encoding, on_event=told.append)
                        async with publisher, reader:
                            publishing = asyncio.ensure_future(publish(proxy, publisher))
                            events = await some(reader, CUTS * EVENTS_A_CUT)
                            await publishing
                            # One too many would come soon.
                            await asyncio.sleep(0.1)
                            self.assertFalse(reader._waiting)
                    return [event.data["n"] for event in events]

                with quick_reconnects():
                    self.assertEqual(asyncio.run(run()), list(range(CUTS * EVENTS_A_CUT)))
                grants = [one for one in told if isinstance(one, essaim.SubscribedEvents)]
                self.assertTrue(len(grants) > 1 and all(grant.recovered for grant in grants[1:]))
                self.assertFalse([one for one in told if isinstance(one, essaim.Gap)])

    def test_what_is_published_while_the_connection_is_cut_is_there_once_and_in_order(self):
        room = room_of(self, "sbe")

        async def run():
            async with Proxy() as proxy:
                publisher = essaim.events(proxy.url("/ws/events"), rooms=())
                async with essaim.events(URL + "/ws/events", rooms=[room]) as reader, publisher:
                    answers = []
                    for number in range(200):
                        answers.append(asyncio.ensure_future(publisher.publish("agent.counted", number, room=room)))
                        await asyncio.sleep(0)
                        if number % 50 == 25:
                            proxy.cut()
                    published = await asyncio.gather(*answers)
                    self.assertEqual([one.offset for one in published], sorted(one.offset for one in published))
                    return [event.data for event in await some(reader, 200)]

        with quick_reconnects():
            self.assertEqual(asyncio.run(run()), list(range(200)))

    def test_a_cursor_of_another_day_goes_on_where_it_ended(self):
        room = room_of(self, "sbe")

        async def run():
            async with essaim.events(URL + "/ws/events", rooms=[room]) as stream:
                await stream.publish("agent.counted", 1, room=room)
                await some(stream, 1)
                cursor = stream.cursor
                await stream.publish("agent.counted", 2, room=room)
            async with essaim.events(URL + "/ws/events", rooms=[room], since=cursor) as stream:
                self.assertIs(stream.granted.recovered, True)
                return [event.data for event in await some(stream, 1)]

        self.assertEqual(asyncio.run(run()), [2])


if __name__ == "__main__":
    unittest.main()
