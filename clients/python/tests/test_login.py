"""Logging in: tokens that are given or asked for, renewed, refused, banned."""

import asyncio
import json
import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

from fake_server import PATIENCE_SECONDS, FakeServer, header, sbe_text

import essaim
from essaim import login, transport
from essaim.login import TokenSource

SUBSCRIBED = '{"type": "subscribed", "id": "%s", "rooms": ["general"], "cursor": "c%d"}'


def numbered():
    """Tokens t1, t2 and so on, one for each time it is asked."""
    asked = []

    async def token():
        asked.append(None)
        return f"t{len(asked)}"

    token.asked = asked
    return token


def authenticated(auth, seconds=None):
    answer = {"type": "authenticated", "id": auth["id"], "name": "ann"}
    if seconds is not None:
        answer["expires_at"] = (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat()
    return json.dumps(answer)


async def grant(connection, number=0):
    """Greets and grants what is asked for; returns what the client said, but for logins, which are answered."""
    await connection.greet()
    while True:
        said = json.loads(await connection.take())
        if said["type"] == "auth":
            await connection.send(authenticated(said))
        else:
            await connection.send(SUBSCRIBED % (said["id"], number))
            return said


class LoginTest(unittest.TestCase):
    def follow(self, script, consume, refuse=None, **options):
        async def run(server):
            async with essaim.events(server.url("/ws/events"), encoding="json", **options) as events:
                return await asyncio.wait_for(consume(events), PATIENCE_SECONDS)

        with FakeServer(script, refuse) as server:
            return asyncio.run(run(server)), server

    def test_a_function_is_asked_at_each_attempt_and_its_token_said_once_more(self):
        said = []

        async def script(connection, number):
            said.append(connection.headers["Authorization"])
            await connection.greet()
            auth = json.loads(await connection.take())
            said.append((auth["type"], auth["token"]))
            await connection.send(authenticated(auth))
            await grant(connection, number)
            if number == 0:
                await connection.socket.close(4401, "Login expired")
            else:
                await connection.socket.wait_closed()

        granted = []

        async def consume(events):
            while len(granted) < 2:
                await asyncio.sleep(0.005)

        def on_event(event):
            if isinstance(event, essaim.SubscribedEvents):
                granted.append(event.cursor)

        with mock.patch.object(transport.Reconnect, "delay_seconds", side_effect=AssertionError("waits")):
            self.follow(script, consume, token=numbered(), on_event=on_event)
        self.assertEqual(said, ["Bearer t1", ("auth", "t1"), "Bearer t2", ("auth", "t2")])
        self.assertEqual(granted, ["c0", "c1"])

    def test_a_login_is_renewed_before_it_ends(self):
        tokens = []

        names = []

        async def consume(_):
            while len(names) < 4:
                await asyncio.sleep(0.005)

        def on_event(event):
            if isinstance(event, essaim.Authenticated):
                names.append(event.name)

        async def script(connection, number):
            await connection.greet()
            while True:
                said = json.loads(await connection.take())
                if said["type"] == "auth":
                    tokens.append(said["token"])
                    await connection.send(authenticated(said, 1.2))
                else:
                    await connection.send(SUBSCRIBED % (said["id"], number))

        self.follow(script, consume, token=numbered(), on_event=on_event)
        self.assertEqual(tokens[:4], ["t1", "t2", "t3", "t4"])

    def test_where_no_new_token_is_to_be_had_it_is_asked_for_again(self):
        asked = []

        def token():
            asked.append(None)
            if len(asked) == 2:
                raise RuntimeError("the login service is away")
            return f"t{len(asked)}"

        tokens = []

        async def script(connection, number):
            await connection.greet()
            while True:
                said = json.loads(await connection.take())
                if said["type"] == "auth":
                    tokens.append(said["token"])
                    await connection.send(authenticated(said, 1.2))
                else:
                    await connection.send(SUBSCRIBED % (said["id"], number))

        async def consume(_):
            while len(tokens) < 2:
                await asyncio.sleep(0.005)

        with mock.patch.object(login, "_AGAIN_SECONDS", 0.01), self.assertLogs("essaim", "WARNING") as logged:
            self.follow(script, consume, token=token)
        self.assertEqual(tokens[:2], ["t1", "t3"])
        self.assertIn("the login service is away", logged.output[0])

    def test_a_server_from_before_there_were_logins_is_left_alone(self):
        async def script(connection, _):
            await connection.greet()
            auth = json.loads(await connection.take())
            unknown = {"type": "error", "data": {"code": 1001, "message": 'unknown type "auth"'}, "id": auth["id"]}
            await connection.send(json.dumps(unknown))
            await grant(connection)
            await connection.socket.wait_closed()

        told = []

        async def consume(events):
            return events.granted.cursor

        got, _ = self.follow(script, consume, token=numbered(), on_event=told.append)
        self.assertEqual(got, "c0")
        self.assertFalse([event for event in told if isinstance(event, essaim.ServerError)])

    def test_a_text_that_is_refused_is_not_tried_again_and_the_reason_is_raised(self):
        async def script(connection, number):
            self.assertEqual(connection.headers["Authorization"], "Bearer old")
            if number == 0:
                await grant(connection)
                await connection.socket.close(1012, "retry_after_ms=1")
                return
            await connection.send('{"type": "error", "data": {"code": 1002, "message": "Invalid token"}}')
            await connection.socket.close(1008, "Invalid token")

        async def consume(events):
            await events.__anext__()

        with self.assertRaisesRegex(essaim.ConnectionLostError, "1008: Invalid token") as raised:
            self.follow(script, consume, token="old")
        self.assertNotIn("old", str(raised.exception))

    def test_a_token_that_is_refused_is_replaced_once(self):
        tokens = []

        async def script(connection, number):
            tokens.append(connection.headers["Authorization"])
            if number in (0, 2):
                await grant(connection, number)
                await connection.socket.close(1012, "retry_after_ms=1")
                return
            await connection.send('{"type": "error", "data": {"code": 1002, "message": "Invalid token"}}')
            await connection.socket.close(1008, "Invalid token")

        async def consume(events):
            await events.__anext__()

        quick = mock.patch.object(transport.Reconnect, "delay_seconds", lambda self, hint: 0.01)
        with quick, self.assertRaisesRegex(essaim.ConnectionLostError, "Invalid token"):
            self.follow(script, consume, token=numbered())
        # Good, refused, good again, refused, and refused once more.
        self.assertEqual(tokens, [f"Bearer t{i}" for i in range(1, 6)])

    def test_a_function_that_fails_fails_the_first_attempt_and_only_delays_the_others(self):
        def failing():
            raise RuntimeError("nobody is logged in")

        async def consume(_):
            self.fail("connected")

        with self.assertRaisesRegex(essaim.TokenError, "nobody is logged in"):
            self.follow(None, consume, token=failing)

        asked = []

        def sometimes():
            asked.append(None)
            if len(asked) == 2:
                raise RuntimeError("not now")
            return "good"

        async def script(connection, number):
            await grant(connection, number)
            if number == 0:
                await connection.socket.close(1012, "")
            else:
                await connection.socket.wait_closed()

        async def until_again(events):
            while events.granted.cursor != "c1":
                await asyncio.sleep(0.005)

        with mock.patch.object(transport.Reconnect, "delay_seconds", lambda self, hint: 0.01):
            self.follow(script, until_again, token=sometimes)
        self.assertEqual(len(asked), 3)

    def test_a_token_that_does_not_come_in_time_is_none(self):
        async def never():
            await asyncio.sleep(PATIENCE_SECONDS)

        async def consume(_):
            self.fail("connected")

        with self.assertRaisesRegex(essaim.TokenError, "no token within 0.05 s"):
            self.follow(None, consume, token=never, open_timeout=0.05)

    def test_a_viewer_and_a_publisher_log_in_likewise(self):
        async def viewed(connection, _):
            self.assertEqual(connection.headers["Authorization"], "Bearer t1")
            await connection.greet()
            auth = await connection.take()
            self.assertEqual(auth[8:14], b"\x02\0\0\0t1")
            await connection.send(header(b"\xff" * 8, 28) + sbe_text("ann") + sbe_text(auth[18:].decode()))
            await connection.socket.wait_closed()

        async def watch(server):
            told = []
            async with essaim.connect(server.url(), token=numbered(), on_event=told.append):
                while not any(isinstance(event, essaim.Authenticated) for event in told):
                    await asyncio.sleep(0.005)
            return told

        with FakeServer(viewed) as server:
            told = asyncio.run(asyncio.wait_for(watch(server), PATIENCE_SECONDS))
        self.assertIn(essaim.Authenticated("ann", None, "a1"), told)

        async def published(connection, _):
            self.assertEqual(connection.headers["Authorization"], "Bearer t1")
            await connection.greet()
            await connection.socket.wait_closed()

        with FakeServer(published) as server, essaim.publish(server.url(), token=numbered()):
            pass

    def test_what_can_be_no_token_is_refused_and_not_repeated(self):
        for token in ("", "secret ", "secretß", "secret" * 1000, 17, b"secret"):
            for make in (essaim.connect, essaim.events, essaim.publish_async):
                with self.assertRaisesRegex(ValueError, "^token (has|is)") as raised:
                    make("ws://localhost/", token=token)
                self.assertNotIn("secret", str(raised.exception))
        self.assertNotIn("secret", repr(TokenSource("secret")))


class VerdictTest(unittest.TestCase):
    def test_a_ban_is_waited_for(self):
        reconnect = transport.Reconnect(TokenSource("text"))
        for banned, seconds in (
            (essaim.ConnectionLostError(1008, "Banned for 300 s: too many messages"), 300),
            (essaim.RefusedError(429, "Banned for 287 s", 287.0), 287),
            (essaim.RefusedError(429, "", 1e9), 3600),
        ):
            self.assertFalse(reconnect.is_over(banned))
            self.assertFalse(reconnect.is_turned_away(banned))
            self.assertTrue(seconds <= reconnect.delay_after(banned) <= seconds + 0.5)
        self.assertGreaterEqual(reconnect.delay_after(essaim.RefusedError(503, "full", 7.0)), 7)

    def test_a_login_that_ends_as_soon_as_it_began_is_not_tried_at_once(self):
        for code in (4401, 4403):
            over = essaim.ConnectionLostError(code, "Login expired")
            reconnect = transport.Reconnect(TokenSource(numbered()))
            reconnect.succeeded()
            reconnect.succeeded()
            self.assertFalse(reconnect.is_over(over))
            self.assertEqual(reconnect.delay_after(over), 0)
            self.assertGreaterEqual(reconnect.delay_after(over), 0.5)

    def test_who_is_not_let_in_is_told_from_who_did_too_much(self):
        turned_away = transport.Reconnect.is_turned_away
        for reason in ("Invalid token", "Unauthorized origin", "Login timeout", ""):
            self.assertTrue(turned_away(essaim.ConnectionLostError(1008, reason)))
        for status in (401, 403):
            self.assertTrue(turned_away(essaim.RefusedError(status, "")))
        for other in (
            essaim.ConnectionLostError(1008, "Too many invalid messages"),
            essaim.ConnectionLostError(1008, "Too many messages"),
            essaim.ConnectionLostError(1012, ""),
            essaim.RefusedError(503, ""),
            OSError("broken"),
        ):
            self.assertFalse(turned_away(other))


if __name__ == "__main__":
    unittest.main()
