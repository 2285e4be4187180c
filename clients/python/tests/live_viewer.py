"""The viewer against a real server: ESSAIM_URL is ws://HOST:PORT of one with its defaults, best with
--view-budget=1s. Run by the server's tests."""

import asyncio
import contextlib
import json
import os
import unittest

import websockets

import essaim

URL = os.environ["ESSAIM_URL"] + "/ws/swarm"
PATIENCE_SECONDS = 60
COMPARED = 20
JOINS = 10
POPULATIONS = 20
TEXTS_MAX = 1_000
RATE_LIMIT = 1003


async def some_frames(swarm, count):
    return [await asyncio.wait_for(swarm.__anext__(), PATIENCE_SECONDS) for _ in range(count)]


def said(frame):
    columns = (frame.ids, frame.spheres, frame.x, frame.y, frame.z, frame.frequency)
    return [frame.time_us, frame.target] + [list(column) for column in columns]


async def granted(swarm, **view):
    """Asks for another view, as soon as the server lets this client have one."""
    while True:
        try:
            return await swarm.subscribe(**view)
        except essaim.ServerError as refusal:
            if refusal.code != RATE_LIMIT:
                raise
            await asyncio.sleep(0.1)


class Texts:
    """The JSON of a view: what a tick is held against."""

    def __init__(self, socket):
        self._socket = socket
        self._updates = {}

    async def of(self, sequence):
        """The agents of that tick by id; None where it was skipped."""
        while not any((seen - sequence) % 2**32 < 2**31 for seen in self._updates):
            message = json.loads(await asyncio.wait_for(self._socket.recv(), PATIENCE_SECONDS))
            if message["type"] == "swarm_update":
                self._updates[message["seq"]] = message
        update = self._updates.get(sequence)
        while len(self._updates) > TEXTS_MAX:
            del self._updates[next(iter(self._updates))]
        if update is None:
            return None
        agents = {a["id"]: (a["sphere"], a["x"], a["y"], a["z"], a["frequency"]) for a in update["agents"]}
        return update["time_us"], update["frequency"], agents


@contextlib.asynccontextmanager
async def texts(query=""):
    async with websockets.connect(URL + query, max_queue=None, compression=None) as socket:
        yield Texts(socket)


def by_id(frame):
    rows = zip(frame.spheres, frame.x, frame.y, frame.z, frame.frequency)
    return frame.time_us, frame.target, dict(zip(map(int, frame.ids), rows))


class LiveDeltaTest(unittest.TestCase):
    async def compare(self, swarm, text, count):
        """The next frames, so many of which are in both. Returns the ids that were seen."""
        populations = set()
        while count > 0:
            (frame,) = await some_frames(swarm, 1)
            expected = await text.of(frame.sequence)
            populations.add(frozenset(map(int, frame.ids)))
            if expected is not None:
                self.assertEqual(by_id(frame), expected, f"sequence {frame.sequence}")
                count -= 1
        return populations

    def test_whoever_joins_sees_from_its_first_frame_on_what_the_text_says(self):
        async def run():
            async with texts() as text:
                for number in range(JOINS):
                    async with essaim.connect(URL, form="delta", stats_seconds=0.2) as swarm:
                        self.assertEqual(swarm.connected.form, "delta")
                        await self.compare(swarm, text, COMPARED)
                        self.assertEqual((swarm.snapshot().discarded, swarm.snapshot().reconnects), (0, 0))
                    await asyncio.sleep(0.037 * number)

        asyncio.run(run())

    def test_agents_that_come_into_a_box_and_leave_it_are_the_right_ones(self):
        # The spheres' inner shells: agents cross its faces many times a second.
        box = (-0.65, -0.65, -0.65, 0.65, 0.65, 0.65)
        query = "?box=" + ",".join(map(str, box))

        async def run():
            async with texts(query) as text, essaim.connect(URL, form="delta", box=box) as swarm:
                populations = set()
                while len(populations) < POPULATIONS:
                    populations |= await self.compare(swarm, text, COMPARED)

        asyncio.run(run())

    def test_another_view_or_form_on_the_open_socket_begins_anew(self):
        async def run():
            async with texts() as text, texts("?spheres=work") as work, texts("?agents=5-7,300") as four:
                async with essaim.connect(URL, form="delta") as swarm:
                    await self.compare(swarm, text, COMPARED)
                    for view, expected in (
                        ({"spheres": ["work"], "form": "delta"}, work),
                        ({"agents": "5-7,300", "form": "delta"}, four),
                        ({"agents": "5-7,300", "form": "plain"}, four),
                        ({"agents": "5-7,300", "form": "delta", "fps": 30}, four),
                        ({"form": "delta"}, text),
                    ):
                        answer = await granted(swarm, **view)
                        self.assertEqual(answer.view.form, view["form"])
                        await self.compare(swarm, expected, COMPARED)
                    self.assertEqual((swarm.snapshot().discarded, swarm.snapshot().reconnects), (0, 0))

        asyncio.run(run())

    def test_a_batch_brings_every_tick_of_it(self):
        async def run():
            async with texts() as text, essaim.connect(URL, form="delta", batch=5) as swarm:
                await self.compare(swarm, text, COMPARED)
                # From the middle of one batch on: so many one after the other belong together.
                first, *others = await some_frames(swarm, 40)
                steps = [(b.sequence - a.sequence) % 2**32 for a, b in zip([first, *others], others)]
                self.assertGreaterEqual(steps.count(swarm.stride), 20, steps)

        asyncio.run(run())


class LiveViewerTest(unittest.TestCase):
    def test_both_encodings_say_what_the_text_says(self):
        async def run():
            async with essaim.connect(URL) as binary, essaim.connect(URL, encoding="json") as text:
                async with websockets.connect(URL) as plain:
                    frames, others, texts = {}, {}, {}
                    while not frames.keys() & others.keys() & texts.keys():
                        for frame in await some_frames(binary, 1):
                            frames[frame.sequence] = frame
                        for frame in await some_frames(text, 1):
                            others[frame.sequence] = frame
                        message = json.loads(await asyncio.wait_for(plain.recv(), PATIENCE_SECONDS))
                        if message["type"] == "swarm_update":
                            texts[message["seq"]] = message
                    for sequence in frames.keys() & others.keys() & texts.keys():
                        self.assertEqual(said(frames[sequence]), said(others[sequence]))
                        agents = texts[sequence]["agents"]
                        self.assertEqual(list(frames[sequence].x), [agent["x"] for agent in agents])
                        self.assertEqual(list(frames[sequence].spheres), [agent["sphere"] for agent in agents])
                    self.assertEqual(frame.epoch, binary.stream.epoch)

        asyncio.run(run())

    def test_frames_come_in_order_with_an_age(self):
        for encoding in ("sbe", "json"):
            with self.subTest(encoding):

                async def run():
                    async with essaim.connect(URL, encoding=encoding, stats_seconds=0.1) as swarm:
                        self.assertEqual(swarm.encoding, encoding)
                        return await some_frames(swarm, COMPARED), swarm.snapshot()

                frames, snapshot = asyncio.run(run())
                steps = [(b.sequence - a.sequence) % 2**32 for a, b in zip(frames, frames[1:])]
                self.assertTrue(all(0 < step < 2**31 for step in steps), steps)
                # The clocks are one: an age is the server's lateness and the way, and the error of the pings.
                self.assertTrue(all(-1 < frame.age < PATIENCE_SECONDS for frame in frames))
                self.assertEqual(snapshot.discarded, 0)

    def test_a_rate_is_granted_in_the_url_and_on_the_open_socket(self):
        for encoding in ("sbe", "json"):
            with self.subTest(encoding):

                async def run():
                    async with essaim.connect(URL, encoding=encoding, fps=30) as swarm:
                        for frame in await some_frames(swarm, 3):
                            self.assertEqual(frame.sequence % 2, 0)
                        granted = await swarm.subscribe(fps=20)
                        self.assertEqual((granted.fps, granted.stride), (20, 3))

                asyncio.run(run())

    def test_a_view_shows_its_agents_only(self):
        for encoding in ("sbe", "json"):
            with self.subTest(encoding):

                async def run():
                    async with essaim.connect(URL, encoding=encoding, agents="0-99", spheres=["work"]) as swarm:
                        for frame in await some_frames(swarm, 3):
                            self.assertEqual(set(frame.spheres), {"work"})
                            self.assertTrue(0 < len(frame) <= 99 and max(frame.ids) <= 99)
                        # One of the old view waits when the new one is granted.
                        read = swarm.snapshot().frames
                        while swarm.snapshot().frames == read:
                            await asyncio.sleep(0.01)
                        granted = await swarm.subscribe(agents=[5, 6, 7, 300])
                        self.assertEqual(granted.view.agents, "5-7,300")
                        for frame in await some_frames(swarm, 10):
                            self.assertEqual(list(frame.ids), [5, 6, 7, 300])

                asyncio.run(run())

    def test_an_unknown_parameter_value_is_refused(self):
        async def run():
            async with essaim.connect(URL + "?agents=9-1"):
                self.fail("was let in")

        with self.assertRaises(essaim.RefusedError) as refused:
            asyncio.run(run())
        self.assertEqual(refused.exception.status, 400)

    def test_a_script_watches_without_an_event_loop(self):
        sequences = []
        for frame in essaim.frames(URL, fps=30):
            sequences.append(frame.sequence)
            if len(sequences) == 5:
                break
        self.assertEqual(sequences, sorted(set(sequences)))

    def test_a_client_in_the_wrong_place_is_told_so(self):
        with self.assertRaises(essaim.RefusedError) as refused:
            essaim.publish(os.environ["ESSAIM_URL"] + "/ws/ingest")
        self.assertEqual(refused.exception.status, 404)
        self.assertIn("--source=ingest", str(refused.exception))


if __name__ == "__main__":
    unittest.main()
