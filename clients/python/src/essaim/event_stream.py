"""Following events, and publishing them."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import replace
from datetime import datetime
from typing import Any, AsyncIterator, Callable, Iterable, Mapping, Optional, Sequence, Union

from websockets.exceptions import ConnectionClosed

from . import columns
from .clock import Clock
from .errors import (
    ConnectionLostError,
    MalformedMessageError,
    QueueFullError,
    RefusedError,
    RequestTimeoutError,
    ServerError,
    TokenError,
    of_this_package,
)
from .event import (
    Draft,
    Event,
    EventBatch,
    Gap,
    Interest,
    PresenceUpdate,
    Published,
    StatusSnapshot,
    SubscribedEvents,
    Unsubscribed,
)
from .event_requests import Publications, Request, Requests
from .event_socket import Endpoint, close_socket, send
from .json_form import JsonDecoder, JsonEncoder
from .login import Login
from .messages import Authenticated, Connected, ErrorReply
from .sbe import SbeDecoder, SbeEncoder
from .transport import MALFORMED, Companions, Reconnect, agreed_encoding, cancelled, lost

LOG = logging.getLogger("essaim")

# While somebody waits for an answer, which comes after the events before it, so many times more may wait.
_WAITING_WHILE_ASKING = 64
_RESUME_AGAIN_SECONDS = 5.0
_INVALID_MESSAGE = 1001
_TOLD = (Gap, PresenceUpdate, StatusSnapshot)


class EventStream:
    """The events of some rooms, each once and in its room's order; what cannot be had is told as Gap, or in the SubscribedEvents
    of a reconnection.

    Owned by the event loop that entered it; one consumer iterates. Iterating ends after `close()`, and raises
    ConnectionLostError, RefusedError, MalformedMessageError or OSError where the connection is gone for good.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        interest: Interest,
        reconnect: bool,
        waiting_max: int,
        request_timeout: float,
        on_event: Optional[Callable[[Any], None]],
    ):
        self._endpoint = endpoint
        self._url = endpoint.url
        self._interest = interest
        self._reconnects = reconnect
        self._waiting_max = waiting_max
        self._request_timeout = request_timeout
        self._on_event = on_event
        # Came and was not iterated yet.
        self._waiting: deque[Event] = deque()
        # After the newest event that came, and after the newest one that was iterated.
        self._cursor = self._cursor_given = interest.since
        self._granted: Optional[SubscribedEvents] = None
        self._requests = Requests()
        self._login = Login(endpoint.tokens, Clock().now_us)
        self._resuming: Optional[Request] = None
        self._failure: Optional[Exception] = None
        self._is_closed = False
        self._socket: Any = None
        self._decoder: Any = None
        self._encoder: Any = None
        self._tasks: list[asyncio.Task[None]] = []
        self._publications: Publications
        self._wake: asyncio.Event
        self._taken: asyncio.Event
        self._opened: asyncio.Event

    async def __aenter__(self) -> EventStream:
        """Connects; returns when the server has granted the events."""
        self._publications = Publications()
        self._wake, self._taken, self._opened = (asyncio.Event() for _ in range(3))
        await self._open()
        self._tasks.append(asyncio.ensure_future(self._run()))
        try:
            await asyncio.wait_for(self._opened.wait(), self._endpoint.open_timeout)
        except asyncio.TimeoutError as error:
            await self.close()
            raise OSError(f"{self._url} opened, but granted nothing within {self._endpoint.open_timeout} s") from error
        except BaseException:
            await self.close()
            raise
        if self._failure is not None and not self._waiting:
            await self.close()
            raise self._failure
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        # Lets the reader run even where the consumer never waits for anything.
        await asyncio.sleep(0)
        while not self._waiting:
            if self._is_closed:
                raise StopAsyncIteration
            if self._failure is not None:
                raise self._failure
            self._wake.clear()
            await self._wake.wait()
        event = self._waiting.popleft()
        self._taken.set()
        if event.cursor is not None:
            self._cursor_given = event.cursor
        return event

    @property
    def cursor(self) -> Optional[str]:
        """Resumes after the newest event that was iterated, and has a cursor: of a batch only the last one. None before any."""
        return self._cursor_given

    @property
    def granted(self) -> Optional[SubscribedEvents]:
        """What the server granted last."""
        return self._granted

    async def subscribe(
        self,
        rooms: Union[str, Iterable[str]] = ("general",),
        types: Union[None, str, Iterable[str]] = None,
        filter: Optional[Mapping[str, Any]] = None,
        since: Optional[str] = None,
        presence: bool = False,
        snapshot: bool = False,
    ) -> SubscribedEvents:
        """Asks for other events, in place of those before as a whole; a reconnection asks for these. Of rooms that are in both
        nothing is lost.

        Returns what was granted. Raises ServerError where the server refuses, ValueError for an argument that cannot be,
        ConnectionLostError where the connection is lost before the answer, RequestTimeoutError where none comes in time.
        """
        interest = Interest.of(rooms, types, filter, since, presence, snapshot)
        if not interest.rooms:
            raise ValueError("rooms is empty: name one at least")
        request = self._requests.add(interest)
        try:
            await send(self._socket, self._encoder.subscribe_events(request.id, interest))
            return await asyncio.wait_for(request.answer, self._request_timeout)
        except asyncio.TimeoutError as error:
            raise RequestTimeoutError(
                f"{self._url} did not answer subscribe {request.id} within {self._request_timeout} s"
            ) from error
        finally:
            # Nobody waits for it any more.
            request.answer.cancel()

    async def publish(
        self,
        type: str,
        data: Any = None,
        *,
        room: Optional[str] = None,
        priority: Optional[str] = None,
        source_agent_id: Optional[int] = None,
        circle_id: Optional[int] = None,
        project_id: Optional[int] = None,
        event_id: Optional[str] = None,
        time: Optional[datetime] = None,
    ) -> Published:
        """Publishes an event; returns where it stands once the server has taken it. What is None the server chooses.

        Without a connection it waits for one, and is sent again where an answer was lost: its id, made here unless given,
        makes that harmless. `data` is anything that JSON has, up to 60,000 bytes.

        Raises ServerError where the server refuses, ValueError for an argument that cannot be, ConnectionLostError where the
        connection is gone for good, and QueueFullError where 1,000 wait that are younger, or where the answer cannot be read
        since nobody iterates what came before it.
        """
        draft = Draft.of(type, data, room, priority, source_agent_id, circle_id, project_id, event_id, time)
        if self._failure is not None or self._is_closed:
            raise self._failure or ConnectionLostError(1000, "closed by this client")
        publication = self._publications.add(draft)
        self._taken.set()
        try:
            return await publication.answer
        finally:
            self._publications.forget(publication)

    async def close(self) -> None:
        """Ends it; the events end as well. Harmless when it has ended."""
        self._is_closed = True
        await cancelled(*self._tasks)
        self._tasks.clear()
        self._reject_all(ConnectionLostError(1000, "closed by this client"))
        if self._socket is not None:
            await close_socket(self._socket)
        self._wake.set()

    async def _open(self) -> None:
        self._socket = await self._endpoint.open()
        binary = agreed_encoding(self._socket) == "sbe"
        self._decoder = (SbeDecoder if binary else JsonDecoder)(columns.default())
        self._encoder = SbeEncoder if binary else JsonEncoder

    async def _run(self) -> None:
        try:
            error = await self._read_all()
        except Exception as fault:
            # Of this client or of on_event: the consumer gets it, or would wait for ever.
            error = fault
        self._failure = error
        self._reject_all(error)
        self._opened.set()
        self._wake.set()

    async def _read_all(self) -> Exception:
        """Reads one connection after the other, until there is to be none; returns why."""
        reconnect = Reconnect(self._endpoint.tokens)
        error: Optional[Exception] = None
        while True:
            if error is None:
                error = await self._read_to_the_end(reconnect)
            self._requests.reject_all(of_this_package(error))
            if isinstance(error, ServerError) or not self._reconnects or reconnect.is_over(error) or not self._opened.is_set():
                return error
            delay = reconnect.delay_after(error)
            LOG.info("%s: %s; trying again in %.1f s", self._url, error, delay)
            await asyncio.sleep(delay)
            # A consumer that stands still would only be cut off again.
            await self._room()
            try:
                await self._open()
                error = None
            except (OSError, RefusedError, TokenError) as refusal:
                error = refusal

    async def _read_to_the_end(self, reconnect: Reconnect) -> Exception:
        beside = Companions(self._socket)
        self._publications.begin_anew()
        self._resuming = self._requests.add(None)
        beside.start(self._login.keep(self._say_auth))
        beside.start(self._resume(self._resuming))
        beside.start(self._send_publications())
        try:
            async for data in self._socket:
                self._on_message(data)
                reconnect.succeeded()
                await self._room()
            return ConnectionLostError(self._socket.close_code, self._socket.close_reason or "")
        except ConnectionClosed as closed:
            return lost(closed)
        except MalformedMessageError as malformed:
            await close_socket(self._socket, MALFORMED, "malformed message")
            return malformed
        except ServerError as refusal:
            await close_socket(self._socket)
            return refusal
        finally:
            await beside.stop()

    async def _room(self) -> None:
        """Waits until there is room for what comes next."""
        while len(self._waiting) >= self._waiting_max and not self._is_closed:
            if self._requests.is_asking or self._publications.is_asking:
                if len(self._waiting) < self._waiting_max * _WAITING_WHILE_ASKING:
                    return
                full = QueueFullError(f"{len(self._waiting)} events wait to be iterated; the answer comes after more of them")
                self._requests.reject_all(full)
                self._publications.reject_all(full)
            self._taken.clear()
            await self._taken.wait()

    async def _resume(self, request: Request) -> None:
        if self._interest.rooms:
            await send(self._socket, self._encoder.subscribe_events(request.id, replace(self._interest, since=self._cursor)))
        else:
            await send(self._socket, self._encoder.unsubscribe(request.id))

    async def _say_auth(self, request: str, token: str) -> None:
        await send(self._socket, self._encoder.auth(request, token))

    async def _send_publications(self) -> None:
        while True:
            request, draft = await self._publications.next()
            await send(self._socket, self._encoder.publish(request, draft))

    def _on_message(self, data: Union[str, bytes]) -> None:
        message = self._decoder.decode(data)
        if isinstance(message, Event):
            self._on_events((message,))
        elif isinstance(message, EventBatch):
            self._on_events(message.events)
        elif isinstance(message, Published):
            self._publications.answered(message.id, message)
        elif isinstance(message, ErrorReply):
            self._on_error(message)
        elif isinstance(message, (SubscribedEvents, Unsubscribed)):
            # Without an id it is of rooms that the server gives whoever comes.
            if message.id:
                self._on_granted(message)
        elif isinstance(message, Authenticated):
            self._login.answered(message)
            self._tell(message)
        elif isinstance(message, Connected) or (isinstance(message, _TOLD) and self._resuming is None):
            self._tell(message)

    def _on_events(self, found: Sequence[Event]) -> None:
        # A server may give a new connection rooms of its own; what is asked for begins with the answer.
        if self._resuming is not None or not self._interest.rooms:
            return
        for event in found:
            self._waiting.append(event)
            if event.cursor is not None:
                self._cursor = event.cursor
        self._wake.set()

    def _on_granted(self, answer: Any) -> None:
        request = self._requests.taken(answer.id)
        if isinstance(answer, SubscribedEvents):
            self._granted, self._cursor = answer, answer.cursor
            if self._cursor_given is None or not self._waiting:
                self._cursor_given = answer.cursor
            if answer.unrecovered:
                LOG.warning("%s: some events of %s could not be recovered", self._url, ", ".join(answer.unrecovered))
        if request is self._resuming:
            self._resuming = None
            self._opened.set()
        if request is not None and request.interest is not None:
            self._interest = request.interest
            if not request.answer.done():
                request.answer.set_result(answer)
        self._tell(answer)

    def _on_error(self, message: ErrorReply) -> None:
        error = ServerError(message.code, message.message)
        if self._login.refused(message.id, error):
            return
        request = self._requests.taken(message.id)
        if request is not None and request is self._resuming:
            self._on_refused(error)
        elif request is not None and not request.answer.done():
            request.answer.set_exception(error)
        elif request is not None or not self._publications.refused(message.id, error):
            LOG.warning("%s says: %s", self._url, error)
            self._tell(error)

    def _on_refused(self, error: ServerError) -> None:
        """What was asked for at the beginning of a connection."""
        if not self._opened.is_set():
            raise error
        LOG.warning("%s does not resume: %s", self._url, error)
        self._tell(error)
        delay = _RESUME_AGAIN_SECONDS
        if error.code == _INVALID_MESSAGE:
            if self._cursor is None:
                raise error
            # A cursor that this server cannot read: from now on, then.
            self._cursor, delay = None, 0.0
        self._tasks.append(asyncio.ensure_future(self._resume_after(delay, self._socket)))

    async def _resume_after(self, delay: float, socket: Any) -> None:
        await asyncio.sleep(delay)
        if self._socket is socket:
            self._resuming = self._requests.add(None)
            try:
                await self._resume(self._resuming)
            except ConnectionLostError:
                # The reader meets the same end.
                return

    def _tell(self, event: Any) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def _reject_all(self, error: Exception) -> None:
        self._requests.reject_all(of_this_package(error))
        self._publications.reject_all(of_this_package(error))
