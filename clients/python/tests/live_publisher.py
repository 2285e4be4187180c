"""The publisher against a real server: ESSAIM_URL is ws://HOST:PORT of one with --source=ingest, ESSAIM_SPHERE the first of
its spheres, ESSAIM_RECORDING a trajectory, CSV in gzip with the columns t,id,x,y,z. Publishes it live; what viewers of both
encodings see has to be the file's values on the grid. Run by the server's tests.
"""

import asyncio
import csv
import gzip
import json
import os
import threading
import unittest
from decimal import ROUND_HALF_UP, Decimal

import websockets

import essaim

URL = os.environ["ESSAIM_URL"]
PATIENCE_SECONDS = 60
SEEN = 60
FREQUENCY = 900


def recording():
    """The file's moments: ids, and rows as text."""
    moments = {}
    with gzip.open(os.environ["ESSAIM_RECORDING"], "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            moments.setdefault(row["t"], []).append(row)
    return list(moments.values())


def on_grid(text):
    """A value of the file as a decimal of four places, half away from zero."""
    return float(Decimal(text).quantize(Decimal("0.0001"), ROUND_HALF_UP)) + 0.0


def number_of(frequency):
    """Each state says in its agents' frequency which one it is."""
    return round((frequency - FREQUENCY) * 10)


class LivePublisherTest(unittest.TestCase):
    def setUp(self):
        self.moments = recording()
        self.expected = [
            {int(row["id"]): tuple(on_grid(row[axis]) for axis in "xyz") for row in rows} for rows in self.moments
        ]
        self.done = threading.Event()

    def publish(self, encoding):
        states = [[[float(row[axis]) for axis in "xyz"] for row in rows] for rows in self.moments]
        ids = [[int(row["id"]) for row in rows] for rows in self.moments]
        with essaim.publish(URL + "/ws/ingest", encoding=encoding) as swarm:
            step = 0
            while not self.done.wait(1 / 60):
                number = step % len(states)
                swarm.send(states[number], ids=ids[number], spheres="bird", frequency=FREQUENCY + number / 10)
                step += 1
        self.sent = swarm.sent

    def check(self, number, positions):
        self.assertEqual(positions, self.expected[number])

    async def watch_binary(self):
        seen = set()
        async with essaim.connect(URL + "/ws/swarm") as swarm:
            while len(seen) < SEEN:
                frame = await asyncio.wait_for(swarm.__anext__(), PATIENCE_SECONDS)
                # The last state of whatever was published before stays until the first bird comes.
                if set(frame.spheres) == {"bird"}:
                    number = number_of(frame.frequency[0])
                    self.check(number, {int(agent): tuple(row) for agent, row in zip(frame.ids, frame.positions)})
                    seen.add(number)
        return seen

    async def watch_json(self):
        seen = set()
        async with websockets.connect(URL + "/ws/swarm", max_size=1 << 24) as socket:
            while len(seen) < SEEN:
                message = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS))
                if message["type"] == "swarm_update" and {a["sphere"] for a in message["agents"]} == {"bird"}:
                    number = number_of(message["agents"][0]["frequency"])
                    self.check(
                        number, {agent["id"]: (agent["x"], agent["y"], agent["z"]) for agent in message["agents"]}
                    )
                    seen.add(number)
        return seen

    def stream(self, encoding):
        failures = []

        def publish():
            try:
                self.publish(encoding)
            except BaseException as failure:
                failures.append(failure)
                raise

        async def watch():
            return await asyncio.gather(self.watch_binary(), self.watch_json())

        producer = threading.Thread(target=publish)
        producer.start()
        try:
            binary, text = asyncio.run(watch())
        finally:
            self.done.set()
            producer.join(PATIENCE_SECONDS)
        self.assertEqual(failures, [])
        print(f"{encoding}: {len(binary)} and {len(text)} different states, {self.sent} sent")

    def test_a_recording_published_in_binary_is_what_viewers_see(self):
        self.stream("sbe")

    def test_a_recording_published_as_json_is_what_viewers_see(self):
        self.stream("json")

    def test_a_state_that_does_not_fit_sixteen_bits_begins_the_stream_with_thirty_two(self):
        changes = []

        async def run():
            async with essaim.connect(URL + "/ws/swarm", on_event=changes.append) as viewer:
                async with essaim.publish_async(URL + "/ws/ingest") as producer:
                    while True:
                        await producer.send([(1234.5678, -0.00005)], ids=[77])
                        frame = await asyncio.wait_for(viewer.__anext__(), PATIENCE_SECONDS)
                        if list(frame.ids) == [77]:
                            return frame, viewer.stream, list(frame.x), list(frame.y)

        frame, stream, x, y = asyncio.run(run())
        self.assertEqual((x, y), ([1234.5678], [-0.0001]))
        self.assertEqual((stream.value_bits, stream.epoch), (32, frame.epoch))
        self.assertTrue(any(isinstance(change, essaim.StreamChanged) for change in changes))

    def test_agents_without_spheres_have_the_servers_first(self):
        async def run(encoding, agent):
            async with essaim.connect(URL + "/ws/swarm") as viewer:
                async with essaim.publish_async(URL + "/ws/ingest", encoding=encoding) as producer:
                    while True:
                        await producer.send([(0.5, 0.5)], ids=[agent])
                        frame = await asyncio.wait_for(viewer.__anext__(), PATIENCE_SECONDS)
                        if list(frame.ids) == [agent]:
                            return list(frame.spheres)

        for agent, encoding in enumerate(("sbe", "json"), 500):
            with self.subTest(encoding):
                self.assertEqual(asyncio.run(run(encoding, agent)), [os.environ["ESSAIM_SPHERE"]])

    def test_a_second_producer_is_told_that_it_never_had_the_stream(self):
        async def run():
            async with essaim.publish_async(URL + "/ws/ingest") as first:
                while first.sent == 0:
                    await first.send([(0.5, 0.5)])
                    await asyncio.sleep(0.1)
                with self.assertRaisesRegex(essaim.NothingStreamedError, "1013: Another producer is streaming"):
                    async with essaim.publish_async(URL + "/ws/ingest") as second:
                        await second.send([(0.1, 0.1)])
                self.assertEqual(second.sent, 0)

        with self.assertLogs("essaim", "WARNING"):
            asyncio.run(asyncio.wait_for(run(), PATIENCE_SECONDS))

    def test_what_the_server_says_to_a_state_is_raised(self):
        twice = '{"type":"swarm_state","agents":[{"id":1,"x":0,"y":0},{"id":1,"x":0,"y":0}]}'

        async def run():
            async with essaim.publish_async(URL + "/ws/ingest", encoding="json") as producer:
                while True:
                    # No state that send() takes has an id twice, so this one goes around it. Until the producer of the test
                    # before is seen to have gone, this one is turned away and comes again.
                    try:
                        await producer._send(twice)
                    except essaim.ConnectionLostError as lost:
                        self.assertEqual(lost.code, 1013)
                    await asyncio.sleep(0.1)
                    await producer.send([(0, 0)])

        with self.assertLogs("essaim", "WARNING"), self.assertRaises(essaim.ServerError) as raised:
            asyncio.run(asyncio.wait_for(run(), PATIENCE_SECONDS))
        self.assertEqual(raised.exception.code, 1001)


if __name__ == "__main__":
    unittest.main()
