"""Tokens, and logins that are renewed before they end."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
from typing import Any, Awaitable, Callable, Optional, Union

from .errors import ServerError, TokenError
from .messages import Authenticated

LOG = logging.getLogger("essaim")

Token = Union[None, str, Callable[[], Union[None, str, Awaitable[Optional[str]]]]]

TOKEN_CHARS_MAX = 4_096
_VISIBLE_ASCII = re.compile(r"[!-~]+")
_INVALID_MESSAGE = 1001
_RATE_LIMITED = 1003
# A login is renewed so long before it ends, or when half of its time is over.
_LEAD_SECONDS = 60.0
_LEAST_SECONDS = 0.5
_AGAIN_SECONDS = 5.0


class TokenSource:
    """Where the token comes from: a text, or a function that is asked anew for each login. Never shows it."""

    def __init__(self, given: Token):
        """Raises ValueError for a text that can be no token; does not repeat it."""
        self._given = given
        self._newest = None if callable(given) else _checked(given)

    @property
    def is_renewable(self) -> bool:
        """Whether another can be had."""
        return callable(self._given)

    @property
    def newest(self) -> Optional[str]:
        """The newest that was had."""
        return self._newest

    async def next(self) -> Optional[str]:
        """The token to log in with now; None for none. Raises TokenError where the function raises something, or has what can
        be no token.
        """
        if callable(self._given):
            try:
                token = self._given()
                self._newest = _checked(await token if inspect.isawaitable(token) else token)
            except Exception as error:
                raise TokenError(f"no token: {error}") from error
        return self._newest


class Login:
    """Renews the login of one connection before it ends, where new tokens can be had. As only the answer to an auth says when
    that is, a connection begins with one. Where that does not work the server closes with 4401 in the end.
    """

    def __init__(self, tokens: TokenSource, server_now_us: Callable[[], float]):
        self._tokens = tokens
        self._server_now_us = server_now_us
        self._count = 0
        self._waiting: dict[str, asyncio.Future[Optional[float]]] = {}

    async def keep(self, say: Callable[[str, str], Awaitable[None]]) -> None:
        """Runs while the connection lasts. `say` sends an auth of that id and token."""
        self._waiting.clear()
        token = self._tokens.newest if self._tokens.is_renewable else None
        while token is not None:
            self._count += 1
            request = f"a{self._count}"
            answer = self._waiting[request] = asyncio.get_running_loop().create_future()
            await say(request, token)
            delay = await answer
            if delay is None:
                return
            await asyncio.sleep(delay)
            token = await self._next()

    def answered(self, message: Authenticated) -> None:
        answer = self._waiting.pop(message.id, None)
        if answer is None:
            return
        if message.expires is None:
            answer.set_result(None)
            return
        left = message.expires.timestamp() - self._server_now_us() / 1e6
        # An end that is over already is that of another clock.
        answer.set_result(max(_LEAST_SECONDS, left / 2, left - _LEAD_SECONDS) if left > 0 else _AGAIN_SECONDS)

    def refused(self, request: str, error: ServerError) -> bool:
        """Says whether it was one of these, of which the application need not hear."""
        answer = self._waiting.pop(request, None)
        if answer is None:
            return False
        # A server from before there were logins does not know the message.
        answer.set_result(_AGAIN_SECONDS if error.code == _RATE_LIMITED else None)
        return error.code in (_RATE_LIMITED, _INVALID_MESSAGE)

    async def _next(self) -> Optional[str]:
        while True:
            try:
                return await self._tokens.next()
            except TokenError as error:
                LOG.warning("the login is not renewed yet: %s; asking again in %.0f s", error, _AGAIN_SECONDS)
                await asyncio.sleep(_AGAIN_SECONDS)


def _checked(token: Any) -> Optional[str]:
    if token is None:
        return None
    if not isinstance(token, str):
        raise ValueError(f"token is a {type(token).__name__}; it is a text, or a function for one")
    if len(token) > TOKEN_CHARS_MAX or not _VISIBLE_ASCII.fullmatch(token):
        raise ValueError(f"token has {len(token)} characters; it has 1 to {TOKEN_CHARS_MAX} of visible ASCII")
    return token
