"""The viewer against a real server: ESSAIM_URL is ws://HOST:PORT of one with its defaults. Run by the server's tests."""

import asyncio
import json
import os
import unittest

import websockets

import essaim

URL = os.environ["ESSAIM_URL"] + "/ws/swarm"
PATIENCE_SECONDS = 60
COMPARED = 20


async def some_frames(swarm, count):
    return [await asyncio.wait_for(swarm.__anext__(), PATIENCE_SECONDS) for _ in range(count)]


def said(frame):
    columns = (frame.ids, frame.spheres, frame.x, frame.y, frame.z, frame.frequency)
    return [frame.time_us, frame.target] + [list(column) for column in columns]


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
