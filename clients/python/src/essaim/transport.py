"""Opening sockets, when to try again, and the event loop of the synchronous interfaces."""

from __future__ import annotations

import asyncio
import random
import re
import threading
from typing import Any, Coroutine, Optional

import websockets
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.version import version as _websockets_version

from .errors import ConnectionLostError, RefusedError, TokenError
from .login import TokenSource
from .messages import JSON_SUBPROTOCOL, SBE_SUBPROTOCOL

SUBPROTOCOLS = {"sbe": SBE_SUBPROTOCOL, "json": JSON_SUBPROTOCOL}
MESSAGE_BYTES_MAX = 64 << 20

ABNORMAL = 1006
MALFORMED = 4002
CLIENT_FAULT = 4003

_FINAL_CODES = frozenset((1000, 1002, 1003, 1007, 1008, 1009))
_POLICY_VIOLATION = 1008
_UNAUTHORIZED = (401, 403)
_TOO_MANY_REQUESTS = 429
# The server awaits this client with another login.
_COME_BACK = frozenset((4401, 4403))
_BAN = re.compile(r"Banned for (\d{1,9}) s\b")
_BAN_SECONDS_MAX = 3600.0
# Begins the reason of a close that is for what the client did, not for who it is.
_FOR_ITS_MESSAGES = "Too many "
_HINT = re.compile(r"\bretry_after_ms=(\d{1,9})\b")
_BACKOFF_MIN_SECONDS = 0.5
_BACKOFF_MAX_SECONDS = 20.0
_CANCEL_AGAIN_SECONDS = 0.2

# The asyncio client of 14 and later takes headers by another name than the one before.
_HEADERS = "additional_headers" if int(_websockets_version.split(".")[0]) >= 14 else "extra_headers"

_ADVICE = {
    400: "check the URL's parameters",
    401: "bring a token: token=…",
    403: "this token or address may not; see token= and the server's settings",
    404: "check the path; /ws/ingest is there only when the server runs with --source=ingest",
    503: "the server is full, starting or draining",
}


class Reconnect:
    """When to try again, if at all: 0.5 s to 20 s with full jitter above the least, or when the server says. One connection's."""

    def __init__(self, tokens: TokenSource):
        self._tokens = tokens
        self._attempt = 0
        # Of the present connection.
        self._messages = 0
        self._was_turned_away = False

    def succeeded(self) -> None:
        """A message came."""
        self._attempt = 0
        self._messages += 1
        if self._messages > 1:
            # Who is turned away hears one error at most.
            self._was_turned_away = False

    def is_over(self, error: Exception) -> bool:
        """Whether to give up. A token that is refused is replaced once, where another can be had."""
        if not self.is_final(error):
            return False
        renews = self._tokens.is_renewable and self.is_turned_away(error) and not self._was_turned_away
        self._was_turned_away = True
        return not renews

    def delay_after(self, error: Exception) -> float:
        """Before the next attempt."""
        lasted, self._messages = self._messages > 1, 0
        ban = self.ban_seconds(error)
        if ban is not None:
            return ban + random.random() * _BACKOFF_MIN_SECONDS
        if isinstance(error, ConnectionLostError) and error.code in _COME_BACK and lasted:
            return 0.0
        return self.delay_seconds(self.hint_seconds(error))

    def delay_seconds(self, hint: Optional[float]) -> float:
        """Before the next attempt; a server's hint counts instead, up to 20 s."""
        most = min(_BACKOFF_MAX_SECONDS, _BACKOFF_MIN_SECONDS * 2 ** min(self._attempt, 10))
        self._attempt += 1
        if hint is not None:
            return min(hint, _BACKOFF_MAX_SECONDS)
        return min(_BACKOFF_MAX_SECONDS, _BACKOFF_MIN_SECONDS + random.random() * most)

    @classmethod
    def is_final(cls, error: Exception) -> bool:
        """Whether trying again would end as before."""
        if isinstance(error, ConnectionLostError):
            return cls.ban_seconds(error) is None and (error.code in _FINAL_CODES or 4500 <= error.code <= 4999)
        return isinstance(error, RefusedError) and 400 <= error.status < 500 and error.status not in (408, 429)

    @classmethod
    def is_turned_away(cls, error: Exception) -> bool:
        """Whether the server did not let this client in: for its token, the want of one, or its permissions."""
        if isinstance(error, RefusedError):
            return error.status in _UNAUTHORIZED
        return (
            isinstance(error, ConnectionLostError)
            and error.code == _POLICY_VIOLATION
            and not error.reason.startswith(_FOR_ITS_MESSAGES)
            and cls.ban_seconds(error) is None
        )

    @staticmethod
    def ban_seconds(error: Exception) -> Optional[float]:
        """For how long the server has banned this client."""
        seconds: Optional[float] = None
        if isinstance(error, RefusedError) and error.status == _TOO_MANY_REQUESTS:
            seconds = error.retry_after
        elif isinstance(error, ConnectionLostError):
            ban = _BAN.match(error.reason)
            seconds = None if ban is None else float(ban[1])
        return None if seconds is None else min(seconds, _BAN_SECONDS_MAX)

    @staticmethod
    def hint_seconds(error: Exception) -> Optional[float]:
        if isinstance(error, RefusedError):
            return error.retry_after
        if isinstance(error, ConnectionLostError):
            hint = _HINT.search(error.reason)
            return None if hint is None else int(hint[1]) / 1000
        return None


async def open_socket(url: str, encoding: str, tokens: TokenSource, ssl: Any, timeout: float) -> Any:
    """A WebSocket. Raises RefusedError for an answer other than the upgrade, OSError where nobody answers, TokenError where no
    token is to be had, ValueError for a URL that is none.
    """
    try:
        token = await asyncio.wait_for(tokens.next(), timeout)
    except asyncio.TimeoutError as error:
        raise TokenError(f"no token within {timeout} s") from error
    options: dict[str, Any] = {
        "subprotocols": [SUBPROTOCOLS[encoding]],
        "max_size": MESSAGE_BYTES_MAX,
        "max_queue": 4,
        "open_timeout": timeout,
    }
    if token is not None:
        options[_HEADERS] = {"Authorization": f"Bearer {token}"}
    if ssl is not None:
        options["ssl"] = ssl
    try:
        return await websockets.connect(url, **options)
    except InvalidURI as error:
        raise ValueError(f"{url!r} is no address: write ws://HOST:PORT/PATH or wss://…") from error
    except InvalidHandshake as refusal:
        raise _refused(refusal) from refusal
    except asyncio.TimeoutError as error:
        raise OSError(f"{url} did not answer within {timeout} s") from error


def agreed_encoding(socket: Any) -> str:
    """What the server chose: JSON where it chose nothing."""
    return "sbe" if socket.subprotocol == SBE_SUBPROTOCOL else "json"


def lost(closed: ConnectionClosed) -> ConnectionLostError:
    if closed.rcvd is None:
        return ConnectionLostError(ABNORMAL, "")
    return ConnectionLostError(closed.rcvd.code, closed.rcvd.reason)


def _refused(refusal: InvalidHandshake) -> Exception:
    response = getattr(refusal, "response", refusal)
    status = getattr(response, "status_code", None)
    if status is None:
        return OSError(f"the upgrade failed: {refusal}")
    body = getattr(response, "body", None)
    said = f": {body.decode('utf-8', 'replace').strip()}" if body else ""
    retry_after = response.headers.get("Retry-After", "")
    return RefusedError(
        status,
        f"refused with HTTP {status}{said}" + (f"; {_ADVICE[status]}" if status in _ADVICE else ""),
        float(retry_after) if retry_after.isdigit() else None,
    )


async def cancelled(*tasks: asyncio.Task[Any]) -> None:
    """Cancels tasks and waits until they have ended. More than once where it must be: until Python 3.12, a cancellation that
    comes just when what `asyncio.wait_for` waits for is there is lost (bpo-37658), and a connection that opens at that moment
    would be served for ever.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_AGAIN_SECONDS)


class Companions:
    """What runs beside the reader of a socket, and ends with it."""

    def __init__(self, socket: Any):
        self._socket = socket
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.ensure_future(self._guard(coroutine)))

    async def stop(self) -> None:
        """Raises what one of them failed with."""
        await cancelled(*self._tasks)
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result

    async def _guard(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            await coroutine
        except ConnectionLostError:
            # The reader meets the same end, and tells of it.
            return
        except Exception:
            await self._socket.close(CLIENT_FAULT)
            raise


class LoopThread:
    """An event loop on a thread of its own, for callers that have none."""

    def __init__(self, name: str):
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self.loop.close()

    def call(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Runs it there and waits for its result; an interrupt of the caller cancels it."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """To be called once, when nothing runs there any more."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
