"""The messages about events, in JSON."""

from __future__ import annotations

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
    EventBatch,
    Gap,
    Interest,
    PresenceUpdate,
    Published,
    StatusSnapshot,
    SubscribedEvents,
    SubscribedFrequency,
    Unsubscribed,
    timestamp_of,
)
from .json_fields import Fields
from .json_text import json_text
from .messages import AGENTS_MAX, MICROS_MAX

_UINT32_MAX = 2**32 - 1


def is_event(message: dict[str, Any]) -> bool:
    """Its type is that of the event, so that its fields have to tell."""
    return "event_id" in message and "offset" in message


def event(fields: Fields, cursor: Optional[str] = None) -> Event:
    if "data" not in fields.values:
        raise MalformedMessageError("an event without data")
    return Event(
        fields.whole("offset", OFFSET_MAX),
        fields.of("room", str),
        fields.of("type", str),
        fields.choice("priority", PRIORITIES),
        fields.values["data"],
        _optional(fields, "source_agent_id", ID_MAX, -ID_MAX),
        _optional(fields, "circle_id", ID_MAX, -ID_MAX),
        _optional(fields, "project_id", ID_MAX, -ID_MAX),
        fields.of("event_id", str),
        fields.whole("time_us", MICROS_MAX),
        _optional(fields, "seq", _UINT32_MAX),
        fields.of("cursor", str, "") or cursor,
    )


def _batch(fields: Fields) -> EventBatch:
    events = [Fields.of_object(value, "an event") for value in fields.list("data", AGENTS_MAX)]
    cursor = fields.of("cursor", str, "") or None
    last = len(events) - 1
    return EventBatch(tuple(event(one, cursor if index == last else None) for index, one in enumerate(events)))


def subscribed(fields: Fields) -> Any:
    request = fields.of("id", str, "")
    if "rooms" not in fields.values:
        return SubscribedFrequency(request, fields.of("frequency", bool))
    recovered = fields.of("recovered", bool) if "recovered" in fields.values else None
    return SubscribedEvents(
        request,
        fields.texts("rooms", ROOMS_MAX),
        fields.texts("types", TYPES_MAX, []),
        fields.object("filter").values if "filter" in fields.values else None,
        fields.of("cursor", str),
        recovered,
        fields.texts("unrecovered", ROOMS_MAX, []),
    )


def _unsubscribed(fields: Fields) -> Unsubscribed:
    return Unsubscribed(fields.of("id", str, ""), fields.texts("rooms", ROOMS_MAX))


def _published(fields: Fields) -> Published:
    offset = fields.whole("offset", OFFSET_MAX)
    return Published(fields.of("id", str, ""), offset, fields.of("event_id", str), fields.of("duplicate", bool))


def _gap(fields: Fields) -> Gap:
    ranges = []
    for pair in fields.list("ranges", AGENTS_MAX):
        if not isinstance(pair, list) or len(pair) != 2:
            raise MalformedMessageError(f"ranges with {pair!r}, a first and a last offset")
        first, last = (Fields({"offset": end}).whole("offset", OFFSET_MAX) for end in pair)
        ranges.append((first, last))
    return Gap(fields.of("room", str), tuple(ranges), fields.whole("count", OFFSET_MAX))


def _presence(fields: Fields) -> PresenceUpdate:
    return PresenceUpdate(
        fields.of("room", str),
        fields.whole("members", _UINT32_MAX),
        fields.texts("joined", AGENTS_MAX),
        fields.texts("left", AGENTS_MAX),
    )


def _snapshot(fields: Fields) -> StatusSnapshot:
    return StatusSnapshot(fields.whole("offset", OFFSET_MAX), fields.object("state").values)


EVENT_READERS: dict[str, Callable[[Fields], Any]] = {
    "batch": _batch,
    "unsubscribed": _unsubscribed,
    "published": _published,
    "gap": _gap,
    "presence": _presence,
    "snapshot": _snapshot,
}


class JsonEventEncoder:
    """Writes what a client says about events. Has no state."""

    @staticmethod
    def subscribe_events(request: str, interest: Interest) -> str:
        message: dict[str, Any] = {"type": "subscribe", "id": request, "rooms": list(interest.rooms)}
        if interest.types:
            message["types"] = list(interest.types)
        if interest.filter is not None:
            message["filter"] = interest.filter
        if interest.since is not None:
            message["since"] = interest.since
        for name in ("presence", "snapshot"):
            if getattr(interest, name):
                message[name] = True
        return json_text(message)

    @staticmethod
    def subscribe_frequency(request: str, wanted: bool) -> str:
        return json_text({"type": "subscribe", "id": request, "frequency": wanted})

    @staticmethod
    def unsubscribe(request: str, rooms: Sequence[str] = (), swarm: bool = False) -> str:
        """Without rooms: of all."""
        message: dict[str, Any] = {"type": "unsubscribe", "id": request}
        if rooms:
            message["rooms"] = list(rooms)
        if swarm:
            message["swarm"] = True
        return json_text(message)

    @staticmethod
    def join(request: str, room: str) -> str:
        return _about_room("join", request, room)

    @staticmethod
    def leave(request: str, room: str) -> str:
        return _about_room("leave", request, room)

    @staticmethod
    def publish(request: str, draft: Draft) -> str:
        event = {"type": draft.type, "data": draft.data}
        for name in ("room", "priority", "source_agent_id", "circle_id", "project_id", "event_id"):
            value = getattr(draft, name)
            if value is not None:
                event[name] = value
        if draft.time_us is not None:
            event["timestamp"] = timestamp_of(draft.time_us)
            event["time_us"] = draft.time_us
        message = {"type": "publish", "id": request, "event": event}
        return json_text(message if request else {"type": "publish", "event": event})


def _about_room(kind: str, request: str, room: str) -> str:
    return json_text({"type": kind, "id": request, "room": room} if request else {"type": kind, "room": room})


def _optional(fields: Fields, name: str, most: int, least: int = 0) -> Optional[int]:
    return None if fields.values.get(name) is None else fields.whole(name, most, least)
