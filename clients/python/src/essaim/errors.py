"""What can go wrong. Every exception of this package is an EssaimError."""

from __future__ import annotations

from typing import Optional


class EssaimError(Exception):
    """Any error of this package."""


class MalformedMessageError(EssaimError, ValueError):
    """A message does not follow the protocol; its connection is given up."""


class ServerError(EssaimError):
    """The server said that something is wrong and went on.

    `code` is 1001 (invalid message), 1002 (authentication), 1003 (rate limit) or 1004 (server).
    """

    def __init__(self, code: int, message: str):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class RequestTimeoutError(EssaimError):
    """The server did not answer a request in time, or the request could not go out."""


class QueueFullError(EssaimError):
    """More waits than may wait; what is refused has not been taken, as far as is known."""


class RefusedError(EssaimError):
    """The server answered the upgrade with an HTTP status of its own.

    `retry_after` is in seconds, None where the server did not say.
    """

    def __init__(self, status: int, message: str, retry_after: Optional[float] = None):
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class TokenError(EssaimError):
    """The function that was given as `token` raised something, or has what can be no token."""


class NothingStreamedError(EssaimError):
    """A producer ended, and the server kept none of the states that it was given to send."""


class ConnectionLostError(EssaimError):
    """The connection ended and is not tried again. `code` is the close code, 1006 where none came."""

    def __init__(self, code: int, reason: str):
        super().__init__(f"connection closed with {code}" + (f": {reason}" if reason else ""))
        self.code = code
        self.reason = reason


def of_this_package(error: Exception) -> EssaimError:
    """The error itself, or a lost connection with its words."""
    return error if isinstance(error, EssaimError) else ConnectionLostError(1006, str(error))
