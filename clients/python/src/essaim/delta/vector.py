"""What is known of each value, by numpy."""

from __future__ import annotations

from typing import Any, Sequence

from ..columns import numpy
from .reader import Outlook
from .tables import (
    ABSENT,
    BEFORE_AT_FIRST,
    CHECKSUM_SPREAD,
    COMPONENTS,
    DEPTH,
    FIRST,
    KEY_BITS,
    KEY_MASK,
    KINDS,
    LARGE,
    LAST_AT_FIRST,
    LONGEST,
    MIDDLES,
    PREDICTORS,
    RAW_BITS,
    SCALE_AT_FIRST,
    SIZE_BITS_MAX,
    SIZES,
    SMALL,
    SQUARED_MAX,
    STEP_BEGINS,
    WEIGHTS,
    WEIGHTS_HIGH,
    WEIGHTS_LOW,
)


class NumpyState:
    """The latest values of every agent, how well each predictor did of late, and what follows from both.

    The sums over the windows are one product of matrices of doubles, which is exact: no sum reaches 2^53. Everything else is
    int32 that wraps.
    """

    def __init__(self, value_bits: int):
        self._is_wide = value_bits > 16
        self._weights = _turned((*WEIGHTS_HIGH[1:], *WEIGHTS_LOW[1:]) if self._is_wide else WEIGHTS[1:])
        self._step_begins = _int32(STEP_BEGINS)
        self._middles = _int32(MIDDLES)
        self._kinds = _int32(KINDS)
        self._raw_bits = _int32(RAW_BITS)
        self._longest = _int32(LONGEST)
        self._predictors = numpy.arange(PREDICTORS, dtype=numpy.int32)[:, None]
        self.begin([])

    def begin(self, ages: list[int]) -> None:
        """Forgets all. `ages` are, by place, how many values are known of an agent; below 0: it comes later."""
        values = COMPONENTS * len(ages)
        # Around the end, from the newest at `head` on.
        self._frames = numpy.zeros((DEPTH, values))
        self._head = 0
        self._ages = _int32(ages)
        self._newest = numpy.zeros(values, numpy.int32)
        # By predictor: cost << KEY_BITS | predictor.
        self._keys = numpy.repeat(self._predictors, values, axis=1)
        self._scales = numpy.full(values, SCALE_AT_FIRST, numpy.int32)
        self._last = numpy.full(values, LAST_AT_FIRST, numpy.int32)
        self._before = numpy.full(values, BEFORE_AT_FIRST, numpy.int32)
        self._resize()

    def _resize(self) -> None:
        """What depends on nothing but how many agents there are."""
        count = len(self._ages)
        values = COMPONENTS * count
        self._drifts = numpy.zeros((PREDICTORS, values), numpy.int32)
        self._best_drift = numpy.zeros(values, numpy.int32)
        self._columns = numpy.arange(values)
        self._checksum_weights = 2 * numpy.arange(values, dtype=numpy.int64) + 1
        self._kind = numpy.repeat(_int32([0, 0, 0, 1]), count)

    def rearrange(self, order: Sequence[int], added: int) -> None:
        """The agents are those that were at the places `order`, and then so many without a history."""
        count = len(self._ages)
        places = (numpy.arange(COMPONENTS)[:, None] * count + numpy.asarray(order, numpy.intp)[None, :]).astype(numpy.intp)

        def moved(column: Any, of_newcomers: int) -> Any:
            fresh = numpy.full((COMPONENTS, added), of_newcomers, column.dtype)
            return numpy.hstack((column[places], fresh)).ravel()

        self._frames = numpy.vstack([moved(frame, 0) for frame in self._frames])
        self._keys = numpy.vstack([moved(keys, predictor) for predictor, keys in enumerate(self._keys)])
        self._newest = moved(self._newest, 0)
        self._scales = moved(self._scales, SCALE_AT_FIRST)
        self._last = moved(self._last, LAST_AT_FIRST)
        self._before = moved(self._before, BEFORE_AT_FIRST)
        self._ages = numpy.concatenate((self._ages[places[0]], numpy.zeros(added, numpy.int32)))
        self._resize()

    @property
    def ages(self) -> list[int]:
        return self._ages.tolist()

    def outlook(self) -> Outlook:
        """What is expected of the next frame."""
        self._predict()
        leader, runner_up = self._ranked()
        return self._contexts(leader, runner_up)

    def _predict(self) -> None:
        """By predictor, how far each value is expected to move."""
        turned = self._weights[:, DEPTH - self._head : 2 * DEPTH - self._head]
        sums = turned @ self._frames
        if self._is_wide:
            high, low = sums.astype(numpy.int64).astype(numpy.int32).reshape(2, PREDICTORS - 1, -1)
            self._drifts[1:] = ((high + ((low + 128) >> 8)) << 2) >> 2
        else:
            # Neither the sum nor what of it is left can leave 30 bits.
            sums += 128
            sums *= 1 / 256
            self._drifts[1:] = numpy.floor(sums, out=sums)
        if len(self._ages) and self._ages.min() < DEPTH:
            # Who has fewer values than a predictor looks at takes the longest that they fill.
            longest = numpy.tile(self._longest[numpy.maximum(0, self._ages)], COMPONENTS)
            for predictor in range(1, PREDICTORS):
                shorter = longest < predictor
                self._drifts[predictor][shorter] = self._drifts[predictor - 1][shorter]

    def _ranked(self) -> tuple[Any, Any]:
        """By value, the two predictors of the least cost."""
        best = self._keys[0]
        second = numpy.full_like(best, numpy.iinfo(numpy.int32).max)
        for keys in self._keys[1:]:
            second = numpy.minimum(second, numpy.maximum(best, keys))
            best = numpy.minimum(best, keys)
        return best & KEY_MASK, second & KEY_MASK

    def _contexts(self, leader: Any, runner_up: Any) -> Outlook:
        drift = self._best_drift = self._drifts[leader, self._columns]
        whole = (drift + 128) >> 8
        fraction = drift - (whole << 8)
        mirror = fraction >> 31
        dissent = ((self._drifts[runner_up, self._columns] - drift) ^ mirror) - mirror
        opinion = numpy.clip((dissent + 32) >> 6, -2, 2) + 2
        eighth = numpy.minimum(7, numpy.abs(fraction) >> 4)
        last = numpy.where(mirror == 0, self._last, 4 - self._last)
        before = numpy.where(mirror == 0, self._before, 2 - self._before)
        step = self._step_of(self._scales)
        size = self._kind * SIZES + self._kinds[step]
        by_scale = (((size * 5 + opinion) * 5 + last) * 3 + before) * 8 + eighth
        by_rank = ((((self._kind * PREDICTORS + leader) * PREDICTORS + runner_up) * 5 + last) * 5 + opinion) * 8 + eighth
        if len(self._ages) and self._ages.min() <= 0:
            ages = numpy.tile(self._ages, COMPONENTS)
            by_scale[ages == 0] = FIRST
            by_scale[ages < 0] = ABSENT
        expected = self._newest + whole
        columns = (by_scale, by_rank, size * SIZE_BITS_MAX, self._raw_bits[step], expected, mirror)
        return Outlook(*(column.tolist() for column in columns))

    def _step_of(self, numbers: Any) -> Any:
        return numpy.searchsorted(self._step_begins, numbers, "right")

    def take(self, values: list[int]) -> None:
        """The next frame is this."""
        following = _int32(values)
        moved = ((following - self._newest) << 10) >> 2
        charge = numpy.minimum(numpy.abs(moved - self._drifts), SQUARED_MAX)
        charge *= charge
        charge >>= 4
        charge <<= KEY_BITS
        charge -= (self._keys >> 4) & ~KEY_MASK
        self._keys += charge
        error = moved - self._best_drift
        self._scales += (numpy.abs(error) - self._scales) >> 4
        self._before = 1 + (self._last > 2).astype(numpy.int32) - (self._last < 2)
        self._last = 2 + (error > SMALL).astype(numpy.int32) + (error > LARGE) - (error < -SMALL) - (error < -LARGE)
        self._newest = following
        self._head = (self._head - 1) % DEPTH
        self._frames[self._head] = following
        if len(self._ages) and self._ages.min() < DEPTH:
            unborn = numpy.tile(self._ages <= 0, COMPONENTS)
            self._keys[:, unborn] = self._predictors
            self._scales[unborn] = SCALE_AT_FIRST
            self._last[unborn] = LAST_AT_FIRST
            self._before[unborn] = BEFORE_AT_FIRST
            self._ages = numpy.minimum(DEPTH, self._ages + 1)

    def settle(self) -> None:
        """Forgets what a keyframe does not tell."""
        steps = self._step_of(self._keys >> KEY_BITS)
        self._keys = self._middles[steps] << KEY_BITS | self._predictors
        self._scales = self._middles[self._step_of(self._scales)]
        self._forget_recent()

    def steps(self) -> list[list[int]]:
        """At which steps the costs of each predictor and the scales are."""
        return self._step_of(numpy.vstack((self._keys >> KEY_BITS, self._scales))).tolist()

    def correct(self, steps: list[list[int]]) -> None:
        """Costs and scales of those who are there are in the middle of these."""
        is_there = numpy.tile(self._ages > 0, COMPONENTS)
        middles = self._middles[numpy.asarray(steps, numpy.intp)]
        self._keys = numpy.where(is_there, middles[:PREDICTORS] << KEY_BITS | self._predictors, self._keys)
        self._scales = numpy.where(is_there, middles[PREDICTORS], self._scales)
        self._forget_recent()

    def _forget_recent(self) -> None:
        self._last.fill(LAST_AT_FIRST)
        self._before.fill(BEFORE_AT_FIRST)

    def checksum(self) -> int:
        """Of the newest frame, in 8 bits."""
        total = int(numpy.dot(self._newest.astype(numpy.int64), self._checksum_weights))
        return (total * CHECKSUM_SPREAD & 0xFFFF_FFFF) >> 24

    def integers(self) -> Any:
        """The newest frame's, agent by agent."""
        return self._newest.reshape(COMPONENTS, -1).T


def _int32(numbers: Sequence[int]) -> Any:
    return numpy.array(numbers, dtype=numpy.int32)


def _turned(weights: Sequence[Sequence[int]]) -> Any:
    """Rows of weights, twice side by side: the DEPTH columns from DEPTH - head on are for frames that begin at `head`."""
    rows = numpy.zeros((len(weights), DEPTH))
    for row, of_predictor in zip(rows, weights):
        row[: len(of_predictor)] = of_predictor
    return numpy.hstack((rows, rows))
