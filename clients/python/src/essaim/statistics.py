"""What a viewer saw: counts since it began, and the report that the server gets every few seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .messages import Stats

_AGES_MAX = 4096
_AGE_MS_MAX = 4_000_000.0
_FPS_MAX = 1000.0
_SEQUENCES = 2**32


@dataclass(frozen=True)
class Snapshot:
    """Counts since the viewer began, and rates of the time since the last report; ages in seconds, None where none is known.

    `skipped`: frames that were due and did not come. `overwritten`: frames that came and that a newer one, another view or
    another stream replaced before they were asked for. `discarded`: frames of a roster that was never told, or without
    the keyframe that they build on.
    """

    frames: int
    skipped: int
    overwritten: int
    discarded: int
    bytes: int
    reconnects: int
    fps: float
    age_p50: Optional[float]
    age_p99: Optional[float]


class SequenceGaps:
    """Counts the frames missing between two: the ticks that the stride divides. Sequences are modulo 2^32. Where the stride
    changed at a tick that nobody named, the largest that may have held counts.
    """

    def __init__(self) -> None:
        self._last: Optional[int] = None
        # The stride that counts up to the next frame, and the one from there on.
        self._stride = self._next = 1
        self._changes: list[tuple[int, int]] = []

    def begin(self, stride: int) -> None:
        """Another epoch: its sequences do not compare with those before."""
        self._last = None
        self._next = self._stride = stride
        self._changes.clear()

    def stride(self, stride: int) -> None:
        """Another stride, from some tick after the last frame on."""
        self._stride = max(self._stride, stride, *(change for _, change in self._changes))
        self._next = stride
        self._changes.clear()

    def stride_from(self, sequence: int, stride: int) -> None:
        """Another stride, from that tick on."""
        self._changes.append((sequence, stride))

    def before(self, sequence: int) -> int:
        """How many are missing between the last frame and this one."""
        last = sequence if self._last is None else self._last
        self._last = sequence
        gap = (sequence - last) % _SEQUENCES
        if gap >= _SEQUENCES // 2:
            last, gap = sequence, 0
        missing, at, stride = 0, last + 1, self._stride
        waiting = []
        for begins, changed in self._changes:
            ahead = (begins - last) % _SEQUENCES
            if gap < ahead < _SEQUENCES // 2:
                waiting.append((begins, changed))
                continue
            upto = last + (ahead if ahead <= gap else 0)
            missing += _due(at, upto, stride)
            at, stride = max(at, upto), changed
            self._next = changed
        self._changes = waiting
        self._stride = self._next
        return missing + _due(at, last + gap, stride)


def _due(first: int, end: int, stride: int) -> int:
    """Multiples of the stride from `first` to before `end`, which may go on past 2^32, where sequences begin again."""
    if first < _SEQUENCES < end:
        return _due(first, _SEQUENCES, stride) + _due(0, end - _SEQUENCES, stride)
    return max(0, -(-end // stride) - -(-first // stride))


class Statistics:
    """Gathers what one viewer sees. Owned by its event loop."""

    def __init__(self, now_us: int):
        self.frames = 0
        self.skipped = 0
        self.overwritten = 0
        self.discarded = 0
        self.bytes = 0
        self.reconnects = 0
        self.gaps = SequenceGaps()
        self._begin(now_us)

    def _begin(self, now_us: int) -> None:
        self._begun_us = now_us
        self._begun_frames = self.frames
        self._begun_skipped = self.skipped
        self._ages: list[float] = []

    def frame(self, sequence: int, age: Optional[float]) -> None:
        self.frames += 1
        self.skipped += self.gaps.before(sequence)
        if age is not None and len(self._ages) < _AGES_MAX:
            self._ages.append(age)

    def snapshot(self, now_us: int) -> Snapshot:
        seconds = (now_us - self._begun_us) / 1e6
        ages = sorted(self._ages)
        return Snapshot(
            self.frames,
            self.skipped,
            self.overwritten,
            self.discarded,
            self.bytes,
            self.reconnects,
            (self.frames - self._begun_frames) / seconds if seconds > 0 else 0.0,
            ages[len(ages) // 2] if ages else None,
            ages[len(ages) * 99 // 100] if ages else None,
        )

    def report(self, now_us: int) -> Stats:
        """What was seen since the last report, within the ranges that the protocol has."""
        seen = self.snapshot(now_us)
        skipped = min(self.skipped - self._begun_skipped, _SEQUENCES - 1)
        self._begin(now_us)
        return Stats(skipped, _age_ms(seen.age_p50), _age_ms(seen.age_p99), min(seen.fps, _FPS_MAX))


def _age_ms(age: Optional[float]) -> Optional[float]:
    return None if age is None else min(max(age * 1000, 0.0), _AGE_MS_MAX)
