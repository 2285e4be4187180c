"""The swarm at one tick."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Optional

from .messages import COMPONENT_NAMES, Component, Roster

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Frame:
    """The agents of a view at one tick, by columns: entry i of each is the i-th agent.

    With numpy the columns are arrays that may not be written to, without it `array` and tuple. They are worked out when they
    are first asked for. A frame stays valid for as long as it is kept. Not to be shared between threads before its columns
    were asked for.
    """

    __slots__ = ("sequence", "time_us", "target", "epoch", "age", "_roster", "_columns", "_integers", "_grid", "_values")

    def __init__(
        self,
        sequence: int,
        time_us: int,
        target: int,
        epoch: int,
        roster: Roster,
        columns: Any,
        integers: Any = None,
        grid: Optional[tuple[Component, ...]] = None,
        values: Optional[tuple[Any, ...]] = None,
    ):
        #: The tick's number within `epoch`, from 0 to 2^32 - 1, after which it begins again.
        self.sequence = sequence
        #: When the tick was due, in microseconds since 1970.
        self.time_us = time_us
        #: The swarm's target frequency.
        self.target = target
        #: Names the run of the stream that this frame is of.
        self.epoch = epoch
        #: Seconds from when the tick was due to when the frame was read, by the server's clock; None until it is read.
        self.age: Optional[float] = None
        self._roster = roster
        self._columns = columns
        self._integers = integers
        self._grid = grid
        self._values = list(values) if values is not None else [None] * len(COMPONENT_NAMES)

    def __len__(self) -> int:
        """How many agents there are."""
        return len(self._roster.id_list)

    @property
    def time(self) -> datetime:
        """When the tick was due, in UTC."""
        return _EPOCH + timedelta(microseconds=self.time_us)

    @property
    def ids(self) -> Any:
        return self._roster.ids

    @property
    def spheres(self) -> Any:
        """Each agent's label."""
        return self._roster.spheres

    @property
    def x(self) -> Any:
        return self._component(0)

    @property
    def y(self) -> Any:
        return self._component(1)

    @property
    def z(self) -> Any:
        return self._component(2)

    @property
    def frequency(self) -> Any:
        """Each agent's frequency."""
        return self._component(3)

    @property
    def positions(self) -> Any:
        """Rows of x, y, z: an array of n×3 with numpy, else a list of tuples."""
        return self._columns.positions(self.x, self.y, self.z)

    def _component(self, index: int) -> Any:
        values = self._values[index]
        if values is None:
            component = self._grid[index]
            values = self._columns.values(self._integers, index, component.offset, component.scale)
            self._values[index] = values
        return values

    def __repr__(self) -> str:
        return f"Frame(sequence={self.sequence}, time={self.time.isoformat()}, {len(self)} agents)"
