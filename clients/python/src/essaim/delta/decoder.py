"""Keyframes, frames, and changes of agents."""

from __future__ import annotations

from typing import Any, Sequence

from ..errors import MalformedMessageError
from .plain import PlainState
from .reader import EVEN, ErrorReader, StepReader
from .tables import COMPONENTS, COST_STEP_MAX, DEPTH, PREDICTORS, SCALE_STEP_MAX
from .vector import NumpyState

_STATES = {"plain": PlainState, "numpy": NumpyState}
_FREQUENCY_BITS = 16
_AGE_BITS = 7
_CHECKSUM_BITS = 8
_STEP_MAX = (COST_STEP_MAX,) * PREDICTORS + (SCALE_STEP_MAX,)


class DeltaDecoder:
    """Reads the `coded` of Keyframe and DeltaFrame. Agents have places; each frame's values are in their order.

    Whatever the bytes hold, the answer is values or a MalformedMessageError, after which it is of no use until it has begun
    again. One thread at a time.
    """

    def __init__(self, value_bits: int, columns: Any):
        self._value_bits = value_bits
        self._reader = ErrorReader(value_bits)
        self._state = _STATES[columns.name](value_bits)
        #: The newest frame's target frequency.
        self.target = 0

    def begin(self, coded: bytes, agent_count: int) -> bool:
        """Begins with a keyframe of the roster's agents; whether there is a frame in it."""
        reader, state = self._reader, self._state
        reader.begin(coded)
        self.target = reader.raw(_FREQUENCY_BITS)
        depth = reader.raw(_AGE_BITS)
        if depth > DEPTH:
            raise MalformedMessageError(f"a keyframe of {depth} frames, at most {DEPTH}")
        state.begin(self._read_ages(agent_count, depth))
        reader.forget()
        for _ in range(depth):
            self._read_values()
        state.correct(self._read_steps())
        if depth > 0 and reader.raw(_CHECKSUM_BITS) != state.checksum():
            raise MalformedMessageError("a keyframe with a wrong checksum")
        reader.end()
        reader.forget()
        return depth > 0

    def _read_ages(self, agent_count: int, depth: int) -> list[int]:
        """How many values there are of each agent before the keyframe's first frame: below 0, it comes later."""
        reader = self._reader
        whole = [EVEN]
        ages = []
        for _ in range(agent_count):
            age = depth if reader.bit(whole, 0) else reader.raw(_AGE_BITS)
            if age > depth:
                raise MalformedMessageError(f"a keyframe with an agent of {age} frames, at most {depth}")
            ages.append(age - depth)
        return ages

    def _read_steps(self) -> list[list[int]]:
        """By column, the steps at which the costs and the scale of each value are."""
        steps = self._state.steps()
        columns = range(len(steps))
        models = StepReader(self._reader, len(steps))
        ages = self._state.ages
        for v in range(COMPONENTS * len(ages)):
            if ages[v % len(ages)] <= 0:
                continue
            for column in columns:
                step = steps[column][v] + models.read(column)
                if not 0 <= step <= _STEP_MAX[column]:
                    raise MalformedMessageError(f"a keyframe with step {step}, from 0 to {_STEP_MAX[column]}")
                steps[column][v] = step
        return steps

    def decode(self, coded: bytes) -> None:
        """Reads the next frame."""
        reader = self._reader
        reader.begin(coded)
        self._read_events()
        self._read_values()
        if reader.raw(_CHECKSUM_BITS) != self._state.checksum():
            raise MalformedMessageError("a delta with a wrong checksum: not of this stream, or damaged")
        reader.end()

    def _read_events(self) -> None:
        reader = self._reader
        if not reader.rare():
            return
        is_sync_point, is_retuned = reader.raw(1), reader.raw(1)
        if is_sync_point:
            self._state.settle()
            reader.forget()
        if is_retuned:
            self.target = reader.raw(_FREQUENCY_BITS)

    def _read_values(self) -> None:
        values = self._reader.values(self._state.outlook())
        most = 1 << (self._value_bits - 1)
        if values and not -most <= min(values) <= max(values) < most:
            if self._value_bits != 32:
                raise MalformedMessageError(f"coded: a value is wider than {self._value_bits} bits")
            # All that is wider is so by an overflow that the encoder made likewise.
            values = [(value + most & 0xFFFF_FFFF) - most for value in values]
        self._state.take(values)

    def rearrange(self, order: Sequence[int], added: int) -> None:
        """The agents are those that were at the places `order`, in that order, and then so many without a history."""
        self._state.rearrange(order, added)

    def integers(self) -> Any:
        """The newest frame's, as its columns take them; another's memory."""
        return self._state.integers()
