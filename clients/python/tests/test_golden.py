"""Both decoders read the golden files that all clients share, and read the same in them; and survive broken ones."""

import json
import math
import os
import random
import struct
import unittest
from pathlib import Path

from essaim import columns
from essaim.errors import MalformedMessageError
from essaim.event import Draft, Interest
from essaim.frame import Frame
from essaim.json_form import JsonDecoder, JsonEncoder
from essaim.messages import Discarded, Stats
from essaim.sbe import SbeDecoder, SbeEncoder
from essaim.view import View

GOLDEN = Path(__file__).resolve().parents[3] / "protocol" / "golden" / "v0"
ABOUT_EVENTS = {
    "join",
    "leave",
    "publish",
    "publish_minimal",
    "subscribe_events",
    "subscribe_events_all",
    "subscribe_frequency",
    "unsubscribe",
}
FROM_CLIENTS = {"auth", "auth_without_id", "ping", "stats", "stats_without_age", "subscribe", "subscribe_view"} | ABOUT_EVENTS
NAMES = sorted(file.stem for file in GOLDEN.glob("*.bin"))
FROM_SERVER = [name for name in NAMES if name not in FROM_CLIENTS]
KINDS = [columns.PlainColumns] + ([columns.NumpyColumns] if columns.numpy is not None else [])
BROKEN_A_FILE = 1_000


def binary(name):
    return (GOLDEN / f"{name}.bin").read_bytes()


def text(name):
    return (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


def sbe_decoder(kind, name):
    """That has been told what comes before the file: its grid, and who its agents are."""
    decoder = SbeDecoder(kind)
    decoder.decode(binary("stream_changed" if name == "swarm_frame_32" else "connected"))
    decoder.decode(binary("roster"))
    return decoder


def seen(frame):
    """Everything that a frame says."""
    columns_seen = [list(column) for column in (frame.ids, frame.spheres, frame.x, frame.y, frame.z, frame.frequency)]
    return [frame.sequence, frame.time_us, frame.target, frame.time, len(frame), *columns_seen]


class GoldenTest(unittest.TestCase):
    def test_the_golden_files_are_there(self):
        self.assertGreater(len(NAMES), 15)

    def test_binary_and_json_say_the_same(self):
        for kind in KINDS:
            for name in FROM_SERVER:
                with self.subTest(name, columns=kind.name):
                    by_sbe = sbe_decoder(kind, name).decode(binary(name))
                    by_json = JsonDecoder(kind).decode(text(name))
                    if isinstance(by_sbe, Frame):
                        self.assertEqual(seen(by_sbe), seen(by_json))
                    else:
                        self.assertIsNotNone(by_sbe)
                        self.assertEqual(by_sbe, by_json)

    def test_frames_say_what_their_json_says(self):
        for kind in KINDS:
            for name in ("swarm_frame_16", "swarm_frame_32"):
                with self.subTest(name, columns=kind.name):
                    frame = sbe_decoder(kind, name).decode(binary(name))
                    agents = json.loads(text(name))["agents"]
                    self.assertEqual(list(frame.ids), [agent["id"] for agent in agents])
                    self.assertEqual(list(frame.spheres), [agent["sphere"] for agent in agents])
                    for component in ("x", "y", "z", "frequency"):
                        self.assertEqual(list(getattr(frame, component)), [agent[component] for agent in agents])
                    rows = [tuple(row) for row in frame.positions]
                    self.assertEqual(rows, [(agent["x"], agent["y"], agent["z"]) for agent in agents])

    def test_encodes_what_the_golden_files_of_clients_are(self):
        view = View(0, "0-99,150,4294967295", ("Straße", "personal"), (-1, -0.5, 0, 1, 0.5, 0.001), "plain")
        for encoder, read in ((SbeEncoder, binary), (JsonEncoder, text)):
            with self.subTest(encoder.__name__):
                self.assertEqual(encoder.ping(17), read("ping"))
                self.assertEqual(encoder.auth("1", "ess_0123456789-_.~+/="), read("auth"))
                self.assertEqual(encoder.auth("", "x"), read("auth_without_id"))
                self.assertEqual(encoder.stats(Stats(3, 4.2, 9.1, 59.9)), read("stats"))
                self.assertEqual(encoder.stats(Stats(2**32 - 1, None, None, 0)), read("stats_without_age"))
                self.assertEqual(encoder.subscribe("1", View(30)), read("subscribe"))
                self.assertEqual(encoder.subscribe("2", view), read("subscribe_view"))

    def test_says_of_events_what_the_golden_files_of_clients_are(self):
        chosen = {"circle_id": 1, "data.status": ['busy "now"', True, -2.5], "priority": ["critical", "high"]}
        every = Interest(("general", "ops"), ("agent.*", "task.*.done"), chosen, "AAZR-K2Ig0A7.x_9", True, True)
        for encoder, read in ((SbeEncoder, binary), (JsonEncoder, text)):
            with self.subTest(encoder.__name__):
                self.assertEqual(encoder.subscribe_events("1", Interest()), read("subscribe_events"))
                self.assertEqual(encoder.subscribe_events("2", every), read("subscribe_events_all"))
                self.assertEqual(encoder.subscribe_frequency("4", True), read("subscribe_frequency"))
                self.assertEqual(encoder.unsubscribe("5", ["general"], True), read("unsubscribe"))
                self.assertEqual(encoder.join("6", "ops"), read("join"))
                self.assertEqual(encoder.leave("7", "ops"), read("leave"))
                self.assertEqual(encoder.publish("", Draft("agent.started", {})), read("publish_minimal"))

    def test_publishes_what_the_golden_event_is_but_for_the_digits_of_its_data(self):
        said = json.loads(text("publish"))
        event = said["event"]
        ids = (event["source_agent_id"], event["circle_id"], event["project_id"])
        draft = Draft(
            event["type"], event["data"], event["room"], event["priority"], *ids, event["event_id"], event["time_us"]
        )
        self.assertEqual(json.loads(JsonEncoder.publish(said["id"], draft)), said)
        mine, golden = SbeEncoder.publish(said["id"], draft), binary("publish")
        # The data come last, after their length.
        self.assertEqual(mine[: mine.index(b"{") - 4], golden[: golden.index(b"{") - 4])
        self.assertEqual(mine[mine.index(b"{") :].replace(b"1.5", b"1.50"), golden[golden.index(b"{") :])

    def test_publishes_what_the_golden_roster_and_frame_are(self):
        for kind in KINDS:
            roster = JsonDecoder(kind).decode(text("roster"))
            self.assertEqual(SbeEncoder.roster(roster.version, roster.id_list, roster.label_list), binary("roster"))
        message = binary("swarm_frame_16")
        self.assertEqual(
            SbeEncoder.frame(2**32 - 1, 1737021600123456, 65535, 999, 16, message[32:]), message
        )

    def test_a_frame_of_a_roster_that_was_not_told_is_discarded(self):
        decoder = SbeDecoder(columns.default())
        decoder.decode(binary("connected"))
        self.assertEqual(decoder.decode(binary("swarm_frame_16")), Discarded(65535))
        decoder.decode(binary("roster"))
        self.assertIsInstance(decoder.decode(binary("swarm_frame_16")), Frame)
        decoder.decode(binary("stream_changed"))
        self.assertIsInstance(decoder.decode(binary("swarm_frame_16")), Discarded)

    def test_ignores_what_it_does_not_know(self):
        self.assertIsNone(JsonDecoder(columns.default()).decode('{"type":"of_tomorrow"}'))
        self.assertIsNone(SbeDecoder(columns.default()).decode(bytes([0, 0, 0, 1, 0x41, 0x1F, 0, 0])))

    def test_skips_fields_of_a_later_version(self):
        for kind in KINDS:
            with self.subTest(columns=kind.name):
                decoder = sbe_decoder(kind, "swarm_frame_16")
                message = binary("swarm_frame_16")
                longer = bytearray(message[:32])
                longer[0] += 3
                longer[26:26] = b"new"
                longer[29] += 2
                for start in range(32, len(message), 8):
                    longer += message[start : start + 8] + b"xx"
                self.assertEqual(seen(decoder.decode(bytes(longer))), seen(decoder.decode(message)))

    def test_a_message_that_ends_too_early_is_malformed(self):
        for kind in KINDS:
            for name in FROM_SERVER:
                message = binary(name)
                for length in range(len(message)):
                    with self.assertRaises(MalformedMessageError, msg=f"{name}, {length} bytes"):
                        sbe_decoder(kind, name).decode(message[:length])
                characters = text(name)
                for length in range(len(characters)):
                    with self.assertRaises(MalformedMessageError, msg=f"{name}, {length} characters"):
                        JsonDecoder(kind).decode(characters[:length])

    def test_broken_messages_raise_one_exception_and_no_other(self):
        seed = int(os.environ.get("ESSAIM_SEED", random.randrange(2**31)))
        rng = random.Random(seed)
        for kind in KINDS:
            for name in FROM_SERVER:
                for _ in range(BROKEN_A_FILE // len(KINDS)):
                    with self.subTest(name, seed=seed, columns=kind.name):
                        self.decode_broken(sbe_decoder(kind, name), flipped(binary(name), rng))
                        self.decode_broken(JsonDecoder(kind), flipped_text(text(name), rng))

    def decode_broken(self, decoder, message):
        try:
            decoded = decoder.decode(message)
            if isinstance(decoded, Frame):
                seen(decoded)
        except MalformedMessageError:
            pass

    def test_json_that_is_no_message_is_malformed(self):
        deep = "[" * 100_000 + "]" * 100_000
        agent = {"id": 1, "sphere": "a", "x": 0.0, "y": 0.0, "z": 0.0, "frequency": 1.0}
        update = {"type": "swarm_update", "seq": 1, "time_us": 1, "frequency": 1, "agents": [agent]}
        wrong = [{"x": "0.5"}, {"x": None}, {"x": True}, {"x": 10**400}, {"id": -1}, {"id": 2**32}, {"id": 1.0}, {"sphere": 3}]
        texts = ["", "[]", "1", '{"type":1}', "{", deep, '{"type":"heartbeat"}', '{"type":"pong","time_us":NaN}']
        texts += [json.dumps({**update, "agents": [{**agent, **change}]}) for change in wrong]
        texts += [json.dumps({**update, "seq": seq}) for seq in (-1, 2**32, 1.0, "1", None)]
        for kind in KINDS:
            for message in texts:
                with self.subTest(message[:80], columns=kind.name), self.assertRaises(MalformedMessageError):
                    JsonDecoder(kind).decode(message)

    def test_a_message_of_the_other_kind_is_malformed(self):
        with self.assertRaises(MalformedMessageError):
            JsonDecoder(columns.default()).decode(b"{}")
        with self.assertRaises(MalformedMessageError):
            SbeDecoder(columns.default()).decode("{}")

    def test_an_echo_that_is_none_is_none(self):
        self.assertIsNone(SbeDecoder(columns.default()).decode(binary("pong_without_t")).t)
        self.assertTrue(math.isnan(struct.unpack_from("<d", SbeEncoder.ping(None), 8)[0]))


def flipped(message, rng):
    broken = bytearray(message)
    for _ in range(rng.randrange(1, 4)):
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
    return bytes(broken)


def flipped_text(message, rng):
    characters = list(message)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(characters))
        characters[at] = rng.choice('{}[],:"0123456789.-+eEtfnul\\ x')
    return "".join(characters)


if __name__ == "__main__":
    unittest.main()
