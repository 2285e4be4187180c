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

from .errors import ConnectionLostError, RefusedError
from .messages import JSON_SUBPROTOCOL, SBE_SUBPROTOCOL

SUBPROTOCOLS = {"sbe": SBE_SUBPROTOCOL, "json": JSON_SUBPROTOCOL}
MESSAGE_BYTES_MAX = 64 << 20

ABNORMAL = 1006
MALFORMED = 4002
CLIENT_FAULT = 4003

_FINAL_CODES = frozenset((1000, 1002, 1003, 1007, 1008, 1009))
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
    """When to try again: 0.5 s to 20 s with full jitter above the least, or when the server says. One connection's."""

    def __init__(self) -> None:
        self._attempt = 0

    def succeeded(self) -> None:
        self._attempt = 0

    def delay_seconds(self, hint: Optional[float]) -> float:
        """Before the next attempt; a server's hint counts instead, up to 20 s."""
        most = min(_BACKOFF_MAX_SECONDS, _BACKOFF_MIN_SECONDS * 2 ** min(self._attempt, 10))
        self._attempt += 1
        if hint is not None:
            return min(hint, _BACKOFF_MAX_SECONDS)
        return min(_BACKOFF_MAX_SECONDS, _BACKOFF_MIN_SECONDS + random.random() * most)

    @staticmethod
    def is_final(error: Exception) -> bool:
        """Whether trying again would end as before."""
        if isinstance(error, ConnectionLostError):
            return error.code in _FINAL_CODES or 4500 <= error.code <= 4999
        return isinstance(error, RefusedError) and 400 <= error.status < 500 and error.status not in (408, 429)

    @staticmethod
    def hint_seconds(error: Exception) -> Optional[float]:
        if isinstance(error, RefusedError):
            return error.retry_after
        if isinstance(error, ConnectionLostError):
            hint = _HINT.search(error.reason)
            return None if hint is None else int(hint[1]) / 1000
        return None


async def open_socket(url: str, encoding: str, token: Optional[str], ssl: Any, timeout: float) -> Any:
    """A WebSocket. Raises RefusedError for an answer other than the upgrade, OSError where nobody answers, ValueError for a
    URL that is none.
    """
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
