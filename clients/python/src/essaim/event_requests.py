"""What a client asked of the server and waits for: requests about its events, and publications."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple, Optional

from .errors import QueueFullError
from .event import Draft, Interest

WAITING_MAX = 1_000
# Sent and not answered yet: enough to keep a fast server busy.
UNDER_WAY_MAX = 100


class Request(NamedTuple):
    id: str
    # What holds once it is granted; None where that is known.
    interest: Optional[Interest]
    answer: asyncio.Future[Any]


class Requests:
    """Of one connection, until they are answered or it ends, whether or not anybody still waits."""

    def __init__(self) -> None:
        self._open: dict[str, Request] = {}
        self._count = 0

    @property
    def is_asking(self) -> bool:
        """Whether somebody waits."""
        return any(not request.answer.done() for request in self._open.values())

    def add(self, interest: Optional[Interest]) -> Request:
        self._count += 1
        request = Request(f"e{self._count}", interest, asyncio.get_running_loop().create_future())
        self._open[request.id] = request
        return request

    def taken(self, request: str) -> Optional[Request]:
        """The request that is answered; None when it is none of these."""
        return self._open.pop(request, None)

    def reject_all(self, error: Exception) -> None:
        for request in self._open.values():
            if request.interest is None:
                request.answer.cancel()
            elif not request.answer.done():
                request.answer.set_exception(error)
        self._open.clear()


class Publication(NamedTuple):
    id: str
    draft: Draft
    answer: asyncio.Future[Any]


class Publications:
    """Events that wait for a connection, or for the server's answer. What a lost connection left unanswered goes out again on
    the next, in the order in which all were added. At most 1,000 wait for a connection; the oldest goes.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, Publication] = {}
        self._under_way: dict[str, Publication] = {}
        self._count = 0
        self._changed = asyncio.Event()

    @property
    def is_asking(self) -> bool:
        """Whether answers are due on this connection."""
        return bool(self._under_way)

    def add(self, draft: Draft) -> Publication:
        self._count += 1
        publication = Publication(f"p{self._count}", draft, asyncio.get_running_loop().create_future())
        self._waiting[publication.id] = publication
        self._refuse_oldest()
        self._changed.set()
        return publication

    def forget(self, publication: Publication) -> None:
        """Nobody waits for it any more; what was sent may be taken all the same."""
        self._waiting.pop(publication.id, None)
        self._under_way.pop(publication.id, None)
        self._changed.set()

    async def next(self) -> tuple[str, Draft]:
        """What is to be sent next."""
        while not self._waiting or len(self._under_way) >= UNDER_WAY_MAX:
            self._changed.clear()
            await self._changed.wait()
        first = next(iter(self._waiting))
        publication = self._under_way[first] = self._waiting.pop(first)
        return publication.id, publication.draft

    def begin_anew(self) -> None:
        """A connection begins: nothing was sent on it."""
        self._waiting = {**self._under_way, **self._waiting}
        self._under_way = {}
        self._refuse_oldest()

    def answered(self, request: str, answer: Any) -> None:
        publication = self._under_way.pop(request, None)
        self._changed.set()
        if publication is not None and not publication.answer.done():
            publication.answer.set_result(answer)

    def refused(self, request: str, error: Exception) -> bool:
        """Says whether somebody waited."""
        publication = self._under_way.pop(request, None)
        self._changed.set()
        if publication is None or publication.answer.done():
            return False
        publication.answer.set_exception(error)
        return True

    def reject_all(self, error: Exception) -> None:
        for publication in [*self._under_way.values(), *self._waiting.values()]:
            if not publication.answer.done():
                publication.answer.set_exception(error)
        self._under_way.clear()
        self._waiting.clear()

    def _refuse_oldest(self) -> None:
        while len(self._waiting) > WAITING_MAX:
            oldest = self._waiting.pop(next(iter(self._waiting)))
            if not oldest.answer.done():
                oldest.answer.set_exception(
                    QueueFullError(f"more than {WAITING_MAX} publications wait for the server; this was the oldest")
                )
