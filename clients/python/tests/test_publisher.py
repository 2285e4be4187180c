"""The publisher against a server that does what each test is about."""

import asyncio
import json
import math
import struct
import threading
import time
import unittest
from decimal import ROUND_HALF_UP, Decimal
from unittest import mock

from fake_server import PATIENCE_SECONDS, FakeServer, error, stream_changed
from test_viewer import quick_reconnects, until

import essaim
from essaim import columns, state, transport
from essaim.delivery import Delivery
from essaim.messages import Component, Stream
from essaim.transport import cancelled

KINDS = ["plain"] + (["numpy"] if columns.numpy is not None else [])


def without_numpy(kind):
    return mock.patch.object(state, "numpy", None) if kind == "plain" else mock.patch.object(state, "numpy", columns.numpy)


def decode_roster(message):
    """Version, ids and labels, read by struct alone."""
    assert struct.unpack_from("<4H", message) == (4, 10, 8001, 0), message
    version, _, block, count = struct.unpack_from("<HHHI", message, 8)
    assert block == 0
    at, labels = 18, []
    for _ in range(count):
        (length,) = struct.unpack_from("<I", message, at)
        labels.append(message[at + 4 : at + 4 + length].decode())
        at += 4 + length
    block, count = struct.unpack_from("<HI", message, at)
    assert block == 6
    agents = [struct.unpack_from("<IH", message, at + 6 + 6 * i) for i in range(count)]
    assert len(message) == at + 6 + 6 * count
    return version, [agent for agent, _ in agents], [labels[sphere] for _, sphere in agents]


def decode_frame(message):
    """Bits, the roster's version and the agents' integers, read by struct alone."""
    length, template, schema, version = struct.unpack_from("<4H", message)
    assert (length, schema, version) == (18, 8001, 0) and template in (1, 2), message
    bits = 16 if template == 1 else 32
    _, _, roster_version, _, target = struct.unpack_from("<IQHHH", message, 8)
    assert target == 999
    block, count = struct.unpack_from("<HI", message, 26)
    assert block == bits // 2 and len(message) == 32 + block * count
    form = "<4h" if bits == 16 else "<4i"
    return bits, roster_version, [struct.unpack_from(form, message, 32 + block * i) for i in range(count)]


async def stay(connection):
    await connection.socket.wait_closed()


def rounded(value, decimals):
    """Half away from zero, by decimal arithmetic on what the server's double arithmetic sees."""
    return int(Decimal(value * 10**decimals).quantize(Decimal(1), ROUND_HALF_UP))


class PublisherTest(unittest.TestCase):
    def publish(self, script, simulate, **options):
        with FakeServer(script) as server:
            with essaim.publish(server.url("/ws/ingest"), **options) as swarm:
                return simulate(swarm)

    def one_state(self, bits=16, z_offset=0, encoding="sbe", **state_of):
        """What arrives of one state: both binary messages, or the JSON text."""
        arrived = []

        async def script(connection, _):
            await connection.greet(bits=bits, z_offset=z_offset)
            for _ in range(2 if connection.binary else 1):
                arrived.append(await connection.take())
            await stay(connection)

        self.publish(script, lambda swarm: swarm.send(**state_of), encoding=encoding)
        return arrived

    def test_a_state_arrives_on_the_grid(self):
        for kind in KINDS:
            with self.subTest(kind), without_numpy(kind):
                roster, frame = self.one_state(
                    positions=[(0.5, -0.1, 0.80005), (-1, 1, -0.00005)],
                    ids=[7, 2**32 - 1],
                    spheres=["work", "Straße"],
                    frequency=[987.25, 990],
                )
                version, ids, labels = decode_roster(roster)
                self.assertEqual((ids, labels), ([7, 2**32 - 1], ["work", "Straße"]))
                bits, of, agents = decode_frame(frame)
                self.assertEqual((bits, of), (16, version))
                self.assertEqual(agents[0], (5000, -1000, rounded(0.80005, 4), 9873))
                self.assertEqual(agents[1], (-10000, 10000, rounded(-0.00005, 4), 9900))

    def test_what_is_left_out_is_filled_in(self):
        for kind in KINDS:
            with self.subTest(kind), without_numpy(kind):
                roster, frame = self.one_state(positions=[(0.5, 1), (0, 0)])
                # The server's first sphere, whatever that is.
                self.assertEqual(decode_roster(roster)[1:], ([0, 1], ["", ""]))
                self.assertEqual(decode_frame(frame)[2], [(5000, 10000, 0, 9990), (0, 0, 0, 9990)])
                roster, frame = self.one_state(positions=[(0.5, 1), (0, 0)], spheres="a")
                self.assertEqual(decode_roster(roster)[1:], ([0, 1], ["a", "a"]))
                self.assertEqual(decode_frame(frame)[2], [(5000, 10000, 0, 9990), (0, 0, 0, 9990)])

    def test_takes_arrays_of_numpy(self):
        if columns.numpy is None:
            self.skipTest("without numpy")
        numpy = columns.numpy
        roster, frame = self.one_state(
            positions=numpy.array([[0.5, 1], [2, 3]], dtype=numpy.float32),
            ids=numpy.array([4, 2], dtype=numpy.int16),
            spheres=numpy.array(["a", "b"]),
            frequency=numpy.float64(990.0),
        )
        self.assertEqual(decode_roster(roster)[1:], ([4, 2], ["a", "b"]))
        self.assertEqual(decode_frame(frame)[2], [(5000, 10000, 0, 9900), (20000, 30000, 0, 9900)])

    def test_wide_values_take_thirty_two_bits(self):
        for kind in KINDS:
            with self.subTest(kind), without_numpy(kind):
                _, frame = self.one_state(positions=[(3.2768, 0, 0)])
                self.assertEqual(decode_frame(frame)[0], 32)
                _, frame = self.one_state(positions=[(3.2767, -3.2768, 0)])
                self.assertEqual(decode_frame(frame)[0], 16)
                _, frame = self.one_state(bits=32, positions=[(0, 0, 0)])
                self.assertEqual(decode_frame(frame)[0], 32)

    def test_an_offset_is_taken_off(self):
        for kind in KINDS:
            with self.subTest(kind), without_numpy(kind):
                _, frame = self.one_state(z_offset=-5, positions=[(0, 0, 0.00005)])
                self.assertEqual(decode_frame(frame)[2], [(0, 0, 6, 9990)])

    def test_json_carries_the_values_as_they_are(self):
        for kind in KINDS:
            with self.subTest(kind), without_numpy(kind):
                (text,) = self.one_state(encoding="json", positions=[(0.123456789, -0.1)], spheres=["é"], ids=[5])
                self.assertEqual(
                    json.loads(text),
                    {
                        "type": "swarm_state",
                        "agents": [{"id": 5, "x": 0.123456789, "y": -0.1, "z": 0.0, "sphere": "é"}],
                    },
                )
                (text,) = self.one_state(encoding="json", positions=[(1, 2, 3)], frequency=990.5)
                self.assertEqual(json.loads(text)["agents"], [{"id": 0, "x": 1, "y": 2, "z": 3, "frequency": 990.5}])

    def test_an_empty_swarm_is_a_state(self):
        for kind in KINDS:
            with self.subTest(kind), without_numpy(kind):
                roster, frame = self.one_state(positions=[])
                self.assertEqual((decode_roster(roster)[1], decode_frame(frame)[2]), ([], []))

    def test_a_roster_goes_out_only_when_it_changes(self):
        arrived = []

        async def script(connection, _):
            await connection.greet()
            while True:
                arrived.append(await connection.take())

        def simulate(swarm):
            for ids in ([1, 2], [1, 2], [1, 3], [1, 3]):
                swarm.send([(0, 0), (0, 0)], ids=ids)
                asyncio.run(until(lambda: swarm._publisher._newest is None))

        with FakeServer(script) as server, essaim.publish(server.url()) as swarm:
            simulate(swarm)
        kinds = [struct.unpack_from("<H", message, 2)[0] for message in arrived]
        self.assertEqual(kinds, [10, 1, 1, 10, 1, 1])
        self.assertEqual([decode_roster(arrived[0])[0], decode_roster(arrived[3])[0]], [1, 2])

    def test_the_newest_state_wins(self):
        last = []

        async def script(connection, _):
            await connection.greet()
            while True:
                message = await connection.take()
                if struct.unpack_from("<H", message, 2)[0] == 1:
                    last.append(decode_frame(message)[2][0][0])

        def simulate(swarm):
            for step in range(1000):
                swarm.send([(step / 10_000, 0)])

        with FakeServer(script) as server:
            with essaim.publish(server.url(), states_per_second=50) as swarm:
                simulate(swarm)
            self.assertEqual(swarm.sent + swarm.overwritten, 1000)
            self.assertLess(swarm.sent, 1000)
        self.assertEqual(last[-1], 999)
        self.assertEqual(last, sorted(last))

    def test_a_state_is_copied(self):
        for kind in KINDS:
            with self.subTest(kind), without_numpy(kind):
                arrived = []

                async def script(connection, _):
                    await connection.greet()
                    await connection.take()
                    arrived.append(await connection.take())
                    await stay(connection)

                rows = [[0.5, 0.5]] if kind == "plain" else columns.numpy.array([[0.5, 0.5]])
                with FakeServer(script) as server, essaim.publish(server.url()) as swarm:
                    swarm.send(rows)
                    rows[0][0] = 9
                self.assertEqual(decode_frame(arrived[0])[2], [(5000, 5000, 0, 9990)])

    def test_reconnects_and_sends_the_roster_again(self):
        arrived = []

        async def script(connection, number):
            await connection.greet()
            arrived.append([await connection.take(), await connection.take()])
            if number == 0:
                await connection.socket.close(1011, "a fault")
            await stay(connection)

        def simulate(swarm):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while len(arrived) < 2 and time.monotonic() < deadline:
                swarm.send([(0.1, 0.2)])
                time.sleep(0.005)

        with quick_reconnects(), self.assertLogs("essaim", "WARNING"):
            self.publish(script, simulate)
        for roster, frame in arrived:
            self.assertEqual(decode_frame(frame)[1], decode_roster(roster)[0])

    def test_the_newest_state_goes_out_again_where_no_newer_one_comes(self):
        arrived = []

        async def script(connection, number):
            await connection.greet()
            arrived.append([await connection.take(), await connection.take()])
            if number == 0:
                await connection.socket.close(1013, "Another producer is streaming: c-12")
            await stay(connection)

        with quick_reconnects(), self.assertLogs("essaim", "WARNING"), FakeServer(script) as server:
            with essaim.publish(server.url()) as swarm:
                swarm.send([(0.1, 0.2)])
                asyncio.run(until(lambda: len(arrived) == 2))
        self.assertEqual([decode_frame(frame)[2] for _, frame in arrived], [[(1000, 2000, 0, 9990)]] * 2)

    def test_another_producer_is_waited_for(self):
        async def script(connection, number):
            await connection.greet()
            await connection.take()
            if number < 2:
                await connection.socket.close(1013, "Another producer is streaming: c-12")
            await stay(connection)

        with quick_reconnects(), self.assertLogs("essaim", "WARNING") as logs, FakeServer(script) as server:
            with essaim.publish(server.url()) as swarm:
                deadline = time.monotonic() + PATIENCE_SECONDS
                while len(server.connections) < 3 and time.monotonic() < deadline:
                    swarm.send([(0.1, 0.2)])
                    time.sleep(0.005)
        self.assertIn("Another producer is streaming: c-12", logs.output[0])

    def test_backs_off_until_a_connection_outlives_a_state(self):
        attempts, gone = [], threading.Event()
        occupied = 4

        def recorded(reconnect, hint):
            attempts.append(reconnect._attempt)
            reconnect._attempt += 1
            return 0.01

        async def script(connection, number):
            if number < occupied:
                # The first pong may come before the server has read the state.
                connection.pongs_max = 1
            await connection.greet()
            await connection.take()
            await connection.take()
            if number < occupied:
                await until(lambda: connection.pings >= 2)
                await connection.socket.close(1013, "Another producer is streaming: c-12")
            elif number == occupied:
                await until(gone.is_set)
                await connection.socket.close(1011, "a fault")
            await stay(connection)

        with mock.patch.object(transport.Reconnect, "delay_seconds", recorded), mock.patch.object(
            essaim.publisher, "_PING_SECONDS", 0.05
        ), self.assertLogs("essaim", "WARNING"), FakeServer(script) as server:
            with essaim.publish(server.url()) as swarm:
                swarm.send([(0.1, 0.2)])
                asyncio.run(until(lambda: len(server.connections) == occupied + 1))
                self.assertEqual(attempts, [0, 1, 2, 3])
                asyncio.run(until(lambda: swarm.sent == 1))
                gone.set()
                asyncio.run(until(lambda: swarm.sent == 2))
        self.assertEqual((attempts, swarm.sent), ([0, 1, 2, 3, 0], 2))

    def test_a_block_that_never_had_the_stream_says_so_at_its_end(self):
        async def script(connection, _):
            await connection.greet()
            await connection.take()
            await connection.socket.close(1013, "Another producer is streaming: c-12")
            await stay(connection)

        reason = "kept none of the states that were to be sent: .* 1013: Another producer is streaming: c-12"

        async def run(server):
            async with essaim.publish_async(server.url()) as swarm:
                await swarm.send([(0.1, 0.2)])
                await until(lambda: swarm._last_loss is not None)

        with quick_reconnects(), mock.patch.object(essaim.publisher, "_FLUSH_SECONDS", 0.2), FakeServer(script) as server:
            with self.assertLogs("essaim", "WARNING"), self.assertRaisesRegex(essaim.NothingStreamedError, reason):
                with essaim.publish(server.url()) as swarm:
                    swarm.send([(0.1, 0.2)])
                    asyncio.run(until(lambda: swarm._publisher._last_loss is not None))
            swarm.close()
            self.assertEqual(swarm.sent, 0)
            with self.assertLogs("essaim", "WARNING") as logs, self.assertRaises(KeyboardInterrupt):
                with essaim.publish(server.url()) as swarm:
                    swarm.send([(0.1, 0.2)])
                    asyncio.run(until(lambda: swarm._publisher._last_loss is not None))
                    raise KeyboardInterrupt
            self.assertRegex(logs.output[-1], reason)
        with quick_reconnects(), mock.patch.object(essaim.publisher, "_FLUSH_SECONDS", 0.2), FakeServer(script) as server:
            with self.assertLogs("essaim", "WARNING"), self.assertRaisesRegex(essaim.NothingStreamedError, reason):
                asyncio.run(run(server))

    def test_a_cancellation_that_gets_lost_is_repeated(self):
        async def run():
            lost = asyncio.Event()

            async def stubborn():
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    lost.set()
                await asyncio.sleep(60)

            task = asyncio.ensure_future(stubborn())
            await asyncio.sleep(0)
            await asyncio.wait_for(cancelled(task), 30)
            self.assertTrue(lost.is_set())
            self.assertTrue(task.cancelled())

        asyncio.run(run())

    def test_a_block_that_sends_nothing_ends_in_peace(self):
        async def script(connection, _):
            await connection.greet()
            await stay(connection)

        self.assertEqual(self.publish(script, lambda swarm: swarm.sent), 0)

    def test_an_error_of_the_server_is_raised_by_the_next_send(self):
        async def script(connection, _):
            await connection.greet()
            await connection.take()
            await connection.send(error(1001, "agent 3: x is out of range"))
            await stay(connection)

        def simulate(swarm):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while time.monotonic() < deadline:
                swarm.send([(0.1, 0.2)])
                time.sleep(0.005)

        with self.assertLogs("essaim", "WARNING"), self.assertRaises(essaim.ServerError) as raised:
            self.publish(script, simulate)
        self.assertEqual((raised.exception.code, raised.exception.message), (1001, "agent 3: x is out of range"))

    def test_an_error_of_the_last_state_is_raised_at_the_end(self):
        async def script(connection, _):
            await connection.greet()
            await connection.take()
            await connection.take()
            await connection.send(error(1001, "no"))
            await stay(connection)

        # The fake answers pings as they come; the real server after what came before.
        with self.assertLogs("essaim", "WARNING"), self.assertRaises(essaim.ServerError):
            with FakeServer(script) as server, essaim.publish(server.url()) as swarm:
                swarm.send([(0.1, 0.2)])
                deadline = time.monotonic() + PATIENCE_SECONDS
                while swarm._publisher._error is None and time.monotonic() < deadline:
                    time.sleep(0.005)

    def test_being_rate_limited_is_logged_only(self):
        async def script(connection, _):
            await connection.greet()
            await connection.take()
            await connection.send(error(1003, "more than 250 states a second"))
            await stay(connection)

        with self.assertLogs("essaim", "WARNING") as logs:
            with FakeServer(script) as server, essaim.publish(server.url()) as swarm:
                swarm.send([(0.1, 0.2)])
                deadline = time.monotonic() + PATIENCE_SECONDS
                while not logs.output and time.monotonic() < deadline:
                    time.sleep(0.005)
                swarm.send([(0.1, 0.2)])
        self.assertIn("more than 250 states a second", logs.output[0])

    def test_a_final_close_is_raised(self):
        async def script(connection, _):
            await connection.greet()
            await connection.take()
            await connection.socket.close(1008, "Too many invalid messages")

        def simulate(swarm):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while time.monotonic() < deadline:
                swarm.send([(0.1, 0.2)])
                time.sleep(0.005)

        with self.assertLogs("essaim", "WARNING") as logs:
            with self.assertRaisesRegex(essaim.ConnectionLostError, "Too many invalid messages"):
                self.publish(script, simulate)
        self.assertIn("kept none of the states", logs.output[-1])

    def test_a_refusal_is_raised_at_once(self):
        async def script(connection, _):
            raise AssertionError("was let in")

        for status in (401, 403, 404):
            refusing = FakeServer(script, lambda number, status=status: (status, [], b'{"error":"no"}'))
            with refusing as server, self.assertRaises(essaim.RefusedError) as refused:
                essaim.publish(server.url())
            self.assertEqual(refused.exception.status, status)

    def test_brings_its_token(self):
        async def script(connection, _):
            await connection.greet()
            await stay(connection)

        with FakeServer(script) as server, essaim.publish(server.url(), token="secret"):
            self.assertEqual(server.connections[0].headers["Authorization"], "Bearer secret")

    def test_keeps_the_stream_by_pings_while_it_has_nothing_to_say(self):
        async def script(connection, _):
            await connection.greet()
            await stay(connection)

        with mock.patch.object(essaim.publisher, "_PING_SECONDS", 0.01):
            with FakeServer(script) as server, essaim.publish(server.url()):
                asyncio.run(until(lambda: server.connections[0].pings >= 3))

    def test_follows_a_grid_of_other_bits(self):
        frames = []

        async def script(connection, _):
            await connection.greet()
            await connection.send(stream_changed(32, 2, "values need 32 bits"))
            while not frames or frames[-1][0] != 32:
                message = await connection.take()
                if struct.unpack_from("<H", message, 2)[0] != 10:
                    frames.append(decode_frame(message))
            await stay(connection)

        def simulate(swarm):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while (not frames or frames[-1][0] != 32) and time.monotonic() < deadline:
                swarm.send([(0.1, 0.2)])
                time.sleep(0.005)

        self.publish(script, simulate)
        self.assertEqual(frames[-1][2], [(1000, 2000, 0, 9990)])

    def test_publishes_from_an_event_loop(self):
        arrived = []

        async def script(connection, _):
            await connection.greet()
            arrived.append(await connection.take())
            arrived.append(await connection.take())
            await stay(connection)

        async def run(server):
            async with essaim.publish_async(server.url()) as swarm:
                await swarm.send([(0.1, 0.2)], spheres="a")
                self.assertEqual(swarm.stream.ticks_per_second, 60)
            self.assertEqual((swarm.sent, swarm.overwritten), (1, 0))

        with FakeServer(script) as server:
            asyncio.run(run(server))
        self.assertEqual(decode_frame(arrived[1])[2], [(1000, 2000, 0, 9990)])

    def test_a_state_that_cannot_be_is_refused_by_name(self):
        async def script(connection, _):
            await connection.greet()
            await stay(connection)

        inf = math.inf
        wrong = [
            ({"positions": [(0, 0, 0, 0)]}, "positions has"),
            ({"positions": [(math.nan, 0)]}, "x=nan of agent 0"),
            ({"positions": [(0, 0, inf)]}, "z=inf of agent 0"),
            ({"positions": [(0, 0), (0, 214748.37)], "ids": [3, 9]}, "y=214748.37 of agent 9.*32 bits hold at 4 decimals"),
            ({"positions": [(0, 0)], "frequency": [1, 2]}, "frequency has 2 entries, positions 1 rows"),
            ({"positions": [(0, 0)], "frequency": math.nan}, "frequency=nan of agent 0"),
            ({"positions": [(0, 0)], "ids": []}, "ids has 0 entries"),
            ({"positions": [(0, 0)], "ids": [-1]}, "ids has -1"),
            ({"positions": [(0, 0)], "ids": [2**32]}, "ids has 4294967296"),
            ({"positions": [(0, 0)], "ids": [1.5]}, "ids has 1.5"),
            ({"positions": [(0, 0)] * 2, "ids": [4, 4]}, "ids has 4 twice"),
            ({"positions": [(0, 0)], "spheres": ["a", "b"]}, "spheres has 2 entries"),
            ({"positions": [(0, 0)], "spheres": ["é" * 128]}, "spheres has .* 255 bytes"),
            ({"positions": [(0, 0)], "spheres": ""}, "spheres has ''"),
            ({"positions": [(0, 0)] * 100_001}, "at most 100000 agents"),
        ]
        for kind in KINDS:
            with without_numpy(kind), FakeServer(script) as server, essaim.publish(server.url()) as swarm:
                for given, message in wrong:
                    with self.subTest(message, columns=kind), self.assertRaisesRegex(ValueError, message):
                        swarm.send(**given)
                self.assertEqual(swarm.sent, 0)

    def test_a_closed_publisher_takes_nothing(self):
        async def script(connection, _):
            await connection.greet()
            await stay(connection)

        with FakeServer(script) as server:
            swarm = essaim.publish(server.url())
            swarm.close()
            swarm.close()
            with self.assertRaisesRegex(ValueError, "closed"):
                swarm.send([(0, 0)])

    def test_refuses_arguments_that_cannot_be(self):
        for wrong in ({"encoding": "xml"}, {"states_per_second": 0}):
            with self.assertRaisesRegex(ValueError, next(iter(wrong))):
                essaim.publish("ws://127.0.0.1:1/ws/ingest", **wrong)
        with self.assertRaises(OSError):
            essaim.publish("ws://127.0.0.1:1/ws/ingest")


class DeliveryTest(unittest.TestCase):
    def test_a_ping_vouches_for_the_states_before_the_one_before_it(self):
        delivery = Delivery()
        self.assertTrue(delivery.is_settled)
        for _ in range(3):
            delivery.went_out()
        self.assertEqual(delivery.next_echo(), 0)
        delivery.went_out()
        self.assertEqual(delivery.pong(0), 0)
        self.assertEqual(delivery.next_echo(), 3)
        delivery.refused()
        self.assertEqual(delivery.pong(3), 2)
        self.assertFalse(delivery.is_settled)
        self.assertEqual(delivery.next_echo(), 4)
        self.assertEqual([delivery.pong(4), delivery.pong(4)], [1, 0])
        self.assertTrue(delivery.is_settled)

    def test_refusals_leave_none_and_odd_echoes_are_none(self):
        delivery = Delivery()
        delivery.went_out()
        delivery.refused()
        delivery.refused()
        delivery.next_echo()
        self.assertEqual([delivery.pong(-math.inf), delivery.pong(math.inf)], [0, 0])
        self.assertTrue(delivery.is_settled)


class RoundingTest(unittest.TestCase):
    """Values that lie between two integers of the grid, or nearly."""

    def test_with_and_without_numpy_rounds_half_away_from_zero(self):
        values = [0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, -0.49999999999999994, 0.0, -0.0, 1e-300, 1234.5]
        values += [sign * (step + 0.5) / 10**4 for step in range(0, 2000, 7) for sign in (1, -1)]
        for decimals in (0, 1, 4, 9):
            names = ("x", "y", "z", "frequency")
            stream = Stream(1, 60, 32, tuple(Component(name, decimals, 0) for name in names))
            grid = state.Grid(stream, 0)
            fitting = [value for value in values if abs(value * 10**decimals) < 2**31]
            rows = [(value, 0.0, 0.0) for value in fitting]
            expected = [server_rounding(value, decimals) for value in fitting]
            for kind in KINDS:
                with self.subTest(kind, decimals=decimals), without_numpy(kind):
                    identities = state.Identities.of(rows, None, None, None)
                    frame = state.State.of(grid, identities, rows, 0.0).frame(0, 0, 1)
                    got = [struct.unpack_from("<i", frame, 32 + 16 * i)[0] for i in range(len(rows))]
                    self.assertEqual(got, expected)


def server_rounding(value, decimals):
    scaled = value * float(10**decimals)
    return int(math.ceil(scaled - 0.5) if scaled < 0 else math.floor(scaled + 0.5))


if __name__ == "__main__":
    unittest.main()
