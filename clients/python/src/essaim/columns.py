"""Columns of numbers: numpy's arrays where numpy is installed, the standard library's elsewhere.

Both have the same methods, so that the decoders are written once; `default()` is the better one that is there.
"""

from __future__ import annotations

import sys
from array import array
from typing import Any, Sequence

try:
    import numpy
except ImportError:
    numpy = None

COMPONENTS = 4


class PlainColumns:
    """Columns of the standard library: array('I') of ids, array('d') of values, tuples of labels."""

    name = "plain"

    @staticmethod
    def ids(values: Sequence[int]) -> Any:
        return array("I", values)

    @staticmethod
    def labels(values: Sequence[str]) -> Any:
        return tuple(values)

    @staticmethod
    def doubles(values: Sequence[float]) -> Any:
        return array("d", values)

    @staticmethod
    def integers(data: bytes, offset: int, count: int, stride: int, bits: int) -> Any:
        """Of a frame's group: `count` agents of four integers each, `stride` bytes apart."""
        size = COMPONENTS * bits // 8
        view = memoryview(data)[offset : offset + count * stride]
        if stride != size:
            view = b"".join(view[start : start + size] for start in range(0, count * stride, stride))
        integers = array("h" if bits == 16 else "i", bytes(view))
        if sys.byteorder == "big":
            integers.byteswap()
        return integers

    @staticmethod
    def values(integers: Any, component: int, offset: int, scale: int) -> Any:
        return array("d", ((integer + offset) / scale for integer in integers[component::COMPONENTS]))

    @staticmethod
    def positions(x: Any, y: Any, z: Any) -> Any:
        return list(zip(x, y, z))

    @staticmethod
    def roster(data: bytes, offset: int, count: int, stride: int) -> tuple[list[int], list[int]]:
        """Ids and positions of labels of a roster's group."""
        starts = range(offset, offset + count * stride, stride)
        ids = [int.from_bytes(data[start : start + 4], "little") for start in starts]
        return ids, [int.from_bytes(data[start + 4 : start + 6], "little") for start in starts]


class NumpyColumns:
    """Columns of numpy: uint32 of ids, float64 of values, arrays of str of labels; none may be written to."""

    name = "numpy"

    @staticmethod
    def ids(values: Sequence[int]) -> Any:
        return _frozen(numpy.array(values, dtype=numpy.uint32))

    @staticmethod
    def labels(values: Sequence[str]) -> Any:
        # A str of numpy loses NULs at its end, which a label may have.
        return _frozen(numpy.array(values, dtype=object if any("\0" in label for label in set(values)) else str))

    @staticmethod
    def doubles(values: Sequence[float]) -> Any:
        return _frozen(numpy.array(values, dtype=numpy.float64))

    @staticmethod
    def integers(data: bytes, offset: int, count: int, stride: int, bits: int) -> Any:
        if count == 0:
            return numpy.empty((0, COMPONENTS), dtype=numpy.int32)
        size = bits // 8
        return numpy.ndarray((count, COMPONENTS), f"<i{size}", data, offset, (stride, size))

    @staticmethod
    def values(integers: Any, component: int, offset: int, scale: int) -> Any:
        return _frozen((integers[:, component].astype(numpy.int64) + offset) / scale)

    @staticmethod
    def positions(x: Any, y: Any, z: Any) -> Any:
        return numpy.column_stack((x, y, z))

    @staticmethod
    def roster(data: bytes, offset: int, count: int, stride: int) -> tuple[list[int], list[int]]:
        if count == 0:
            return [], []
        form = numpy.dtype(
            {"names": ["id", "sphere"], "formats": ["<u4", "<u2"], "offsets": [0, 4], "itemsize": stride}
        )
        agents = numpy.frombuffer(data, form, count, offset)
        return agents["id"].tolist(), agents["sphere"].tolist()


def _frozen(column: Any) -> Any:
    column.flags.writeable = False
    return column


def default() -> Any:
    """NumpyColumns where numpy is installed, else PlainColumns."""
    return PlainColumns if numpy is None else NumpyColumns


