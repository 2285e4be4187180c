"""The frames of a connection that builds each on the one before."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from ..errors import MalformedMessageError
from .decoder import DeltaDecoder

_SEQUENCES = 2**32


class DeltaStream:
    """Follows from a keyframe on; whatever is malformed ends it until the next one. One connection's."""

    def __init__(self, columns: Any):
        self._columns = columns
        self._decoder: Optional[DeltaDecoder] = None
        self._value_bits = 0
        # The sequence that the next frame's is above, and the first one to show; None once one was.
        self._newest = 0
        self._shown_from: Optional[int] = None

    def end(self) -> None:
        """What follows does not build on what came."""
        self._decoder = None

    def begin(self, sequence: int, coded: bytes, agent_count: int, value_bits: int) -> None:
        """With a keyframe of the roster's agents."""
        self._decoder = None
        decoder = DeltaDecoder(value_bits, self._columns)
        has_frame = decoder.begin(coded, agent_count)
        # One without a history names the first frame that will come.
        self._newest = sequence if has_frame else sequence - 1
        self._shown_from = None
        self._decoder = decoder

    def replay(self, sequence: int) -> None:
        """Frames before that one bring this up to date and are not to be shown."""
        self._shown_from = sequence

    def change(self, order: Sequence[int], added: int) -> None:
        """Agents leave and come before the next frame: see DeltaDecoder.rearrange."""
        self._following().rearrange(order, added)

    def read(self, sequence: int, coded: bytes) -> bool:
        """Reads the next frame; whether it is to be shown."""
        decoder = self._following()
        self._decoder = None
        if not 0 < (sequence - self._newest) % _SEQUENCES < _SEQUENCES // 2:
            raise MalformedMessageError(f"frame {sequence} after frame {self._newest % _SEQUENCES}")
        decoder.decode(coded)
        self._decoder = decoder
        self._newest = sequence
        if self._shown_from is not None and (sequence - self._shown_from) % _SEQUENCES >= _SEQUENCES // 2:
            return False
        self._shown_from = None
        return True

    def _following(self) -> DeltaDecoder:
        if self._decoder is None:
            raise MalformedMessageError("a delta before the keyframe that it builds on")
        return self._decoder

    @property
    def target(self) -> int:
        """The newest frame's target frequency."""
        return self._following().target

    def integers(self) -> Any:
        """The newest frame's, as its columns take them."""
        return self._following().integers()
