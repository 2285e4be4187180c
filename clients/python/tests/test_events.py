"""The event stream against a server that does what each test is about."""

import asyncio
import json
import unittest
from datetime import datetime, timezone
from unittest import mock

from fake_server import PATIENCE_SECONDS, FakeServer

import essaim
from essaim import transport

NOON = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)


def quick_reconnects():
    return mock.patch.object(transport.Reconnect, "delay_seconds", lambda self, hint: 0.01)


def event(offset, cursor=True, **fields):
    message = {
        "type": "agent.started",
        "data": {"n": offset},
        "source_agent_id": None,
        "circle_id": None,
        "project_id": None,
        "event_id": f"evt_{offset}",
        "timestamp": "2026-11-21T10:00:00Z",
        "room": "general",
        "priority": "normal",
        "offset": offset,
        "seq": 7,
        "time_us": 1795255200000000,
    }
    if cursor:
        message["cursor"] = f"c{offset}"
    return {**message, **fields}


async def until(condition):
    async def poll():
        while not condition():
            await asyncio.sleep(0.005)

    await asyncio.wait_for(poll(), PATIENCE_SECONDS)


class Session:
    """The server's side of one connection in JSON."""

    def __init__(self, connection):
        self.connection = connection

    async def say(self, *messages):
        for message in messages:
            await self.connection.send(json.dumps(message))

    async def asked(self):
        return json.loads(await self.connection.take())

    async def granting(self, cursor="c0", **more):
        """Greets, and grants what is asked for; returns that."""
        await self.connection.greet()
        asked = await self.asked()
        await self.grant(asked, cursor, **more)
        return asked

    async def grant(self, asked, cursor="c0", **more):
        await self.say({"type": "subscribed", "id": asked["id"], "rooms": asked["rooms"], "cursor": cursor, **more})

    async def stay(self):
        await self.connection.socket.wait_closed()


class EventsTest(unittest.TestCase):
    def follow(self, script, consume, **options):
        async def serve(connection, number):
            await script(Session(connection), number)

        async def run(server):
            async with essaim.events(server.url("/ws/events"), encoding="json", **options) as stream:
                return await asyncio.wait_for(consume(stream, server), PATIENCE_SECONDS)

        with FakeServer(serve) as server:
            return asyncio.run(run(server))

    async def some(self, stream, count):
        return [(await asyncio.wait_for(stream.__anext__(), PATIENCE_SECONDS)).offset for _ in range(count)]

    def test_asks_for_what_is_wanted_and_gives_events_in_order_with_the_cursor_after_them(self):
        told, asked = [], []
        gap = {"type": "gap", "room": "ops", "ranges": [[3, 4]], "count": 2}
        presence = {"type": "presence", "room": "ops", "members": 2, "joined": ["c-2"], "left": []}
        snapshot = {"type": "snapshot", "offset": 9, "state": {"agents": {}}}

        async def script(session, _):
            await session.connection.greet()
            await session.say(event(8))
            asked.append(await session.asked())
            await session.grant(asked[0], "c9", types=["agent.*"], recovered=False, unrecovered=["ops"])
            batch = {"type": "batch", "data": [event(11, False), event(12, False)], "cursor": "c12"}
            await session.say(snapshot, event(10), gap, presence, batch)
            await session.stay()

        async def consume(stream, _):
            cursors = [stream.cursor]
            first = await stream.__anext__()
            self.assertEqual((first.type, first.data, first.room, first.priority), ("agent.started", {"n": 10}, "general", "normal"))
            self.assertEqual((first.time.isoformat(), first.sequence), ("2026-11-21T10:00:00+00:00", 7))
            cursors.append(stream.cursor)
            for _ in range(2):
                await self.some(stream, 1)
                cursors.append(stream.cursor)
            return cursors, stream.granted

        with self.assertLogs("essaim", "WARNING"):
            cursors, granted = self.follow(
                script,
                consume,
                rooms=["general", "ops"],
                types="agent.*",
                filter={"circle_id": 1},
                since="c7",
                presence=True,
                snapshot=True,
                on_event=told.append,
            )
        wanted = {"rooms": ["general", "ops"], "types": ["agent.*"], "filter": {"circle_id": 1}, "since": "c7"}
        self.assertEqual(asked, [{"type": "subscribe", "id": "e1", **wanted, "presence": True, "snapshot": True}])
        self.assertEqual(cursors, ["c9", "c10", "c10", "c12"])
        self.assertEqual((granted.recovered, granted.unrecovered), (False, ("ops",)))
        names = ["Connected", "SubscribedEvents", "StatusSnapshot", "Gap", "PresenceUpdate"]
        self.assertEqual([type(one).__name__ for one in told], names)

    def test_a_reconnection_resumes_after_the_newest_event_that_came(self):
        asked = []

        async def script(session, number):
            if number == 1:
                # A room that this server gives to whoever comes.
                await session.connection.greet()
                await session.say(event(2))
                asked.append(await session.asked())
                await session.grant(asked[1], "c1", recovered=True, unrecovered=[])
                await session.say(event(2), event(3))
                await session.stay()
            else:
                asked.append(await session.granting())
                await session.say(event(1))
                await session.connection.socket.close(1012, "restart")

        async def consume(stream, _):
            return await self.some(stream, 3)

        with quick_reconnects():
            self.assertEqual(self.follow(script, consume), [1, 2, 3])
        self.assertEqual([one.get("since") for one in asked], [None, "c1"])

    def test_another_subscription_is_what_a_reconnection_asks_for(self):
        asked = []

        async def script(session, number):
            asked.append(await session.granting("c0" if number == 0 else "c5"))
            if number == 0:
                refused = await session.asked()
                await session.say({"type": "error", "id": refused["id"], "data": {"code": 1002, "message": "not you"}})
                await session.grant(await session.asked(), "c5")
                await session.connection.socket.close(1012, "restart")
            await session.stay()

        async def consume(stream, server):
            with self.assertRaisesRegex(essaim.ServerError, "1002: not you"):
                await stream.subscribe(["secret"])
            granted = await stream.subscribe(["ops"], types=["task.*"])
            await until(lambda: len(asked) == 2)
            return granted.rooms, stream.cursor

        with quick_reconnects():
            self.assertEqual(self.follow(script, consume), (("ops",), "c5"))
        self.assertEqual((asked[1]["rooms"], asked[1]["types"], asked[1]["since"]), (["ops"], ["task.*"], "c5"))

    def test_a_first_subscription_that_is_refused_is_an_error(self):
        async def script(session, _):
            await session.connection.greet()
            asked = await session.asked()
            await session.say({"type": "error", "id": asked["id"], "data": {"code": 1003, "message": "The room is full"}})
            await session.stay()

        with self.assertRaisesRegex(essaim.ServerError, "1003: The room is full"):
            self.follow(script, None)

    def test_a_cursor_that_a_server_cannot_read_is_told_and_goes_on_from_now(self):
        told = []

        async def script(session, number):
            if number == 0:
                await session.granting()
                await session.connection.socket.close(1012, "restart")
                return
            await session.connection.greet()
            refused = await session.asked()
            self.assertEqual(refused["since"], "c0")
            await session.say({"type": "error", "id": refused["id"], "data": {"code": 1001, "message": "since is no cursor"}})
            asked = await session.asked()
            self.assertNotIn("since", asked)
            await session.grant(asked, "c90")
            await session.say(event(91))
            await session.stay()

        async def consume(stream, _):
            return await self.some(stream, 1)

        with quick_reconnects(), self.assertLogs("essaim", "WARNING"):
            self.assertEqual(self.follow(script, consume, on_event=told.append), [91])
        self.assertIn("ServerError", [type(one).__name__ for one in told])

    def test_publishes_and_says_where_the_event_stands(self):
        async def script(session, _):
            await session.granting()
            asked = await session.asked()
            draft = asked["event"]
            self.assertEqual(
                draft,
                {
                    "type": "agent.started",
                    "data": {"n": 1},
                    "room": "ops",
                    "priority": "high",
                    "circle_id": 2,
                    "event_id": draft["event_id"],
                    "timestamp": "2026-11-21T12:00:00Z",
                    "time_us": 1795262400000000,
                },
            )
            self.assertRegex(draft["event_id"], r"^evt_[0-9a-f]{32}$")
            answer = {"offset": 124, "event_id": draft["event_id"], "duplicate": False}
            await session.say({"type": "published", "id": asked["id"], **answer})
            asked = await session.asked()
            await session.say({"type": "error", "id": asked["id"], "data": {"code": 1003, "message": "The queue is full"}})
            await session.stay()

        async def consume(stream, _):
            published = await stream.publish(
                "agent.started", {"n": 1}, room="ops", priority="high", circle_id=2, time=NOON
            )
            with self.assertRaisesRegex(essaim.ServerError, "1003"):
                await stream.publish("agent.started")
            return published.offset, published.duplicate

        self.assertEqual(self.follow(script, consume), (124, False))

    def test_what_was_not_answered_goes_out_again_with_the_same_id_and_in_order(self):
        drafts = [[], []]

        async def script(session, number):
            await session.granting()
            for _ in range(3):
                asked = await session.asked()
                drafts[number].append(asked["event"])
                if number == 1 or asked["event"]["data"] == 0:
                    answer = {"offset": 10 + asked["event"]["data"], "event_id": "x", "duplicate": False}
                    await session.say({"type": "published", "id": asked["id"], **answer})
            if number == 1:
                await session.stay()
            await session.connection.socket.close(1012, "restart")

        async def consume(stream, _):
            three = [asyncio.ensure_future(stream.publish("a", n)) for n in (0, 1, 2)]
            await until(lambda: len(drafts[0]) == 3)
            fourth = asyncio.ensure_future(stream.publish("a", 3))
            return [(await one).offset for one in (*three, fourth)]

        with quick_reconnects():
            self.assertEqual(self.follow(script, consume), [10, 11, 12, 13])
        self.assertEqual(drafts[1][:2], drafts[0][1:])

    def test_of_more_than_a_thousand_that_wait_the_oldest_are_refused(self):
        async def script(session, _):
            await session.granting()
            await session.stay()

        async def consume(stream, _):
            tasks = [asyncio.ensure_future(stream.publish("a", n)) for n in range(1_100)]
            for task in tasks[:100]:
                with self.assertRaisesRegex(essaim.QueueFullError, "more than 1000 publications wait"):
                    await task
            self.assertFalse(any(task.done() for task in tasks[100:]))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self.follow(script, consume)

    def test_a_consumer_that_does_not_iterate_is_not_filled_up_and_gets_all_later(self):
        async def script(session, _):
            await session.granting()
            for offset in range(1, 301):
                await session.say(event(offset))
            await session.stay()

        async def consume(stream, _):
            await until(lambda: len(stream._waiting) == 50)
            await asyncio.sleep(0)
            self.assertEqual(len(stream._waiting), 50)
            return await self.some(stream, 300)

        self.assertEqual(self.follow(script, consume, waiting_max=50), list(range(1, 301)))

    def test_a_publication_is_answered_though_nobody_iterates(self):
        async def script(session, _):
            await session.granting()
            for offset in range(1, 101):
                await session.say(event(offset))
            asked = await session.asked()
            for offset in range(101, 151):
                await session.say(event(offset))
            await session.say({"type": "published", "id": asked["id"], "offset": 151, "event_id": "x", "duplicate": False})
            asked = await session.asked()
            for offset in range(152, 1000):
                await session.say(event(offset))
            await session.stay()

        async def consume(stream, _):
            await until(lambda: len(stream._waiting) >= 5)
            published = await stream.publish("a")
            with self.assertRaises(essaim.QueueFullError):
                await stream.publish("b")
            return published.offset, await self.some(stream, 2)

        self.assertEqual(self.follow(script, consume, waiting_max=5), (151, [1, 2]))

    def test_ends_when_it_is_closed_and_publications_end_with_it(self):
        async def script(session, _):
            await session.granting()
            await session.stay()

        async def consume(stream, _):
            unanswered = asyncio.ensure_future(stream.publish("a"))
            await asyncio.sleep(0)
            await stream.close()
            with self.assertRaises(essaim.ConnectionLostError):
                await unanswered
            with self.assertRaises(essaim.ConnectionLostError):
                await stream.publish("b")
            return [one async for one in stream]

        self.assertEqual(self.follow(script, consume), [])

    def test_a_close_code_that_is_final_ends_it_after_the_events_that_came(self):
        async def script(session, _):
            await session.granting()
            await session.say(event(1))
            await session.connection.socket.close(1008, "Invalid token")

        async def consume(stream, _):
            found = await self.some(stream, 1)
            with self.assertRaisesRegex(essaim.ConnectionLostError, "1008: Invalid token"):
                await stream.__anext__()
            return found

        self.assertEqual(self.follow(script, consume), [1])

    def test_a_client_that_only_publishes_is_in_no_room(self):
        async def script(session, _):
            await session.connection.greet()
            asked = await session.asked()
            self.assertEqual(asked, {"type": "unsubscribe", "id": "e1"})
            await session.say({"type": "unsubscribed", "id": "e1", "rooms": ["general"]})
            asked = await session.asked()
            await session.say({"type": "published", "id": asked["id"], "offset": 1, "event_id": "x", "duplicate": False})
            await session.stay()

        async def consume(stream, _):
            return (await stream.publish("a")).offset

        self.assertEqual(self.follow(script, consume, rooms=()), 1)

    def test_what_cannot_be_is_refused_by_name(self):
        for options, message in (
            ({"rooms": ["a"] * 101}, "rooms has 101 names: at most 100"),
            ({"rooms": [""]}, "rooms has ''"),
            ({"types": [1]}, "types has 1"),
            ({"filter": [1]}, "filter=\\[1\\]: a dict"),
            ({"filter": {"a": float("nan")}}, "filter is nothing that JSON has"),
            ({"since": ""}, "since='': a cursor"),
            ({"encoding": "xml"}, "encoding='xml'"),
            ({"waiting_max": 0}, "waiting_max=0"),
            ({"request_timeout": 0}, "request_timeout=0"),
        ):
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                essaim.events("ws://localhost/ws/events", **options)

    def test_an_event_that_cannot_be_is_refused_by_name(self):
        async def script(session, _):
            await session.granting()
            await session.stay()

        async def consume(stream, _):
            for arguments, options, message in (
                ((None,), {}, "type=None: a name"),
                (("a", {1, 2}), {}, "data is nothing that JSON has"),
                (("a", "x" * 60_000), {}, "at most 60000 bytes"),
                (("a",), {"room": ""}, "room=''"),
                (("a",), {"priority": "urgent"}, "priority='urgent': one of critical"),
                (("a",), {"circle_id": 2**53 + 1}, "circle_id=9007199254740993"),
                (("a",), {"project_id": True}, "project_id=True"),
                (("a",), {"event_id": "a b"}, "event_id='a b'"),
                (("a",), {"time": datetime(2026, 11, 21)}, "a datetime with a time zone"),
            ):
                with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                    await stream.publish(*arguments, **options)

        self.follow(script, consume)


if __name__ == "__main__":
    unittest.main()
