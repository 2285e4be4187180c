"""The sockets that events come on: opened, written to, closed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Union

from websockets.exceptions import ConnectionClosed

from .login import TokenSource
from .transport import cancelled, lost, open_socket


@dataclass(frozen=True)
class Endpoint:
    """Where to connect, and with what."""

    url: str
    encoding: str
    tokens: TokenSource
    ssl: Any
    open_timeout: float

    async def open(self) -> Any:
        return await open_socket(self.url, self.encoding, self.tokens, self.ssl, self.open_timeout)


async def send(socket: Any, message: Union[str, bytes]) -> None:
    """Raises ConnectionLostError where the connection is gone."""
    try:
        await socket.send(message)
    except ConnectionClosed as closed:
        raise lost(closed) from closed


async def close_socket(socket: Any, code: int = 1000, reason: str = "") -> None:
    """What is still on its way stands before the server's answer to the close, so somebody has to take it."""
    rest = asyncio.ensure_future(_discarded(socket))
    await socket.close(code, reason)
    await cancelled(rest)


async def _discarded(socket: Any) -> None:
    try:
        async for _ in socket:
            pass
    except ConnectionClosed:
        return
