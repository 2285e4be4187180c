"""The form delta: both decoders read the golden streams that all clients share, to the bit, and survive broken ones."""

import asyncio
import os
import random
import struct
import unittest
from unittest import mock

import golden_streams
from fake_server import PATIENCE_SECONDS, FakeServer, connected, frame, header, roster, stream_changed
from golden_streams import CODED_AT, NAMES, Mutator, decode, decoder, frames, messages, shown, survive, template, value_bits

import essaim
from essaim import columns, transport
from essaim.errors import MalformedMessageError
from essaim.messages import Roster
from essaim.sbe import BATCH, DELTA_FRAME, KEYFRAME, ROSTER_CHANGE

KINDS = [columns.PlainColumns] + ([columns.NumpyColumns] if columns.numpy is not None else [])
BROKEN_STREAMS = 150


class DecoderTest(unittest.TestCase):
    def test_reads_the_golden_streams_to_the_bit(self):
        self.assertGreaterEqual(len(NAMES), 5)
        for kind in KINDS:
            for name in NAMES:
                with self.subTest(name, columns=kind.name):
                    sbe = decoder(kind, value_bits(name))
                    seen = [shown(one) for message in messages(name) for one in decode(sbe, message)]
                    self.assertEqual(seen, frames(name))

    def test_a_frame_may_be_kept(self):
        for kind in KINDS:
            with self.subTest(columns=kind.name):
                sbe = decoder(kind, 16)
                kept = [one for message in messages("coming_and_going") for one in decode(sbe, message)]
                self.assertEqual([shown(one) for one in kept], frames("coming_and_going"))

    def test_a_frame_needs_everything_before_it(self):
        for kind in KINDS:
            for name in NAMES:
                stream = messages(name)
                last = len(stream) - 1
                for missing in sorted({0, 1, last // 2, last - 1}):
                    with self.subTest(name, columns=kind.name, missing=missing):
                        sbe = decoder(kind, value_bits(name))
                        if template(stream[missing]) == golden_streams.REPLAY:
                            continue
                        with self.assertRaises(MalformedMessageError):
                            for message in stream[:missing] + stream[missing + 1 :]:
                                decode(sbe, message)

    def test_messages_out_of_order_are_malformed_and_the_next_keyframe_begins_anew(self):
        stream, expected = messages("two_agents"), frames("two_agents")
        for kind in KINDS:
            with self.subTest(columns=kind.name):
                sbe = decoder(kind, 16)
                for message in stream[:4]:
                    decode(sbe, message)
                for wrong in (stream[3], stream[2], stream[6], stream[4]):
                    with self.assertRaises(MalformedMessageError):
                        decode(sbe, wrong)
                # The roster holds: a keyframe is enough.
                self.assertEqual([shown(one) for message in stream[1:] for one in decode(sbe, message)], expected)
                # A roster begins anew as well, and has to be followed by a keyframe.
                decode(sbe, stream[0])
                with self.assertRaisesRegex(MalformedMessageError, "before the keyframe"):
                    decode(sbe, stream[2])

    def test_a_change_of_the_roster_that_cannot_be_is_malformed(self):
        stream = messages("coming_and_going")
        for change, said in (
            (roster_change(2, [], []), "to roster 2, the next one is 1"),
            (roster_change(1, [24], []), "place 24, of 24"),
            (roster_change(1, [0] * 25, []), "place 0, of 0"),
            (roster_change(1, [], [(7, 2)]), "label 2, there are 2"),
        ):
            for kind in KINDS:
                sbe = decoder(kind, 16)
                with self.assertRaisesRegex(MalformedMessageError, "not told"):
                    decode(sbe, change)
                decode(sbe, stream[0])
                with self.subTest(said, columns=kind.name), self.assertRaisesRegex(MalformedMessageError, said):
                    decode(sbe, stream[1])
                    decode(sbe, change)

    def test_the_last_takes_the_place_and_who_comes_is_put_at_the_end(self):
        sbe = decoder(columns.default(), 16)
        for message in messages("coming_and_going")[:3]:
            decode(sbe, message)
        changed = sbe.decode(roster_change(1, [0, 22, 5], [(9, 1)]))
        self.assertIsInstance(changed, Roster)
        before = list(range(100, 124))
        self.assertEqual(changed.id_list, [123, *before[1:5], 121, *before[6:21], 9])
        self.assertEqual(changed.label_list, ["a"] * 21 + ["b"])

    def test_what_is_put_into_a_batch_is_checked(self):
        stream = messages("two_agents")
        deltas = stream[2:]
        for inside, said in (
            ([stream[1]], "templateId=5"),
            ([stream[0]], "templateId=10"),
            ([batch(deltas[:1])], "templateId=7"),
            ([b"\0" * 8], "schemaId=0"),
            ([deltas[0]] * 61, "frame 0 after frame 0"),
        ):
            for kind in KINDS:
                sbe = decoder(kind, 16)
                decode(sbe, stream[0])
                decode(sbe, stream[1])
                with self.subTest(said, columns=kind.name), self.assertRaisesRegex(MalformedMessageError, said):
                    decode(sbe, batch(inside))
        many = messages("coming_and_going")
        sbe = decoder(columns.default(), 16)
        decode(sbe, many[0])
        decode(sbe, many[1])
        with self.assertRaisesRegex(MalformedMessageError, "at most 60"):
            decode(sbe, batch(many[2:80]))

    def test_coded_bytes_that_are_cut_or_added_to_are_malformed(self):
        stream = messages("two_agents")
        for kind in KINDS:
            for at in range(1, len(stream)):
                coded = stream[at][CODED_AT + 4 :]
                # The coder looks four bytes ahead: what is added there cannot be told from what was read.
                for other in [coded[:length] for length in range(len(coded))] + [coded + bytes(5)]:
                    with self.subTest(at=at, columns=kind.name, length=len(other)):
                        sbe = decoder(kind, 16)
                        for message in stream[:at]:
                            decode(sbe, message)
                        with self.assertRaises(MalformedMessageError):
                            decode(sbe, recoded(stream[at], other))

    def test_every_message_that_ends_too_early_is_malformed(self):
        for kind in KINDS:
            for name, at in (("coming_and_going", 9), ("batches", 2), ("joined", 2), ("joined", 5)):
                stream = messages(name)
                for length in range(len(stream[at])):
                    sbe = decoder(kind, 16)
                    for message in stream[:at]:
                        decode(sbe, message)
                    with self.subTest(name, columns=kind.name, length=length), self.assertRaises(MalformedMessageError):
                        decode(sbe, stream[at][:length])

    def test_broken_streams_raise_one_exception_and_no_other_and_a_good_one_is_read_after_them(self):
        seed = int(os.environ.get("ESSAIM_SEED", random.randrange(2**31)))
        for kind in KINDS:
            rng = random.Random(seed)
            mutator = Mutator(rng)
            for _ in range(BROKEN_STREAMS // len(KINDS)):
                with self.subTest(seed=seed, columns=kind.name):
                    bits, stream = mutator.spoiled()
                    sbe = decoder(kind, bits)
                    survive(sbe, stream)
                    sbe.decode(connected(bits=bits, form="delta")[1])
                    self.assertTrue(golden_streams.recovers(sbe, bits))

    def test_both_read_the_same_in_what_is_broken(self):
        if len(KINDS) < 2:
            self.skipTest("numpy is not there")
        seed = int(os.environ.get("ESSAIM_SEED", random.randrange(2**31)))
        mutator = Mutator(random.Random(seed))
        for _ in range(BROKEN_STREAMS // 3):
            bits, stream = mutator.spoiled()
            with self.subTest(seed=seed):
                self.assertEqual(*[told(kind, bits, stream) for kind in KINDS])


def told(kind, bits, stream):
    """What is shown of each message, or why it is malformed."""
    sbe = decoder(kind, bits)
    answers = []
    for message in stream:
        try:
            answers.append([shown(one) for one in decode(sbe, message)])
        except MalformedMessageError as error:
            answers.append(str(error))
    return answers


def roster_change(version, removed, added):
    return (
        header(struct.pack("<HH", version, 0), ROSTER_CHANGE)
        + struct.pack("<HI", 4, len(removed))
        + b"".join(struct.pack("<I", place) for place in removed)
        + struct.pack("<HI", 6, len(added))
        + b"".join(struct.pack("<IH", *agent) for agent in added)
    )


def batch(inside):
    return header(b"", BATCH) + struct.pack("<HI", 0, len(inside)) + b"".join(struct.pack("<I", len(one)) + one for one in inside)


def recoded(message, coded):
    return message[:CODED_AT] + struct.pack("<I", len(coded)) + coded


async def greet(connection, **options):
    await connection.greet(form="delta", **options)
    while connection.pings == 0:
        await asyncio.sleep(0.005)


async def first_frame(swarm):
    return await asyncio.wait_for(swarm.__anext__(), PATIENCE_SECONDS)


async def until(condition):
    while not condition():
        await asyncio.sleep(0.005)


class ViewerTest(unittest.TestCase):
    def watch(self, script, consume, path="/ws/swarm", **options):
        async def run(server):
            async with essaim.connect(server.url(path), **options) as swarm:
                return await asyncio.wait_for(consume(swarm, server), PATIENCE_SECONDS)

        with FakeServer(script) as server:
            return asyncio.run(run(server))

    def test_frames_are_shown_as_plain_ones_and_those_that_are_replayed_neither_shown_nor_counted(self):
        stream, expected = messages("joined"), frames("joined")

        async def script(connection, _):
            await greet(connection)
            for message in stream[: 2 + stream.index(next(m for m in stream if is_frame(m, 150)))]:
                await connection.send(message)
            await connection.take()
            for message in stream[2 + stream.index(next(m for m in stream if is_frame(m, 150))) :]:
                await connection.send(message)
            await connection.socket.wait_closed()

        async def consume(swarm, _):
            await until(lambda: swarm._waiting)
            first = shown(await first_frame(swarm))
            await swarm._send(b"go on")
            await until(lambda: swarm.snapshot().frames == len(expected))
            return first, shown(await first_frame(swarm)), swarm.snapshot()

        first, last, snapshot = self.watch(script, consume)
        self.assertIn(first, expected[:2])
        self.assertEqual(last, expected[-1])
        self.assertEqual((snapshot.frames, snapshot.skipped, snapshot.discarded), (50, 0, 0))

    def test_frames_of_a_batch_come_one_after_the_other(self):
        stream, expected = messages("batches"), frames("batches")

        async def script(connection, _):
            await greet(connection)
            for message in stream[:4]:
                await connection.send(message)
            await connection.take()
            await connection.send(stream[4])
            await connection.socket.wait_closed()

        async def consume(swarm, server):
            await until(lambda: swarm.snapshot().frames == 10)
            seen = [shown(await first_frame(swarm)) for _ in range(2)]
            await swarm._send(b"go on")
            await until(lambda: swarm.snapshot().frames == 15)
            seen += [shown(await first_frame(swarm)) for _ in range(5)]
            return seen, swarm.snapshot(), server.connections[0].path

        seen, snapshot, path = self.watch(script, consume, fps=60, form="delta", batch=5)
        self.assertEqual(seen, expected[5:7] + expected[10:15])
        self.assertEqual((snapshot.frames, snapshot.overwritten, snapshot.skipped), (15, 8, 0))
        self.assertEqual(path, "/ws/swarm?fps=60&form=delta&batch=5")

    def test_another_epoch_and_other_bits_begin_anew_and_plain_frames_may_follow(self):
        async def script(connection, _):
            await greet(connection)
            for message in messages("two_agents"):
                await connection.send(message)
            await connection.take()
            await connection.send(stream_changed(32, 2, "values need 32 bits"))
            for message in messages("wide"):
                await connection.send(message)
            await connection.take()
            await connection.send(roster(9, [7]))
            await connection.send(frame(200, 9, [(1, 2, 3, 4)]))
            await connection.socket.wait_closed()

        async def consume(swarm, _):
            seen = []
            for count in (6, 156, 157):
                await until(lambda: swarm.snapshot().frames == count)
                seen.append(await first_frame(swarm))
                await swarm._send(b"go on")
            return seen

        before, after, plain = self.watch(script, consume)
        self.assertEqual((shown(before), before.epoch), (frames("two_agents")[-1], 1))
        self.assertEqual((shown(after), after.epoch), (frames("wide")[-1], 2))
        self.assertEqual((plain.sequence, list(plain.ids)), (200, [7]))

    def test_a_malformed_frame_ends_the_connection_and_the_next_one_begins_anew(self):
        stream = messages("two_agents")

        async def script(connection, number):
            await greet(connection)
            sent = list(stream)
            if number == 0:
                sent[4] = recoded(sent[4], b"\xff" * 9)
            for message in sent:
                await connection.send(message)
            await connection.socket.wait_closed()

        async def consume(swarm, server):
            await until(lambda: swarm.snapshot().frames == 8)
            return server.connections[0].socket.close_code, shown(await first_frame(swarm))

        with mock.patch.object(transport.Reconnect, "delay_seconds", lambda self, hint: 0.01):
            code, last = self.watch(script, consume)
        self.assertEqual((code, last), (4002, frames("two_agents")[-1]))

    def test_without_reconnect_the_malformed_frame_is_raised(self):
        async def script(connection, _):
            await greet(connection)
            for message in messages("two_agents")[:2] + messages("two_agents")[3:]:
                await connection.send(message)
            await connection.socket.wait_closed()

        async def consume(swarm, _):
            with self.assertRaises(MalformedMessageError):
                while True:
                    await first_frame(swarm)

        self.watch(script, consume, reconnect=False)

    def test_without_numpy_it_asks_for_thirty_frames_a_second_unless_a_rate_was_chosen(self):
        async def script(connection, _):
            await greet(connection)
            asked = await connection.take()
            connection.asked_fps = struct.unpack_from("<H", asked, 8)[0]
            await connection.socket.close(1001)

        async def consume(swarm, server):
            with self.assertRaises(essaim.ConnectionLostError):
                await swarm.subscribe(agents="1")
            return server.connections[0].path, server.connections[0].asked_fps

        def asked(path="/ws/swarm", **options):
            return self.watch(script, consume, path, reconnect=False, **options)

        with mock.patch.object(columns, "numpy", None):
            self.assertEqual(asked(), ("/ws/swarm?fps=30", 30))
            self.assertEqual(asked(form="delta"), ("/ws/swarm?fps=30&form=delta", 30))
            self.assertEqual(asked(fps=0), ("/ws/swarm", 30))
            self.assertEqual(asked(fps=50)[0], "/ws/swarm?fps=50")
            self.assertEqual(asked("/ws/swarm?fps=60")[0], "/ws/swarm?fps=60")
            self.assertEqual(asked(form="plain")[0], "/ws/swarm?form=plain")
            self.assertEqual(asked("/ws/swarm?form=plain")[0], "/ws/swarm?form=plain")
        with mock.patch.object(columns, "numpy", object()), mock.patch.object(columns, "default", lambda: columns.PlainColumns):
            self.assertEqual(asked(), ("/ws/swarm", 0))

    def test_refuses_batches_that_cannot_be(self):
        for wrong in ({"batch": 0}, {"batch": 61}, {"batch": 2.0}, {"batch": True}, {"batch": 2, "form": "plain"}):
            with self.subTest(wrong), self.assertRaisesRegex(ValueError, "batch"):
                essaim.connect("ws://127.0.0.1:1/ws/swarm", **wrong)
        with self.assertRaisesRegex(ValueError, "batch=2: in the form delta only"):
            essaim.connect("ws://127.0.0.1:1/ws/swarm", encoding="json", batch=2)
        with self.assertRaisesRegex(ValueError, "say it once"):
            essaim.connect("ws://127.0.0.1:1/ws/swarm?batch=3", batch=4)


def is_frame(message, sequence):
    return template(message) == DELTA_FRAME and struct.unpack_from("<I", message, 8)[0] == sequence


if __name__ == "__main__":
    unittest.main()
