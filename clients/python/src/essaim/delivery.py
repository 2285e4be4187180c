"""What became of the states that a producer sent."""

from __future__ import annotations


class Delivery:
    """Counts the states that went out on one connection, and those of them that the server kept. The event loop.

    The server reads states on the side, so a pong may overtake the refusal of a state before it. Hence a ping vouches only
    for states that were out when the ping before it went; the echo that it carries is their number.
    """

    def __init__(self) -> None:
        self._out = 0
        self._before = 0
        self._confirmed = 0
        self._refused = 0

    @property
    def out(self) -> int:
        """States that went out."""
        return self._out

    @property
    def is_settled(self) -> bool:
        """Whether it is known of every state what became of it."""
        return self._confirmed == self._out

    def went_out(self) -> None:
        self._out += 1

    def refused(self) -> None:
        """The server said that a state or its roster is wrong."""
        self._refused += 1

    def next_echo(self) -> int:
        """What the next ping is to carry."""
        echo, self._before = self._before, self._out
        return echo

    def pong(self, echo: float) -> int:
        """How many more states the server is now known to have kept."""
        upto = int(max(0, min(echo, self._before)))
        if upto <= self._confirmed:
            return 0
        kept = max(0, upto - self._confirmed - self._refused)
        self._confirmed, self._refused = upto, 0
        return kept
