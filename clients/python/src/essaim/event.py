"""Events as values, the same for both encodings. See docs/PROTOCOL.md."""

from __future__ import annotations

import json
import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Iterable, Mapping, Optional, Union

PRIORITIES = ("critical", "high", "normal", "metrics", "low")
ROOMS_MAX = 100
TYPES_MAX = 100
DATA_BYTES_MAX = 60_000
OFFSET_MAX = 2**53 - 1
ID_MAX = 2**53

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_EVENT_ID = re.compile(r"[!-~]{1,128}")
_RANDOM_BYTES = 10


@dataclass(frozen=True)
class Event:
    """Something that happened. `offset` is larger than that of every event before it, in whichever room; those that are
    missing between two mean nothing. `sequence` is the tick of the swarm at which it was taken, None before the first.
    `cursor` resumes after it, None within a batch but for the last.
    """

    offset: int
    room: str
    type: str
    priority: str
    data: Any
    source_agent_id: Optional[int]
    circle_id: Optional[int]
    project_id: Optional[int]
    event_id: str
    time_us: int
    sequence: Optional[int]
    cursor: Optional[str] = None

    @property
    def time(self) -> datetime:
        """When it happened."""
        return _EPOCH + timedelta(microseconds=self.time_us)


@dataclass(frozen=True)
class EventBatch:
    """Events that came as one message, of which the last has the cursor."""

    events: tuple[Event, ...]


@dataclass(frozen=True)
class SubscribedEvents:
    """What was granted. `recovered` is None unless it resumed a cursor; then it says whether all could be had since, and
    `unrecovered` of which rooms it could not.
    """

    id: str
    rooms: tuple[str, ...]
    types: tuple[str, ...]
    filter: Optional[dict[str, Any]]
    cursor: str
    recovered: Optional[bool] = None
    unrecovered: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubscribedFrequency:
    """Whether the swarm's mean frequency comes."""

    id: str
    wanted: bool


@dataclass(frozen=True)
class Unsubscribed:
    """The rooms that this client is in no more."""

    id: str
    rooms: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """Where an event stands. `duplicate`: the server had taken it before."""

    id: str
    offset: int
    event_id: str
    duplicate: bool


@dataclass(frozen=True)
class Gap:
    """Events that this client does not get, as it did not read fast enough: `count` of them, within `ranges` of offsets, first
    and last included.
    """

    room: str
    ranges: tuple[tuple[int, int], ...]
    count: int


@dataclass(frozen=True)
class PresenceUpdate:
    """Who came into a room and who left it, since the last of these; of many only how many there are."""

    room: str
    members: int
    joined: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class StatusSnapshot:
    """The last known status of each agent, task and project: by kind, then by id. `offset` is of the newest event in it."""

    offset: int
    state: dict[str, Any]


@dataclass(frozen=True)
class Interest:
    """Which events are wanted: of these rooms, of a type that one of the patterns matches, with fields that the filter lets
    through. `since` is a cursor to begin after.
    """

    rooms: tuple[str, ...] = ("general",)
    types: tuple[str, ...] = ()
    filter: Optional[Mapping[str, Any]] = None
    since: Optional[str] = None
    presence: bool = False
    snapshot: bool = False

    @staticmethod
    def of(
        rooms: Union[str, Iterable[str]] = ("general",),
        types: Union[None, str, Iterable[str]] = None,
        filter: Optional[Mapping[str, Any]] = None,
        since: Optional[str] = None,
        presence: bool = False,
        snapshot: bool = False,
    ) -> Interest:
        """Checks what a person wrote. Raises ValueError that names the field and its limits."""
        if filter is not None:
            if not isinstance(filter, Mapping):
                raise ValueError(f"filter={filter!r}: a dict of fields and the values that they may have")
            filter = json.loads(_json("filter", dict(filter)))
        if since is not None and not (isinstance(since, str) and since):
            raise ValueError(f"since={since!r}: a cursor that the server gave")
        return Interest(
            _names("rooms", rooms, ROOMS_MAX), _names("types", types, TYPES_MAX), filter, since, bool(presence), bool(snapshot)
        )


@dataclass(frozen=True)
class Draft:
    """An event as it is handed in. What is None the server chooses."""

    type: str
    data: Any
    room: Optional[str] = None
    priority: Optional[str] = None
    source_agent_id: Optional[int] = None
    circle_id: Optional[int] = None
    project_id: Optional[int] = None
    event_id: Optional[str] = None
    time_us: Optional[int] = None

    @staticmethod
    def of(
        type: str,
        data: Any = None,
        room: Optional[str] = None,
        priority: Optional[str] = None,
        source_agent_id: Optional[int] = None,
        circle_id: Optional[int] = None,
        project_id: Optional[int] = None,
        event_id: Optional[str] = None,
        time: Optional[datetime] = None,
    ) -> Draft:
        """Checks what a person wrote; copies the data; makes an id where there is none, so that a repeated one is the same event.
        Raises ValueError that names the field and its limits.
        """
        for name, value in (("type", type), ("room", "-" if room is None else room)):
            if not isinstance(value, str) or not value:
                raise ValueError(f"{name}={value!r}: a name")
        if priority is not None and priority not in PRIORITIES:
            raise ValueError(f"priority={priority!r}: one of {', '.join(PRIORITIES)}")
        text = _json("data", {} if data is None else data)
        if len(text.encode("utf-8", "surrogatepass")) > DATA_BYTES_MAX:
            raise ValueError(f"data has {len(text)} characters of JSON: at most {DATA_BYTES_MAX} bytes")
        if event_id is not None and not (isinstance(event_id, str) and _EVENT_ID.fullmatch(event_id)):
            raise ValueError(f"event_id={event_id!r}: 1 to 128 visible ASCII characters")
        return Draft(
            type,
            json.loads(text),
            room,
            priority,
            _id("source_agent_id", source_agent_id),
            _id("circle_id", circle_id),
            _id("project_id", project_id),
            _new_id() if event_id is None else event_id,
            None if time is None else _micros(time),
        )


def timestamp_of(time_us: int) -> str:
    """As JSON has it, in whole seconds."""
    return (_EPOCH + timedelta(seconds=time_us // 1_000_000)).isoformat().replace("+00:00", "Z")


def _micros(time: datetime) -> int:
    if not isinstance(time, datetime) or time.tzinfo is None:
        raise ValueError(f"time={time!r}: a datetime with a time zone")
    return (time - _EPOCH) // timedelta(microseconds=1)


def _new_id() -> str:
    """Later ones sort after earlier ones, by the clock of this machine; no two are equal."""
    return f"evt_{time.time_ns() // 1_000_000:012x}{secrets.token_hex(_RANDOM_BYTES)}"


def _json(name: str, value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{name} is nothing that JSON has: {error}") from error


def _id(name: str, value: Any) -> Optional[int]:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not -ID_MAX <= value <= ID_MAX:
        raise ValueError(f"{name}={value!r}: a whole number from -2^53 to 2^53")
    return value


def _names(field: str, names: Union[None, str, Iterable[str]], most: int) -> tuple[str, ...]:
    if names is None:
        return ()
    found = (names,) if isinstance(names, str) else tuple(names)
    if len(found) > most:
        raise ValueError(f"{field} has {len(found)} names: at most {most}")
    for name in found:
        if not isinstance(name, str) or not name:
            raise ValueError(f"{field} has {name!r}: a name")
    return found
