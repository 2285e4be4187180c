"""Numbers that JSON cannot say are none of the protocol's, whichever the encoding."""

import math
import re
import struct
import unittest

from essaim import columns
from essaim.errors import MalformedMessageError
from essaim.json_form import JsonDecoder
from test_golden import binary, sbe_decoder, text

MOST = 2**53 - 1
WHOLE = [
    ("connected", 18),
    ("connected", 26),
    ("stream_changed", 17),
    ("stream_changed", 25),
    ("heartbeat", 8),
    ("frequency_update", 12),
    ("swarm_frame_16", 12),
    ("pong", 8),
    ("authenticated", 8),
    ("event", 8),
    ("event", 16),
    ("published", 8),
    ("gap", 8),
    ("gap", 22),
    ("gap", 30),
    ("snapshot", 8),
]


def read(name, message):
    return sbe_decoder(columns.PlainColumns, name).decode(bytes(message))


class NumbersTest(unittest.TestCase):
    def test_times_offsets_and_counts_end_below_2_to_53(self):
        for name, at in WHOLE:
            with self.subTest(name, at=at):
                message = bytearray(binary(name))
                for too_much in (MOST + 1, 2**63, 2**64 - 2):
                    struct.pack_into("<Q", message, at, too_much)
                    with self.assertRaisesRegex(MalformedMessageError, f"of {too_much}, at most {MOST}"):
                        read(name, message)
                struct.pack_into("<Q", message, at, MOST)
                self.assertIsNotNone(read(name, message))

    def test_an_infinite_echo_is_refused(self):
        message = bytearray(binary("pong"))
        for infinite in (math.inf, -math.inf):
            struct.pack_into("<d", message, 16, infinite)
            with self.assertRaisesRegex(MalformedMessageError, "echo=-?inf, a finite number"):
                read("pong", message)

    def test_a_block_beyond_the_message_is_refused(self):
        for name in ("pong", "heartbeat", "gap", "event", "unsubscribed"):
            with self.subTest(name):
                message = bytearray(binary(name))
                struct.pack_into("<H", message, 0, 65_535)
                with self.assertRaises(MalformedMessageError):
                    read(name, message)

    def test_json_has_finite_numbers(self):
        for name, field, number in (
            ("pong", "t", "1e400"),
            ("pong", "t", "-1e400"),
            ("pong", "time_us", "1e400"),
            ("heartbeat", "time_us", str(MOST + 1)),
            ("frequency_update", "frequency", "1e400"),
            ("event", "time_us", str(MOST + 1)),
            ("event", "circle_id", str(MOST + 2)),
            ("gap", "count", "-1"),
        ):
            with self.subTest(name, field=field, number=number):
                changed = re.sub(rf'"{field}":-?[0-9.]+', f'"{field}":{number}', text(name))
                self.assertNotEqual(changed, text(name))
                with self.assertRaisesRegex(MalformedMessageError, field):
                    JsonDecoder(columns.PlainColumns).decode(changed)


if __name__ == "__main__":
    unittest.main()
