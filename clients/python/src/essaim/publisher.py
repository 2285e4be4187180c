"""Publishing a swarm."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any, Optional, Union

from websockets.exceptions import ConnectionClosed

from . import columns
from .clock import Clock
from .delivery import Delivery
from .errors import ConnectionLostError, MalformedMessageError, NothingStreamedError, RefusedError, ServerError, TokenError
from .json_form import JsonDecoder, JsonEncoder
from .login import Token, TokenSource
from .messages import Connected, ErrorReply, Pong, Stream, StreamChanged
from .sbe import SbeDecoder, SbeEncoder
from .state import Grid, Identities, State
from .transport import (
    MALFORMED,
    SUBPROTOCOLS,
    Companions,
    LoopThread,
    Reconnect,
    agreed_encoding,
    cancelled,
    lost,
    open_socket,
)

LOG = logging.getLogger("essaim")

_PING_SECONDS = 1.0
_LAST_PING_SECONDS = 0.25
_FLUSH_SECONDS = 5.0
_RATE_LIMITED = 1003
_ROSTER_VERSIONS = 2**16


def publish(url: str, **options: Any) -> Publisher:
    """A swarm to send states to, for a simulation's loop: `with essaim.publish(url) as swarm: swarm.send(positions)`

    Takes what `publish_async` takes. Blocks until the server has greeted. Raises ValueError for an argument that cannot be,
    RefusedError where the server refuses, OSError where nobody answers.
    """
    return Publisher(AsyncPublisher(url, **options))


def publish_async(url: str, **options: Any) -> AsyncPublisher:
    """The same for an event loop: `async with essaim.publish_async(url) as swarm: await swarm.send(positions)`

    `encoding` is sbe or json. `token` is a text, or a function that is asked for one at each attempt, and may be async; it goes
    out as `Authorization: Bearer`. With `reconnect` a lost connection is tried again
    after 0.5 s to 20 s, or when the server says, and the newest state goes out again; the first attempt is never repeated.
    The delays grow until the server has kept a state: while another producer has the stream they go up to 20 s.
    `states_per_second` bounds what goes out, below the server's own limit of 250: newer states replace those that wait.
    `ssl` is an ssl.SSLContext, or None for the default of wss://.
    """
    return AsyncPublisher(url, **options)


class AsyncPublisher:
    """Sends the newest state of a swarm, and only that: one that a newer one replaces before it could go out is counted in
    `overwritten`. Owned by the event loop that entered it.
    """

    def __init__(
        self,
        url: str,
        *,
        encoding: str = "sbe",
        token: Token = None,
        reconnect: bool = True,
        states_per_second: float = 240.0,
        open_timeout: float = 20.0,
        ssl: Any = None,
    ):
        if encoding not in SUBPROTOCOLS:
            raise ValueError(f"encoding={encoding!r}: sbe or json")
        if not states_per_second > 0:
            raise ValueError(f"states_per_second={states_per_second!r}: more than 0")
        self._url = url
        self._encoding = encoding
        self._tokens = TokenSource(token)
        self._reconnects = reconnect
        self._interval = 1 / states_per_second
        self._open_timeout = open_timeout
        self._ssl = ssl
        self._clock = Clock()
        self._socket: Any = None
        self._decoder: Any = None
        self._retry = Reconnect(self._tokens)
        self._task: Optional[asyncio.Task[None]] = None
        self._greeted: asyncio.Event
        self._offered: asyncio.Event
        self._ending: asyncio.Event
        self._progress: asyncio.Event
        # Either thread, under the lock: the newest state that is not out yet, and what is to be raised to the sender.
        self._lock = threading.Lock()
        self._newest: Optional[State] = None
        self._error: Optional[Exception] = None
        self._failure: Optional[Exception] = None
        self._overwritten = 0
        # Replaced as a whole by the event loop, read by any thread.
        self._grid: Optional[Grid] = None
        # The sender's thread.
        self._identities: Optional[Identities] = None
        # The event loop.
        self._sent = 0
        self._delivery = Delivery()
        self._put: Optional[State] = None
        self._last_loss: Optional[Exception] = None
        self._sent_identities: Optional[Identities] = None
        self._roster_version = 0

    async def __aenter__(self) -> AsyncPublisher:
        """Connects; returns when the server has greeted."""
        self._greeted = asyncio.Event()
        self._offered = asyncio.Event()
        self._ending = asyncio.Event()
        self._progress = asyncio.Event()
        await self._open()
        self._task = asyncio.ensure_future(self._run())
        try:
            await asyncio.wait_for(self._greeted.wait(), self._open_timeout)
        except asyncio.TimeoutError as error:
            await self._stop()
            raise OSError(f"{self._url} opened, but did not greet within {self._open_timeout} s") from error
        except BaseException:
            await self._stop()
            raise
        if self._failure is not None:
            await self._stop()
            raise self._failure
        return self

    async def __aexit__(self, kind: Any, *_: Any) -> None:
        await self.close()
        self._end(kind is None)

    async def send(
        self, positions: Any, *, ids: Any = None, spheres: Any = None, frequency: Union[None, float, Any] = None
    ) -> None:
        """Hands over the whole state of the swarm; does not wait until it is out. See `Publisher.send`."""
        self._raise_error()
        self._offer(positions, ids, spheres, frequency)
        self._offered.set()
        # Lets it go out even where the caller never waits for anything.
        await asyncio.sleep(0)

    @property
    def sent(self) -> int:
        """States that went out and that the server is known to have kept, which it is asked every second and at the end: none
        while another producer has the stream; one that goes out again after a reconnection counts again. Those that a rate
        limit drops are not told apart, and count.
        """
        return self._sent

    @property
    def overwritten(self) -> int:
        """States that a newer one replaced before they could go out."""
        return self._overwritten

    @property
    def stream(self) -> Stream:
        """The grid and rate that the server announced."""
        return self._grid.stream

    def _offer(self, positions: Any, ids: Any, spheres: Any, frequency: Any) -> None:
        """Puts a state where the event loop finds it; it has yet to be told. Any one thread."""
        grid = self._grid
        identities = Identities.of(positions, ids, spheres, self._identities)
        state = State.of(grid, identities, positions, frequency)
        self._identities = identities
        with self._lock:
            self._overwritten += self._newest is not None
            self._newest = state

    def _raise_error(self) -> None:
        """Raises what went wrong since the last call: what the server said once, a connection that is gone each time."""
        with self._lock:
            error, self._error = self._error, None
        if error is not None:
            raise error
        if self._failure is not None:
            raise self._failure

    def _end(self, may_raise: bool) -> None:
        """After `close()`: raises what went wrong, or logs it where the caller has an error of its own."""
        nothing = self._nothing_streamed()
        if not may_raise:
            if nothing is not None:
                LOG.warning("%s", nothing)
            return
        self._raise_error()
        if nothing is not None:
            raise nothing

    def _nothing_streamed(self) -> Optional[NothingStreamedError]:
        if self._sent > 0 or (self._put is None and self._newest is None):
            return None
        reason = self._last_loss or "it did not answer in time"
        return NothingStreamedError(f"{self._url} kept none of the states that were to be sent: {reason}")

    def _tell_offered(self) -> None:
        """Says that a state was put there. The event loop."""
        self._offered.set()

    async def close(self) -> None:
        """Sends what waits, up to 5 s, hears what the server has to say to it, and closes. Harmless when it is closed."""
        if self._task is None:
            return
        try:
            await asyncio.wait_for(self._flush(), _FLUSH_SECONDS)
        except asyncio.TimeoutError:
            LOG.warning("%s: closed before the newest state was confirmed", self._url)
        await self._stop()

    async def _flush(self) -> None:
        self._ending.set()
        while self._failure is None and not (self._newest is None and self._delivery.is_settled):
            self._progress.clear()
            await self._progress.wait()

    async def _stop(self) -> None:
        if self._task is not None:
            await cancelled(self._task)
            self._task = None
        if self._socket is not None:
            await self._socket.close()

    async def _open(self) -> None:
        self._socket = await open_socket(self._url, self._encoding, self._tokens, self._ssl, self._open_timeout)
        binary = agreed_encoding(self._socket) == "sbe"
        self._decoder = (SbeDecoder if binary else JsonDecoder)(columns.default())
        self._encoder = SbeEncoder if binary else JsonEncoder
        self._sent_identities = None

    async def _run(self) -> None:
        try:
            error = await self._serve_all()
        except Exception as fault:
            # Of this client: the sender gets it, or would send into nothing for ever.
            error = fault
        self._failure = error
        for event in (self._greeted, self._progress):
            event.set()

    async def _serve_all(self) -> Exception:
        """Serves one connection after the other, until there is to be none; returns why."""
        error: Optional[Exception] = None
        while True:
            if error is None:
                error = await self._serve()
            self._last_loss = error
            if not self._reconnects or self._retry.is_over(error) or not self._greeted.is_set():
                return error
            delay = self._retry.delay_after(error)
            LOG.warning("%s: %s; trying again in %.1f s", self._url, error, delay)
            await asyncio.sleep(delay)
            try:
                await self._open()
                error = None
            except (OSError, RefusedError, TokenError) as refusal:
                error = refusal

    async def _serve(self) -> Exception:
        """Reads and writes until the connection ends."""
        beside = Companions(self._socket)
        try:
            async for data in self._socket:
                message = self._decoder.decode(data)
                self._on_message(message)
                if isinstance(message, Connected):
                    beside.start(self._ping())
                    beside.start(self._pump())
            return ConnectionLostError(self._socket.close_code, self._socket.close_reason or "")
        except ConnectionClosed as closed:
            return lost(closed)
        except MalformedMessageError as malformed:
            await self._socket.close(MALFORMED, "malformed message")
            return malformed
        finally:
            await beside.stop()

    def _on_message(self, message: Any) -> None:
        if isinstance(message, Connected):
            self._grid = Grid(message.stream, message.frequency)
            self._delivery = Delivery()
            with self._lock:
                # The server may be another one, or may have turned this producer away: it gets the newest state again.
                self._newest = self._newest or self._put
            self._greeted.set()
        elif isinstance(message, StreamChanged):
            self._grid = Grid(message.stream, message.frequency)
        elif isinstance(message, Pong):
            if message.t is not None:
                self._on_kept(self._delivery.pong(message.t))
            self._progress.set()
        elif isinstance(message, ErrorReply):
            error = ServerError(message.code, message.message)
            LOG.warning("%s says: %s", self._url, error)
            if message.code != _RATE_LIMITED:
                self._delivery.refused()
                with self._lock:
                    self._error = error

    def _on_kept(self, states: int) -> None:
        self._sent += states
        if states > 0:
            # Not before: a connection opens while another producer has the stream, and is closed for its first state.
            self._retry.succeeded()

    async def _ping(self) -> None:
        """Asks what became of the states; and the server takes a producer that says nothing for one that is gone."""
        while True:
            await self._until_next_ping()
            await self._send(self._encoder.ping(self._delivery.next_echo()))

    async def _until_next_ping(self) -> None:
        try:
            await asyncio.wait_for(self._ending.wait(), _PING_SECONDS)
        except asyncio.TimeoutError:
            return
        # Somebody waits for what these tell.
        await asyncio.sleep(_LAST_PING_SECONDS)

    async def _pump(self) -> None:
        while True:
            with self._lock:
                state, self._newest = self._newest, None
            if state is None:
                self._offered.clear()
                # A state that was put there between the two is told of by its own call.
                if self._newest is None:
                    await self._offered.wait()
                continue
            self._put = state
            try:
                await self._put_out(state)
            except ValueError as unfit:
                # The server came back with another grid.
                with self._lock:
                    self._error = unfit
                self._progress.set()
            await asyncio.sleep(self._interval)

    async def _put_out(self, state: State) -> None:
        if self._encoder is JsonEncoder:
            self._delivery.went_out()
            await self._send(state.to_json())
        else:
            fitting = state.on(self._grid)
            self._delivery.went_out()
            if self._sent_identities is not state.identities:
                self._roster_version = (self._roster_version + 1) % _ROSTER_VERSIONS
                self._sent_identities = state.identities
                await self._send(state.identities.roster(self._roster_version))
            await self._send(fitting.frame(self._delivery.out % 2**32, self._clock.now_us(), self._roster_version))

    async def _send(self, message: Union[str, bytes]) -> None:
        try:
            await self._socket.send(message)
        except ConnectionClosed as closed:
            raise lost(closed) from closed


class Publisher:
    """Sends the newest state of a swarm from a thread of its own; `send` never waits for the network. One thread uses it."""

    def __init__(self, publisher: AsyncPublisher):
        self._publisher = publisher
        self._thread: Optional[LoopThread] = LoopThread("essaim-publish")
        try:
            self._thread.call(publisher.__aenter__())
        except BaseException:
            self._thread.close()
            raise

    def __enter__(self) -> Publisher:
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        self._end(kind is None)

    def send(
        self, positions: Any, *, ids: Any = None, spheres: Any = None, frequency: Union[None, float, Any] = None
    ) -> None:
        """Hands over the whole state of the swarm, which is copied; of states that come faster than they can go out the newest
        goes.

        `positions`: a row an agent of x, y and perhaps z (0 where it is left out), as an array of numpy or a list. `ids`: whole
        numbers from 0 to 2^32 - 1, no two alike; 0, 1, 2, … where left out. `spheres`: a label an agent, or one for all.
        `frequency`: a number an agent, or one for all; the server's target where left out.

        Raises ValueError for a state that cannot be, naming the field, the agent and the limit; ServerError for what the
        server said to an earlier state; RefusedError, ConnectionLostError or OSError when the connection is gone for good.
        """
        if self._thread is None:
            raise ValueError("the publisher is closed")
        self._publisher._raise_error()
        self._publisher._offer(positions, ids, spheres, frequency)
        self._thread.loop.call_soon_threadsafe(self._publisher._tell_offered)

    @property
    def sent(self) -> int:
        """States that went out and that the server is known to have kept, as `AsyncPublisher.sent` has it."""
        return self._publisher.sent

    @property
    def overwritten(self) -> int:
        """States that a newer one replaced before they could go out."""
        return self._publisher.overwritten

    @property
    def stream(self) -> Stream:
        """The grid and rate that the server announced."""
        return self._publisher.stream

    def close(self) -> None:
        """Sends what waits, up to 5 s, closes, and raises what the server said to it, or NothingStreamedError where it kept
        none of all states. Harmless when it is closed.
        """
        self._end(True)

    def _end(self, may_raise: bool) -> None:
        if self._thread is not None:
            thread, self._thread = self._thread, None
            try:
                thread.call(self._publisher.close())
            finally:
                thread.close()
            self._publisher._end(may_raise)
