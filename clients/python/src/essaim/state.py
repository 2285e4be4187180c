"""A state of a swarm to publish: checked, copied, and put on the server's grid as the server itself would round it."""

from __future__ import annotations

import math
import sys
from array import array
from typing import Any, Optional, Sequence

from .columns import numpy
from .json_form import JsonEncoder
from .messages import AGENTS_MAX, COMPONENT_NAMES, ID_MAX, Component, Stream
from .sbe import SbeEncoder
from .view import check_label

_LIMITS = {16: (-(2**15), 2**15 - 1), 32: (-(2**31), 2**31 - 1)}
_FREQUENCY = 3


class Grid:
    """What a server announced: the stream's description, and the frequency of agents that have none. Immutable."""

    __slots__ = ("stream", "target")

    def __init__(self, stream: Stream, target: int):
        self.stream = stream
        self.target = target

    @property
    def components(self) -> tuple[Component, ...]:
        return self.stream.components[: len(COMPONENT_NAMES)]


class Identities:
    """Who the agents of a state are. Immutable; the same object as long as they are the same."""

    __slots__ = ("ids", "labels")

    def __init__(self, ids: Sequence[int], labels: Optional[Sequence[str]]):
        self.ids = ids
        self.labels = labels

    @staticmethod
    def of(positions: Any, ids: Any, spheres: Any, last: Optional[Identities]) -> Identities:
        """Checks what a person gave; `last` itself when it is the same. Raises ValueError."""
        count = len(positions)
        if count > AGENTS_MAX:
            raise ValueError(f"positions has {count} rows: at most {AGENTS_MAX} agents")
        numbers: Sequence[int] = range(count) if ids is None else _list(ids)
        _check_length("ids", numbers, count)
        labels = None if spheres is None else [spheres] * count if isinstance(spheres, str) else _list(spheres)
        if labels is not None:
            _check_length("spheres", labels, count)
        if last is not None and last.ids == numbers and last.labels == labels:
            return last
        if ids is not None:
            _check_ids(numbers)
        for label in dict.fromkeys(labels or ()):
            check_label(label)
        return Identities(numbers, labels)

    def roster(self, version: int) -> bytes:
        """Where no spheres were said the label is empty, which stands for the server's first sphere."""
        return SbeEncoder.roster(version, self.ids, self.labels or [""] * len(self.ids))


class State:
    """The whole swarm at one moment. Immutable. `columns` are x, y, z, frequency; the last is None where it is the target."""

    __slots__ = ("identities", "_columns", "_grid", "_integers", "_bits")

    def __init__(self, identities: Identities, columns: Sequence[Any], grid: Grid):
        self.identities = identities
        self._columns = columns
        self._grid = grid
        self._integers, self._bits = (_integers if numpy is None else _numpy_integers)(identities, columns, grid)

    @staticmethod
    def of(grid: Grid, identities: Identities, positions: Any, frequency: Any) -> State:
        """Copies and checks. Raises ValueError for what the grid cannot hold, naming the field and the agent."""
        read = _plain_columns if numpy is None else _numpy_columns
        return State(identities, read(len(identities.ids), positions, frequency), grid)

    def on(self, grid: Grid) -> State:
        """The same on another grid. Raises ValueError where that cannot hold it."""
        return self if grid is self._grid else State(self.identities, self._columns, grid)

    def to_json(self) -> str:
        """The values as they were given: the server rounds them."""
        columns = [list(map(float, column)) for column in self._columns if column is not None]
        return JsonEncoder.swarm_state(self.identities.ids, self.identities.labels, columns)

    def frame(self, sequence: int, time_us: int, roster_version: int) -> bytes:
        return SbeEncoder.frame(sequence, time_us, roster_version, self._grid.target, self._bits, self._integers)


def _plain_columns(count: int, positions: Any, frequency: Any) -> list[Any]:
    rows = [tuple(map(float, row)) for row in positions]
    for agent, row in enumerate(rows):
        if len(row) not in (2, 3):
            raise ValueError(f"positions has {len(row)} numbers in row {agent}: x, y and perhaps z")
    frequencies = frequency
    if frequency is not None:
        frequencies = [float(frequency)] * count if isinstance(frequency, (int, float)) else list(map(float, frequency))
        _check_length("frequency", frequencies, count)
    return [
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] if len(row) == 3 else 0.0 for row in rows],
        frequencies,
    ]


def _numpy_columns(count: int, positions: Any, frequency: Any) -> list[Any]:
    rows = numpy.array(positions, dtype=numpy.float64)
    if count == 0:
        rows = rows.reshape(0, 3)
    if rows.ndim != 2 or rows.shape[1] not in (2, 3):
        raise ValueError(f"positions has the shape {rows.shape}: a row an agent of x, y and perhaps z")
    frequencies = None
    if frequency is not None:
        frequencies = numpy.array(frequency, dtype=numpy.float64)
        if frequencies.ndim == 0:
            frequencies = numpy.full(count, frequencies)
        _check_length("frequency", frequencies, count)
    z = rows[:, 2] if rows.shape[1] == 3 else numpy.zeros(count)
    return [rows[:, 0], rows[:, 1], z, frequencies]


def _numpy_integers(identities: Identities, columns: Sequence[Any], grid: Grid) -> tuple[bytes, int]:
    integers = numpy.empty((len(identities.ids), len(COMPONENT_NAMES)), dtype=numpy.float64)
    for index, component in enumerate(grid.components):
        column = float(grid.target) if columns[index] is None else columns[index]
        scaled = numpy.multiply(column, float(component.scale))
        rounded = numpy.where(scaled < 0, numpy.ceil(scaled - 0.5), numpy.floor(scaled + 0.5))
        integers[:, index] = rounded - component.offset
    least, most = _LIMITS[32]
    fits = (integers >= least) & (integers <= most)
    if not fits.all():
        agent, index = numpy.argwhere(~fits)[0].tolist()
        _refuse(identities, index, columns[index], agent, grid)
    bits = _bits(grid, integers.min(initial=0), integers.max(initial=0))
    return integers.astype(f"<i{bits // 8}").tobytes(), bits


def _integers(identities: Identities, columns: Sequence[Any], grid: Grid) -> tuple[bytes, int]:
    integers = [0] * (len(identities.ids) * len(COMPONENT_NAMES))
    least, most = _LIMITS[32]
    for index, component in enumerate(grid.components):
        column = [float(grid.target)] * len(identities.ids) if columns[index] is None else columns[index]
        for agent, value in enumerate(column):
            scaled = value * component.scale
            if not math.isfinite(scaled):
                _refuse(identities, index, column, agent, grid)
            rounded = math.ceil(scaled - 0.5) if scaled < 0 else math.floor(scaled + 0.5)
            if not least <= rounded - component.offset <= most:
                _refuse(identities, index, column, agent, grid)
            integers[agent * len(COMPONENT_NAMES) + index] = rounded - component.offset
    bits = _bits(grid, min(integers, default=0), max(integers, default=0))
    packed = array("h" if bits == 16 else "i", integers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes(), bits


def _bits(grid: Grid, least: float, most: float) -> int:
    lowest, highest = _LIMITS[16]
    return 16 if grid.stream.value_bits == 16 and lowest <= least and most <= highest else 32


def _refuse(identities: Identities, index: int, column: Any, agent: int, grid: Grid) -> None:
    component = grid.components[index]
    least, most = ((limit + component.offset) / component.scale for limit in _LIMITS[32])
    value = grid.target if column is None else float(column[agent])
    raise ValueError(
        f"{component.name}={value} of agent {identities.ids[agent]}: a finite number from {least} to {most}, "
        f"which is what 32 bits hold at {component.decimals} decimals"
    )


def _list(values: Any) -> list[Any]:
    return values.tolist() if hasattr(values, "tolist") else list(values)


def _check_length(name: str, values: Any, count: int) -> None:
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} entries, positions {count} rows: one an agent")


def _check_ids(ids: Sequence[int]) -> None:
    seen = set()
    for agent in ids:
        if isinstance(agent, bool) or not isinstance(agent, int) or not 0 <= agent <= ID_MAX:
            raise ValueError(f"ids has {agent!r}: a whole number from 0 to {ID_MAX}")
        if agent in seen:
            raise ValueError(f"ids has {agent} twice: no two agents have the same")
        seen.add(agent)
