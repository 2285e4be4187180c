"""How to follow events: what may be asked for, checked."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Mapping, Optional, Union

from .event import Interest
from .event_socket import Endpoint
from .event_stream import EventStream
from .login import Token, TokenSource
from .transport import SUBPROTOCOLS


def events(
    url: str,
    *,
    rooms: Union[str, Iterable[str]] = ("general",),
    types: Union[None, str, Iterable[str]] = None,
    filter: Optional[Mapping[str, Any]] = None,
    since: Optional[str] = None,
    presence: bool = False,
    snapshot: bool = False,
    encoding: str = "sbe",
    token: Token = None,
    reconnect: bool = True,
    waiting_max: int = 1_000,
    open_timeout: float = 20.0,
    request_timeout: float = 30.0,
    on_event: Optional[Callable[[Any], None]] = None,
    ssl: Any = None,
) -> EventStream:
    """Events to follow, of ws://HOST:PORT/ws/events: `async with essaim.events(url) as events: async for event in events: …`

    They are those of `rooms`, of a type that one of the patterns `types` matches ("agent.*"), with fields that `filter` lets
    through: {"circle_id": 1, "data.status": ["idle", "active"]}. `rooms=()` is none, for a client that only publishes. They
    begin after the cursor `since`, or now. A lost connection is tried again after 0.5 s to 20 s, or when the server says, and
    resumes after the newest event, until `close()` or an answer that forbids it; the first attempt is never repeated.
    `on_event` is called on the event loop with each Connected, Authenticated, SubscribedEvents (also of a reconnection: it says what could
    not be recovered), Gap, PresenceUpdate where `presence` is asked for, StatusSnapshot where `snapshot` is, at the beginning
    of each connection, and ServerError that answers nobody who waits. `waiting_max` events may wait to be iterated; then
    nothing more is read, so that the server sees how fast this client is. `encoding` is sbe or json. `token` is a text, or a function that is asked for one at each attempt and before
    the login ends, and may be async; it goes out as `Authorization: Bearer`. `ssl` is an ssl.SSLContext, or None for the default of wss://.

    Raises ValueError for an argument that cannot be.
    """
    if encoding not in SUBPROTOCOLS:
        raise ValueError(f"encoding={encoding!r}: sbe or json")
    if isinstance(waiting_max, bool) or not isinstance(waiting_max, int) or waiting_max < 1:
        raise ValueError(f"waiting_max={waiting_max!r}: a whole number of events, at least 1")
    if not request_timeout > 0:
        raise ValueError(f"request_timeout={request_timeout!r}: seconds, more than 0")
    interest = Interest.of(rooms, types, filter, since, presence, snapshot)
    endpoint = Endpoint(url, encoding, TokenSource(token), ssl, open_timeout)
    return EventStream(endpoint, interest, reconnect, waiting_max, request_timeout, on_event)
