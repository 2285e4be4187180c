"""The viewer against a server that does what each test is about."""

import asyncio
import math
import struct
import unittest
from unittest import mock

from fake_server import PATIENCE_SECONDS, FakeServer, error, frame, roster, stream_changed, subscribed, tier

import essaim
from essaim import columns, transport
from essaim.clock import ClockOffset
from essaim.login import TokenSource
from essaim.statistics import SequenceGaps, Statistics
from essaim.view import View

ROWS = [(1, -2, 3, 9990), (4, 5, 6, 10000)]


def quick_reconnects():
    return mock.patch.object(transport.Reconnect, "delay_seconds", lambda self, hint: 0.01)


async def first_frame(swarm):
    return await asyncio.wait_for(swarm.__anext__(), PATIENCE_SECONDS)


async def until(condition):
    async def poll():
        while not condition():
            await asyncio.sleep(0.005)

    await asyncio.wait_for(poll(), PATIENCE_SECONDS)


async def stream(connection, sequences, rows=ROWS):
    """Greets, and sends frames once the client has asked for the time."""
    await connection.greet()
    await connection.send(roster(1, [7, 9]))
    await until(lambda: connection.pings > 0)
    for sequence in sequences:
        await connection.send(frame(sequence, 1, rows))


async def stay(connection):
    await connection.socket.wait_closed()


class ViewerTest(unittest.TestCase):
    def watch(self, script, consume, path="/ws/swarm", refuse=None, **options):
        async def run(server):
            async with essaim.connect(server.url(path), **options) as swarm:
                return await asyncio.wait_for(consume(swarm, server), PATIENCE_SECONDS)

        with FakeServer(script, refuse) as server:
            return asyncio.run(run(server))

    def test_gives_frames_by_columns(self):
        async def script(connection, _):
            await stream(connection, [60])
            await stay(connection)

        async def consume(swarm, _):
            return await first_frame(swarm)

        got = self.watch(script, consume)
        self.assertEqual((got.sequence, got.target, len(got), got.epoch), (60, 999, 2, 1))
        self.assertEqual((list(got.ids), list(got.spheres)), ([7, 9], ["a", "a"]))
        self.assertEqual([list(c) for c in (got.x, got.y, got.z)], [[0.0001, 0.0004], [-0.0002, 0.0005], [0.0003, 0.0006]])
        self.assertEqual(list(got.frequency), [999.0, 1000.0])
        self.assertEqual(got.time.timestamp() * 1e6, got.time_us)
        self.assertTrue(math.isfinite(got.age))
        if columns.numpy is not None:
            self.assertEqual((got.ids.dtype, got.x.dtype, got.positions.shape), ("uint32", "float64", (2, 3)))
            with self.assertRaises(ValueError):
                got.x[0] = 1

    def test_a_slow_consumer_gets_the_newest_frame_and_knows_what_it_missed(self):
        async def script(connection, _):
            await stream(connection, range(60))
            await stay(connection)

        async def consume(swarm, _):
            await until(lambda: swarm.snapshot().frames == 60)
            return (await first_frame(swarm)).sequence, swarm.snapshot()

        sequence, snapshot = self.watch(script, consume)
        self.assertEqual(sequence, 59)
        self.assertEqual((snapshot.overwritten, snapshot.skipped, snapshot.discarded), (59, 0, 0))
        self.assertIsNotNone(snapshot.age_p50)

    def test_says_the_view_in_the_url_and_the_token_in_a_header(self):
        async def script(connection, _):
            await stream(connection, [1])
            await stay(connection)

        async def consume(_, server):
            return server.connections[0]

        connection = self.watch(
            script,
            consume,
            path="/ws/swarm?x=1",
            fps=30,
            agents=[3, 1, 2, 150],
            spheres=["a,b", "Straße"],
            box=(-1, -1, -1, 1, 1, 1),
            form="plain",
            token="secret",
        )
        self.assertEqual(
            connection.path,
            "/ws/swarm?x=1&fps=30&agents=1-3,150&spheres=a%2Cb,Stra%C3%9Fe"
            "&box=-1.0,-1.0,-1.0,1.0,1.0,1.0&form=plain",
        )
        self.assertEqual(connection.headers["Authorization"], "Bearer secret")

    def test_subscribes_on_the_open_socket(self):
        async def script(connection, _):
            await stream(connection, [1])
            asked = await connection.take()
            fps, form = struct.unpack_from("<HB", asked, 8)
            self.assertEqual((fps, form), (20, 255))
            await connection.send(subscribed("1", 20, 3))
            await connection.take()
            await connection.send(error(1003, "A view changes once a second at most; ask again in 7 ms", "2"))
            await stay(connection)

        async def consume(swarm, _):
            granted = await swarm.subscribe(fps=20, spheres="work")
            with self.assertRaises(essaim.ServerError) as refused:
                await swarm.subscribe(agents="1-5")
            return granted, swarm.stride, swarm.fps, refused.exception

        granted, stride, fps, refused = self.watch(script, consume)
        self.assertEqual((granted.fps, granted.stride, stride, fps), (20, 3, 3, 20.0))
        self.assertEqual((refused.code, refused.message[:20]), (1003, "A view changes once "))

    def test_a_subscribe_that_nobody_answers_ends_by_name_and_holds_when_it_is_granted_later(self):
        events = []

        async def script(connection, number):
            await stream(connection, [1])
            if number == 0:
                for _ in ("1", "2", "go on"):
                    await connection.take()
                await connection.send(error(1004, "too late", "1"))
                await connection.send(subscribed("2", 60, 1, "5"))
                await until(lambda: len(events) == 3)
                await connection.socket.close(1011, "a fault")
            await stay(connection)

        async def consume(swarm, server):
            for request in ("1", "2"):
                with self.assertRaisesRegex(essaim.RequestTimeoutError, f"did not answer subscribe {request} within 0.5 s"):
                    await swarm.subscribe(agents=[5])
            await swarm._send(b"go on")
            await until(lambda: len(server.connections) == 2)
            return server.connections[1].path

        with quick_reconnects(), self.assertLogs("essaim", "WARNING"):
            path = self.watch(script, consume, path="/ws/swarm?x=1&agents=7", request_timeout=0.5, on_event=events.append)
        self.assertEqual(path, "/ws/swarm?x=1&agents=5")
        self.assertEqual([type(event).__name__ for event in events[1:3]], ["ServerError", "Subscribed"])

    def test_frames_of_the_old_view_do_not_come_after_the_grant(self):
        async def script(connection, _):
            await stream(connection, [1])
            for request, agents in (("1", "7"), ("2", "7"), ("3", "7")):
                await connection.take()
                await connection.send(subscribed(request, 60, 1, agents))
                await connection.take()
                await connection.send(roster(2, [7]))
                await connection.send(frame(int(request) * 10, 2, ROWS[:1]))
            await stay(connection)

        async def consume(swarm, _):
            await until(lambda: swarm._waiting)
            await swarm.subscribe(agents="7")
            self.assertFalse(swarm._waiting)
            await swarm._send(b"go on")
            got = await first_frame(swarm)
            self.assertEqual((got.sequence, list(got.ids)), (10, [7]))
            await swarm.subscribe(agents=[7], fps=60)
            await swarm._send(b"go on")
            await until(lambda: swarm._waiting)
            # The same agents at another rate: what waits may be had.
            await swarm.subscribe(agents="7-7", fps=30)
            self.assertEqual((await first_frame(swarm)).sequence, 20)
            await swarm._send(b"go on")
            self.assertEqual((await first_frame(swarm)).sequence, 30)
            return swarm.snapshot()

        snapshot = self.watch(script, consume)
        self.assertEqual((snapshot.frames, snapshot.overwritten), (4, 1))

    def test_frames_of_the_old_stream_do_not_come_after_it_is_told(self):
        changes = []

        async def script(connection, _):
            await stream(connection, [500])
            await connection.send(stream_changed(16, 2, "producer c-3 took over"))
            await until(lambda: "StreamChanged" in changes)
            await connection.take()
            await connection.send(roster(1, [8]))
            await connection.send(frame(0, 1, ROWS[:1]))
            await stay(connection)

        async def consume(swarm, _):
            await until(lambda: "StreamChanged" in changes)
            self.assertEqual(swarm.snapshot().frames, 1)
            await swarm._send(b"go on")
            return await first_frame(swarm)

        newest = self.watch(script, consume, on_event=lambda event: changes.append(type(event).__name__))
        self.assertEqual((newest.epoch, newest.sequence), (2, 0))

    def test_follows_tiers_and_counts_skips_by_their_strides(self):
        events = []

        async def script(connection, _):
            await stream(connection, [0, 1, 3])
            await connection.send(tier(8, 30, 2, 1))
            for sequence in (4, 8, 10, 14):
                await connection.send(frame(sequence, 1, ROWS))
            await stay(connection)

        async def consume(swarm, _):
            await until(lambda: swarm.snapshot().frames == 7)
            return swarm.snapshot().skipped, swarm.tier, swarm.stride

        skipped, now, stride = self.watch(script, consume, on_event=events.append)
        # 2; 5, 6 and 7 at stride 1; 12 at stride 2.
        self.assertEqual((skipped, now.reason, stride), (5, "slow_client", 2))
        self.assertEqual([type(event).__name__ for event in events], ["Connected", "Tier"])

    def test_a_stream_that_begins_anew_has_another_epoch_and_roster(self):
        async def script(connection, _):
            await stream(connection, [500])
            await connection.send(stream_changed(32, 2, "values need 32 bits"))
            await connection.send(frame(0, 1, ROWS))
            await connection.send(roster(1, [8]))
            await connection.send(frame(1, 1, ROWS[:1]))
            await stay(connection)

        async def consume(swarm, _):
            await until(lambda: swarm.snapshot().frames == 2)
            return await first_frame(swarm), swarm.stream, swarm.snapshot()

        newest, now, snapshot = self.watch(script, consume)
        self.assertEqual((newest.sequence, newest.epoch, list(newest.ids)), (1, 2, [8]))
        self.assertEqual((now.value_bits, snapshot.discarded, snapshot.skipped), (32, 1, 0))

    def test_speaks_json_where_that_is_asked_for(self):
        async def script(connection, _):
            self.assertFalse(connection.binary)
            await connection.greet()
            await until(lambda: connection.pings > 0)
            await connection.send(
                '{"type":"swarm_update","timestamp":"x","frequency":999,"agent_count":1,"seq":4,"time_us":5,'
                '"agents":[{"id":3,"sphere":"b","x":0.5,"y":1,"z":-1.0000,"frequency":987.3}]}'
            )
            await stay(connection)

        async def consume(swarm, _):
            got = await first_frame(swarm)
            return got.sequence, list(got.ids), list(got.spheres), [tuple(row) for row in got.positions], swarm.encoding

        self.assertEqual(self.watch(script, consume, encoding="json"), (4, [3], ["b"], [(0.5, 1.0, -1.0)], "json"))

    def test_reconnects_and_goes_on(self):
        async def script(connection, number):
            await stream(connection, [number * 10])
            await until(lambda: connection.pings > 0)
            if number == 0:
                await connection.socket.close(1012, "Server draining; retry_after_ms=5")
            else:
                await stay(connection)

        async def consume(swarm, _):
            return [(await first_frame(swarm)).sequence for _ in range(2)], swarm.snapshot().reconnects

        with quick_reconnects():
            self.assertEqual(self.watch(script, consume), ([0, 10], 1))

    def test_a_close_that_forbids_it_ends_it(self):
        async def script(connection, _):
            await stream(connection, [1])
            await connection.socket.close(1008, "Too many invalid messages")

        async def consume(swarm, server):
            with self.assertRaises(essaim.ConnectionLostError) as lost:
                while True:
                    await first_frame(swarm)
            return lost.exception, len(server.connections)

        lost, connections = self.watch(script, consume)
        self.assertEqual((lost.code, lost.reason, connections), (1008, "Too many invalid messages", 1))

    def test_without_reconnect_every_loss_ends_it(self):
        async def script(connection, _):
            await stream(connection, [1])
            await connection.socket.close(1013, "Stalled")

        async def consume(swarm, _):
            with self.assertRaises(essaim.ConnectionLostError) as lost:
                while True:
                    await first_frame(swarm)
            return lost.exception.code

        self.assertEqual(self.watch(script, consume, reconnect=False), 1013)

    def test_a_malformed_message_ends_the_connection(self):
        async def script(connection, number):
            await stream(connection, [number])
            if number == 0:
                await connection.send(b"\x00")
            await stay(connection)

        async def consume(swarm, server):
            await until(lambda: swarm.snapshot().reconnects == 1)
            return server.connections[0].socket.close_code

        with quick_reconnects():
            self.assertEqual(self.watch(script, consume), 4002)

    def test_tells_why_it_was_refused(self):
        async def script(connection, _):
            raise AssertionError("was let in")

        async def consume(swarm, _):
            raise AssertionError("was let in")

        for status, words in ((403, "may not"), (404, "--source=ingest"), (503, "full")):
            headers = [("Retry-After", "3")] if status == 503 else []
            with self.assertRaises(essaim.RefusedError) as refused:
                self.watch(script, consume, refuse=lambda number: (status, headers, b'{"error":"no"}'))
            self.assertEqual(refused.exception.status, status)
            self.assertIn(words, str(refused.exception))
            self.assertEqual(refused.exception.retry_after, 3.0 if status == 503 else None)

    def test_nobody_there_is_an_error_at_once(self):
        async def run():
            async with essaim.connect("ws://127.0.0.1:1/ws/swarm"):
                self.fail("nobody is there")

        with self.assertRaises(OSError):
            asyncio.run(run())

    def test_an_address_that_is_none_is_told_so(self):
        for url in ("http://localhost/ws/swarm", "ws:///ws/swarm", "localhost"):

            async def run():
                async with essaim.connect(url):
                    self.fail("it is no address")

            with self.subTest(url), self.assertRaisesRegex(ValueError, "write ws://HOST:PORT/PATH"):
                asyncio.run(run())

    def test_an_error_that_nobody_asked_for_is_told_and_logged(self):
        events = []

        async def script(connection, _):
            await stream(connection, [1])
            await connection.send(error(1003, "Rate limit exceeded"))
            await stay(connection)

        async def consume(swarm, _):
            await until(lambda: len(events) == 2)

        with self.assertLogs("essaim", "WARNING") as logs:
            self.watch(script, consume, on_event=events.append)
        self.assertEqual((events[1].code, events[1].message), (1003, "Rate limit exceeded"))
        self.assertIn("Rate limit exceeded", logs.output[0])

    def test_a_fault_of_the_listener_reaches_the_consumer(self):
        async def script(connection, _):
            await stream(connection, [1])
            await connection.send(tier(2, 30, 2, 1))
            await stay(connection)

        def on_event(event):
            if isinstance(event, essaim.Tier):
                raise RuntimeError("a fault of the listener")

        async def consume(swarm, _):
            with self.assertRaisesRegex(RuntimeError, "a fault of the listener"):
                while True:
                    await first_frame(swarm)

        self.watch(script, consume, on_event=on_event)

    def test_reports_what_it_saw(self):
        async def script(connection, _):
            await stream(connection, range(5))
            await until(lambda: connection.stats >= 2)
            await stay(connection)

        async def consume(swarm, server):
            await until(lambda: server.connections[0].stats >= 2)

        self.watch(script, consume, stats_seconds=0.05)

    def test_frames_of_a_script_come_without_an_event_loop(self):
        async def script(connection, _):
            await stream(connection, [1])
            for sequence in range(2, 10_000):
                await asyncio.sleep(0.002)
                await connection.send(frame(sequence, 1, ROWS))

        with FakeServer(script) as server:
            seen = []
            for got in essaim.frames(server.url(), reconnect=False):
                seen.append(got.sequence)
                if len(seen) == 5:
                    break
        self.assertEqual(seen, sorted(set(seen)))

    def test_frames_of_a_script_end_with_the_reason(self):
        async def script(connection, _):
            await stream(connection, [1])
            await asyncio.sleep(0.2)
            await connection.socket.close(1008, "no more")

        with FakeServer(script) as server, self.assertRaisesRegex(essaim.ConnectionLostError, "no more"):
            for _ in essaim.frames(server.url()):
                pass

    def test_refuses_arguments_that_cannot_be(self):
        for wrong in (
            {"fps": 241},
            {"fps": -1},
            {"fps": 1.5},
            {"form": "xml"},
            {"encoding": "xml"},
            {"spheres": [""]},
            {"spheres": []},
            {"spheres": [None]},
            {"spheres": ["é" * 128]},
            {"spheres": ["\ud800"]},
            {"spheres": [str(number) for number in range(101)]},
            {"agents": ""},
            {"agents": "9-1"},
            {"agents": "1,,2"},
            {"agents": "1-2-3"},
            {"agents": "-1"},
            {"agents": "٣"},
            {"agents": "4294967296"},
            {"agents": ",".join(str(2 * number) for number in range(1_001))},
            {"agents": range(0, 2_002, 2)},
            {"agents": [None]},
            {"agents": [math.inf]},
            {"agents": [-1]},
            {"agents": []},
            {"agents": [0.5]},
            {"box": (0, 0, 0)},
            {"box": (1, 0, 0, 0, 0, 0)},
            {"box": (math.nan, 0, 0, 0, 0, 0)},
            {"stats_seconds": -1},
            {"request_timeout": 0},
        ):
            with self.subTest(wrong), self.assertRaisesRegex(ValueError, next(iter(wrong))):
                essaim.connect("ws://127.0.0.1:1/ws/swarm", **wrong)
        with self.assertRaisesRegex(ValueError, "say it once"):
            essaim.connect("ws://127.0.0.1:1/ws/swarm?fps=3", fps=4)

    def test_says_ids_in_as_few_ranges_as_there_can_be(self):
        for agents, said in (
            ("150, 0-99", "0-99,150"),
            ("5-7,6-9,10,12", "5-10,12"),
            ("0-4294967295", "0-4294967295"),
            ("007", "7"),
            (range(0, 2_000), "0-1999"),
            ([3, 3, 1], "1,3"),
            (",".join(["1"] * 1_001), "1"),
        ):
            self.assertEqual(View.of(agents=agents).agents, said)
        self.assertEqual(len(View.of(spheres=["é" * 127 + "a"] * 100).spheres), 100)

    def test_a_view_that_restricts_nothing_leaves_the_url_as_it_is(self):
        self.assertEqual(View.of().added_to("ws://h/ws/swarm?fps=3"), "ws://h/ws/swarm?fps=3")


class StatisticsTest(unittest.TestCase):
    def test_gaps_count_the_ticks_that_the_stride_divides(self):
        for stride, sequences, missing in (
            (1, [0, 1, 2], [0, 0, 0]),
            (1, [5, 9], [0, 3]),
            (2, [4, 6, 12], [0, 0, 2]),
            (3, [2**32 - 1, 0, 3], [0, 0, 0]),
            (1, [2**32 - 2, 1], [0, 2]),
            (1, [10, 10, 9], [0, 0, 0]),
        ):
            gaps = SequenceGaps()
            gaps.begin(stride)
            self.assertEqual([gaps.before(sequence) for sequence in sequences], missing, (stride, sequences))

    def test_gaps_across_changes_of_stride(self):
        gaps = SequenceGaps()
        gaps.begin(1)
        gaps.before(0)
        gaps.stride_from(4, 2)
        self.assertEqual(gaps.before(2), 1)
        gaps.stride_from(8, 4)
        # 3 at stride 1; 4 and 6 at 2; 8 at 4.
        self.assertEqual(gaps.before(12), 4)
        gaps.stride(1)
        # Nobody said from when: the larger stride counts.
        self.assertEqual(gaps.before(17), 1)
        self.assertEqual(gaps.before(19), 1)

    def test_a_report_tells_what_came_since_the_last(self):
        statistics = Statistics(0)
        for sequence, age in ((1, 0.010), (3, 0.020), (4, -0.5)):
            statistics.frame(sequence, age)
        report = statistics.report(1_000_000)
        self.assertEqual((report.skipped, report.age_p50_ms, report.age_p99_ms, report.fps), (1, 10.0, 20.0, 3.0))
        report = statistics.report(2_000_000)
        self.assertEqual((report.skipped, report.age_p50_ms, report.fps), (0, None, 0.0))

    def test_the_shortest_round_trip_tells_the_clocks_apart(self):
        offset = ClockOffset()
        self.assertIsNone(offset.age_seconds(0, 0))
        offset.pong(0, 100, 1_050)
        offset.pong(200, 210, 1_305)
        offset.pong(300, 700, 9_000)
        self.assertEqual(offset.age_seconds(2_000, 1_000), (1_000 + 1_100 - 2_000) / 1e6)


class ReconnectTest(unittest.TestCase):
    def test_backs_off_from_half_a_second_to_twenty_with_jitter(self):
        reconnect = transport.Reconnect(TokenSource(None))
        for attempt in range(12):
            delay = reconnect.delay_seconds(None)
            self.assertGreaterEqual(delay, 0.5)
            self.assertLessEqual(delay, min(20.0, 0.5 + 0.5 * 2**attempt))
        self.assertEqual(reconnect.delay_seconds(3.0), 3.0)
        self.assertEqual(reconnect.delay_seconds(1e6), 20.0)

    def test_knows_which_ends_are_final(self):
        final = [essaim.ConnectionLostError(code, "") for code in (1000, 1002, 1007, 1008, 1009, 4500, 4999)]
        final += [essaim.RefusedError(status, "") for status in (400, 401, 403, 404)]
        again = [essaim.ConnectionLostError(code, "") for code in (1001, 1006, 1011, 1012, 1013, 4000)]
        again += [essaim.RefusedError(503, ""), OSError()]
        self.assertEqual([transport.Reconnect.is_final(error) for error in final], [True] * len(final))
        self.assertEqual([transport.Reconnect.is_final(error) for error in again], [False] * len(again))
        hint = transport.Reconnect.hint_seconds(essaim.ConnectionLostError(1012, "draining; retry_after_ms=1500"))
        self.assertEqual(hint, 1.5)


if __name__ == "__main__":
    unittest.main()
