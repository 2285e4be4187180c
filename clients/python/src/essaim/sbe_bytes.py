"""How SBE messages are laid out: checked steps through the bytes of one, and the pieces of which one is made."""

from __future__ import annotations

import struct
from typing import Any

from .errors import MalformedMessageError
from .json_text import json_value
from .messages import AGENTS_MAX, MICROS_MAX

SCHEMA_ID = 8001
VERSION = 0
TEXT_BYTES_MAX = 65_536
DATA_BYTES_MAX = 16 << 20

HEADER = struct.Struct("<4H")
GROUP = struct.Struct("<HI")
LENGTH = struct.Struct("<I")
_CODED = struct.Struct("<IQH")


class Reader:
    """A place in a message, and checked steps forward."""

    __slots__ = ("data", "_at")

    def __init__(self, data: bytes):
        self.data = data
        self._at = 0

    def skip(self, size: int) -> int:
        """Goes over so many bytes; returns where they begin."""
        start = self._at
        if size > len(self.data) - start:
            raise MalformedMessageError(f"ends at byte {len(self.data)}, within a field of {size} at {start}")
        self._at = start + size
        return start

    def take(self, form: struct.Struct) -> tuple[Any, ...]:
        return form.unpack_from(self.data, self.skip(form.size))

    def header(self) -> tuple[int, int]:
        """The length of the block, and which message it is."""
        length, template, schema, _ = self.take(HEADER)
        if schema != SCHEMA_ID:
            raise MalformedMessageError(f"schemaId={schema}, not {SCHEMA_ID}")
        return length, template

    def block(self, length: int, form: struct.Struct) -> tuple[Any, ...]:
        if length < form.size:
            raise MalformedMessageError(f"blockLength={length}, at least {form.size}")
        return form.unpack_from(self.data, self.skip(length))

    def group(self, size: int) -> tuple[int, int]:
        """Bytes from one entry to the next, and how many there are."""
        length, count = self.take(GROUP)
        if length < size:
            raise MalformedMessageError(f"a group of blockLength={length}, at least {size}")
        if count > AGENTS_MAX:
            raise MalformedMessageError(f"a group of {count} entries, at most {AGENTS_MAX}")
        return length, count

    def coded(self, length: int) -> tuple[int, int, int, bytes]:
        """Of a DeltaFrame or a Keyframe: sequence, time, version of the roster, and what the codec reads."""
        sequence, time_us, version = self.block(length, _CODED)
        return sequence, check_micros(time_us), version, self.take_bytes()

    def take_bytes(self) -> bytes:
        (length,) = self.take(LENGTH)
        if length > DATA_BYTES_MAX:
            raise MalformedMessageError(f"data of {length} bytes, at most {DATA_BYTES_MAX}")
        start = self.skip(length)
        return self.data[start : start + length]

    def text(self) -> str:
        (length,) = self.take(LENGTH)
        if length > TEXT_BYTES_MAX:
            raise MalformedMessageError(f"a text of {length} bytes, at most {TEXT_BYTES_MAX}")
        start = self.skip(length)
        try:
            return self.data[start : start + length].decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedMessageError(f"a text at byte {start} that is not UTF-8") from error

    def texts(self, most: int) -> tuple[str, ...]:
        """A group of texts."""
        texts = self.labels()
        if len(texts) > most:
            raise MalformedMessageError(f"a group of {len(texts)} texts, at most {most}")
        return tuple(texts)

    def json(self) -> Any:
        """Data that is one value of JSON."""
        return json_value(self.take_bytes())

    def labels(self) -> list[str]:
        length, count = self.group(0)
        labels = []
        for _ in range(count):
            self.skip(length)
            labels.append(self.text())
        return labels


def check_micros(micros: int) -> int:
    if micros > MICROS_MAX:
        raise MalformedMessageError(f"a time or epoch of {micros}, at most {MICROS_MAX}")
    return micros


def header_of(block: struct.Struct, template: int) -> bytes:
    return HEADER.pack(block.size, template, SCHEMA_ID, VERSION)


def text_of(text: str) -> bytes:
    encoded = text.encode("utf-8")
    return LENGTH.pack(len(encoded)) + encoded
