"""This machine's time, and how far the server's clock is from it."""

from __future__ import annotations

import time
from collections import deque
from typing import Optional

_SAMPLES = 8


class Clock:
    """Microseconds since 1970 that never step: the wall clock's once, then the monotonic one's. Any thread."""

    def __init__(self) -> None:
        self._start_us = time.time_ns() // 1000 - time.monotonic_ns() // 1000

    def now_us(self) -> int:
        return self._start_us + time.monotonic_ns() // 1000


class ClockOffset:
    """How far the server's clock is ahead, from pings: of the newest eight the one of the shortest round trip is believed."""

    def __init__(self) -> None:
        self._samples: deque[tuple[int, float]] = deque(maxlen=_SAMPLES)
        self._offset_us: Optional[float] = None

    @property
    def is_known(self) -> bool:
        return self._offset_us is not None

    def pong(self, sent_us: float, received_us: int, server_us: int) -> None:
        if sent_us <= received_us:
            self._samples.append((received_us - sent_us, server_us - (sent_us + received_us) / 2))
            self._offset_us = min(self._samples)[1]

    def age_seconds(self, server_us: int, now_us: int) -> Optional[float]:
        """How old is now what the server dated; None while no pong came."""
        return None if self._offset_us is None else (now_us + self._offset_us - server_us) / 1e6

    def reset(self) -> None:
        """Forgets what another server's clock said."""
        self._samples.clear()
        self._offset_us = None
