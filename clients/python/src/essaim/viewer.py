"""Watching a swarm."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any, AsyncIterator, Callable, Iterable, NamedTuple, Optional, Sequence, Union

from websockets.exceptions import ConnectionClosed

from . import columns
from .clock import Clock, ClockOffset
from .errors import (
    ConnectionLostError,
    EssaimError,
    MalformedMessageError,
    RefusedError,
    RequestTimeoutError,
    ServerError,
    TokenError,
)
from .frame import Frame
from .json_form import JsonDecoder, JsonEncoder
from .login import Login, Token, TokenSource
from .messages import Authenticated, Batch, Connected, Discarded, ErrorReply, Pong, Roster, Stream, StreamChanged, Subscribed, Tier
from .sbe import SbeDecoder, SbeEncoder
from .statistics import Snapshot, Statistics
from .transport import (
    MALFORMED,
    SUBPROTOCOLS,
    Companions,
    Reconnect,
    agreed_encoding,
    cancelled,
    lost,
    open_socket,
)
from .view import BATCH_MAX, View

LOG = logging.getLogger("essaim")

_QUICK_PINGS = 4
_QUICK_PING_SECONDS = 0.25
_PING_SECONDS = 30.0

# What a decoder without numpy takes in for certain.
_FPS_WITHOUT_NUMPY = 30


def connect(
    url: str,
    *,
    encoding: str = "sbe",
    fps: Optional[int] = None,
    agents: Union[None, str, Iterable[int]] = None,
    spheres: Union[None, str, Iterable[str]] = None,
    box: Optional[Sequence[float]] = None,
    form: Optional[str] = None,
    batch: int = 1,
    token: Token = None,
    reconnect: bool = True,
    stats_seconds: float = 5.0,
    open_timeout: float = 20.0,
    request_timeout: float = 30.0,
    on_event: Optional[Callable[[Any], None]] = None,
    ssl: Any = None,
) -> Swarm:
    """A swarm to watch: `async with essaim.connect(url) as swarm: async for frame in swarm: …`

    `encoding` is sbe or json; both give the same values. `fps`, `agents`, `spheres`, `box` and `form` are the view, as `View`
    has them. Without numpy the form delta comes at 30 frames a second unless `fps` says otherwise; 0 is as many as there are.
    `batch` is how many ticks come in one message, 1 to 60, in the form delta only; the frames of a batch are given out one
    after the other. `token` is a text, or a function that is asked for one at each attempt and before
    the login ends, and may be async; it goes out as `Authorization: Bearer`. With `reconnect` a lost connection is tried again after 0.5 s to
    20 s, or when the server says, until `close()` or an answer that forbids it; the first attempt is never repeated.
    `stats_seconds` is the time between two reports to the server, 0 for none. `subscribe` waits `request_timeout` seconds for
    its answer. `on_event` is called on the event loop with each Connected, Authenticated, Tier, StreamChanged, Subscribed, Heartbeat, and
    ServerError that answers nobody who waits. `ssl` is an ssl.SSLContext, or None for the default of wss://.

    Raises ValueError for an argument that cannot be.
    """
    if encoding not in SUBPROTOCOLS:
        raise ValueError(f"encoding={encoding!r}: sbe or json")
    if not stats_seconds >= 0:
        raise ValueError(f"stats_seconds={stats_seconds!r}: seconds, 0 for no reports")
    if not request_timeout > 0:
        raise ValueError(f"request_timeout={request_timeout!r}: seconds, more than 0")
    if isinstance(batch, bool) or not isinstance(batch, int) or not 1 <= batch <= BATCH_MAX:
        raise ValueError(f"batch={batch!r}: a whole number from 1 to {BATCH_MAX}")
    if batch > 1 and (encoding != "sbe" or form not in (None, "delta")):
        raise ValueError(f"batch={batch}: in the form delta only")
    asked_form = form or View.said_by(url, "form")
    if fps is None and View.said_by(url, "fps") is None:
        fps = _own_fps("delta" if encoding == "sbe" and asked_form is None else asked_form)
    view = View.of(fps, agents, spheres, box, form)
    view.added_to(url, batch)
    tokens = TokenSource(token)
    return Swarm(url, encoding, view, batch, tokens, reconnect, stats_seconds, open_timeout, request_timeout, on_event, ssl)


def _own_fps(form: Optional[str]) -> Optional[int]:
    """The rate to ask for where nobody chose one."""
    return _FPS_WITHOUT_NUMPY if form == "delta" and columns.numpy is None else None


class _Request(NamedTuple):
    view: View
    answer: asyncio.Future[Subscribed]


class Swarm:
    """The frames of a stream, newest first in line: a consumer that is slower than they come gets the newest one and misses
    those before, which `snapshot().overwritten` counts. At most the frames of one message wait: one, or those of a batch.

    Owned by the event loop that entered it; one consumer iterates. Iterating ends after `close()`, and raises
    ConnectionLostError, RefusedError, MalformedMessageError or OSError where the connection is gone for good.
    """

    def __init__(
        self,
        url: str,
        encoding: str,
        view: View,
        batch: int,
        tokens: TokenSource,
        reconnect: bool,
        stats_seconds: float,
        open_timeout: float,
        request_timeout: float,
        on_event: Optional[Callable[[Any], None]],
        ssl: Any,
    ):
        self._url = url
        self._encoding = encoding
        self._view = view
        self._batch = batch
        self._tokens = tokens
        self._login = Login(tokens, self._server_now_us)
        self._reconnects = reconnect
        self._stats_seconds = stats_seconds
        self._open_timeout = open_timeout
        self._request_timeout = request_timeout
        self._on_event = on_event
        self._ssl = ssl
        self._columns = columns.default()
        self._clock = Clock()
        self._offset = ClockOffset()
        self._statistics = Statistics(self._clock.now_us())
        # Until they are answered or the connection ends, whether or not anybody still waits.
        self._requests: dict[str, _Request] = {}
        self._requests_made = 0
        # Of the newest message that brought any.
        self._waiting: deque[Frame] = deque()
        self._failure: Optional[Exception] = None
        self._is_closed = False
        self._connected: Optional[Connected] = None
        self._stream: Optional[Stream] = None
        self._tier: Optional[Tier] = None
        self._stride = 1
        self._socket: Any = None
        self._decoder: Any = None
        self._encoder: Any = None
        self._tasks: list[asyncio.Task[None]] = []
        self._wake: asyncio.Event
        self._opened: asyncio.Event

    async def __aenter__(self) -> Swarm:
        """Connects; returns when the server has greeted and its clock is known."""
        self._wake = asyncio.Event()
        self._opened = asyncio.Event()
        await self._open()
        self._tasks.append(asyncio.ensure_future(self._run()))
        try:
            await asyncio.wait_for(self._opened.wait(), self._open_timeout)
        except asyncio.TimeoutError as error:
            await self.close()
            raise OSError(f"{self._url} opened, but did not greet within {self._open_timeout} s") from error
        except BaseException:
            await self.close()
            raise
        if self._failure is not None:
            await self.close()
            raise self._failure
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    def __aiter__(self) -> AsyncIterator[Frame]:
        return self

    async def __anext__(self) -> Frame:
        # Lets the reader run even where the consumer never waits for anything.
        await asyncio.sleep(0)
        while not self._waiting or not self._offset.is_known:
            if self._is_closed:
                raise StopAsyncIteration
            if self._failure is not None:
                raise self._failure
            self._wake.clear()
            await self._wake.wait()
        return self._waiting.popleft()

    async def subscribe(
        self,
        fps: Optional[int] = None,
        agents: Union[None, str, Iterable[int]] = None,
        spheres: Union[None, str, Iterable[str]] = None,
        box: Optional[Sequence[float]] = None,
        form: Optional[str] = None,
    ) -> Subscribed:
        """Asks for another view, which replaces the one before as a whole; every frame that is asked for after it shows that
        view.

        Returns what was granted. Raises ServerError where the server refuses, ValueError for an argument that cannot be,
        ConnectionLostError where the connection is lost before the answer, and RequestTimeoutError where none comes in time;
        a grant that comes later still holds, and on_event is told. A reconnection begins with the newest view that was
        granted.
        """
        if fps is None and self._connected is not None:
            fps = _own_fps(form or self._connected.form)
        view = View.of(fps, agents, spheres, box, form)
        self._requests_made += 1
        request = str(self._requests_made)
        answer: asyncio.Future[Subscribed] = asyncio.get_running_loop().create_future()
        self._requests[request] = _Request(view, answer)
        try:
            return await asyncio.wait_for(self._ask(request, view, answer), self._request_timeout)
        except asyncio.TimeoutError as error:
            raise RequestTimeoutError(
                f"{self._url} did not answer subscribe {request} within {self._request_timeout} s"
            ) from error
        finally:
            # Nobody waits for it any more.
            answer.cancel()

    async def _ask(self, request: str, view: View, answer: asyncio.Future[Subscribed]) -> Subscribed:
        await self._send(self._encoder.subscribe(request, view))
        return await answer

    @property
    def connected(self) -> Optional[Connected]:
        """The newest greeting."""
        return self._connected

    @property
    def stream(self) -> Optional[Stream]:
        """The stream's description as it is now."""
        return self._stream

    @property
    def stride(self) -> int:
        """This client gets the ticks whose sequence it divides."""
        return self._stride

    @property
    def fps(self) -> float:
        """Frames a second that come at this stride."""
        return 0.0 if self._stream is None else self._stream.ticks_per_second / self._stride

    @property
    def tier(self) -> Optional[Tier]:
        """Why and to what the server changed the rate; None while it did not, or has restored it."""
        return self._tier

    @property
    def encoding(self) -> str:
        """What the connection speaks: the server may know only JSON."""
        return self._encoding if self._socket is None else agreed_encoding(self._socket)

    def snapshot(self) -> Snapshot:
        """What was seen so far."""
        return self._statistics.snapshot(self._clock.now_us())

    async def close(self) -> None:
        """Ends it; the frames end as well. Harmless when it has ended."""
        self._is_closed = True
        await cancelled(*self._tasks)
        self._tasks.clear()
        self._reject(ConnectionLostError(1000, "closed by this client"))
        if self._socket is not None:
            await self._socket.close()
        self._wake.set()

    async def _open(self) -> None:
        url = self._view.added_to(self._url, self._batch if self._view.form in (None, "delta") else 1)
        self._socket = await open_socket(url, self._encoding, self._tokens, self._ssl, self._open_timeout)
        binary = agreed_encoding(self._socket) == "sbe"
        # Rosters belong to a connection: the next server may count its versions anew.
        self._decoder = (SbeDecoder if binary else JsonDecoder)(self._columns)
        self._encoder = SbeEncoder if binary else JsonEncoder

    async def _run(self) -> None:
        try:
            error = await self._read_all()
        except Exception as fault:
            # Of this client or of on_event: the consumer gets it, or would wait for ever.
            error = fault
        self._failure = error
        self._opened.set()
        self._wake.set()

    async def _read_all(self) -> Exception:
        """Reads one connection after the other, until there is to be none; returns why."""
        reconnect = Reconnect(self._tokens)
        error: Optional[Exception] = None
        while True:
            if error is None:
                error = await self._read_to_the_end(reconnect)
            self._reject(error)
            if not self._reconnects or reconnect.is_over(error) or not self._opened.is_set():
                return error
            delay = reconnect.delay_after(error)
            LOG.info("%s: %s; trying again in %.1f s", self._url, error, delay)
            await asyncio.sleep(delay)
            try:
                await self._open()
                self._statistics.reconnects += 1
                error = None
            except (OSError, RefusedError, TokenError) as refusal:
                error = refusal

    async def _read_to_the_end(self, reconnect: Reconnect) -> Exception:
        beside = Companions(self._socket)
        beside.start(self._login.keep(self._say_auth))
        beside.start(self._ping())
        beside.start(self._report())
        try:
            async for data in self._socket:
                self._on_message(data)
                reconnect.succeeded()
            return ConnectionLostError(self._socket.close_code, self._socket.close_reason or "")
        except ConnectionClosed as closed:
            return lost(closed)
        except MalformedMessageError as malformed:
            await self._socket.close(MALFORMED, "malformed message")
            return malformed
        finally:
            await beside.stop()

    async def _say_auth(self, request: str, token: str) -> None:
        await self._send(self._encoder.auth(request, token))

    def _server_now_us(self) -> float:
        """As well as it is known."""
        now_us = self._clock.now_us()
        since_1970 = self._offset.age_seconds(0, now_us)
        return now_us if since_1970 is None else since_1970 * 1e6

    async def _ping(self) -> None:
        """Quickly at first: the shortest of several round trips is nearer the truth than any first one."""
        sent = 0
        while True:
            await self._send(self._encoder.ping(self._clock.now_us() / 1000))
            sent += 1
            await asyncio.sleep(_QUICK_PING_SECONDS if sent < _QUICK_PINGS else _PING_SECONDS)

    async def _report(self) -> None:
        while self._stats_seconds > 0:
            await asyncio.sleep(self._stats_seconds)
            await self._send(self._encoder.stats(self._statistics.report(self._clock.now_us())))

    async def _send(self, message: Union[str, bytes]) -> None:
        try:
            await self._socket.send(message)
        except ConnectionClosed as closed:
            raise lost(closed) from closed

    def _on_message(self, data: Union[str, bytes]) -> None:
        now_us = self._clock.now_us()
        self._statistics.bytes += len(data)
        message = self._decoder.decode(data)
        if isinstance(message, Frame):
            self._on_frames((message,), now_us)
        elif isinstance(message, Batch):
            self._on_frames(message.frames, now_us)
            self._statistics.discarded += message.discarded
        elif isinstance(message, Discarded):
            self._statistics.discarded += 1
        elif isinstance(message, Pong):
            if message.t is not None:
                self._offset.pong(message.t * 1000, now_us, message.time_us)
            self._opened.set()
            self._wake.set()
        elif isinstance(message, ErrorReply):
            self._on_error(message)
        elif message is not None and not isinstance(message, Roster):
            self._on_control(message)
            self._tell(message)

    def _on_frames(self, frames: Sequence[Frame], now_us: int) -> None:
        """Of one message: they take the place of what came before and nobody asked for."""
        for frame in frames:
            frame.age = self._offset.age_seconds(frame.time_us, now_us)
            self._statistics.frame(frame.sequence, frame.age)
        # Before the first pong, which the server answers at once, there is no age: the next frame is not far.
        if frames and self._offset.is_known:
            self._drop_waiting()
            self._waiting.extend(frames)
            self._wake.set()

    def _on_control(self, message: Any) -> None:
        gaps = self._statistics.gaps
        if isinstance(message, Authenticated):
            self._login.answered(message)
        elif isinstance(message, Connected):
            if self._connected is not None and self._connected.server != message.server:
                self._offset.reset()
            if self._stream is not None and self._stream.epoch == message.stream.epoch:
                gaps.stride(message.stride)
            else:
                self._begin_anew(message.stride)
            self._connected, self._stream, self._stride, self._tier = message, message.stream, message.stride, None
        elif isinstance(message, StreamChanged):
            self._begin_anew(message.stride)
            self._stream, self._stride = message.stream, message.stride
        elif isinstance(message, Tier):
            gaps.stride_from(message.sequence, message.stride)
            self._stride, self._tier = message.stride, None if message.reason == "restored" else message
        elif isinstance(message, Subscribed):
            gaps.stride(message.stride)
            self._stride = message.stride
            request = self._requests.pop(message.id, None)
            if request is not None:
                self._grant(request.view)
                if not request.answer.done():
                    request.answer.set_result(message)

    def _begin_anew(self, stride: int) -> None:
        self._statistics.gaps.begin(stride)
        self._drop_waiting()

    def _grant(self, view: View) -> None:
        """The view is this one from here on, and no more what the URL said."""
        url = View.removed_from(self._url)
        if url != self._url or not view.selects_as(self._view):
            self._drop_waiting()
        self._url, self._view = url, view

    def _drop_waiting(self) -> None:
        """What was shown before is not given out after it was told that something else is."""
        self._statistics.overwritten += len(self._waiting)
        self._waiting.clear()

    def _on_error(self, message: ErrorReply) -> None:
        error = ServerError(message.code, message.message)
        if self._login.refused(message.id, error):
            return
        request = self._requests.pop(message.id, None)
        if request is None or request.answer.done():
            LOG.warning("%s says: %s", self._url, error)
            self._tell(error)
        else:
            request.answer.set_exception(error)

    def _tell(self, event: Any) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def _reject(self, error: Exception) -> None:
        for _, answer in self._requests.values():
            if not answer.done():
                answer.set_exception(error if isinstance(error, EssaimError) else ConnectionLostError(1006, str(error)))
        self._requests.clear()
