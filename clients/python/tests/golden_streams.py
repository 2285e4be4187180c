"""The golden streams of the form delta: what a client receives, and what it shows. And ways to spoil them."""

import struct
from pathlib import Path

from fake_server import connected

from essaim.errors import MalformedMessageError
from essaim.frame import Frame
from essaim.messages import Batch
from essaim.sbe import BATCH, DELTA_FRAME, KEYFRAME, REPLAY, ROSTER, ROSTER_CHANGE, SbeDecoder

STREAMS = Path(__file__).resolve().parents[3] / "protocol" / "golden" / "v0" / "streams"
NAMES = sorted(file.stem for file in STREAMS.glob("*.messages"))
SCALES = (10_000, 10_000, 10_000, 10)
OF_DELTA = (DELTA_FRAME, KEYFRAME, REPLAY, BATCH, ROSTER, ROSTER_CHANGE)
CODED_AT = 22


def value_bits(name):
    return 32 if name == "wide" else 16


def messages(name):
    data = (STREAMS / f"{name}.messages").read_bytes()
    found, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        found.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def frames(name):
    """What is to be shown: sequence, target, ids, and four columns of integers."""
    data = (STREAMS / f"{name}.frames").read_bytes()
    found, at = [], 0
    while at < len(data):
        sequence, target, count = struct.unpack_from("<3I", data, at)
        ids = struct.unpack_from(f"<{count}I", data, at + 12)
        values = struct.unpack_from(f"<{4 * count}i", data, at + 12 + 4 * count)
        found.append((sequence, target, ids, *(values[c * count : (c + 1) * count] for c in range(4))))
        at += 12 + 20 * count
    return found


def shown(frame):
    """The same of a frame that was decoded; the grid of the tests has no offsets."""
    columns = zip((frame.x, frame.y, frame.z, frame.frequency), SCALES)
    integers = [tuple(round(value * scale) for value in column) for column, scale in columns]
    return (frame.sequence, frame.target, tuple(frame.ids), *integers)


def decoder(kind, bits):
    """That was greeted."""
    greeted = SbeDecoder(kind)
    greeted.decode(connected(bits=bits, form="delta")[1])
    return greeted


def decode(sbe, message):
    """The frames in a message."""
    decoded = sbe.decode(message)
    if isinstance(decoded, Batch):
        return list(decoded.frames)
    return [decoded] if isinstance(decoded, Frame) else []


def template(message):
    return struct.unpack_from("<H", message, 2)[0] if len(message) >= 4 else None


class Mutator:
    """Spoils streams, the same for the same random numbers."""

    def __init__(self, rng):
        self._rng = rng
        self._streams = {name: messages(name) for name in NAMES}

    def spoiled(self):
        """The bits of a stream's values, and its messages with faults in them."""
        rng = self._rng
        name = rng.choice(NAMES)
        stream = list(self._streams[name])
        for _ in range(rng.randrange(1, 4)):
            # Faults near the beginning count more: every later message depends on the first ones.
            at = min(rng.randrange(len(stream)), rng.randrange(len(stream)))
            rng.choice((self._flip, self._flip, self._cut, self._recode, self._drop, self._repeat, self._swap, self._insert))(
                stream, at
            )
        return rng.choice((16, 32)) if rng.random() < 0.05 else value_bits(name), stream

    def _flip(self, stream, at):
        broken = bytearray(stream[at])
        for _ in range(self._rng.randrange(1, 4)):
            broken[self._rng.randrange(len(broken))] ^= 1 << self._rng.randrange(8)
        stream[at] = bytes(broken)

    def _cut(self, stream, at):
        stream[at] = stream[at][: self._rng.randrange(len(stream[at]))] or b"\0"

    def _recode(self, stream, at):
        """Other bytes for the codec in a message whose lengths are right."""
        if template(stream[at]) not in (DELTA_FRAME, KEYFRAME):
            return
        rng, coded = self._rng, stream[at][CODED_AT + 4 :]
        coded = rng.choice(
            (
                lambda: coded[: rng.randrange(len(coded) + 1)],
                lambda: coded + rng.randbytes(rng.randrange(1, 9)),
                lambda: rng.randbytes(rng.randrange(300)),
                lambda: bytes([rng.choice((0, 255))]) * rng.randrange(300),
                lambda: coded[:4] + rng.randbytes(len(coded)),
            )
        )()
        stream[at] = stream[at][:CODED_AT] + struct.pack("<I", len(coded)) + coded

    def _drop(self, stream, at):
        if len(stream) > 1:
            del stream[at]

    def _repeat(self, stream, at):
        stream.insert(at, stream[at])

    def _swap(self, stream, at):
        other = self._rng.randrange(len(stream))
        stream[at], stream[other] = stream[other], stream[at]

    def _insert(self, stream, at):
        """One of another stream."""
        stream.insert(at, self._rng.choice(self._streams[self._rng.choice(NAMES)]))


def survive(sbe, stream):
    """Reads what may be spoiled up to its first fault, and on. Returns how many messages were malformed."""
    faults = 0
    for message in stream:
        was_at_fault = faults > 0
        try:
            for frame in decode(sbe, message):
                shown(frame)
        except MalformedMessageError:
            faults += 1
            was_at_fault = True
        if was_at_fault and faults > 3:
            break
    return faults


def recovers(sbe, bits):
    """Whether after all of that a stream that begins with a roster and a keyframe is read as it is."""
    name = "wide" if bits == 32 else "two_agents"
    seen = [shown(frame) for message in messages(name) for frame in decode(sbe, message)]
    return seen == frames(name)
