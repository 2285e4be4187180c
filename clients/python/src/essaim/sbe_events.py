"""The messages about events, in SBE."""

from __future__ import annotations

import struct
from typing import Any, Callable, Optional, Sequence

from .errors import MalformedMessageError
from .event import (
    ID_MAX,
    OFFSET_MAX,
    PRIORITIES,
    ROOMS_MAX,
    TYPES_MAX,
    Draft,
    Event,
    Gap,
    Interest,
    PresenceUpdate,
    Published,
    StatusSnapshot,
    SubscribedEvents,
    SubscribedFrequency,
    Unsubscribed,
)
from .json_text import json_text, json_value
from .messages import AGENTS_MAX
from .sbe_bytes import GROUP, Reader, check_micros, header_of, text_of

EVENT = 20
SUBSCRIBED_EVENTS = 21
SUBSCRIBED_FREQUENCY = 22
UNSUBSCRIBED = 23
PUBLISHED = 24
GAP = 25
PRESENCE_UPDATE = 26
SNAPSHOT = 27
SUBSCRIBE_EVENTS = 33
SUBSCRIBE_FREQUENCY = 34
UNSUBSCRIBE = 35
JOIN = 36
LEAVE = 37
PUBLISH = 38

_EVENT = struct.Struct("<QQIB3q")
_FLAG = struct.Struct("<B")
_NOTHING = struct.Struct("<")
_PUBLISHED = struct.Struct("<QB")
_OFFSET = struct.Struct("<Q")
_RANGE = struct.Struct("<QQ")
_MEMBERS = struct.Struct("<I")
_SUBSCRIBE = struct.Struct("<BB")
_PUBLISH = struct.Struct("<QB3q")

_NO_SEQUENCE = 2**32 - 1
_NO_ID = -(2**63)
_NO_TIME = 2**64 - 1
_NO_PRIORITY = 255
_YES = 1


def _event(reader: Reader, length: int) -> Event:
    offset, time_us, sequence, priority, agent, circle, project = reader.block(length, _EVENT)
    if priority >= len(PRIORITIES):
        raise MalformedMessageError(f"priority={priority}, from 0 to {len(PRIORITIES) - 1}")
    room, kind, event_id, cursor = reader.text(), reader.text(), reader.text(), reader.text()
    return Event(
        _offset(offset),
        room,
        kind,
        PRIORITIES[priority],
        reader.json(),
        _id(agent),
        _id(circle),
        _id(project),
        event_id,
        check_micros(time_us),
        None if sequence == _NO_SEQUENCE else sequence,
        cursor or None,
    )


def _subscribed_events(reader: Reader, length: int) -> SubscribedEvents:
    (resumed,) = reader.block(length, _FLAG)
    stride, count = reader.group(_FLAG.size)
    if count > ROOMS_MAX:
        raise MalformedMessageError(f"{count} rooms, at most {ROOMS_MAX}")
    rooms, unrecovered = [], []
    for _ in range(count):
        (recovered,) = reader.block(stride, _FLAG)
        rooms.append(reader.text())
        if recovered != _YES:
            unrecovered.append(rooms[-1])
    types, text, cursor, request = reader.texts(TYPES_MAX), reader.text(), reader.text(), reader.text()
    answer = (request, tuple(rooms), types, _filter(text), cursor)
    if resumed != _YES:
        return SubscribedEvents(*answer)
    return SubscribedEvents(*answer, not unrecovered, tuple(unrecovered))


def _subscribed_frequency(reader: Reader, length: int) -> SubscribedFrequency:
    (wanted,) = reader.block(length, _FLAG)
    return SubscribedFrequency(reader.text(), wanted == _YES)


def _unsubscribed(reader: Reader, length: int) -> Unsubscribed:
    reader.skip(length)
    rooms = reader.texts(ROOMS_MAX)
    return Unsubscribed(reader.text(), rooms)


def _published(reader: Reader, length: int) -> Published:
    offset, duplicate = reader.block(length, _PUBLISHED)
    event_id, request = reader.text(), reader.text()
    return Published(request, _offset(offset), event_id, duplicate == _YES)


def _gap(reader: Reader, length: int) -> Gap:
    (count,) = reader.block(length, _OFFSET)
    stride, ranges = reader.group(_RANGE.size)
    start = reader.skip(stride * ranges)
    found = (_RANGE.unpack_from(reader.data, start + stride * index) for index in range(ranges))
    pairs = tuple((_offset(first), _offset(last)) for first, last in found)
    return Gap(reader.text(), pairs, _offset(count))


def _presence(reader: Reader, length: int) -> PresenceUpdate:
    (members,) = reader.block(length, _MEMBERS)
    joined, left = reader.texts(AGENTS_MAX), reader.texts(AGENTS_MAX)
    return PresenceUpdate(reader.text(), members, joined, left)


def _snapshot(reader: Reader, length: int) -> StatusSnapshot:
    (offset,) = reader.block(length, _OFFSET)
    state = reader.json()
    if not isinstance(state, dict):
        raise MalformedMessageError("a snapshot whose state is no object")
    return StatusSnapshot(_offset(offset), state)


EVENT_READERS: dict[int, Callable[[Reader, int], Any]] = {
    EVENT: _event,
    SUBSCRIBED_EVENTS: _subscribed_events,
    SUBSCRIBED_FREQUENCY: _subscribed_frequency,
    UNSUBSCRIBED: _unsubscribed,
    PUBLISHED: _published,
    GAP: _gap,
    PRESENCE_UPDATE: _presence,
    SNAPSHOT: _snapshot,
}


class SbeEventEncoder:
    """Writes what a client says about events. Has no state."""

    @staticmethod
    def subscribe_events(request: str, interest: Interest) -> bytes:
        block = _SUBSCRIBE.pack(interest.presence, interest.snapshot)
        chosen = "" if interest.filter is None else json_text(interest.filter)
        groups = _texts(interest.rooms) + _texts(interest.types)
        texts = text_of(chosen) + text_of(interest.since or "") + text_of(request)
        return header_of(_SUBSCRIBE, SUBSCRIBE_EVENTS) + block + groups + texts

    @staticmethod
    def subscribe_frequency(request: str, wanted: bool) -> bytes:
        return header_of(_FLAG, SUBSCRIBE_FREQUENCY) + _FLAG.pack(wanted) + text_of(request)

    @staticmethod
    def unsubscribe(request: str, rooms: Sequence[str] = (), swarm: bool = False) -> bytes:
        """Without rooms: of all."""
        return header_of(_FLAG, UNSUBSCRIBE) + _FLAG.pack(swarm) + _texts(rooms) + text_of(request)

    @staticmethod
    def join(request: str, room: str) -> bytes:
        return header_of(_NOTHING, JOIN) + text_of(room) + text_of(request)

    @staticmethod
    def leave(request: str, room: str) -> bytes:
        return header_of(_NOTHING, LEAVE) + text_of(room) + text_of(request)

    @staticmethod
    def publish(request: str, draft: Draft) -> bytes:
        ids = (draft.source_agent_id, draft.circle_id, draft.project_id)
        block = _PUBLISH.pack(
            _NO_TIME if draft.time_us is None else draft.time_us,
            _NO_PRIORITY if draft.priority is None else PRIORITIES.index(draft.priority),
            *(_NO_ID if number is None else number for number in ids),
        )
        texts = (draft.room or "", draft.type, draft.event_id or "", request, json_text(draft.data))
        return header_of(_PUBLISH, PUBLISH) + block + b"".join(map(text_of, texts))


def _texts(texts: Sequence[str]) -> bytes:
    return GROUP.pack(0, len(texts)) + b"".join(map(text_of, texts))


def _offset(offset: int) -> int:
    if offset > OFFSET_MAX:
        raise MalformedMessageError(f"an offset or count of {offset}, at most {OFFSET_MAX}")
    return offset


def _id(number: int) -> Optional[int]:
    if number == _NO_ID:
        return None
    if abs(number) > ID_MAX:
        raise MalformedMessageError(f"an id of {number}, from -2^53 to 2^53")
    return number


def _filter(text: str) -> Optional[dict[str, Any]]:
    if not text:
        return None
    chosen = json_value(text)
    if not isinstance(chosen, dict):
        raise MalformedMessageError("a filter that is no object")
    return chosen
