"""What is known of each value, by lists and large integers."""

from __future__ import annotations

import sys
from array import array
from collections import deque
from itertools import chain, repeat
from operator import mul
from typing import Any, Sequence

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
    WEIGHTS,
    WEIGHTS_HIGH,
    WEIGHTS_LOW,
    WINDOWS,
    step_of,
)

_LANE_BYTES = 8
_SIGN = 1 << 63
_HALF = 128
# Of each lane's two 32-bit halves, the lower one.
_LOWER = slice(sys.byteorder == "big", None, 2)

# What an error adds to a key, by its size up to SQUARED_MAX.
_CHARGES = tuple((error * error >> 4) << KEY_BITS for error in range(SQUARED_MAX + 1))
_CHARGE_MAX = _CHARGES[-1]


class PlainState:
    """The latest values of every agent, how well each predictor did of late, and what follows from both.

    All values of a frame are the lanes of one large integer, so that the sum over a window takes as many multiplications as
    the window has frames, whatever the number of agents. What makes every lane at least 0 is the same in all frames, and
    counts for nothing: the weights of a window are 0 together.
    """

    def __init__(self, value_bits: int):
        self._is_wide = value_bits > 16
        # The newest first.
        self._frames: deque[int] = deque(maxlen=DEPTH)
        self._drifts: list[list[int]] = []
        self._best_drift: list[int] = []
        self.begin([])

    def begin(self, ages: list[int]) -> None:
        """Forgets all. `ages` are, by place, how many values are known of an agent; below 0: it comes later."""
        self._frames.clear()
        self.ages = ages
        values = COMPONENTS * len(ages)
        self._newest = [0] * values
        # By predictor: cost << KEY_BITS | predictor.
        self._keys = [[predictor] * values for predictor in range(PREDICTORS)]
        self._scales = [SCALE_AT_FIRST] * values
        self._last = [LAST_AT_FIRST] * values
        self._before = [BEFORE_AT_FIRST] * values
        self._resize()

    def _resize(self) -> None:
        """What depends on nothing but how many agents there are."""
        count = len(self.ages)
        values = COMPONENTS * count
        self._signs = int.from_bytes(array("Q", [_SIGN] * values).tobytes(), sys.byteorder)
        self._halves = int.from_bytes(array("Q", [_HALF] * values).tobytes(), sys.byteorder)
        self._checksum_weights = range(1, 2 * values + 1, 2)
        self._kinds = [0] * (values - count) + [1] * count

    def rearrange(self, order: Sequence[int], added: int) -> None:
        """The agents are those that were at the places `order`, and then so many without a history."""
        count = len(self.ages)
        starts = [component * count for component in range(COMPONENTS)]
        fresh = count * COMPONENTS
        places = [at for start in starts for at in chain((start + place for place in order), repeat(fresh, added))]

        def moved(column: Sequence[int], of_newcomers: int) -> list[int]:
            column = [*column, of_newcomers]
            return [column[place] for place in places]

        frames = [moved(self._unpacked(frame), 0) for frame in self._frames]
        self._newest = moved(self._newest, 0)
        self._keys = [moved(keys, predictor) for predictor, keys in enumerate(self._keys)]
        self._scales = moved(self._scales, SCALE_AT_FIRST)
        self._last = moved(self._last, LAST_AT_FIRST)
        self._before = moved(self._before, BEFORE_AT_FIRST)
        self.ages = [self.ages[place] for place in order] + [0] * added
        self._resize()
        self._frames = deque(map(self._packed, frames), DEPTH)

    def _packed(self, values: Sequence[int]) -> int:
        return int.from_bytes(array("q", values).tobytes(), sys.byteorder) ^ self._signs

    def _unpacked(self, frame: int) -> Sequence[int]:
        return array("q", (frame ^ self._signs).to_bytes(_LANE_BYTES * len(self._newest), sys.byteorder))

    def outlook(self) -> Outlook:
        """What is expected of the next frame."""
        self._drifts = self._predicted()
        return self._ranked()

    def _predicted(self) -> list[list[int]]:
        """By predictor, how far each value is expected to move."""
        drifts = [[0] * len(self._newest)]
        for predictor in range(1, PREDICTORS):
            if WINDOWS[predictor] > len(self._frames):
                # Nobody has as many values: the one before takes its place.
                drifts.append(drifts[-1])
            elif self._is_wide:
                high = self._lower(self._weighed(WEIGHTS_HIGH[predictor]))
                low = self._lower(self._weighed(WEIGHTS_LOW[predictor]) + self._halves)
                drifts.append([(h + (l >> 8) + 0x2000_0000 & 0x3FFF_FFFF) - 0x2000_0000 for h, l in zip(high, low)])
            else:
                # Neither the sum nor what of it is left can leave 30 bits.
                drifts.append(self._lower(self._weighed(WEIGHTS[predictor]) + self._halves, 8))
        if min(self.ages, default=DEPTH) < DEPTH:
            self._predict_young(drifts)
        return drifts

    def _weighed(self, weights: Sequence[int]) -> int:
        return sum(map(mul, weights, self._frames))

    def _lower(self, lanes: int, shift: int = 0) -> list[int]:
        """The lower half of each lane, as a signed number, from bit `shift` on."""
        lanes = (lanes + self._signs ^ self._signs) >> shift
        return array("i", lanes.to_bytes(_LANE_BYTES * len(self._newest), sys.byteorder))[_LOWER].tolist()

    def _predict_young(self, drifts: list[list[int]]) -> None:
        """Who has fewer values than a predictor looks at takes the longest that they fill."""
        count = len(self.ages)
        for place, age in enumerate(self.ages):
            if age < DEPTH:
                longest = LONGEST[max(0, age)]
                for v in range(place, COMPONENTS * count, count):
                    drift = drifts[longest][v]
                    for predictor in range(longest + 1, PREDICTORS):
                        drifts[predictor][v] = drift

    def _ranked(self) -> Outlook:
        by_scale, by_rank, by_size, raw_bits, expected, mirror = outlook = Outlook([], [], [], [], [], [])
        best_drift: list[int] = []
        rows = zip(
            zip(*self._keys), zip(*self._drifts), self._newest, map(step_of, self._scales), self._last, self._before, self._kinds
        )
        for keys, drifts, newest, step, last, before, kind in rows:
            first, second, *_ = sorted(keys)
            leader, runner_up = first & KEY_MASK, second & KEY_MASK
            drift = drifts[leader]
            whole = drift + 128 >> 8
            fraction = drift - (whole << 8)
            dissent = drifts[runner_up] - drift
            if fraction < 0:
                fraction, dissent, last, before = -fraction, -dissent, 4 - last, 2 - before
                mirror.append(-1)
            else:
                mirror.append(0)
            dissent = dissent + 32 >> 6
            opinion = 0 if dissent < -2 else 4 if dissent > 2 else dissent + 2
            eighth = fraction >> 4 if fraction < 128 else 7
            size = kind * SIZES + KINDS[step]
            best_drift.append(drift)
            expected.append(newest + whole)
            by_size.append(size * SIZE_BITS_MAX)
            raw_bits.append(RAW_BITS[step])
            by_scale.append((((size * 5 + opinion) * 5 + last) * 3 + before) * 8 + eighth)
            by_rank.append(
                ((((kind * PREDICTORS + leader) * PREDICTORS + runner_up) * 5 + last) * 5 + opinion) * 8 + eighth
            )
        self._best_drift = best_drift
        if min(self.ages, default=1) <= 0:
            for place, age in enumerate(self.ages):
                if age <= 0:
                    for v in range(place, len(by_scale), len(self.ages)):
                        by_scale[v] = FIRST if age == 0 else ABSENT
        return outlook

    def take(self, values: list[int]) -> None:
        """The next frame is this."""
        if self._is_wide:
            moved = [((n - o + 0x20_0000 & 0x3F_FFFF) - 0x20_0000) << 8 for n, o in zip(values, self._newest)]
        else:
            moved = [n - o << 8 for n, o in zip(values, self._newest)]
        self._keys = [
            [
                key - (key >> 4 & ~KEY_MASK) + (_CHARGES[error] if (error := abs(m - d)) < SQUARED_MAX else _CHARGE_MAX)
                for key, m, d in zip(keys, moved, drifts)
            ]
            for keys, drifts in zip(self._keys, self._drifts)
        ]
        errors = [m - d for m, d in zip(moved, self._best_drift)]
        self._scales = [scale + (abs(error) - scale >> 4) for scale, error in zip(self._scales, errors)]
        self._before = [0 if last < 2 else 2 if last > 2 else 1 for last in self._last]
        self._last = [
            2
            if -SMALL <= error <= SMALL
            else (3 if error <= LARGE else 4)
            if error > 0
            else (1 if error >= -LARGE else 0)
            for error in errors
        ]
        self._newest = values
        self._frames.appendleft(self._packed(values))
        youngest = min(self.ages, default=DEPTH)
        if youngest <= 0:
            self._begin_unborn()
        if youngest < DEPTH:
            self.ages = [min(DEPTH, age + 1) for age in self.ages]

    def _begin_unborn(self) -> None:
        """Nothing was known of them before."""
        for place, age in enumerate(self.ages):
            if age <= 0:
                for v in range(place, len(self._newest), len(self.ages)):
                    for predictor, keys in enumerate(self._keys):
                        keys[v] = predictor
                    self._scales[v] = SCALE_AT_FIRST
                    self._last[v] = LAST_AT_FIRST
                    self._before[v] = BEFORE_AT_FIRST

    def settle(self) -> None:
        """Forgets what a keyframe does not tell."""
        self._keys = [
            [MIDDLES[step_of(key >> KEY_BITS)] << KEY_BITS | predictor for key in keys]
            for predictor, keys in enumerate(self._keys)
        ]
        self._scales = [MIDDLES[step_of(scale)] for scale in self._scales]
        self._forget_recent()

    def steps(self) -> list[list[int]]:
        """At which steps the costs of each predictor and the scales are."""
        steps = [[step_of(key >> KEY_BITS) for key in keys] for keys in self._keys]
        steps.append(list(map(step_of, self._scales)))
        return steps

    def correct(self, steps: list[list[int]]) -> None:
        """Costs and scales of those who are there are in the middle of these."""
        count = len(self.ages)
        for v in range(COMPONENTS * count):
            if self.ages[v % count] > 0:
                for predictor, keys in enumerate(self._keys):
                    keys[v] = MIDDLES[steps[predictor][v]] << KEY_BITS | predictor
                self._scales[v] = MIDDLES[steps[PREDICTORS][v]]
        self._forget_recent()

    def _forget_recent(self) -> None:
        self._last = [LAST_AT_FIRST] * len(self._newest)
        self._before = [BEFORE_AT_FIRST] * len(self._newest)

    def checksum(self) -> int:
        """Of the newest frame, in 8 bits."""
        total = sum(map(mul, self._newest, self._checksum_weights))
        return (total * CHECKSUM_SPREAD & 0xFFFF_FFFF) >> 24

    def integers(self) -> Any:
        """The newest frame's, agent by agent."""
        values = array("i", self._newest)
        rows = array("i", bytes(values.itemsize * len(values)))
        count = len(self.ages)
        for component in range(COMPONENTS):
            rows[component::COMPONENTS] = values[component * count : (component + 1) * count]
        return rows
